import { defineTable, type Index } from '../audit/table.ts';
import type { DecisionAnswer, OutcomeRequest } from '../contract/types.ts';
import type { AppliedOp } from '../plans/optimization.ts';

export interface DecisionRow {
  seq: number;
  at: string;
  effect: DecisionAnswer['effect'];
  action: string;
  resource: string;
  subject_id: string;
  caller_id: string;
  ticket_id: string | null;
  /** The ticket as the answer described it, so that an Idempotency-Key gives the same bytes again: JSON text, which jsonb would reorder. */
  ticket: string | null;
  idempotency_key: string | null;
  request_hash: string | null;
  on_applied: AppliedOp[] | null;
}

/** The decision that answered a caller's Idempotency-Key. Served by the unique index decision_idempotency. */
export const decisionByKey: Index<DecisionRow> = {
  name: 'decision/by_idempotency_key',
  keys: (row) => (row.idempotency_key === null ? [] : [idempotencyIndexKey(row.caller_id, row.idempotency_key)]),
  where: `t.caller_id = split_part(k.key, U&'\\001f', 1) and t.idempotency_key = split_part(k.key, U&'\\001f', 2)`,
};

export function idempotencyIndexKey(callerId: string, key: string): string {
  return `${callerId}\u001f${key}`;
}

/** Columns to find and count decisions by. What was asked and answered is the payload of the entry at `seq`. */
export const decisionTable = defineTable<DecisionRow>({
  name: 'decision',
  columns: {
    seq: 'int',
    at: 'time',
    effect: 'text',
    action: 'text',
    resource: 'text',
    subject_id: 'text',
    caller_id: 'text',
    ticket_id: 'text',
    ticket: 'text',
    idempotency_key: 'text',
    request_hash: 'text',
    on_applied: 'json',
  },
  key: ['seq'],
  indexes: [decisionByKey],
  appendOnly: true,
});

export interface OutcomeRow {
  decision_seq: number;
  status: OutcomeRequest['status'];
  detail: string | null;
  /** Of a partial outcome: the live values that were really set. */
  applied_values: Record<string, number> | null;
  reported_by: string;
  reported_at: string;
}

export const outcomeTable = defineTable<OutcomeRow>({
  name: 'outcome',
  columns: {
    decision_seq: 'int',
    status: 'text',
    detail: 'text',
    applied_values: 'json',
    reported_by: 'text',
    reported_at: 'time',
  },
  key: ['decision_seq'],
});
