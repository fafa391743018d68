import type { Flight, Payload } from './payload.ts';
import type { CampaignRow, LogRow } from './tables.ts';

// How a campaign's values stand for a plan's budgets. docs/plans.md has it in words.

/** Of a campaign's fields, those that are money of the plan, and how: what the flight costs at once, or each day. */
const BUDGETS: Record<string, 'once' | 'daily' | 'unknown'> = {
  budget_minor: 'once',
  lifetime_budget_minor: 'once',
  total_budget_minor: 'once',
  daily_budget_minor: 'daily',
  // What a part of a week or month costs is the platform's own rule.
  weekly_budget_minor: 'unknown',
  monthly_budget_minor: 'unknown',
};

type Change = Pick<LogRow, 'change_set_id' | 'campaign_id' | 'field' | 'before_value' | 'after_value' | 'applied_at'>;

/** A change of a live value as a change of the flight's budget. */
export interface Taken {
  change_set_id: string;
  campaign_id: string;
  field: string;
  before: number | null;
  after: number;
  applied_at: string;
  flight: number;
  days: number | null;
  flight_delta_minor: number;
}

export interface Unmapped {
  change_set_id: string;
  campaign_id: string;
  field: string;
  because: string;
}

export interface Proposal {
  payload: Payload;
  taken: Taken[];
  /** Changes of what is no budget, such as a bid: nothing in a plan stands for them. */
  leftOut: (Omit<Unmapped, 'because'> & { because: 'not_a_budget' })[];
  unmapped: Unmapped[];
}

/**
 * The plan with its flights' budgets and its total moved by what the change sets changed.
 * @param campaigns by id, as they are now
 */
export function proposePayload(
  plan: { version: number; payload: Payload },
  changes: Change[],
  campaigns: Map<string, CampaignRow>,
): Proposal {
  const flights = plan.payload.flights.map((flight) => ({ ...flight }));
  const proposal: Omit<Proposal, 'payload'> = { taken: [], leftOut: [], unmapped: [] };
  for (const change of changes) {
    const { change_set_id, campaign_id, field } = change;
    const name = { change_set_id, campaign_id, field };
    const refuse = (because: string) => proposal.unmapped.push({ ...name, because });
    const kind = BUDGETS[field];
    const campaign = campaigns.get(campaign_id)!;
    if (!kind) {
      proposal.leftOut.push({ ...name, because: 'not_a_budget' });
      continue;
    }
    if (kind === 'unknown') {
      refuse(`what a part of its period costs in the flight is not known`);
      continue;
    }
    if (campaign.plan_version !== plan.version) {
      refuse(`the campaign is under plan ${campaign.plan_version}: move it under plan ${plan.version} first`);
      continue;
    }
    const at = flightOf(campaign, plan.payload);
    if (typeof at === 'string') {
      refuse(at);
      continue;
    }
    const flight = flights[at]!;
    const days = kind === 'daily' ? daysLeft(flight, change.applied_at) : null;
    const delta = (change.after_value - (change.before_value ?? 0)) * (days ?? 1);
    flight.budget_minor += delta;
    proposal.taken.push({
      ...name,
      before: change.before_value,
      after: change.after_value,
      applied_at: change.applied_at,
      flight: at,
      days,
      flight_delta_minor: delta,
    });
  }
  const moved = proposal.taken.reduce((sum, one) => sum + one.flight_delta_minor, 0);
  const total_budget_minor = plan.payload.total_budget_minor + moved;
  return { ...proposal, payload: { ...plan.payload, total_budget_minor, flights } };
}

/** The place of the flight that a campaign belongs to, or why it cannot be told. */
export function flightOf({ flight, platform }: Pick<CampaignRow, 'flight' | 'platform'>, payload: Payload) {
  if (flight !== null) return flight;
  const places = [...payload.flights.entries()].filter(([, one]) => one.platform === platform).map(([i]) => i);
  if (places.length === 1) return places[0]!;
  return places.length === 0
    ? `the plan has no flight on ${platform}`
    : `the plan has ${places.length} flights on ${platform}: say which when moving the campaign`;
}

/** Days of the flight from the day of the change (UTC) to its end, both counted. */
function daysLeft({ start, end }: Flight, appliedAt: string): number {
  const day = appliedAt.slice(0, 10);
  const from = day < start ? start : day;
  return Math.max(0, (Date.parse(end) - Date.parse(from)) / 86_400_000 + 1);
}
