import type { Tx } from '../audit/view.ts';
import { Problem, notFound } from '../contract/problem.ts';
import type { CostFact, HoldRequest, RaisedFlag } from '../contract/types.ts';
import type { Policy } from '../policy/policy.ts';
import { accountOf, amountsOf } from '../runs/cost/account.ts';
import { type HoldDecision, requestHold } from '../runs/cost/holds.ts';
import { pricesOf } from '../runs/prices/tenant-prices.ts';
import { type Crossing, costFlag, isDueToTrip, recordTrip } from '../runs/cost/trips.ts';
import { findRoot } from '../runs/runs.ts';
import type { RunRow } from '../runs/tables.ts';
import { isOwnRun } from '../runs/view.ts';
import { type Caller, actorOf } from '../tenants/tokens.ts';
import { ticketTable, waitingByBlock } from '../tickets/tables.ts';
import { raiseFlag } from './flags.ts';

/** A run that the caller may spend on. @throws Problem 404 */
export function payingRun(tx: Tx, caller: Caller, runId: string): RunRow {
  const found = findRoot(tx, runId);
  if (!found || !(caller.scope === 'all' || isOwnRun(caller.id, found.run))) throw notFound('run');
  return found.run;
}

/**
 * Does something to the money of a run, and raises the A9 of its tree in the same commit if that reached the limit. A limit
 * that a stricter configuration has put below what is spent is found out first.
 */
export function spendOn<T>(
  tx: Tx,
  policy: Policy,
  caller: Caller,
  runId: string,
  crossing: Crossing,
  act: (run: RunRow) => T,
): T {
  const run = payingRun(tx, caller, runId);
  raiseIfDue(tx, policy, caller, run, 'policy');
  const result = act(run);
  raiseIfDue(tx, policy, caller, run, crossing);
  return result;
}

/** Asks for room before a call. */
export function askHold(tx: Tx, policy: Policy, caller: Caller, runId: string, request: HoldRequest): HoldDecision {
  return spendOn(tx, policy, caller, runId, 'policy', (run) => {
    const keys = [`run/${run.root_run_id}`, `task/${run.task_id}`];
    const standing: CostFact[] = [];
    if (keys.some((key) => tx.find(ticketTable, waitingByBlock, key).some(({ red_flag }) => red_flag)))
      standing.push('red_flag');
    if (findRoot(tx, runId)!.tree.state === 'aborted') standing.push('aborted');
    return requestHold(tx, policy, pricesOf(tx), caller, run, request, standing);
  });
}

/**
 * Raises the A9 of a run tree that has reached its limit, in the commit that reached it: the one of this epoch, since the
 * account is tripped from then on.
 */
function raiseIfDue(tx: Tx, policy: Policy, caller: Caller, run: RunRow, crossing: Crossing): void {
  const account = accountOf(tx, run.root_run_id);
  if (!isDueToTrip(tx, account)) return;
  const actor = { type: 'service', id: 'cost-guard' };
  const crossingSeq = crossing === 'policy' ? tx.seq : tx.seq - 1;
  const amounts = amountsOf(tx, account);
  const { root_run_id, run_id, task_id, main_task_id, agent, model } = run;
  const flag: RaisedFlag = {
    event: 'cost.tripped',
    run: { root_run_id, run_id, task_id, main_task_id, agent, model, epoch: account.epoch },
    cost: costFlag(amounts, crossing),
  };
  const raised = raiseFlag(tx, policy, actor, {
    flag,
    caller: actorOf(caller).id,
    diff: [{ path: '/spend_usd', before: flag.cost!.estimate_usd, after: flag.cost!.actual_usd }],
  });
  // The guard does not ask policy whether to trip: without a ticket nobody could resolve it.
  if (!raised) throw new Problem(500, 'internal', 'Policy raises no red flag for a run that has reached its limit.');
  const ticketId = raised.ticket.ticket_id;
  recordTrip(tx, actor, account, run_id, { ticketId, crossing, crossingSeq });
}
