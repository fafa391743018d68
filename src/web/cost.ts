import { type Context, Hono } from 'hono';
import type { Tx } from '../audit/view.ts';
import { Problem, problemBody } from '../contract/problem.ts';
import type {
  EstimateRequest,
  EvaluationRequest,
  HoldExtension,
  HoldNote,
  HoldRequest,
  HoldSettlement,
  SpendBatch,
  SpendEvent,
  UnpricedResolution,
} from '../contract/types.ts';
import { parser } from '../contract/validate.ts';
import { askHold, payingRun, spendOn } from '../decide/cost.ts';
import { accountOf } from '../runs/cost/account.ts';
import { setEstimate } from '../runs/cost/estimates.ts';
import { evaluateText } from '../runs/cost/evaluate.ts';
import { doubtHold, extendHold, openHold, releaseHold } from '../runs/cost/holds.ts';
import { pricesOf } from '../runs/prices/tenant-prices.ts';
import { reportSpend, resolveUnpriced, settleHold } from '../runs/cost/spend.ts';
import { listEstimates, listUnpriced, readReserved, readSpendPerMinute } from '../runs/cost/store.ts';
import type { HoldRow } from '../runs/cost/tables.ts';
import { chargeView, estimateView, guardView, holdAnswer, holdView, unpricedView } from '../runs/cost/view.ts';
import type { RunRow } from '../runs/tables.ts';
import { currentTenant } from '../tenants/tenants.ts';
import { type Caller, authorize, readCredential } from '../tenants/tokens.ts';
import { readJson } from './body.ts';
import { certificateOf } from './certificate.ts';
import { type Deps, asCaller, whoAsks } from './context.ts';

const parseEstimate = parser<EstimateRequest>('cost.json#/$defs/estimate_request');
const parseHold = parser<HoldRequest>('cost.json#/$defs/hold_request');
const parseSettlement = parser<HoldSettlement>('cost.json#/$defs/hold_settlement');
const parseNote = parser<HoldNote>('cost.json#/$defs/hold_note');
const parseExtension = parser<HoldExtension>('cost.json#/$defs/hold_extension');
const parseResolution = parser<UnpricedResolution>('cost.json#/$defs/unpriced_resolution');
const parseSpend = parser<SpendEvent>('cost.json#/$defs/spend_event');
const parseBatch = parser<SpendBatch>('cost.json#/$defs/spend_batch');
const parseEvaluation = parser<EvaluationRequest>('cost.json#/$defs/evaluation_request');

const ESTIMATES_MAX = 100;
const UNPRICED_MAX = 100;
const HOUR_MS = 3_600_000;

/** The money of a run: estimates, holds, and the guard as it stands. */
export function runCostRoutes(deps: Deps): Hono {
  const onHold = (
    context: Context,
    act: (tx: Tx, caller: Caller, run: RunRow, holdId: string) => HoldRow,
  ): Promise<Response> =>
    asCaller(deps, context, 'cost.settle', (tx, caller) =>
      spendOn(tx, deps.policy, caller, context.req.param('id')!, 'charge', (run) =>
        holdView(act(tx, caller, run, context.req.param('hold')!), tx.now),
      ),
    ).then((view) => context.json(view));

  return new Hono()
    .post('/:id/estimate', async (context) => {
      const request = parseEstimate(await readJson(context));
      const row = await asCaller(deps, context, 'cost.estimate', (tx, caller) =>
        spendOn(tx, deps.policy, caller, context.req.param('id'), 'estimate', (run) =>
          setEstimate(tx, deps.policy, pricesOf(tx), caller, run, request),
        ),
      );
      return context.json(estimateView(row), 201);
    })
    .get('/:id/estimate', async (context) => {
      const { tenant, root } = await whoReads(deps, context);
      const rows = await listEstimates(deps.sql, tenant, root, ESTIMATES_MAX);
      return context.json({ estimates: rows.map(estimateView) });
    })
    .post('/:id/holds', async (context) => {
      const request = parseHold(await readJson(context));
      const answer = await asCaller(deps, context, 'cost.hold', (tx, caller) => {
        const decision = askHold(tx, deps.policy, caller, context.req.param('id'), request);
        return holdAnswer(decision, multiplierOf(tx), tx.now);
      });
      return context.json(answer);
    })
    .get('/:id/holds/:hold', async (context) => {
      const view = await asCaller(deps, context, 'cost.read', (tx, caller) =>
        holdView(openHold(tx, payingRun(tx, caller, context.req.param('id')), context.req.param('hold')), tx.now),
      );
      return context.json(view);
    })
    .post('/:id/holds/:hold/settlement', async (context) => {
      const settlement = parseSettlement(await readJson(context));
      return onHold(context, (tx, caller, run, hold) =>
        settleHold(tx, deps.policy, pricesOf(tx), caller, run, hold, settlement),
      );
    })
    .post('/:id/holds/:hold/release', async (context) => {
      const { reason = null } = parseNote(await readJson(context));
      return onHold(context, (tx, caller, run, hold) => releaseHold(tx, deps.policy, caller, run, hold, reason));
    })
    .post('/:id/holds/:hold/extension', async (context) => {
      const { ttl_seconds = null } = parseExtension(await readJson(context));
      return onHold(context, (tx, caller, run, hold) => extendHold(tx, deps.policy, caller, run, hold, ttl_seconds));
    })
    .post('/:id/holds/:hold/uncertain', async (context) => {
      const { reason = null } = parseNote(await readJson(context));
      return onHold(context, (tx, caller, run, hold) => doubtHold(tx, caller, run, hold, reason));
    })
    .post('/:id/unpriced-resolutions', async (context) => {
      const resolution = parseResolution(await readJson(context));
      const row = await asCaller(deps, context, 'cost.resolve', (tx, caller) =>
        spendOn(tx, deps.policy, caller, context.req.param('id'), 'charge', (run) =>
          resolveUnpriced(tx, deps.policy, pricesOf(tx), caller, run, resolution),
        ),
      );
      return context.json(unpricedView(row), 201);
    })
    .get('/:id/cost-guard', async (context) => {
      const { tenant, root, account, multiplier } = await whoReads(deps, context);
      const now = deps.clock();
      const since = new Date(now.getTime() - HOUR_MS).toISOString();
      const [reserved, unpriced, perMinute] = await Promise.all([
        readReserved(deps.sql, tenant, root, now.toISOString()),
        listUnpriced(deps.sql, tenant, root, UNPRICED_MAX),
        readSpendPerMinute(deps.sql, tenant, root, since),
      ]);
      return context.json(
        guardView(context.req.param('id'), account, multiplier, { ...reserved, unpriced, perMinute }),
      );
    })
    .get('/:id/cost-guard/certificate', async (context) => {
      const { tenant, account } = await whoReads(deps, context);
      return context.json(await certificateOf(deps.sql, tenant, account));
    });
}

/** Reports of spend, one or many. */
export function spendRoutes(deps: Deps): Hono {
  return new Hono().post('/', async (context) => {
    const credential = readCredential(context.req.header('authorization'));
    const body = await readJson(context);
    if (!isBatch(body)) return context.json(await reportEvent(deps, credential, body));
    const { events } = parseBatch(body);
    const settled = await Promise.allSettled(events.map((event) => reportEvent(deps, credential, event)));
    // Who may not report at all gets that as the answer; what is wrong with one report is that report's answer.
    const outright = settled.find((one) => one.status === 'rejected' && isOutright(one.reason));
    if (outright) throw (outright as PromiseRejectedResult).reason;
    return context.json({
      results: settled.map((one) =>
        one.status === 'fulfilled' ? one.value : { problem: problemBody(one.reason as Problem) },
      ),
    });
  });
}

/** The guard without state. */
export function costGuardRoutes(deps: Deps): Hono {
  return new Hono().post('/evaluate', async (context) => {
    await whoAsks(deps, context, 'cost.read');
    const text = evaluateText(parseEvaluation(await readJson(context)));
    return context.body(text, 200, { 'content-type': 'application/json' });
  });
}

/** One report, by whoever the credential is of. @throws Problem 400, 401, 403, 404, 409 */
export async function reportEvent(
  { ledger, policy }: Deps,
  credential: ReturnType<typeof readCredential>,
  body: unknown,
) {
  const event = parseSpend(body);
  const result = await ledger.submit(credential.tenant, (tx) => {
    const caller = authorize(tx, policy, credential, 'spend.report');
    return spendOn(tx, policy, caller, event.run_id, 'charge', (run) =>
      reportSpend(tx, policy, pricesOf(tx), caller, run, event),
    );
  });
  if (result.refusal) throw result.refusal;
  return chargeView(result.charge);
}

/** Who may read the money of a run, with the account as it stands. */
function whoReads(deps: Deps, context: Context) {
  return asCaller(deps, context, 'cost.read', (tx, caller) => {
    const { root_run_id: root } = payingRun(tx, caller, context.req.param('id')!);
    return { tenant: tx.log, root, account: accountOf(tx, root), multiplier: multiplierOf(tx) };
  });
}

function multiplierOf(tx: Tx): number {
  return currentTenant(tx).config.config.cost_guard_policy.trip_multiplier;
}

function isBatch(body: unknown): body is { events: unknown } {
  return body !== null && typeof body === 'object' && 'events' in body;
}

function isOutright(reason: unknown): boolean {
  if (!(reason instanceof Problem)) return true;
  return reason.status === 401 || reason.status >= 500 || reason.code === 'operation.forbidden';
}
