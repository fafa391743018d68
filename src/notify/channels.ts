import type { Actor } from '../audit/entry.ts';
import type { Tx } from '../audit/view.ts';
import { Problem, notFound } from '../contract/problem.ts';
import { type Caller, actorOf } from '../tenants/tokens.ts';
import { TEST_ACTION } from './events.ts';
import {
  type ChannelRow,
  MAIL_CHANNEL,
  type SealedSecret,
  channelTable,
  deliveryTable,
  keptChannels,
} from './tables.ts';

const CHANNELS_MAX = 100;
/** Secrets that sign at the same time, so that the header stays short. */
const SECRETS_MAX = 4;

export interface NewChannel {
  channelId: string;
  kind: 'webhook' | 'slack';
  urlSealed: string;
  origin: string;
  types: string[];
  description: string;
  secrets: Pick<SealedSecret, 'id' | 'sealed'>[];
}

/** Begins a channel on behalf of the caller. It is told what happens from now on. */
export function createChannel(tx: Tx, caller: Caller, channel: NewChannel): ChannelRow {
  if (tx.find(channelTable, keptChannels, '').length >= CHANNELS_MAX)
    throw new Problem(409, 'webhook.too_many', `A tenant has at most ${CHANNELS_MAX} webhooks.`);
  const row: ChannelRow = {
    channel_id: channel.channelId,
    kind: channel.kind,
    state: 'active',
    state_reason: null,
    description: channel.description,
    owner_kind: caller.kind,
    owner_id: caller.id,
    url_sealed: channel.urlSealed,
    origin: channel.origin,
    types: channel.types,
    secrets: channel.secrets.map((secret) => ({ ...secret, created_at: tx.now, expires_at: null })),
    cursor: tx.seq,
    created_at: tx.now,
  };
  tx.insert(channelTable, row);
  return explain(tx, actorOf(caller), 'channel.created', row, {
    kind: row.kind,
    origin: row.origin,
    types: row.types,
    owner: { kind: row.owner_kind, id: row.owner_id },
  });
}

/** Begins the channel by which a tenant's people are told by mail, from now on. It is the service's own. */
export function openMailChannel(tx: Tx): void {
  if (tx.get(channelTable, MAIL_CHANNEL)) return;
  const row: ChannelRow = {
    channel_id: MAIL_CHANNEL,
    kind: 'mail',
    state: 'active',
    state_reason: null,
    description: 'Mail to the people of the tenant',
    owner_kind: 'service',
    owner_id: 'placet',
    url_sealed: null,
    origin: null,
    types: [],
    secrets: [],
    cursor: tx.seq,
    created_at: tx.now,
  };
  tx.insert(channelTable, row);
  explain(tx, { type: 'service', id: 'placet' }, 'channel.created', row, { kind: row.kind });
}

/** Ends a channel, and with it what is kept of its address and secrets. */
export function deleteChannel(tx: Tx, caller: Caller, channelId: string): void {
  const channel = ownChannel(tx, caller, channelId);
  const row: ChannelRow = { ...channel, state: 'deleted', state_reason: null, url_sealed: null, secrets: [] };
  tx.put(channelTable, row);
  explain(tx, actorOf(caller), 'channel.deleted', row);
}

/**
 * Puts a new secret in force. The old ones sign beside it until the overlap is over, so that the receiver may take the
 * new one whenever it likes within that time.
 */
export function rotateSecret(
  tx: Tx,
  caller: Caller,
  channelId: string,
  secret: Pick<SealedSecret, 'id' | 'sealed'>,
  overlapMinutes: number,
): ChannelRow {
  const channel = ownChannel(tx, caller, channelId);
  if (channel.kind !== 'webhook') throw new Problem(409, 'webhook.unsigned', 'Only webhooks are signed.');
  const until = new Date(Date.parse(tx.now) + overlapMinutes * 60_000).toISOString();
  const old = channel.secrets
    .filter(({ expires_at }) => expires_at === null || expires_at > tx.now)
    .map((one) => ({ ...one, expires_at: one.expires_at !== null && one.expires_at < until ? one.expires_at : until }))
    .filter(({ expires_at }) => expires_at > tx.now)
    .slice(0, SECRETS_MAX - 1);
  const row = { ...channel, secrets: [{ ...secret, created_at: tx.now, expires_at: null }, ...old] };
  tx.put(channelTable, row);
  return explain(tx, actorOf(caller), 'channel.secret_rotated', row, {
    secrets: row.secrets.map(({ id, expires_at }) => ({ id, expires_at })),
  });
}

/** Takes a channel up again that was disabled. What happened meanwhile is told now. */
export function activateChannel(tx: Tx, caller: Caller, channelId: string): ChannelRow {
  const channel = ownChannel(tx, caller, channelId);
  if (channel.state === 'active') return channel;
  const row: ChannelRow = { ...channel, state: 'active', state_reason: null };
  tx.put(channelTable, row);
  return explain(tx, actorOf(caller), 'channel.activated', row);
}

/** Has a test event told to this channel alone, in the way of any other. @returns its position */
export function testChannel(tx: Tx, caller: Caller, channelId: string): number {
  const channel = activeChannel(tx, caller, channelId);
  const { seq } = tx;
  explain(tx, actorOf(caller), TEST_ACTION, channel);
  return seq;
}

/** Has events told again that were told or given up before, with the ids that they had. @returns how many */
export function replayEvents(tx: Tx, caller: Caller, channelId: string, seqs: number[]): number {
  const channel = activeChannel(tx, caller, channelId);
  for (const seq of seqs) {
    const known = tx.get(deliveryTable, channelId, seq, '');
    tx.put(deliveryTable, {
      channel_id: channelId,
      event_seq: seq,
      recipient: '',
      state: 'failed',
      attempt: 0,
      digest: false,
      due_at: tx.now,
      status: null,
      error: null,
      created_at: known?.created_at ?? tx.now,
      updated_at: tx.now,
    });
  }
  if (seqs.length > 0) explain(tx, actorOf(caller), 'channel.replayed', channel, { events: seqs });
  return seqs.length;
}

/** Has everything told again from a position on. */
export function replaySince(tx: Tx, caller: Caller, channelId: string, since: number): void {
  const channel = activeChannel(tx, caller, channelId);
  if (since >= tx.seq) throw new Problem(409, 'webhook.position', `The log ends before position ${since}.`);
  const row = { ...channel, cursor: Math.min(channel.cursor, since - 1) };
  tx.put(channelTable, row);
  explain(tx, actorOf(caller), 'channel.replayed', row, { since });
}

/**
 * The channel, if this caller may know of it. Mail is no one's own.
 * @throws Problem 404
 */
export function ownChannel(tx: Tx, caller: Caller, channelId: string): ChannelRow {
  const row = tx.get(channelTable, channelId);
  const isOwn = caller.scope === 'all' || (row?.owner_kind === caller.kind && row.owner_id === caller.id);
  if (!row || row.state === 'deleted' || row.kind === 'mail' || !isOwn) throw notFound('webhook');
  return row;
}

function activeChannel(tx: Tx, caller: Caller, channelId: string): ChannelRow {
  const row = ownChannel(tx, caller, channelId);
  if (row.state !== 'active')
    throw new Problem(409, 'webhook.disabled', `The webhook is disabled: ${row.state_reason}.`);
  return row;
}

function explain(
  tx: Tx,
  actor: Actor,
  action: string,
  row: ChannelRow,
  detail: Record<string, unknown> = {},
): ChannelRow {
  tx.append({
    action,
    actor,
    resource: `channel/${row.channel_id}`,
    payload: JSON.stringify({ channel_id: row.channel_id, ...detail }),
  });
  return row;
}
