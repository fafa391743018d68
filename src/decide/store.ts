import type { Sql } from '../db/postgres.ts';
import { selectList } from '../audit/store.ts';
import type { Decision, DecisionAnswer, DecisionInput } from '../contract/types.ts';
import { type DecisionRow, type OutcomeRow, decisionTable, outcomeTable } from './tables.ts';

/** A decision as the log keeps it. */
export interface RecordedDecision {
  row: DecisionRow;
  /** The ticket as the answer described it. */
  ticket: Decision['ticket'] | null;
  receipt: Decision['receipt'];
  revision: string;
  payload: { answer: DecisionAnswer; entrypoint: string; input: DecisionInput };
  outcome: OutcomeRow | null;
}

/** One decision by its position. Served by the primary keys of decision, audit_entry and outcome. */
export async function readDecision(sql: Sql, tenant: string, seq: number): Promise<RecordedDecision | null> {
  const [found] = await sql.unsafe(
    `select e.leaf, e.leaf_hash, e.tip, e.payload, ${selectList(decisionTable, 't')}
     from decision t join audit_entry e using (tenant_id, seq) where t.tenant_id = $1 and t.seq = $2`,
    [tenant, seq],
    { prepare: true },
  );
  if (!found) return null;
  const { leaf, leaf_hash, tip, payload, ...row } = found as unknown as DecisionRow &
    Record<'leaf' | 'leaf_hash' | 'tip' | 'payload', Buffer>;
  const fields = JSON.parse(leaf.toString()) as { timestamp: string; policy: string };
  const [outcome] = await sql.unsafe(
    `select ${selectList(outcomeTable, 't')} from outcome t where t.tenant_id = $1 and t.decision_seq = $2`,
    [tenant, seq],
    { prepare: true },
  );
  return {
    row,
    ticket: row.ticket === null ? null : JSON.parse(row.ticket),
    receipt: {
      log: tenant,
      seq,
      leaf_hash: leaf_hash.toString('hex'),
      tip: tip.toString('hex'),
      timestamp: fields.timestamp,
    },
    revision: fields.policy,
    payload: JSON.parse(payload.toString()),
    outcome: (outcome as unknown as OutcomeRow | undefined) ?? null,
  };
}
