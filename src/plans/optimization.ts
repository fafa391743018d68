import type { Tx } from '../audit/view.ts';
import { joinKey } from '../audit/table.ts';
import { Problem, notFound } from '../contract/problem.ts';
import { driftSince } from './campaigns.ts';
import { type CampaignRow, type LogRow, campaignTable, logHeadTable, logTable, undoing } from './tables.ts';

/** What the record shows once an allowed action was applied: the ops of a decision's `on_applied`, with what the question said of its change set. */
export type AppliedOp =
  | { op: 'campaign.launched' }
  | { op: 'campaign.set_live'; field: string; value: number; change_set_id?: string; undoes?: string };

/** What an agent reports to have done, on which decision. */
export interface Applied {
  campaignId: string;
  ops: AppliedOp[];
  /** Of a partial outcome: the values that were really set. */
  values: Record<string, number> | null;
  action: string;
  decisionSeq: number;
  ticketId: string | null;
  by: string;
}

/**
 * Moves the live values of a campaign and keeps what was moved in the optimization log. The entry, which has to be the next
 * one, is the caller's: the outcome that was reported.
 * @returns what is now in the optimization log
 * @throws Problem 409 `outcome.other_values` for values that the decision was not about
 */
export function recordApplied(tx: Tx, applied: Applied): LogRow[] {
  const campaign = tx.get(campaignTable, applied.campaignId);
  if (!campaign) throw notFound('campaign');
  const allowed = applied.ops.filter((op) => op.op === 'campaign.set_live');
  requireAllowed(allowed, applied.values);
  let row = campaign;
  if (applied.values === null && allowed.length < applied.ops.length)
    row = { ...row, launched_at: row.launched_at ?? tx.now };
  const rows: LogRow[] = [];
  for (const op of allowed) {
    const value = applied.values ? applied.values[op.field] : op.value;
    if (value === undefined) continue;
    const moved = logRow(tx, row, applied, op, value);
    row = setLive(row, moved);
    tx.insert(logTable, moved);
    rows.push(moved);
  }
  tx.put(campaignTable, row);
  if (rows.length > 0) tx.put(logHeadTable, { last_seq: tx.seq });
  return rows;
}

/** The value that a change set moved, and what became of it. */
export interface Undo {
  change_set_id: string;
  found: boolean;
  /** The value before it. */
  restores?: number;
  undone_by?: string;
  changed_by?: string;
}

/** What the optimization log says of taking a change set back on one value of a campaign. */
export function undoOf(tx: Tx, campaign: CampaignRow, field: string, changeSetId: string): Undo {
  const row = tx.get(logTable, changeSetId, campaign.campaign_id, field);
  if (!row || row.before_value === null) return { change_set_id: changeSetId, found: false };
  const [undone] = tx.find(logTable, undoing, joinKey([changeSetId, campaign.campaign_id, field]));
  const setter = setterInForce(tx, campaign, field, changeSetId);
  return {
    change_set_id: changeSetId,
    found: true,
    restores: row.before_value,
    ...(undone && { undone_by: undone.change_set_id }),
    ...(setter !== null && setter !== changeSetId && { changed_by: setter }),
  };
}

/** How many rollbacks of rollbacks are seen through. */
const UNDONE_MAX = 50;

/**
 * The change set that stands behind a live value: the last one, unless it is a rollback, behind which stands what its change
 * was built on. Stops early at `wanted`, so that a rollback can be taken back as well.
 */
function setterInForce(tx: Tx, campaign: CampaignRow, field: string, wanted: string): string | null {
  let id: string | null = campaign.set_by[field] ?? null;
  for (let i = 0; i < UNDONE_MAX && id !== null && id !== wanted; i++) {
    const undoes: string | null = tx.get(logTable, id, campaign.campaign_id, field)?.undoes ?? null;
    if (undoes === null) break;
    id = tx.get(logTable, undoes, campaign.campaign_id, field)!.previous;
  }
  return id;
}

function logRow(
  tx: Tx,
  campaign: CampaignRow,
  { action, decisionSeq, ticketId, values, by }: Applied,
  op: Extract<AppliedOp, { op: 'campaign.set_live' }>,
  value: number,
): LogRow {
  const { campaign_id, live, set_by } = campaign;
  const key = [campaign_id, op.field] as const;
  const undone = op.undoes !== undefined && tx.find(logTable, undoing, joinKey([op.undoes, ...key])).length > 0;
  // What was done stays on record, whatever else was done under the same id meanwhile.
  const taken = op.change_set_id === undefined || tx.get(logTable, op.change_set_id, ...key);
  return {
    change_set_id: taken ? `CS-${decisionSeq}` : op.change_set_id!,
    campaign_id,
    field: op.field,
    seq: tx.seq,
    plan_version: campaign.plan_version,
    before_value: live[op.field] ?? null,
    after_value: value,
    allowed_value: op.value,
    previous: set_by[op.field] ?? null,
    undoes: undone ? null : (op.undoes ?? null),
    action,
    decision_seq: decisionSeq,
    ticket_id: ticketId,
    outcome: values ? 'partial' : 'applied',
    applied_at: tx.now,
    applied_by: by,
  };
}

function setLive(campaign: CampaignRow, { field, after_value, change_set_id, applied_at }: LogRow): CampaignRow {
  const row = {
    ...campaign,
    live: { ...campaign.live, [field]: after_value },
    set_by: { ...campaign.set_by, [field]: change_set_id },
  };
  return { ...row, drift_since: driftSince(row, field, { at: applied_at, change_set_id }) };
}

function requireAllowed(allowed: { field: string }[], values: Record<string, number> | null): void {
  if (values === null) return;
  const fields = new Set(allowed.map(({ field }) => field));
  const others = Object.keys(values).filter((field) => !fields.has(field));
  if (others.length === 0 && Object.keys(values).length > 0) return;
  throw new Problem(
    409,
    'outcome.other_values',
    others.length > 0
      ? `The decision was not about ${others.join(', ')}.`
      : 'A partial outcome names the values that were really set.',
    { allowed_fields: [...fields] },
  );
}
