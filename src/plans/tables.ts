import { type Index, defineTable, joinKey } from '../audit/table.ts';
import type { Creative, Plan } from '../contract/types.ts';

export interface PlanRow {
  version: number;
  type: Plan['type'];
  state: 'draft' | 'approved' | 'superseded';
  author: string;
  base_version: number | null;
  /** The draft that this one is a rebase of. */
  derived_from: number | null;
  /** The log's size when the version was registered: what its author could know of the optimization log. */
  log_through: number;
  payload: Plan['payload'];
  payload_hash: string;
  created_at: string;
  approved_at: string | null;
  approved_ticket_id: string | null;
}

export const planTable = defineTable<PlanRow>({
  name: 'plan',
  columns: {
    version: 'int',
    type: 'text',
    state: 'text',
    author: 'text',
    base_version: 'int',
    derived_from: 'int',
    log_through: 'int',
    payload: 'json',
    payload_hash: 'text',
    created_at: 'time',
    approved_at: 'time',
    approved_ticket_id: 'text',
  },
  key: ['version'],
});

export interface CampaignRow {
  campaign_id: string;
  name: string;
  platform: string;
  plan_version: number;
  /** Planned values, in minor units or what the field's name says. */
  approved: Record<string, number>;
  /** Values now, as far as outcomes were reported. */
  live: Record<string, number>;
  /** Ids of its objects on the platform. */
  platform_ids: Record<string, string>;
  /** Which flight of its plan it belongs to, by place; null when the platform says it. */
  flight: number | null;
  /** Of each value that is not as planned: since when. Without a change set it was the plan that moved. */
  drift_since: Record<string, { at: string; change_set_id: string | null }>;
  /** The change set that set each live value. */
  set_by: Record<string, string>;
  launched_at: string | null;
  created_at: string;
}

export const campaignTable = defineTable<CampaignRow>({
  name: 'campaign',
  columns: {
    campaign_id: 'text',
    name: 'text',
    platform: 'text',
    plan_version: 'int',
    approved: 'json',
    live: 'json',
    platform_ids: 'json',
    flight: 'int',
    drift_since: 'json',
    set_by: 'json',
    launched_at: 'time',
    created_at: 'time',
  },
  key: ['campaign_id'],
});

export interface CreativeRow {
  creative_id: string;
  content: Creative;
  content_hash: string;
  /** Hash of the content that an A7 ticket cleared. Other content is not cleared. */
  cleared_hash: string | null;
  created_at: string;
}

export const creativeTable = defineTable<CreativeRow>({
  name: 'creative',
  columns: { creative_id: 'text', content: 'json', content_hash: 'text', cleared_hash: 'text', created_at: 'time' },
  key: ['creative_id'],
});

/** One live value that a change set moved. */
export interface LogRow {
  change_set_id: string;
  campaign_id: string;
  field: string;
  seq: number;
  plan_version: number;
  before_value: number | null;
  after_value: number;
  /** What the decision allowed. */
  allowed_value: number;
  /** The change set that had set `before_value`. */
  previous: string | null;
  /** The change set that this one takes back. */
  undoes: string | null;
  action: string;
  decision_seq: number;
  ticket_id: string | null;
  outcome: 'applied' | 'partial';
  applied_at: string;
  applied_by: string;
}

/** What took a change back. Served by the unique index optimization_log_undoes. */
export const undoing: Index<LogRow> = {
  name: 'optimization_log/undoing',
  keys: (row) => (row.undoes === null ? [] : [joinKey([row.undoes, row.campaign_id, row.field])]),
  where: `t.undoes = split_part(k.key, U&'\\001f', 1) and t.campaign_id = split_part(k.key, U&'\\001f', 2)
    and t.field = split_part(k.key, U&'\\001f', 3)`,
};

export const logTable = defineTable<LogRow>({
  name: 'optimization_log',
  columns: {
    change_set_id: 'text',
    campaign_id: 'text',
    field: 'text',
    seq: 'int',
    plan_version: 'int',
    before_value: 'int',
    after_value: 'int',
    allowed_value: 'int',
    previous: 'text',
    undoes: 'text',
    action: 'text',
    decision_seq: 'int',
    ticket_id: 'text',
    outcome: 'text',
    applied_at: 'time',
    applied_by: 'text',
  },
  key: ['change_set_id', 'campaign_id', 'field'],
  indexes: [undoing],
  appendOnly: true,
});

/** How far a tenant's optimization log goes: one row. */
export const logHeadTable = defineTable<{ last_seq: number }>({
  name: 'optimization_head',
  columns: { last_seq: 'int' },
  key: [],
});
