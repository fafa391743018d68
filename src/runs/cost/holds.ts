import type { Tx } from '../../audit/view.ts';
import { canonicalHash } from '../../contract/canonical.ts';
import { Problem, notFound } from '../../contract/problem.ts';
import type { CostFact, HoldRequest, Reasons } from '../../contract/types.ts';
import type { Policy } from '../../policy/policy.ts';
import { type Caller, actorOf } from '../../tenants/tokens.ts';
import type { PriceList } from '../prices/list.ts';
import { callRates } from '../prices/price.ts';
import { type PayingRun, accountOf, amountsOf, post } from './account.ts';
import { type Inequality, admissionInequality, roomLeft, tripInequality } from './guard.ts';
import { permit, termsOf } from './permission.ts';
import { type AccountRow, type HoldRow, holdTable } from './tables.ts';

/** May the call be made? With what it was weighed by. */
export interface HoldDecision {
  admitted: boolean;
  reasons: Reasons;
  hold: HoldRow | null;
  account: AccountRow;
  admission: Inequality | null;
  trip: Inequality | null;
}

/**
 * Asks for room before a call. A hold id that was admitted is answered again for as long as its call may be made, so that a lost
 * reply costs nothing; one that was denied is weighed anew.
 * @param standing what else stands against it: a red flag on the run tree, or that a human has ended it
 * @throws Problem 409 `hold.conflict` when the id was used for another call
 */
export function requestHold(
  tx: Tx,
  policy: Policy,
  prices: PriceList,
  caller: Caller,
  run: PayingRun,
  request: HoldRequest,
  standing: CostFact[],
): HoldDecision {
  const requestHash = canonicalHash(request);
  const account = accountOf(tx, run.root_run_id);
  const amounts = amountsOf(tx, account);
  const known = tx.get(holdTable, run.run_id, request.hold_id);
  if (known && known.request_hash !== requestHash)
    throw new Problem(409, 'hold.conflict', `The hold ${request.hold_id} was asked for with another call.`);
  const admission = admissionInequality(amounts);
  const trip = tripInequality(amounts);
  if (known) {
    // The call was let in; whether it may still be made is another matter, and never twice.
    const isLiving = known.state === 'held' && !isUncertain(known, tx.now) && known.reports === 0;
    const facts: CostFact[] = [...stateFacts(account), ...standing];
    if (!isLiving) facts.push('hold_used');
    const { reasons } = permit(policy, caller, 'hold', [...new Set(facts)]);
    return { admitted: reasons.length === 0, reasons, hold: known, account, admission, trip };
  }

  const rates = callRates(prices, {
    ...(request.provider !== undefined && { provider: request.provider }),
    model: request.model,
    ...(request.tier !== undefined && { tier: request.tier }),
    at: tx.now,
    input_tokens: request.input_tokens,
  });
  const facts: CostFact[] = [...stateFacts(account), ...standing];
  if ('unpriced' in rates) facts.push('model_unpriced');
  if (admission && !admission.holds) facts.push('limit_reached');
  const { reasons, terms } = permit(policy, caller, 'hold', [...new Set(facts)]);
  if (reasons.length > 0 || 'unpriced' in rates || !admission?.holds) {
    tx.append({
      action: 'hold.denied',
      actor: actorOf(caller),
      resource: `run/${run.root_run_id}`,
      payload: JSON.stringify({ run_id: run.run_id, request, reasons, admission, trip }),
    });
    return { admitted: false, reasons, hold: null, account, admission, trip };
  }

  const fixed = rates.per_call + rates.input_each * BigInt(request.input_tokens);
  const authorised = fitting(request, rates.output_each, roomLeft(amounts)! - fixed, terms.min_output_tokens);
  const seconds = Math.min(request.ttl_seconds ?? terms.hold_seconds, terms.hold_seconds_max);
  const hold: HoldRow = {
    run_id: run.run_id,
    hold_id: request.hold_id,
    root_run_id: run.root_run_id,
    state: 'held',
    provider: request.provider ?? null,
    model: request.model,
    input_tokens: request.input_tokens,
    max_output_tokens: request.max_output_tokens,
    authorised_output_tokens: authorised,
    pico_usd: String(fixed + rates.output_each * BigInt(authorised)),
    charged: '0',
    usage: null,
    reports: 0,
    request_hash: requestHash,
    settlement_hash: null,
    list_hash: rates.list_hash,
    caller_id: caller.id,
    created_at: tx.now,
    expires_at: later(tx.now, seconds),
    admitted_seq: tx.seq,
    updated_seq: tx.seq,
  };
  tx.put(holdTable, hold);
  const after = post(tx, actorOf(caller), account, {
    action: 'hold.admitted',
    runId: run.run_id,
    event: { type: 'hold', pico_usd: hold.pico_usd },
    detail: {
      request,
      authorised_output_tokens: authorised,
      expires_at: hold.expires_at,
      row: rates.row,
      list_hash: rates.list_hash,
    },
  });
  return { admitted: true, reasons: [], hold, account: after, admission, trip };
}

/** A hold that was never used gives its room back. Not when its time is over: the call may have been made. */
export function releaseHold(
  tx: Tx,
  policy: Policy,
  caller: Caller,
  run: PayingRun,
  holdId: string,
  reason: string | null,
): HoldRow {
  const hold = openHold(tx, run, holdId);
  if (hold.state === 'released') return hold;
  if (hold.state === 'settled' || hold.usage !== null)
    throw new Problem(409, 'hold.has_usage', `Usage of the hold ${holdId} was reported: settle it.`, {
      state: hold.state,
    });
  must(permit(policy, caller, 'release', isUncertain(hold, tx.now) ? ['uncertain'] : []).reasons);
  const row: HoldRow = { ...hold, state: 'released', updated_seq: tx.seq };
  tx.put(holdTable, row);
  post(tx, actorOf(caller), accountOf(tx, run.root_run_id), {
    action: 'hold.released',
    runId: run.run_id,
    event: { type: 'release', reserved: String(-remainingOf(hold)) },
    detail: { hold_id: holdId, reason },
  });
  return row;
}

/** More time for a call that is under way. A hold whose time is over stays uncertain. */
export function extendHold(
  tx: Tx,
  policy: Policy,
  caller: Caller,
  run: PayingRun,
  holdId: string,
  ttl: number | null,
): HoldRow {
  const hold = openHold(tx, run, holdId);
  if (hold.state !== 'held' || isUncertain(hold, tx.now)) throw gone(hold, tx.now);
  const terms = termsOf(policy, caller);
  const until = later(tx.now, Math.min(ttl ?? terms.hold_seconds, terms.hold_seconds_max));
  const last = later(hold.created_at, terms.hold_life_seconds_max);
  const row: HoldRow = { ...hold, expires_at: until < last ? until : last, updated_seq: tx.seq };
  note(tx, caller, row, 'hold.extended');
  return row;
}

/** Nobody knows what became of the call: its room stays taken until usage arrives or an operator settles it. */
export function doubtHold(tx: Tx, caller: Caller, run: PayingRun, holdId: string, reason: string | null): HoldRow {
  const hold = openHold(tx, run, holdId);
  if (hold.state === 'uncertain') return hold;
  if (hold.state !== 'held') throw gone(hold, tx.now);
  const row: HoldRow = { ...hold, state: 'uncertain', updated_seq: tx.seq };
  note(tx, caller, row, 'hold.uncertain', { reason });
  return row;
}

/** Writes down that a hold's time is over. Nothing depends on it: at use, time alone counts. */
export function expireHold(tx: Tx, runId: string, holdId: string): boolean {
  const hold = tx.get(holdTable, runId, holdId);
  if (hold?.state !== 'held' || hold.expires_at > tx.now) return false;
  note(tx, { kind: 'service', id: 'placet' }, { ...hold, state: 'uncertain', updated_seq: tx.seq }, 'hold.expired');
  return true;
}

/** @throws Problem 404 */
export function openHold(tx: Tx, run: PayingRun, holdId: string): HoldRow {
  const hold = tx.get(holdTable, run.run_id, holdId);
  if (!hold) throw notFound('hold');
  return hold;
}

/** Is it unknown whether the call was made, by time or because somebody said so? */
export function isUncertain(hold: Pick<HoldRow, 'state' | 'expires_at'>, now: string): boolean {
  return hold.state === 'uncertain' || (hold.state === 'held' && hold.expires_at <= now);
}

/** What a hold reserves still. */
export function remainingOf(hold: Pick<HoldRow, 'state' | 'pico_usd' | 'charged'>): bigint {
  if (hold.state !== 'held' && hold.state !== 'uncertain') return 0n;
  const rest = BigInt(hold.pico_usd) - BigInt(hold.charged);
  return rest > 0n ? rest : 0n;
}

/** @throws Problem 403 `cost.refused` with policy's reasons */
export function must(reasons: Reasons): void {
  if (reasons.length > 0)
    throw new Problem(403, 'cost.refused', reasons.map((reason) => reason.message).join(' '), { reasons });
}

/** What stands against spending more, of the account alone. */
export function stateFacts(account: AccountRow): CostFact[] {
  const facts: CostFact[] = [];
  if (account.state === 'tripped') facts.push('tripped');
  if (account.state === 'aborted') facts.push('aborted');
  if (account.estimate === null) facts.push('no_estimate');
  if (account.unpriced > 0) facts.push('unpriced_usage');
  return facts;
}

/** As many output tokens as fit, but not so few that the call is worth nothing: then the guard lets in the one hold over the limit. */
function fitting(request: HoldRequest, each: bigint, room: bigint, floor: number): number {
  const { max_output_tokens: max, min_output_tokens: wanted = 0 } = request;
  const least = Math.min(max, Math.max(floor, wanted));
  if (each === 0n || room >= each * BigInt(max)) return max;
  const fit = room > 0n ? Number(room / each) : 0;
  return Math.max(least, fit);
}

function note(tx: Tx, actor: { kind: string; id: string }, row: HoldRow, action: string, detail: object = {}): void {
  tx.put(holdTable, row);
  tx.append({
    action,
    actor: { type: actor.kind, id: actor.id },
    resource: `run/${row.root_run_id}`,
    payload: JSON.stringify({ run_id: row.run_id, hold_id: row.hold_id, expires_at: row.expires_at, ...detail }),
  });
}

function gone(hold: HoldRow, now: string): Problem {
  const state = isUncertain(hold, now) ? 'uncertain' : hold.state;
  return new Problem(409, 'hold.not_held', `The hold ${hold.hold_id} is ${state}.`, { state });
}

function later(at: string, seconds: number): string {
  return new Date(Date.parse(at) + seconds * 1000).toISOString();
}
