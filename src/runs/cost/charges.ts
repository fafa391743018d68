import type { Actor } from '../../audit/entry.ts';
import type { Tx } from '../../audit/view.ts';
import type { PriceList } from '../prices/list.ts';
import { type PayingRun, accountOf, amountsOf, post } from './account.ts';
import { type CallCost, costOf, joinUsage } from './calls.ts';
import { isOverLimit } from './guard.ts';
import { remainingOf } from './holds.ts';
import {
  type CallUsage,
  type ChargeRow,
  type HoldRow,
  type UnpricedRow,
  callTable,
  chargeTable,
  holdTable,
  unpricedTable,
} from './tables.ts';

/** Does the call go on after this report? `aborted`: it ended, and nobody knows whether this is all that it used. */
export type Closing = 'final' | 'streaming' | 'aborted';

export interface Reported {
  source: string;
  event_id: string;
  request_hash: string;
  report: CallUsage;
  /** What the call is known by: its hold, an id of the source's, or nothing but this report. */
  hold: HoldRow | null;
  call_id: string | null;
  closing: Closing;
}

/** Charges what a report adds to what its call was charged already, and gives the hold's room back once the call has ended. */
export function chargeReport(tx: Tx, prices: PriceList, actor: Actor, run: PayingRun, reported: Reported): ChargeRow {
  const known = knownCall(tx, reported);
  const joined = known.usage ? joinUsage(known.usage, reported.report) : reported.report;
  const cost = costOf(prices, joined);
  if ('unpriced' in cost) return keepUnpriced(tx, actor, run, reported, joined, cost);

  const { account, rows } = { account: accountOf(tx, run.root_run_id), rows: cost.rows };
  const delta = cost.pico_usd - BigInt(known.charged);
  const usage = { ...joined, unpriced: null };
  const before = reported.hold;
  const hold = before && afterReport(before, usage, cost.pico_usd, reported.closing, tx.seq, reported.request_hash);
  const kind = reported.report.pico_usd === null ? 'usage' : 'amount';
  const detail = { ...naming(reported), reported: reported.report, usage, rows, list_hash: cost.list_hash };
  const seq = tx.seq;
  const after = post(tx, actor, account, {
    action: 'spend.charged',
    runId: run.run_id,
    event: {
      type: joined.unpriced ? 'priced' : 'charge',
      pico_usd: String(delta),
      reserved: String(before && hold ? remainingOf(hold) - remainingOf(before) : 0n),
      closes: before !== null && isOpen(before) && !isOpen(hold!),
    },
    detail,
  });
  keepCall(tx, run, reported, usage, String(cost.pico_usd), hold);
  if (joined.unpriced) closeUnpriced(tx, joined.unpriced, actor, 'priced', 'A later report has a price.', seq);
  const tripped = account.state === 'open' && isOverLimit(amountsOf(tx, after));
  return keepCharge(tx, run, reported, {
    kind,
    pico_usd: String(delta),
    committed: after.committed,
    detail: { usage: reported.report, rows },
    list_hash: cost.list_hash,
    tripped,
    seq,
  });
}

/** What a human says about usage that had no price: an amount, the list as it is now, or that it is not to be charged. */
export function chargeUnpriced(
  tx: Tx,
  actor: Actor,
  run: PayingRun,
  row: UnpricedRow,
  verdict: { state: 'priced'; pico_usd: bigint; rows: object[]; reason: string } | { state: 'waived'; reason: string },
): UnpricedRow {
  const { hold, known, usage: reported } = unpricedCall(tx, row);
  // What was charged for a part of the call stays charged when the rest is waived.
  const amount = verdict.state === 'waived' ? BigInt(known.charged) : verdict.pico_usd;
  const usage = { ...reported, pico_usd: String(amount), unpriced: null };
  const seq = tx.seq;
  const settled = hold && { ...hold, state: 'settled' as const, usage, charged: usage.pico_usd, updated_seq: seq };
  post(tx, actor, accountOf(tx, run.root_run_id), {
    action: 'spend.priced',
    runId: run.run_id,
    event: {
      type: 'priced',
      pico_usd: String(amount - BigInt(known.charged)),
      reserved: String(hold ? -remainingOf(hold) : 0n),
      closes: hold !== null && isOpen(hold),
    },
    detail: { source: row.source, event_id: row.event_id, ...verdict, pico_usd: String(amount) },
  });
  keepCall(tx, run, row, usage, usage.pico_usd, settled);
  return closeUnpriced(tx, row, actor, verdict.state, verdict.reason, seq);
}

/** The call that an unpriced report belongs to, with all that is known of it by now. */
export function unpricedCall(tx: Tx, row: UnpricedRow) {
  const hold = row.hold_id === null ? null : tx.get(holdTable, row.run_id, row.hold_id)!;
  const known = knownCall(tx, { source: row.source, call_id: row.call_id, hold });
  return { hold, known, usage: known.usage ?? row.usage };
}

interface CallKey {
  source: string;
  call_id: string | null;
  hold: HoldRow | null;
}

function knownCall(tx: Tx, { source, call_id, hold }: CallKey): { usage: CallUsage | null; charged: string } {
  if (hold) return hold;
  return (call_id === null ? undefined : tx.get(callTable, source, call_id)) ?? { usage: null, charged: '0' };
}

function keepCall(
  tx: Tx,
  run: PayingRun,
  { source, call_id }: { source: string; call_id: string | null },
  usage: CallUsage,
  charged: string,
  hold: HoldRow | null,
): void {
  if (hold) tx.put(holdTable, hold);
  else if (call_id !== null) tx.put(callTable, { source, call_id, root_run_id: run.root_run_id, usage, charged });
}

/** Usage without a price: kept, never taken for 0, and the run tree waits until somebody prices or waives it. */
function keepUnpriced(
  tx: Tx,
  actor: Actor,
  run: PayingRun,
  reported: Reported,
  joined: CallUsage,
  why: Extract<CallCost, { unpriced: string }>,
): ChargeRow {
  const { source, event_id, hold } = reported;
  const seq = tx.seq;
  const isNew = joined.unpriced === null;
  const usage = { ...joined, unpriced: joined.unpriced ?? { source, event_id } };
  const after = post(tx, actor, accountOf(tx, run.root_run_id), {
    action: 'spend.unpriced',
    runId: run.run_id,
    event: isNew ? { type: 'unpriced' } : { type: 'charge', pico_usd: '0', reserved: '0', closes: false },
    detail: { ...naming(reported), reported: reported.report, usage, why },
  });
  const doubted: HoldRow | null = hold && {
    ...hold,
    state: hold.state === 'held' ? 'uncertain' : hold.state,
    usage,
    reports: hold.reports + 1,
    settlement_hash: reported.request_hash,
    updated_seq: seq,
  };
  const charged = hold?.charged ?? knownCall(tx, reported).charged;
  keepCall(tx, run, reported, usage, charged, doubted);
  if (isNew)
    tx.insert(unpricedTable, {
      source,
      event_id,
      root_run_id: run.root_run_id,
      run_id: run.run_id,
      hold_id: hold?.hold_id ?? null,
      call_id: reported.call_id,
      state: 'open',
      why: `${why.unpriced}: ${why.detail}`,
      usage,
      reason: null,
      resolved_by: null,
      resolved_at: null,
      resolved_seq: null,
      seq,
    });
  return keepCharge(tx, run, reported, {
    kind: 'unpriced',
    pico_usd: null,
    committed: after.committed,
    detail: { usage: reported.report, why },
    list_hash: null,
    tripped: false,
    seq,
  });
}

function closeUnpriced(
  tx: Tx,
  key: { source: string; event_id: string },
  actor: Actor,
  state: 'priced' | 'waived',
  reason: string,
  seq: number,
): UnpricedRow {
  const row: UnpricedRow = {
    ...tx.get(unpricedTable, key.source, key.event_id)!,
    state,
    reason,
    resolved_by: actor.id,
    resolved_at: tx.now,
    resolved_seq: seq,
  };
  tx.put(unpricedTable, row);
  return row;
}

type Outcome = Pick<ChargeRow, 'kind' | 'pico_usd' | 'committed' | 'detail' | 'list_hash' | 'tripped' | 'seq'>;

/** The key is new: a report with an id that is known never comes this far. */
export function keepCharge(
  tx: Tx,
  run: PayingRun,
  {
    source,
    event_id,
    request_hash,
    report,
  }: Pick<Reported, 'source' | 'event_id' | 'request_hash'> & { report: { at: string } },
  outcome: Outcome,
): ChargeRow {
  const row: ChargeRow = {
    source,
    event_id,
    run_id: run.run_id,
    root_run_id: run.root_run_id,
    request_hash,
    occurred_at: report.at,
    created_at: tx.now,
    ...outcome,
  };
  tx.insert(chargeTable, row);
  return row;
}

function afterReport(
  hold: HoldRow,
  usage: CallUsage,
  cost: bigint,
  closing: Closing,
  seq: number,
  requestHash: string,
): HoldRow {
  const state = isOpen(hold)
    ? { final: 'settled' as const, streaming: hold.state, aborted: 'uncertain' as const }[closing]
    : 'settled';
  return {
    ...hold,
    state,
    usage,
    charged: String(cost),
    reports: hold.reports + 1,
    settlement_hash: requestHash,
    updated_seq: seq,
  };
}

function isOpen(hold: HoldRow): boolean {
  return hold.state === 'held' || hold.state === 'uncertain';
}

function naming({ source, event_id, hold, call_id, closing }: Reported) {
  return { source, event_id, hold_id: hold?.hold_id ?? null, call_id, closing };
}
