import { defineTable } from '../audit/table.ts';
import type { Creative, Plan } from '../contract/types.ts';

export interface PlanRow {
  version: number;
  type: Plan['type'];
  state: 'draft' | 'approved' | 'superseded';
  author: string;
  base_version: number | null;
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
