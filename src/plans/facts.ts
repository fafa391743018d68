import type { Tx } from '../audit/view.ts';
import type { Change, DecisionInput, DecisionRequest } from '../contract/types.ts';
import { tenantTable } from '../tenants/tables.ts';
import { differences } from './differences.ts';
import { heldMandates } from './mandates.ts';
import { undoOf } from './optimization.ts';
import { type CampaignRow, type CreativeRow, type PlanRow, campaignTable, creativeTable, planTable } from './tables.ts';

type Facts = DecisionInput['facts'];

/** The part of a question that an approval is bound to: circumstances (`context`) may differ when the agent asks again. */
export type Question = Pick<DecisionRequest, 'subject' | 'action' | 'resource'>;

export interface Held {
  facts: Pick<
    Facts,
    'plan' | 'base_plan' | 'approved_plan' | 'base_changes' | 'campaign' | 'creative' | 'change' | 'undo' | 'mandates'
  >;
  /** What an approval rests on. When this changes, what was approved is no longer what would run. */
  base: Record<string, unknown>;
  planVersion: number | undefined;
  /** Approved plan version that the question rests on; 0: none is approved. */
  planBase?: number;
  platform: string | undefined;
}

/** What the service holds about the resource that a question is about. By resource type only: what follows from it is policy's. */
export function heldFacts(tx: Tx, question: Question): Held {
  const { type, id } = question.resource;
  if (type === 'plan') return planFacts(tx, id);
  if (type === 'campaign') return campaignFacts(tx, id, question);
  if (type === 'creative') return creativeFacts(tx, id);
  return { facts: {}, base: {}, planVersion: undefined, platform: undefined };
}

function planFacts(tx: Tx, id: string): Held {
  const approved = tx.get(tenantTable, '')?.plan_version_approved ?? null;
  const plan = /^[1-9][0-9]{0,8}$/.test(id) ? tx.get(planTable, Number(id)) : undefined;
  if (!plan) return { facts: {}, base: {}, planVersion: undefined, platform: undefined };
  const base = plan.base_version === null ? undefined : tx.get(planTable, plan.base_version);
  const isStale = plan.state === 'draft' && plan.base_version !== approved && approved !== null;
  const current = isStale ? tx.get(planTable, approved)! : undefined;
  return {
    facts: {
      plan: planFact(plan, approved),
      ...(base && { base_plan: planFact(base, approved) }),
      ...(current && { approved_plan: planFact(current, approved) }),
      ...(base && current && { base_changes: changedPaths(base, current) }),
    },
    base: { payload_hash: plan.payload_hash, base_version: plan.base_version, approved_version: approved },
    planVersion: plan.version,
    planBase: approved ?? 0,
    platform: undefined,
  };
}

const CHANGED_PATHS_MAX = 10;

function changedPaths(base: PlanRow, current: PlanRow): string[] {
  return differences(base.payload, current.payload)
    .slice(0, CHANGED_PATHS_MAX)
    .map(({ path }) => path);
}

function planFact(plan: PlanRow, approved: number | null): NonNullable<Facts['plan']> {
  return {
    version: plan.version,
    type: plan.type,
    state: plan.state,
    author: plan.author,
    name: plan.payload.name,
    ...(plan.base_version !== null && { base_version: plan.base_version }),
    currency: plan.payload.currency,
    total_budget_minor: plan.payload.total_budget_minor,
    ...(plan.payload.creative_themes && { creative_themes: plan.payload.creative_themes }),
    is_base_current: plan.base_version === approved,
  };
}

function campaignFacts(tx: Tx, id: string, question: Question): Held {
  const campaign = tx.get(campaignTable, id);
  if (!campaign) return { facts: {}, base: {}, planVersion: undefined, platform: undefined };
  const plan = tx.get(planTable, campaign.plan_version)!;
  const change = changeFact(campaign, question);
  const undoes = question.action.properties?.undoes;
  const mandates = change ? heldMandates(tx, id, change.field) : [];
  return {
    facts: {
      campaign: {
        id,
        name: campaign.name,
        platform: campaign.platform,
        plan_version: plan.version,
        plan_state: plan.state,
        launched: campaign.launched_at !== null,
        currency: plan.payload.currency,
        live: campaign.live,
        approved: campaign.approved,
      },
      ...(change && { change }),
      ...(change && undoes !== undefined && { undo: undoOf(tx, campaign, change.field, undoes) }),
      ...(mandates.length > 0 && { mandates }),
    },
    base: {
      plan_version: plan.version,
      launched: campaign.launched_at !== null,
      ...(change ? { before: change.before, approved: change.approved } : { approved: campaign.approved }),
    },
    planVersion: plan.version,
    planBase: plan.version,
    platform: campaign.platform,
  };
}

/** The change by the record: from the live value, not from what the caller says it is. */
function changeFact(campaign: CampaignRow, question: Question): Change | undefined {
  const { field, after, before } = question.action.properties ?? {};
  if (field === undefined || after === undefined || !Object.hasOwn(campaign.live, field)) return undefined;
  return {
    field,
    before: campaign.live[field]!,
    after,
    approved: campaign.approved[field] ?? 0,
    ...(before !== undefined && { claimed_before: before }),
  };
}

function creativeFacts(tx: Tx, id: string): Held {
  const row = tx.get(creativeTable, id);
  if (!row) return { facts: {}, base: {}, planVersion: undefined, platform: undefined };
  return {
    facts: { creative: creativeFact(row) },
    base: { content_hash: row.content_hash },
    planVersion: undefined,
    platform: row.content.platform,
  };
}

function creativeFact({ content, content_hash, cleared_hash }: CreativeRow): NonNullable<Facts['creative']> {
  return {
    id: content.id,
    name: content.name,
    platform: content.platform,
    ...(content.campaign_id !== undefined && { campaign_id: content.campaign_id }),
    headline: content.headline,
    body: content.body,
    audience: content.audience,
    attributes: content.attributes ?? {},
    certifications: content.certifications ?? [],
    content_hash,
    cleared: cleared_hash === content_hash,
  };
}
