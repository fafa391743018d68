import type { Actor } from '../audit/entry.ts';
import type { Tx } from '../audit/view.ts';
import { canonicalHash } from '../contract/canonical.ts';
import { Problem, invalid, notFound } from '../contract/problem.ts';
import type { Campaign, CampaignMove, Creative, Plan } from '../contract/types.ts';
import { currentTenant } from '../tenants/tenants.ts';
import { tenantTable } from '../tenants/tables.ts';
import { type CampaignRow, type CreativeRow, type PlanRow, campaignTable, creativeTable, planTable } from './tables.ts';

/**
 * Registers a draft plan and gives it the tenant's next version.
 * @throws Problem 400 when the base is missing or must not be there; 404 when the base is unknown
 */
export function registerPlan(tx: Tx, actor: Actor, plan: Plan): PlanRow {
  const { tenant } = currentTenant(tx);
  if ((plan.type === 'initial') !== (plan.base_version === undefined))
    throw invalid([
      {
        field: '/base_version',
        code: 'plan.base_version',
        message: plan.type === 'initial' ? 'is not for an initial plan' : `is required for a ${plan.type}`,
      },
    ]);
  if (plan.base_version !== undefined && !tx.get(planTable, plan.base_version)) throw notFound('base plan');
  for (const [i, flight] of plan.payload.flights.entries())
    if (flight.end < flight.start)
      throw invalid([{ field: `/payload/flights/${i}/end`, code: 'flight.order', message: 'is before the start' }]);
  const version = tenant.plan_version_latest + 1;
  const row: PlanRow = {
    version,
    type: plan.type,
    state: 'draft',
    author: actor.id,
    base_version: plan.base_version ?? null,
    payload: plan.payload,
    payload_hash: canonicalHash(plan.payload),
    created_at: tx.now,
    approved_at: null,
    approved_ticket_id: null,
  };
  tx.put(planTable, row);
  tx.put(tenantTable, { ...tenant, plan_version_latest: version });
  tx.append({
    action: 'plan.registered',
    actor,
    resource: `plan/${version}`,
    planVersion: version,
    payload: JSON.stringify({ ...plan, version, payload_hash: row.payload_hash }),
  });
  return row;
}

/** Puts a draft in force: it becomes the tenant's approved plan, and the one before is superseded. */
export function approvePlan(tx: Tx, actor: Actor, version: number, ticketId: string): void {
  const { tenant } = currentTenant(tx);
  const plan = tx.get(planTable, version)!;
  const before = tenant.plan_version_approved === null ? undefined : tx.get(planTable, tenant.plan_version_approved);
  if (before) tx.put(planTable, { ...before, state: 'superseded' });
  tx.put(planTable, { ...plan, state: 'approved', approved_at: tx.now, approved_ticket_id: ticketId });
  tx.put(tenantTable, { ...tenant, plan_version_approved: version });
  tx.append({
    action: 'plan.approved',
    actor,
    resource: `plan/${version}`,
    planVersion: version,
    payload: JSON.stringify({
      version,
      supersedes: before?.version ?? null,
      ticket_id: ticketId,
      payload_hash: plan.payload_hash,
    }),
  });
}

/** Registers a campaign under a plan version. @throws Problem 404 for an unknown plan, 409 `campaign.exists` */
export function registerCampaign(tx: Tx, actor: Actor, campaign: Campaign): CampaignRow {
  const plan = tx.get(planTable, campaign.plan_version);
  if (!plan) throw notFound('plan');
  if (tx.get(campaignTable, campaign.id))
    throw new Problem(409, 'campaign.exists', `There is a campaign ${campaign.id}.`);
  const row: CampaignRow = {
    campaign_id: campaign.id,
    name: campaign.name,
    platform: campaign.platform,
    plan_version: campaign.plan_version,
    approved: campaign.approved,
    live: campaign.approved,
    launched_at: null,
    created_at: tx.now,
  };
  tx.put(campaignTable, row);
  tx.append({
    action: 'campaign.registered',
    actor,
    resource: `campaign/${campaign.id}`,
    planVersion: campaign.plan_version,
    payload: JSON.stringify(campaign),
  });
  return row;
}

/**
 * Puts a campaign under the approved plan, with that plan's values for it. What is live stays live: the difference is drift.
 * @throws Problem 404 for an unknown campaign; 409 `plan.not_approved` for a plan that is not the approved one
 */
export function moveCampaign(tx: Tx, actor: Actor, campaignId: string, move: CampaignMove): CampaignRow {
  const campaign = tx.get(campaignTable, campaignId);
  if (!campaign) throw notFound('campaign');
  const { tenant } = currentTenant(tx);
  if (move.plan_version !== tenant.plan_version_approved)
    throw new Problem(409, 'plan.not_approved', `Plan ${move.plan_version} is not the approved plan.`, {
      approved_version: tenant.plan_version_approved,
    });
  // A value that the plan now names and that was never live starts as planned.
  const row = { ...campaign, ...move, live: { ...move.approved, ...campaign.live } };
  tx.put(campaignTable, row);
  tx.append({
    action: 'campaign.moved',
    actor,
    resource: `campaign/${campaignId}`,
    planVersion: move.plan_version,
    payload: JSON.stringify({ ...move, from_plan_version: campaign.plan_version }),
  });
  return row;
}

/** Registers a creative or new content for it. A clearance is for the content that was seen, so new content has none. */
export function registerCreative(tx: Tx, actor: Actor, creative: Creative): CreativeRow {
  if (creative.campaign_id !== undefined && !tx.get(campaignTable, creative.campaign_id)) throw notFound('campaign');
  const before = tx.get(creativeTable, creative.id);
  const content_hash = canonicalHash(creative);
  if (before?.content_hash === content_hash) return before;
  const row: CreativeRow = {
    creative_id: creative.id,
    content: creative,
    content_hash,
    cleared_hash: before?.cleared_hash ?? null,
    created_at: before?.created_at ?? tx.now,
  };
  tx.put(creativeTable, row);
  tx.append({
    action: before ? 'creative.revised' : 'creative.registered',
    actor,
    resource: `creative/${creative.id}`,
    payload: JSON.stringify({ content: creative, content_hash }),
  });
  return row;
}

/** Clears a creative's present content for launch. */
export function clearCreative(tx: Tx, actor: Actor, creativeId: string, ticketId: string): void {
  const creative = tx.get(creativeTable, creativeId)!;
  tx.put(creativeTable, { ...creative, cleared_hash: creative.content_hash });
  tx.append({
    action: 'creative.cleared',
    actor,
    resource: `creative/${creativeId}`,
    payload: JSON.stringify({ content_hash: creative.content_hash, ticket_id: ticketId }),
  });
}

/** What the record shows once an allowed action was applied: the ops of a decision's `on_applied`. */
export type AppliedOp = { op: 'campaign.launched' } | { op: 'campaign.set_live'; field: string; value: number };

/** Moves the live values of a campaign. The entry is the caller's: the outcome that was reported. */
export function applyToCampaign(tx: Tx, campaignId: string, ops: AppliedOp[]): void {
  const campaign = tx.get(campaignTable, campaignId);
  if (!campaign) throw notFound('campaign');
  let row = campaign;
  for (const op of ops) {
    if (op.op === 'campaign.launched') row = { ...row, launched_at: row.launched_at ?? tx.now };
    else row = { ...row, live: { ...row.live, [op.field]: op.value } };
  }
  tx.put(campaignTable, row);
}
