import { STANDARD_CONFIG } from '../tenants/standard-config.ts';
import type { Campaign, Creative, Plan, Principal, TenantConfig } from '../contract/types.ts';
import { CLAIMS, DISCLAIMER } from './claims.ts';

/** A person, agent or service of the demo. The name is its subject id and its token's id. */
export interface Member extends Principal {
  does: string;
}

/** A tenant as the first start makes it. */
export interface DemoTenant {
  id: string;
  name: string;
  vertical: string;
  config: TenantConfig;
  cast: Member[];
  plan: { author: string; plan: Plan };
  campaign: Campaign;
  creative: Creative;
  /** Have the plan approved and the campaign launched, by decision, ticket and verdict as in the life after. */
  live: boolean;
}

const config = (profile: string, underPct: number): TenantConfig => ({
  ...STANDARD_CONFIG,
  approval_policy: {
    ...STANDARD_CONFIG.approval_policy,
    auto_approve_optimization_under_pct: underPct,
    vertical_compliance_profile: profile,
  },
});

const human = (id: string, role: Principal['roles'][number], does: string): Member => ({
  kind: 'human',
  id,
  roles: [role],
  does,
});

/** Works for both clients: one sign-in, one inbox. */
const EVERYWHERE: Member[] = [human('mara', 'operator', 'runs the accounts of every client')];

const MACHINES: Member[] = [
  { kind: 'agent', id: 'media-planner', roles: [], does: 'plans media, launches campaigns' },
  { kind: 'agent', id: 'bid-optimizer', roles: [], does: 'moves bids and budgets' },
  { kind: 'agent', id: 'creative-studio', roles: [], does: 'writes and launches creatives' },
  { kind: 'agent', id: 'access-bot', roles: [], does: 'sets up accounts for new clients' },
  { kind: 'service', id: 'reconciler', roles: [], does: 'compares invoices with spend' },
];

/** The demo agency: two clients, one under the strict health profile. */
export const AGENCY: DemoTenant[] = [
  {
    id: 'harvest-health',
    name: 'Harvest Health',
    vertical: 'health',
    config: config('health_strict', 10),
    cast: [
      human('paul', 'planner', 'writes media plans'),
      human('pia', 'planner', 'countersigns plans and creatives'),
      human('olga', 'operator', 'runs the accounts'),
      human('anna', 'admin', 'administers'),
      human('leo', 'legal', 'reads what health advertising claims'),
      human('clara', 'client', 'pays for it all'),
      human('arthur', 'auditor', 'audits'),
      ...EVERYWHERE,
      ...MACHINES,
    ],
    plan: {
      author: 'paul',
      plan: {
        type: 'initial',
        payload: {
          name: 'Harvest Health, first season',
          currency: 'USD',
          total_budget_minor: 12_000_000,
          flights: [
            { platform: 'meta', start: '2027-01-11', end: '2027-03-31', budget_minor: 7_500_000 },
            { platform: 'google', start: '2027-01-11', end: '2027-03-31', budget_minor: 4_500_000 },
          ],
          audiences: ['adults 25-64, United States'],
          creative_themes: ['daily greens', 'strong bones'],
        },
      },
    },
    campaign: {
      id: 'daily-greens-meta',
      name: 'Daily greens on Meta',
      platform: 'meta',
      plan_version: 1,
      approved: { daily_budget_minor: 95_000, bid_minor: 180 },
    },
    creative: {
      id: 'strong-bones',
      name: 'Strong bones',
      platform: 'meta',
      campaign_id: 'daily-greens-meta',
      headline: 'A glass a day',
      body: `${CLAIMS.bones.words}.`,
      audience: { age_min: 25, age_max: 64, countries: ['US'] },
      attributes: { disclaimer: DISCLAIMER, product_category: 'dietary_supplement' },
    },
    live: false,
  },
  {
    id: 'northwind-outdoor',
    name: 'Northwind Outdoor',
    vertical: 'retail',
    config: config('general', 5),
    cast: [
      human('nora', 'planner', 'plans'),
      human('niels', 'operator', 'runs the accounts'),
      human('nina', 'admin', 'administers'),
      human('nathan', 'legal', 'reads the small print'),
      human('nicole', 'client', 'pays for it all'),
      human('nadia', 'auditor', 'audits'),
      ...EVERYWHERE,
      ...MACHINES,
    ],
    plan: {
      author: 'media-planner',
      plan: {
        type: 'initial',
        payload: {
          name: 'Northwind, winter trails',
          currency: 'USD',
          total_budget_minor: 4_800_000,
          flights: [{ platform: 'google', start: '2026-12-01', end: '2027-02-28', budget_minor: 4_800_000 }],
          audiences: ['hikers and campers'],
          creative_themes: ['light packs'],
        },
      },
    },
    campaign: {
      id: 'winter-trails-search',
      name: 'Winter trails, search',
      platform: 'google',
      plan_version: 1,
      approved: { daily_budget_minor: 40_000, bid_minor: 95 },
    },
    creative: {
      id: 'light-pack',
      name: 'The light pack',
      platform: 'google',
      campaign_id: 'winter-trails-search',
      headline: 'Winter trails, packed light',
      body: 'Towels, wipes and packs for three days out.',
      audience: { age_min: 18 },
    },
    live: true,
  },
];
