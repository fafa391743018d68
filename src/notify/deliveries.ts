import type { Tx } from '../audit/view.ts';
import { retryDelayMs } from './backoff.ts';
import type { Attempt } from './post.ts';
import { type ChannelRow, type DeliveryRow, channelTable, deliveryTable } from './tables.ts';

// What is sent is taken into hand by a command before, and its outcome recorded by one after. A node that dies between the
// two leaves deliveries `sending`; when their time is over they are sent again, with the same id: at least once, and by one
// node at a time for as long as none is slower than its lease.

/** Longer than any batch takes to be sent. */
const LEASE_MS = 180_000;
const ACTOR = { type: 'service', id: 'placet' };

/** An event for a channel, before anything was tried. */
export interface Addressed {
  seq: number;
  recipient: string;
  /** Of a digest: when it goes out; null to send at once. */
  collectUntil: string | null;
}

/**
 * Takes what lies behind the cursor into hand, and moves the cursor past it.
 * @param seen cursor that the events were read from; another node's claim has moved it on
 * @returns what is to be sent now; nothing when another node has it
 */
export function claimNew(tx: Tx, channelId: string, seen: number, upTo: number, addressed: Addressed[]): DeliveryRow[] {
  const channel = tx.get(channelTable, channelId);
  if (channel?.state !== 'active' || channel.cursor !== seen) return [];
  tx.put(channelTable, { ...channel, cursor: upTo });
  const rows = addressed.map(({ seq, recipient, collectUntil }): DeliveryRow => ({
    channel_id: channelId,
    event_seq: seq,
    recipient,
    state: collectUntil === null ? 'sending' : 'collected',
    attempt: collectUntil === null ? 1 : 0,
    digest: collectUntil !== null,
    due_at: collectUntil ?? later(tx.now, LEASE_MS),
    status: null,
    error: null,
    created_at: tx.now,
    updated_at: tx.now,
  }));
  // By key alone: where a replay since a position passes an event again, its row begins anew.
  for (const row of rows) tx.insert(deliveryTable, row);
  const sending = rows.filter(({ state }) => state === 'sending');
  explain(tx, sending.length > 0 ? 'delivery.attempted' : 'delivery.collected', channelId, rows, { cursor: upTo });
  return sending;
}

/** Takes deliveries into hand whose time has come. @returns those that no one else took meanwhile */
export function claimDue(tx: Tx, channelId: string, due: DeliveryRow[]): DeliveryRow[] {
  if (tx.get(channelTable, channelId)?.state !== 'active') return [];
  const rows = due.flatMap((seen): DeliveryRow[] => {
    const row = tx.get(deliveryTable, channelId, seen.event_seq, seen.recipient);
    const isDue = row && isOpen(row) && row.due_at !== null && row.due_at <= tx.now;
    if (!isDue) return [];
    return [
      { ...row, state: 'sending', attempt: row.attempt + 1, due_at: later(tx.now, LEASE_MS), updated_at: tx.now },
    ];
  });
  for (const row of rows) tx.put(deliveryTable, row);
  if (rows.length > 0) explain(tx, 'delivery.attempted', channelId, rows);
  return rows;
}

export interface Outcome {
  row: DeliveryRow;
  attempt: Attempt;
  /** From 0 to below 1: moves the next attempt. */
  random: number;
}

/** Records what came of a batch: what failed gets its next time, or is given up. */
export function settle(tx: Tx, channelId: string, outcomes: Outcome[]): void {
  const settled: DeliveryRow[] = [];
  let isGone = false;
  for (const { row: sent, attempt, random } of outcomes) {
    const row = tx.get(deliveryTable, channelId, sent.event_seq, sent.recipient);
    if (!row || !isOpen(row)) continue;
    isGone ||= attempt.outcome === 'gone';
    const delivered = attempt.outcome === 'delivered';
    // Whoever was taken for dead and failed leaves it to the one that sends now.
    if (!delivered && (row.state !== 'sending' || row.attempt !== sent.attempt)) continue;
    const delay = attempt.outcome === 'failed' ? retryDelayMs(row.attempt, random, attempt.retryAfterMs) : null;
    settled.push({
      ...row,
      state: delivered ? 'delivered' : delay === null ? 'dead' : 'failed',
      due_at: delay === null ? null : later(tx.now, delay),
      status: attempt.status,
      error: attempt.error,
      updated_at: tx.now,
    });
  }
  for (const row of settled) tx.put(deliveryTable, row);
  for (const state of ['delivered', 'failed', 'dead'] as const) {
    const rows = settled.filter((row) => row.state === state);
    if (rows.length > 0) explain(tx, `delivery.${state}`, channelId, rows);
  }
  if (isGone) disableChannel(tx, channelId, 'the receiver answered 410 Gone');
}

/** Stops a channel. Its cursor stays, so that nothing is lost when it is taken up again. */
function disableChannel(tx: Tx, channelId: string, reason: string): void {
  const channel = tx.get(channelTable, channelId);
  if (channel?.state !== 'active') return;
  const row: ChannelRow = { ...channel, state: 'disabled', state_reason: reason };
  tx.put(channelTable, row);
  tx.append({
    action: 'channel.disabled',
    actor: ACTOR,
    resource: `channel/${channelId}`,
    payload: JSON.stringify({ channel_id: channelId, reason }),
  });
}

function isOpen({ state }: DeliveryRow): boolean {
  return state === 'collected' || state === 'sending' || state === 'failed';
}

/** One entry for the batch. A recipient is a person's id, never an address. */
function explain(
  tx: Tx,
  action: string,
  channelId: string,
  rows: DeliveryRow[],
  detail: Record<string, unknown> = {},
): void {
  const deliveries = rows.map(({ event_seq, recipient, attempt, status, error }) => ({
    event: event_seq,
    ...(recipient !== '' && { recipient }),
    attempt,
    ...(status !== null && { status }),
    ...(error !== null && { error }),
  }));
  tx.append({
    action,
    actor: ACTOR,
    resource: `channel/${channelId}`,
    payload: JSON.stringify({ channel_id: channelId, ...detail, deliveries }),
  });
}

function later(now: string, ms: number): string {
  return new Date(Date.parse(now) + ms).toISOString();
}
