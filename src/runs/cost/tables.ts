import { defineTable } from '../../audit/table.ts';

/** The money of one run tree. Amounts are whole pico-USD. */
export interface AccountRow {
  root_run_id: string;
  /** `tripped` is sticky: only a human's resolution ends it, and then `epoch` is the next. */
  state: 'open' | 'tripped' | 'aborted';
  epoch: number;
  estimate_version: number;
  first_estimate: string | null;
  estimate: string | null;
  committed: string;
  /** Of calls that were admitted and not settled, whether their time is over or not. */
  reserved: string;
  admissions: number;
  open_holds: number;
  charges: number;
  /** Reports of usage that no price is known for, and that nobody has priced or waived yet. */
  unpriced: number;
  /** Reports that used the id of another. */
  conflicts: number;
  tripped_at: string | null;
  /** Position of the entry that says so. */
  trip_seq: number | null;
  ticket_id: string | null;
  updated_seq: number;
}

export const accountTable = defineTable<AccountRow>({
  name: 'cost_account',
  columns: {
    root_run_id: 'text',
    state: 'text',
    epoch: 'int',
    estimate_version: 'int',
    first_estimate: 'numeric',
    estimate: 'numeric',
    committed: 'numeric',
    reserved: 'numeric',
    admissions: 'int',
    open_holds: 'int',
    charges: 'int',
    unpriced: 'int',
    conflicts: 'int',
    tripped_at: 'time',
    trip_seq: 'int',
    ticket_id: 'text',
    updated_seq: 'int',
  },
  key: ['root_run_id'],
});

export interface EstimateRow {
  root_run_id: string;
  version: number;
  epoch: number;
  pico_usd: string;
  /** How it was made: the planned calls with the price of each, or nothing when it was given as an amount. */
  basis: object[] | null;
  list_hash: string | null;
  reason: string | null;
  request_hash: string;
  actor_type: string;
  actor_id: string;
  seq: number;
  created_at: string;
}

export const estimateTable = defineTable<EstimateRow>({
  name: 'cost_estimate',
  columns: {
    root_run_id: 'text',
    version: 'int',
    epoch: 'int',
    pico_usd: 'numeric',
    basis: 'json',
    list_hash: 'text',
    reason: 'text',
    request_hash: 'text',
    actor_type: 'text',
    actor_id: 'text',
    seq: 'int',
    created_at: 'time',
  },
  // Written once, yet not appendOnly: those are not kept in memory.
  key: ['root_run_id', 'version'],
});

/** Counts of what a provider charges for, by unit. */
export type Tokens = Record<string, number>;

/** What a call used of one model. */
export interface PartUsage {
  model: string | null;
  tier: string | null;
  tokens: Tokens;
}

/** What is known of a call so far. Reports of one call join: of each unit the most that was reported. */
export interface CallUsage extends PartUsage {
  provider: string | null;
  /** What ran beside it under other models. */
  beside: PartUsage[];
  /** An amount that was reported instead of, or beside, tokens. */
  pico_usd: string | null;
  /** The earliest time that was reported: the prices of then hold. */
  at: string;
  /** Why a report of it could not be read. */
  unreadable: string | null;
  /** The report whose price nobody has found yet. */
  unpriced: { source: string; event_id: string } | null;
}

export interface HoldRow {
  run_id: string;
  hold_id: string;
  root_run_id: string;
  /** `held` past its time counts as `uncertain`, whether or not it has been swept. */
  state: 'held' | 'uncertain' | 'settled' | 'released';
  provider: string | null;
  model: string;
  input_tokens: number;
  max_output_tokens: number;
  authorised_output_tokens: number;
  /** The most that the call may cost as authorised. */
  pico_usd: string;
  /** Charged so far. */
  charged: string;
  usage: CallUsage | null;
  reports: number;
  request_hash: string;
  /** Of the settlement that closed it. */
  settlement_hash: string | null;
  list_hash: string;
  caller_id: string;
  created_at: string;
  expires_at: string;
  admitted_seq: number;
  updated_seq: number;
}

export const holdTable = defineTable<HoldRow>({
  name: 'cost_hold',
  columns: {
    run_id: 'text',
    hold_id: 'text',
    root_run_id: 'text',
    state: 'text',
    provider: 'text',
    model: 'text',
    input_tokens: 'int',
    max_output_tokens: 'int',
    authorised_output_tokens: 'int',
    pico_usd: 'numeric',
    charged: 'numeric',
    usage: 'json',
    reports: 'int',
    request_hash: 'text',
    settlement_hash: 'text',
    list_hash: 'text',
    caller_id: 'text',
    created_at: 'time',
    expires_at: 'time',
    admitted_seq: 'int',
    updated_seq: 'int',
  },
  key: ['run_id', 'hold_id'],
});

export interface ChargeRow {
  source: string;
  event_id: string;
  run_id: string;
  root_run_id: string;
  kind: 'usage' | 'amount' | 'correction' | 'unpriced';
  /** What it changed the committed spend by. Null while it is unpriced. */
  pico_usd: string | null;
  /** Committed spend of the run tree after it. */
  committed: string;
  /** What the provider reported and the price row that it was charged by. */
  detail: object | null;
  list_hash: string | null;
  request_hash: string;
  tripped: boolean;
  occurred_at: string;
  seq: number;
  created_at: string;
}

/** Every report of spend, once. */
export const chargeTable = defineTable<ChargeRow>({
  name: 'cost_charge',
  columns: {
    source: 'text',
    event_id: 'text',
    run_id: 'text',
    root_run_id: 'text',
    kind: 'text',
    pico_usd: 'numeric',
    committed: 'numeric',
    detail: 'json',
    list_hash: 'text',
    request_hash: 'text',
    tripped: 'bool',
    occurred_at: 'time',
    seq: 'int',
    created_at: 'time',
  },
  // Written once, yet not appendOnly: those are not kept in memory, where the key was found missing.
  key: ['source', 'event_id'],
});

/** A call that is reported in snapshots and has no hold. */
export interface CallRow {
  source: string;
  call_id: string;
  root_run_id: string;
  usage: CallUsage;
  charged: string;
}

export const callTable = defineTable<CallRow>({
  name: 'cost_call',
  columns: { source: 'text', call_id: 'text', root_run_id: 'text', usage: 'json', charged: 'numeric' },
  key: ['source', 'call_id'],
});

export interface UnpricedRow {
  source: string;
  event_id: string;
  root_run_id: string;
  run_id: string;
  hold_id: string | null;
  call_id: string | null;
  state: 'open' | 'priced' | 'waived';
  why: string;
  usage: CallUsage;
  reason: string | null;
  resolved_by: string | null;
  resolved_at: string | null;
  resolved_seq: number | null;
  seq: number;
}

export const unpricedTable = defineTable<UnpricedRow>({
  name: 'cost_unpriced',
  columns: {
    source: 'text',
    event_id: 'text',
    root_run_id: 'text',
    run_id: 'text',
    hold_id: 'text',
    call_id: 'text',
    state: 'text',
    why: 'text',
    usage: 'json',
    reason: 'text',
    resolved_by: 'text',
    resolved_at: 'time',
    resolved_seq: 'int',
    seq: 'int',
  },
  key: ['source', 'event_id'],
});
