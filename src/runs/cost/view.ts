import type { Charge, Estimate, GuardView, Hold, HoldAnswer, Unpriced } from '../../contract/types.ts';
import { usdOf } from '../prices/amount.ts';
import { amountsBy } from './account.ts';
import {
  admissionInequality,
  exactMultiplier,
  limitFraction,
  limitOf,
  ratioOf,
  roomLeft,
  tripInequality,
} from './guard.ts';
import { type HoldDecision, isUncertain, remainingOf } from './holds.ts';
import type { AccountRow, ChargeRow, EstimateRow, HoldRow, UnpricedRow } from './tables.ts';

export function holdView(hold: HoldRow, now: string): Hold {
  return {
    hold_id: hold.hold_id,
    run_id: hold.run_id,
    root_run_id: hold.root_run_id,
    state: isUncertain(hold, now) ? 'uncertain' : hold.state,
    provider: hold.provider,
    model: hold.model,
    input_tokens: hold.input_tokens,
    max_output_tokens: hold.max_output_tokens,
    authorised_output_tokens: hold.authorised_output_tokens,
    pico_usd: hold.pico_usd,
    charged_pico_usd: hold.charged,
    remaining_pico_usd: String(remainingOf(hold)),
    list_hash: hold.list_hash,
    created_at: hold.created_at,
    expires_at: hold.expires_at,
    seq: hold.admitted_seq,
  };
}

export function holdAnswer(
  { admitted, reasons, hold, account, admission, trip }: HoldDecision,
  multiplier: number,
  now: string,
): HoldAnswer {
  return {
    admitted,
    reasons,
    hold: hold && holdView(hold, now),
    admission,
    trip,
    committed: account.committed,
    reserved: account.reserved,
    limit: limitFraction(amountsBy(account, multiplier)),
  };
}

export function chargeView(row: ChargeRow): Charge {
  const { source, event_id, run_id, root_run_id, kind, pico_usd, committed, list_hash, tripped, seq } = row;
  return { source, event_id, run_id, root_run_id, kind, pico_usd, committed, list_hash, tripped, seq };
}

export function estimateView({ request_hash: _, seq: __, ...row }: EstimateRow): Estimate {
  return { ...row, usd: usdOf(BigInt(row.pico_usd)), basis: row.basis as Estimate['basis'] };
}

export function unpricedView(row: UnpricedRow): Unpriced {
  const { source, event_id, run_id, hold_id, state, why, usage, reason, resolved_by, resolved_at } = row;
  return { source, event_id, run_id, hold_id, state, why, usage: { ...usage }, reason, resolved_by, resolved_at };
}

/** The account with everything that follows from it. */
export function guardView(
  runId: string,
  account: AccountRow,
  multiplier: number,
  more: { held: string; uncertain: string; unpriced: UnpricedRow[]; perMinute: GuardView['spend_per_minute'] },
): GuardView {
  const amounts = amountsBy(account, multiplier);
  const { numerator, denominator } = exactMultiplier(multiplier);
  const limit = limitOf(amounts);
  const room = roomLeft(amounts);
  return {
    run_id: runId,
    root_run_id: account.root_run_id,
    state: account.state,
    epoch: account.epoch,
    multiplier: { numerator: String(numerator), denominator: String(denominator) },
    estimate: { version: account.estimate_version, first: account.first_estimate, current: account.estimate },
    committed: account.committed,
    held: more.held,
    uncertain: more.uncertain,
    open_holds: account.open_holds,
    worst_case: String(amounts.committed + amounts.reserved),
    limit: limitFraction(amounts),
    remaining: room === null ? null : String(room),
    ratio: ratioOf(amounts),
    trip_inequality: tripInequality(amounts),
    admission_inequality: admissionInequality(amounts),
    usd: {
      estimate: amounts.estimate === null ? null : usdOf(amounts.estimate),
      committed: usdOf(amounts.committed),
      limit: limit && usdOf(limit.numerator / limit.denominator),
    },
    unpriced: more.unpriced.map(unpricedView),
    conflicts: account.conflicts,
    trip:
      account.trip_seq === null
        ? null
        : {
            at: account.tripped_at!,
            seq: account.trip_seq,
            ticket_id: account.ticket_id!,
            certificate_url: `/v1/runs/${encodeURIComponent(runId)}/cost-guard/certificate`,
          },
    spend_per_minute: [...more.perMinute],
  };
}
