import type { Tx } from '../../audit/view.ts';
import { notFound } from '../../contract/problem.ts';
import type { GuardView, Run } from '../../contract/types.ts';
import type { Policy } from '../../policy/policy.ts';
import { accountOf } from '../../runs/cost/account.ts';
import { type ChargeCursor, listCharges, listOpenHolds, readSpendCurve } from '../../runs/cost/queries.ts';
import { listEstimates, listUnpriced, readReserved } from '../../runs/cost/store.ts';
import type { AccountRow, ChargeRow, EstimateRow, HoldRow } from '../../runs/cost/tables.ts';
import { guardView } from '../../runs/cost/view.ts';
import { type RunFlag, listFlags, listQuality } from '../../runs/queries.ts';
import { listRuns } from '../../runs/store.ts';
import { type RunRow, type StepRow, stepTable, stepsByRoot } from '../../runs/tables.ts';
import { runView } from '../../runs/view.ts';
import { currentTenant } from '../../tenants/tenants.ts';
import type { Caller } from '../../tenants/tokens.ts';
import type { Deps } from '../context.ts';
import type { Spend } from './components/spend-chart.tsx';
import { type RunChoices, runChoices } from './run-choices.ts';

/** What a command tells of a run: all of it as of one head. */
interface RunFacts {
  run: Run;
  /** Of the whole tree, in their order. */
  steps: StepRow[];
  account: AccountRow;
  multiplier: number;
  choices: RunChoices;
}

/** A run with everything that its page shows: its tree's steps, money and quality. */
export interface RunPage extends RunFacts {
  /** All runs of the tree, the first one first. */
  tree: RunRow[];
  flags: RunFlag[];
  guard: GuardView;
  spend: Spend;
  estimates: EstimateRow[];
  holds: HoldRow[];
  charges: ChargeRow[];
  before: ChargeCursor | undefined;
  next: string | null;
  quality: Awaited<ReturnType<typeof listQuality>>;
}

const TREE_MAX = 100;
const ESTIMATES_MAX = 100;
const UNPRICED_MAX = 50;
const HOLDS_MAX = 50;
const QUALITY_MAX = 50;
const CHARGES_PAGE = 25;

/** @throws Problem 404 */
export function runFacts(tx: Tx, policy: Policy, caller: Caller, runId: string): RunFacts {
  const run = runView(tx, policy, runId);
  if (!run) throw notFound('run');
  const account = accountOf(tx, run.root_run_id);
  return {
    run,
    steps: tx.find(stepTable, stepsByRoot, run.root_run_id).sort((a, b) => a.decision_seq - b.decision_seq),
    account,
    multiplier: currentTenant(tx).config.config.cost_guard_policy.trip_multiplier,
    choices: runChoices(tx, policy, caller, account),
  };
}

export async function loadRun(
  { sql, clock }: Deps,
  tenant: string,
  caller: Caller,
  facts: RunFacts,
  before: ChargeCursor | undefined,
): Promise<RunPage> {
  const { run, account, multiplier } = facts;
  const root = run.root_run_id;
  const [tree, flags, reserved, unpriced, estimates, holds, charges, points] = await Promise.all([
    listRuns(sql, tenant, caller, { rootRunId: root, limit: TREE_MAX }),
    listFlags(sql, tenant, root),
    readReserved(sql, tenant, root, clock().toISOString()),
    listUnpriced(sql, tenant, root, UNPRICED_MAX),
    listEstimates(sql, tenant, root, ESTIMATES_MAX),
    listOpenHolds(sql, tenant, root, HOLDS_MAX),
    listCharges(sql, tenant, root, before, CHARGES_PAGE + 1),
    readSpendCurve(sql, tenant, root, account.charges + account.unpriced),
  ]);
  const inOrder = [...tree].reverse();
  const ids = inOrder.map(({ run_id }) => run_id);
  const guard = guardView(run.run_id, account, multiplier, { ...reserved, unpriced, perMinute: [] });
  const shown = charges.slice(0, CHARGES_PAGE);
  const last = charges.length > CHARGES_PAGE ? shown.at(-1)! : null;
  return {
    ...facts,
    tree: inOrder,
    flags,
    guard,
    spend: {
      start: inOrder[0]?.created_at ?? run.created_at,
      points,
      estimates: estimates.map(({ created_at, pico_usd }) => ({ at: created_at, pico_usd })),
      multiplier: guard.multiplier,
      committed: account.committed,
      trippedAt: account.tripped_at,
    },
    estimates,
    holds,
    charges: shown,
    before,
    next: last && `${last.created_at}_${last.seq}`,
    quality: await listQuality(sql, tenant, ids, QUALITY_MAX),
  };
}
