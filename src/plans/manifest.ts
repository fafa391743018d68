import { percentText } from './money-text.ts';
import { flightOf } from './mapping.ts';
import type { CampaignRow, PlanRow } from './tables.ts';

/** What runs on the platform, under which plan version, and how far each live value is from what that plan approved. */
export function manifestOf(campaign: CampaignRow, plan: Pick<PlanRow, 'state' | 'payload'>) {
  const { approved, live, drift_since } = campaign;
  const fields = [...new Set([...Object.keys(approved), ...Object.keys(live)])].sort();
  const flight = flightOf(campaign, plan.payload);
  return {
    campaign_id: campaign.campaign_id,
    name: campaign.name,
    platform: campaign.platform,
    platform_ids: campaign.platform_ids,
    plan_version: campaign.plan_version,
    plan_state: plan.state,
    flight: typeof flight === 'number' ? flight : null,
    currency: plan.payload.currency,
    launched_at: campaign.launched_at,
    drifting: Object.keys(drift_since).length > 0,
    values: fields.map((field) => {
      const [planned, now] = [approved[field] ?? 0, live[field] ?? 0];
      return {
        field,
        approved: approved[field] ?? null,
        live: live[field] ?? null,
        drift_minor: Math.abs(now - planned),
        drift_percent: percentText(Math.abs(now - planned), planned),
        direction: now > planned ? 'up' : now < planned ? 'down' : 'none',
        since: drift_since[field] ?? null,
      };
    }),
  };
}
