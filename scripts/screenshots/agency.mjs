// The pictures of an operator's day: sign-in, inbox, ticket, red flags, and what happens when two act at once or the connection goes.
import { openCamera } from './camera.mjs';
import { openStage } from './stage.mjs';

const TENANT = 'northwind-outdoor';
const CAMPAIGN = 'campaign/winter-trails-search';
const BUDGET = 'budget.change';
const daily = (after) => ({ field: 'daily_budget_minor', after });

export async function shootAgency(browser) {
  const stage = await openStage();
  try {
    const company = stage.company(TENANT);
    const made = await fill(stage, company);
    await shootSignIn(browser, stage);
    await shootDay(browser, stage, made);
    await shootEverywhere(browser, stage, company, made);
    await shootTogether(browser, stage, company, made);
    await shootApart(browser, stage, made);
  } finally {
    await stage.close();
  }
}

async function shootSignIn(browser, stage) {
  const camera = await openCamera(browser, stage);
  await camera.page.goto('/sign-in');
  await camera.shoot('sign-in');
  await camera.page.goto(camera.link(TENANT, 'niels'));
  await camera.shoot('sign-in-link');
  await camera.signIn('harvest-health', 'olga');
  await camera.shoot('inbox-empty');
  await camera.close();
}

async function shootDay(browser, stage, { dear, loop, cost }) {
  const camera = await openCamera(browser, stage);
  const { page, shoot } = camera;
  await camera.signIn(TENANT, 'niels');
  await page.goto(`/inbox?ticket=${dear}`);
  await shoot('inbox');
  await page.getByText('Filter', { exact: false }).first().click();
  await shoot('inbox-filters');
  await page.goto(`/tickets/${dear}`);
  await shoot('ticket', { whole: true });
  await page.getByText('Say what has to change').click();
  await shoot('request-changes');
  await page.goto(`/tickets/${dear}`);
  await page.keyboard.press('a');
  await page.getByRole('dialog').waitFor();
  await shoot('confirm');
  await page.keyboard.press('Escape');
  await page.goto(`/tickets/${loop}`);
  await shoot('red-flag-loop', { whole: true });
  await page.goto(`/tickets/${cost}`);
  await shoot('red-flag-cost', { whole: true });
  await page.goto('/inbox');
  await page.keyboard.press('?');
  await shoot('keys');
  await page.goto('/tickets/A3-999999');
  await shoot('not-there');
  await page.goto('/inbox?view=nonsense');
  await shoot('not-read');
  await camera.phone();
  await page.goto('/inbox');
  await shoot('inbox-phone');
  await page.goto(`/tickets/${dear}`);
  await shoot('ticket-phone');
  await page.goto(`/tickets/${cost}`);
  await shoot('red-flag-phone');
  await camera.close();
}

/** Two people, or a person and an agent, at one ticket. */
/** One who works for both clients of the agency, and the pages that are about a person. */
async function shootEverywhere(browser, stage, company, { dear }) {
  const other = stage.company('harvest-health');
  await other.ask('media-planner', 'plan.execute', 'plan/1');
  const camera = await openCamera(browser, stage);
  const { page, shoot } = camera;
  await camera.signIn(['northwind-outdoor', 'harvest-health'], 'mara');
  await page.goto(`/inbox?across=yes&tenant=${TENANT}&ticket=${dear}`);
  await shoot('inbox-tenants');
  await page.goto('/account');
  await shoot('account', { whole: true });
  await page.goto('/sessions');
  await shoot('sessions');
  await page.goto('/mandates');
  await shoot('mandates');
  await camera.close();
}

async function shootTogether(browser, stage, company, { quick, moving, alike }) {
  const camera = await openCamera(browser, stage);
  const { page, shoot } = camera;
  await camera.signIn(TENANT, 'niels');
  await page.goto(`/tickets/${moving.ticket_id}`);
  await page.getByRole('textbox', { name: /^Comment/ }).fill('Fine with me, if the search terms');
  await company.revise('bid-optimizer', moving, BUDGET, 'campaign/winter-video', daily(7_000));
  await page.getByText('Revision 2 came in').waitFor();
  await page.getByText('What changed since revision 1').waitFor();
  await shoot('new-revision');
  // The pages would bring themselves up to date before anybody presses a button.
  await page.route('**/assets/live.*', (route) => route.abort());
  await page.goto(`/tickets/${quick.ticket_id}`);
  await company.vote('nicole', quick, 'reject', { comment: 'The shops pay for this themselves.' });
  await page.getByRole('textbox', { name: /^Comment/ }).fill('Within the plan; go ahead.');
  await page.getByLabel(/I have read/).check();
  await page.getByRole('button', { name: /^Approve/ }).click();
  await page.getByRole('alert').waitFor();
  await shoot('conflict');
  await page.goto('/inbox');
  for (const { ticket_id } of alike) await page.getByLabel(`Select ${ticket_id}`).check();
  await shoot('bulk');
  await company.revise('bid-optimizer', alike[0], BUDGET, 'campaign/winter-gloves', daily(6_500));
  await page.getByRole('button', { name: 'Approve selected' }).click();
  await page.getByRole('heading', { name: /of 3 approved/ }).waitFor();
  await shoot('bulk-result');
  await camera.close();
}

/** Without a connection, and without a session. */
async function shootApart(browser, stage, { dear }) {
  const camera = await openCamera(browser, stage);
  const { page, context, shoot } = camera;
  await camera.signIn(TENANT, 'niels');
  await page.goto(`/inbox?ticket=${dear}`);
  await context.setOffline(true);
  await page.getByText('No connection').waitFor();
  await shoot('offline');
  await context.clearCookies();
  await context.setOffline(false);
  await page.getByText('You are signed out').waitFor();
  await shoot('signed-out');
  await page.route('**/assets/live.*', (route) => route.abort());
  await camera.signIn(TENANT, 'niels');
  await page.goto(`/tickets/${dear}`);
  await page.getByRole('textbox', { name: /^Comment/ }).fill('Conversions justify it; see the report of Thursday.');
  await context.clearCookies();
  await page.getByRole('button', { name: /^Reject/ }).click();
  await page.getByRole('heading', { name: 'Sign in again' }).waitFor();
  await shoot('expired');
  await camera.close();
}

/** Tickets as agents open them in a day. @returns those to look at */
async function fill({ wait }, company) {
  const { ask, post, say } = company;
  const campaign = (id, name, platform) =>
    post('media-planner', '/v1/campaigns', {
      id,
      name,
      platform,
      plan_version: 1,
      approved: { daily_budget_minor: 10_000, bid_minor: 100 },
    });
  await campaign('winter-video', 'Winter trails, video', 'youtube');
  await campaign('winter-social', 'Winter trails, social', 'meta');
  await campaign('winter-shopping', 'Winter trails, shopping', 'google');
  for (const [id, name] of [
    ['gloves', 'Gloves'],
    ['poles', 'Trekking poles'],
    ['stoves', 'Stoves'],
  ])
    await campaign(`winter-${id}`, `Winter trails, ${name.toLowerCase()}`, 'google');
  wait(-190);
  await ask('access-bot', 'access.grant', 'access/northwind-google-ads', {
    permissions: ['manage campaigns', 'billing'],
  });
  wait(25);
  await ask('reconciler', 'reconciliation.override', 'reconciliation/google-invoice-2026-10', {
    reason: 'Invoice and spend differ by USD 41.20, a currency rounding.',
  });
  wait(40);
  await post('creative-studio', '/v1/creatives', {
    id: 'trail-towel',
    name: 'The trail towel',
    platform: 'google',
    campaign_id: 'winter-trails-search',
    headline: 'The trail towel',
    body: 'Light, quick to dry, and biodegradable.',
    audience: { age_min: 18 },
  });
  await ask('creative-studio', 'creative.launch', 'creative/trail-towel');
  wait(35);
  const alike = [];
  for (const [id, after] of [
    ['gloves', 7_500],
    ['poles', 8_000],
    ['stoves', 7_000],
  ])
    alike.push((await ask('bid-optimizer', BUDGET, `campaign/winter-${id}`, daily(after))).ticket);
  wait(20);
  await ask('media-planner', 'campaign.launch', 'campaign/winter-social');
  const { ticket: moving } = await ask('bid-optimizer', BUDGET, 'campaign/winter-video', daily(8_500));
  const { ticket: quick } = await ask('bid-optimizer', BUDGET, 'campaign/winter-shopping', daily(13_000));
  wait(22);
  const { ticket: dear } = await ask('bid-optimizer', BUDGET, CAMPAIGN, daily(52_000));
  wait(6);
  await say(
    'bid-optimizer',
    dear,
    'Conversions per dollar are up 31 % since Thursday; the search terms report is attached to the run.',
  );
  const { loop, cost } = await fillFlags(wait, company);
  return { dear: dear.ticket_id, moving, quick, alike, loop, cost };
}

async function fillFlags(wait, { post, get }) {
  const run = (run_id, task_id) =>
    post('creative-studio', '/v1/runs', {
      run_id,
      task_id,
      main_task_id: 'winter',
      agent: 'creative-studio',
      model: 'gpt-4o',
    });
  await run('run-headlines', 'headlines');
  let step;
  for (const [i, [code, detail]] of [
    ['off_brand', 'Says “cheap”'],
    ['off_brand', 'Says “bargain”'],
    ['too_long', '91 characters, 30 allowed'],
  ].entries()) {
    wait(4);
    step = await post('creative-studio', '/v1/runs/run-headlines/steps', {
      kind: 'qc_correction',
      step_id: `qc-${i + 1}`,
      cause: { code, detail },
    });
  }
  wait(7);
  await run('run-variants', 'variants');
  await post('creative-studio', '/v1/runs/run-variants/estimate', { pico_usd: '2400000000000' });
  for (const [i, cents] of [90, 145, 260, 298].entries()) {
    wait(3);
    await post('reconciler', '/v1/spend-events', {
      event_id: `call-${i + 1}`,
      run_id: 'run-variants',
      pico_usd: String(BigInt(cents) * 10n ** 10n),
    });
  }
  wait(11);
  const { tickets } = await get('niels', '/v1/tickets?type=A9');
  return { loop: step.red_flag, cost: tickets[0].ticket_id };
}
