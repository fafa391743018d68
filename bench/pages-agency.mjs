// Who is at the agency of the bench's pages, and what it has to begin with: people, plan versions, campaigns, mandates.
import { registerCampaign } from '../dist/plans/campaigns.js';
import { grantMandate } from '../dist/plans/mandates.js';
import { approvePlan, registerPlan } from '../dist/plans/plans.js';
import { STANDARD_CONFIG } from '../dist/tenants/standard-config.js';
import { createTenant } from '../dist/tenants/tenants.js';
import { createToken } from '../dist/tenants/tokens.js';

export const DAY_MS = 86_400_000;
export const AGENTS = 20;
const PLATFORMS = ['meta', 'google', 'tiktok'];
const ACTOR = { type: 'service', id: 'bench-setup' };

export const human = (id, ...roles) => ({ kind: 'human', id, roles, scope: roles[0] === 'client' ? 'client' : 'all' });
export const agent = (i) => ({ kind: 'agent', id: `agent-${i % AGENTS}`, roles: [], scope: 'all' });
export const DESK = { kind: 'service', id: 'desk', roles: [], scope: 'all' };

export async function openAgency({ run, all, policy, amounts }) {
  await run((tx) => createTenant(tx, policy, ACTOR, { name: 'Pages', vertical: 'health', config: STANDARD_CONFIG }));
  const people = { olga: 'operator', anna: 'admin', petra: 'planner', clara: 'client', aldo: 'auditor' };
  for (const [id, role] of Object.entries(people)) await member(run, { kind: 'human', id, roles: [role] });
  for (const id of ['desk', ...Array.from({ length: AGENTS }, (_, i) => `agent-${i}`)])
    await member(run, { kind: id === 'desk' ? 'service' : 'agent', id, roles: [] });
  for (let version = 1; version <= amounts.plans; version++)
    await run((tx) => {
      const type = version === 1 ? { type: 'initial' } : { type: 'revise', base_version: version - 1 };
      registerPlan(tx, ACTOR, { ...type, payload: payloadOf(version) });
      approvePlan(tx, ACTOR, version, `A1-${version}`);
    });
  await all(amounts.campaigns, (i) =>
    run((tx) =>
      registerCampaign(tx, ACTOR, {
        id: `campaign-${i}`,
        name: `Prospecting ${i}`,
        platform: PLATFORMS[i % 3],
        plan_version: amounts.plans,
        approved: { daily_budget_minor: 1_000_000, bid_minor: 1_200 },
      }),
    ),
  );
  for (let i = 0; i < 10; i++)
    await run((tx) =>
      grantMandate(tx, policy, human('clara', 'client'), {
        max_increase_pct: 5,
        campaign_ids: [`campaign-${i}`],
        expires_at: new Date(Date.parse(tx.now) + 300 * DAY_MS).toISOString(),
      }),
    );
}

function member(run, principal) {
  const secret = principal.id.padEnd(32, '0');
  return run((tx) => createToken(tx, ACTOR, { tokenId: principal.id, secret, principal, expiresAt: null }));
}

/** Twenty flights, a few of which each version changes. */
function payloadOf(version) {
  const flights = Array.from({ length: 20 }, (_, i) => ({
    platform: PLATFORMS[i % 3],
    start: `2026-${String(1 + (i % 12)).padStart(2, '0')}-01`,
    end: `2027-${String(1 + (i % 12)).padStart(2, '0')}-28`,
    budget_minor: 20_000_000 + (i % 7 === version % 7 ? version * 1000 : 0),
  }));
  const total_budget_minor = flights.reduce((sum, one) => sum + one.budget_minor, 0);
  return { name: `Season, version ${version}`, currency: 'USD', total_budget_minor, flights };
}
