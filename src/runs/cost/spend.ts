import type { Tx } from '../../audit/view.ts';
import { canonicalHash } from '../../contract/canonical.ts';
import { Problem, invalid, notFound } from '../../contract/problem.ts';
import type { HoldSettlement, SpendEvent, UnpricedResolution } from '../../contract/types.ts';
import type { Policy } from '../../policy/policy.ts';
import { type Caller, actorOf } from '../../tenants/tokens.ts';
import type { PriceList } from '../prices/list.ts';
import { type PayingRun, accountOf, amountsOf, post } from './account.ts';
import { costOf, readReport } from './calls.ts';
import { chargeReport, chargeUnpriced, keepCharge, unpricedCall } from './charges.ts';
import { isOverLimit } from './guard.ts';
import { must, openHold } from './holds.ts';
import { permit, termsOf } from './permission.ts';
import { type ChargeRow, type HoldRow, type UnpricedRow, chargeTable, holdTable, unpricedTable } from './tables.ts';

/** Source of the charges that settle a hold. Nobody else reports under it. */
const HOLD_SOURCE = 'hold';

/** What became of a report. A refusal may have been written down as well. */
export type SpendResult = { charge: ChargeRow; refusal?: undefined } | { charge?: undefined; refusal: Problem };

/**
 * Takes one report of spend. The same id with the same words gives the same answer; with others it is refused, and the
 * account remembers that somebody tried.
 * @throws Problem 400, 403, 404, 409
 */
export function reportSpend(
  tx: Tx,
  policy: Policy,
  prices: PriceList,
  caller: Caller,
  run: PayingRun,
  event: SpendEvent,
): SpendResult {
  const source = event.source ?? caller.id;
  if (source === HOLD_SOURCE || (caller.scope === 'own' && source !== caller.id))
    throw new Problem(403, 'spend.foreign_source', `Reports of ${source} are not yours to make.`);
  const requestHash = canonicalHash({ ...event, source });
  const known = tx.get(chargeTable, source, event.event_id);
  if (known)
    return known.request_hash === requestHash ? { charge: known } : keepConflict(tx, caller, known, requestHash);

  const at = occurredAt(tx, policy, caller, run, event.at);
  if (event.correction_pico_usd !== undefined)
    return { charge: correct(tx, policy, caller, run, event, source, requestHash, at) };
  must(permit(policy, caller, event.pico_usd === undefined ? 'usage' : 'amount', []).reasons);
  const hold = event.hold_id === undefined ? null : openHold(tx, run, event.hold_id);
  const charge = chargeReport(tx, prices, actorOf(caller), run, {
    source,
    event_id: event.event_id,
    request_hash: requestHash,
    report: readReport(hold ? { provider: hold.provider ?? undefined, model: hold.model, ...event } : event, at),
    hold,
    call_id: event.call_id ?? null,
    closing: event.status ?? 'final',
  });
  return { charge };
}

/**
 * Says what a call used that had a hold. May be said again in the same words.
 * @throws Problem 403, 404, 409 `hold.settled` when it was settled in other words
 */
export function settleHold(
  tx: Tx,
  policy: Policy,
  prices: PriceList,
  caller: Caller,
  run: PayingRun,
  holdId: string,
  settlement: HoldSettlement,
): HoldRow {
  const hold = openHold(tx, run, holdId);
  const requestHash = canonicalHash(settlement);
  if (hold.settlement_hash === requestHash) return hold;
  if (hold.state === 'settled')
    throw new Problem(
      409,
      'hold.settled',
      `The hold ${holdId} is settled; report more as a spend event with its hold_id.`,
      {
        state: hold.state,
      },
    );
  must(permit(policy, caller, settlement.pico_usd === undefined ? 'usage' : 'amount', []).reasons);
  const at = occurredAt(tx, policy, caller, run, settlement.at ?? hold.created_at);
  chargeReport(tx, prices, actorOf(caller), run, {
    source: HOLD_SOURCE,
    event_id: `${run.run_id}/${holdId}/${hold.reports}`,
    request_hash: requestHash,
    report: readReport({ provider: hold.provider ?? undefined, model: hold.model, ...settlement }, at),
    hold,
    call_id: null,
    closing: settlement.status ?? 'final',
  });
  return tx.get(holdTable, run.run_id, holdId)!;
}

/** Prices usage that had no price, or waives it. @throws Problem 403, 404, 409 */
export function resolveUnpriced(
  tx: Tx,
  policy: Policy,
  prices: PriceList,
  caller: Caller,
  run: PayingRun,
  resolution: UnpricedResolution,
): UnpricedRow {
  const row = tx.get(unpricedTable, resolution.source, resolution.event_id);
  if (!row || row.root_run_id !== run.root_run_id) throw notFound('unpriced usage');
  must(permit(policy, caller, 'unpriced', []).reasons);
  if (row.state !== 'open')
    throw new Problem(409, 'spend.resolved', `${row.resolved_by} has ${row.state} it at ${row.resolved_at}.`);
  const actor = actorOf(caller);
  const of = { run_id: row.run_id, root_run_id: row.root_run_id, created_at: run.created_at };
  const { reason } = resolution;
  if (resolution.verdict === 'waive') return chargeUnpriced(tx, actor, of, row, { state: 'waived', reason });
  if (resolution.pico_usd !== undefined)
    return chargeUnpriced(tx, actor, of, row, {
      state: 'priced',
      pico_usd: BigInt(resolution.pico_usd),
      rows: [],
      reason,
    });
  const cost = costOf(prices, unpricedCall(tx, row).usage);
  if ('unpriced' in cost)
    throw new Problem(409, 'spend.still_unpriced', `The list has no price for it: ${cost.detail}. Give an amount.`);
  return chargeUnpriced(tx, actor, of, row, { state: 'priced', pico_usd: cost.pico_usd, rows: cost.rows, reason });
}

/** A correction is an event of its own; it never takes a trip back. */
function correct(
  tx: Tx,
  policy: Policy,
  caller: Caller,
  run: PayingRun,
  event: SpendEvent,
  source: string,
  requestHash: string,
  at: string,
): ChargeRow {
  must(permit(policy, caller, 'correction', []).reasons);
  const { event_id, correction_pico_usd: amount, reason } = event;
  const account = accountOf(tx, run.root_run_id);
  if (BigInt(account.committed) + BigInt(amount!) < 0n)
    throw new Problem(409, 'spend.correction_exceeds', `Only ${account.committed} pico-USD are charged so far.`);
  const seq = tx.seq;
  const after = post(tx, actorOf(caller), account, {
    action: 'spend.corrected',
    runId: run.run_id,
    event: { type: 'charge', pico_usd: amount!, reserved: '0', closes: false },
    detail: { source, event_id, reason },
  });
  return keepCharge(
    tx,
    run,
    { source, event_id, request_hash: requestHash, report: { at } },
    {
      kind: 'correction',
      pico_usd: amount!,
      committed: after.committed,
      detail: { reason },
      list_hash: null,
      tripped: account.state === 'open' && isOverLimit(amountsOf(tx, after)),
      seq,
    },
  );
}

function keepConflict(tx: Tx, caller: Caller, known: ChargeRow, requestHash: string): SpendResult {
  const { source, event_id, seq } = known;
  post(tx, actorOf(caller), accountOf(tx, known.root_run_id), {
    action: 'spend.conflict',
    runId: known.run_id,
    event: { type: 'conflict' },
    detail: { source, event_id, first_seq: seq, request_hash: requestHash },
  });
  return {
    refusal: new Problem(409, 'spend.conflict', `${source} reported ${event_id} before, in other words.`, {
      source,
      event_id,
      seq,
    }),
  };
}

/** When the call was made: prices are dated, so that may be neither before its run nor in the future. */
function occurredAt(tx: Tx, policy: Policy, caller: Caller, run: PayingRun, at: string | undefined): string {
  if (at === undefined) return tx.now;
  const time = Date.parse(at);
  const skew = termsOf(policy, caller).clock_skew_seconds * 1000;
  if (time > Date.parse(tx.now) + skew || time < Date.parse(run.created_at) - skew)
    throw invalid([{ field: '/at', code: 'spend.time', message: 'must be within the life of the run' }]);
  return new Date(time).toISOString();
}
