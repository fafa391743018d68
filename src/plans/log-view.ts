import type { LoggedRow } from './queries.ts';

/** A moved value as the API shows it. */
export function logView(row: LoggedRow) {
  return {
    change_set_id: row.change_set_id,
    campaign_id: row.campaign_id,
    field: row.field,
    seq: row.seq,
    plan_version: row.plan_version,
    before: row.before_value,
    after: row.after_value,
    allowed: row.allowed_value,
    undoes: row.undoes,
    undone_by: row.undone_by,
    action: row.action,
    decision_id: `D-${row.decision_seq}`,
    ticket_id: row.ticket_id,
    outcome: row.outcome,
    applied_at: row.applied_at,
    applied_by: row.applied_by,
  };
}
