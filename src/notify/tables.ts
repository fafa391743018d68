import { type Index, defineTable } from '../audit/table.ts';
import type { Principal } from '../contract/types.ts';

export interface SealedSecret {
  /** For people, to tell one from the other. */
  id: string;
  sealed: string;
  created_at: string;
  /** Signs until then; null: until it is replaced. */
  expires_at: string | null;
}

/** Where a tenant's notifications go: a webhook, a Slack-compatible hook, or the mail of its people. */
export interface ChannelRow {
  channel_id: string;
  kind: 'webhook' | 'slack' | 'mail';
  state: 'active' | 'disabled' | 'deleted';
  state_reason: string | null;
  description: string;
  owner_kind: Principal['kind'];
  owner_id: string;
  url_sealed: string | null;
  origin: string | null;
  types: string[];
  secrets: SealedSecret[];
  cursor: number;
  created_at: string;
}

/** Id of the one channel by which a tenant's people are told by mail. */
export const MAIL_CHANNEL = 'mail';

/** A tenant's channels. Few, and looked at when one is added. Served by the index channel_kept. */
export const keptChannels: Index<ChannelRow> = {
  name: 'channel/kept',
  keys: (row) => (row.state === 'deleted' ? [] : ['']),
  where: `k.key = '' and t.state <> 'deleted'`,
};

export const channelTable = defineTable<ChannelRow>({
  name: 'channel',
  columns: {
    channel_id: 'text',
    kind: 'text',
    state: 'text',
    state_reason: 'text',
    description: 'text',
    owner_kind: 'text',
    owner_id: 'text',
    url_sealed: 'text',
    origin: 'text',
    types: 'json',
    secrets: 'json',
    cursor: 'int',
    created_at: 'time',
  },
  key: ['channel_id'],
  indexes: [keptChannels],
});

/** One event on its way to one place. `collected`: waits for its digest; `failed`: will be tried again; `dead`: will not. */
export interface DeliveryRow {
  channel_id: string;
  event_seq: number;
  /** Whom a mail goes to; empty for a hook. */
  recipient: string;
  state: 'collected' | 'sending' | 'failed' | 'delivered' | 'dead';
  attempt: number;
  /** Goes out together with the others for the same person. */
  digest: boolean;
  /** When to try next. While sending: when whoever sends is taken for dead. */
  due_at: string | null;
  status: number | null;
  error: string | null;
  created_at: string;
  updated_at: string;
}

export const deliveryTable = defineTable<DeliveryRow>({
  name: 'delivery',
  columns: {
    channel_id: 'text',
    event_seq: 'int',
    recipient: 'text',
    state: 'text',
    attempt: 'int',
    digest: 'bool',
    due_at: 'time',
    status: 'int',
    error: 'text',
    created_at: 'time',
    updated_at: 'time',
  },
  key: ['channel_id', 'event_seq', 'recipient'],
});

/** What a person wants to be told by mail. */
export interface PreferenceRow {
  person_id: string;
  /** Event types; null means all that ask something of the person or answer what it asked. */
  types: string[] | null;
  digest: 'off' | 'hourly' | 'daily';
  updated_at: string;
}

export const preferenceTable = defineTable<PreferenceRow>({
  name: 'notice_preference',
  columns: { person_id: 'text', types: 'json', digest: 'text', updated_at: 'time' },
  key: ['person_id'],
});
