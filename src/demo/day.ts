import type { Policy } from '../policy/policy.ts';
import { type Company, createCompany } from './company.ts';
import { playAccess, playOverride } from './scenes/access.ts';
import { playAudit } from './scenes/audit.ts';
import { playCompliance, playGreenClaim } from './scenes/creative.ts';
import { playHouseRules } from './scenes/house-rules.ts';
import { playLaunch } from './scenes/launch.ts';
import { playPlanApproval, playRevision } from './scenes/plan.ts';
import { playDrift } from './scenes/revise.ts';
import { playCost, playLoop, playMandate } from './scenes/runs.ts';
import { playSpend } from './scenes/spend.ts';
import { createStage } from './stage.ts';
import type { Tokens } from './tokens.ts';

export interface Day {
  steps: number;
  /** Entries verified, in both logs. */
  entries: number;
  /** What was not answered as expected. */
  failures: string[];
}

/** Plays a day at the agency against a running service, from A1 to A9 and the audit. May be played on the same data again. */
export async function playDay(options: {
  url: string;
  tokens: Tokens;
  /** To run the decisions of the logs again. */
  policy: Policy;
  print: (line: string) => void;
  colours: boolean;
}): Promise<Day> {
  const { url, tokens, policy, print, colours } = options;
  const stage = createStage(print, colours);
  const run = Date.now().toString(36);
  const company = (tenant: string): Company => createCompany(stage, url, tenant, tokens[tenant] ?? {}, run);
  const [harvest, northwind] = [company('harvest-health'), company('northwind-outdoor')];
  let campaign = '';
  let entries = 0;
  await stage.scene('A1  Media plan approval', () => playPlanApproval(harvest));
  await stage.scene('A2  Launch confirmation', async () => {
    campaign = await playLaunch(harvest);
  });
  await stage.scene('A3  Spend guardrail', () => playSpend(harvest, campaign));
  await stage.scene('A3  A mandate, and tighter terms', () => playMandate(harvest, campaign));
  await stage.scene('A4  Access and onboarding', () => playAccess(harvest));
  await stage.scene('A6  Manual override', () => playOverride(harvest));
  await stage.scene('A7  Compliance, health_strict', () => playCompliance(harvest));
  await stage.scene('A7  Compliance, general', () => playGreenClaim(northwind));
  await stage.scene('A8  Loop ceilings', () => playLoop(northwind));
  await stage.scene('A9  Cost Guard', () => playCost(northwind));
  await stage.scene('House rules', () => playHouseRules(harvest, northwind));
  await stage.scene('A5  From the drift to the next plan, with the client', () => playDrift(harvest, campaign));
  // Last: the campaigns of today run under the plan that is superseded here.
  await stage.scene('A5  Plan revision and replan', () => playRevision(harvest, campaign));
  await stage.scene('Audit', async () => {
    entries = (await playAudit(harvest, 'arthur', policy)) + (await playAudit(northwind, 'nadia', policy));
  });
  return { steps: stage.steps(), entries, failures: stage.failures() };
}
