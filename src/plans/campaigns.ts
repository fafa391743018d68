import type { Actor } from '../audit/entry.ts';
import type { Tx } from '../audit/view.ts';
import { Problem, invalid, notFound } from '../contract/problem.ts';
import type { Campaign, CampaignMove } from '../contract/types.ts';
import { currentTenant } from '../tenants/tenants.ts';
import { type CampaignRow, type PlanRow, campaignTable, planTable } from './tables.ts';

/** Registers a campaign under a plan version. @throws Problem 404 for an unknown plan, 409 `campaign.exists` */
export function registerCampaign(tx: Tx, actor: Actor, campaign: Campaign): CampaignRow {
  const plan = tx.get(planTable, campaign.plan_version);
  if (!plan) throw notFound('plan');
  if (tx.get(campaignTable, campaign.id))
    throw new Problem(409, 'campaign.exists', `There is a campaign ${campaign.id}.`);
  requireFlight(plan, campaign.platform, campaign.flight);
  const row: CampaignRow = {
    campaign_id: campaign.id,
    name: campaign.name,
    platform: campaign.platform,
    plan_version: campaign.plan_version,
    approved: campaign.approved,
    live: campaign.approved,
    platform_ids: campaign.platform_ids ?? {},
    flight: campaign.flight ?? null,
    drift_since: {},
    set_by: {},
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
  requireFlight(tx.get(planTable, move.plan_version)!, campaign.platform, move.flight);
  // A value that the plan now names and that was never live starts as planned.
  const live = { ...move.approved, ...campaign.live };
  const row = { ...campaign, ...move, flight: move.flight ?? null, live };
  for (const field of Object.keys(live)) row.drift_since = driftSince(row, field, { at: tx.now, change_set_id: null });
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

/** Names the campaign's objects on the platform, in place of what was named before. @throws Problem 404 */
export function namePlatformIds(
  tx: Tx,
  actor: Actor,
  campaignId: string,
  platformIds: Record<string, string>,
): CampaignRow {
  const campaign = tx.get(campaignTable, campaignId);
  if (!campaign) throw notFound('campaign');
  const row = { ...campaign, platform_ids: platformIds };
  tx.put(campaignTable, row);
  tx.append({
    action: 'campaign.platform_ids_named',
    actor,
    resource: `campaign/${campaignId}`,
    planVersion: campaign.plan_version,
    payload: JSON.stringify({ platform_ids: platformIds, before: campaign.platform_ids }),
  });
  return row;
}

/** What is known of the drift of a campaign's values, once this one was looked at: as planned, or off since `otherwise`. */
export function driftSince(
  { approved, live, drift_since }: Pick<CampaignRow, 'approved' | 'live' | 'drift_since'>,
  field: string,
  otherwise: CampaignRow['drift_since'][string],
): CampaignRow['drift_since'] {
  const { [field]: known, ...rest } = drift_since;
  return live[field] === (approved[field] ?? 0) ? rest : { ...rest, [field]: known ?? otherwise };
}

function requireFlight({ payload }: PlanRow, platform: string, flight: number | undefined): void {
  if (flight === undefined) return;
  const found = payload.flights[flight];
  if (found?.platform === platform) return;
  throw invalid([
    {
      field: '/flight',
      code: 'campaign.flight',
      message: found ? `is a flight on ${found.platform}, not on ${platform}` : 'is not a flight of the plan',
    },
  ]);
}
