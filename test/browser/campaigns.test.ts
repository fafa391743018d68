import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Agency, PLAN, ask, must, openWorkingAgency, vote } from '../support/agency.ts';
import { type Stage, checkAccessible, checkOnPhone, openStage, signIn } from './support.ts';

let stage: Stage;
let acme: Agency;

beforeAll(async () => {
  stage = await openStage();
  acme = await openWorkingAgency({ ...stage.service, call: stage.call }, 'acme', ['c1', 'c2']);
});
afterAll(() => stage?.close());

/** A change under the guardrail, allowed and, unless it is left open, reported as applied. @returns its change set */
async function change(campaign: string, field: string, after: number, report = true): Promise<string> {
  const question = ask('budget.change', `campaign/${campaign}`, { field, after });
  const { body } = await must(stage.call(acme.tokens.bot, 'POST', '/v1/decisions', question), 200);
  if (!report) return body.decision_id;
  const path = `/v1/decisions/${body.decision_id}/outcome`;
  return (await must(stage.call(acme.tokens.bot, 'POST', path, { status: 'applied' }), 201)).body.change_set_id;
}

test('drift is shown field by field, reported on, rolled back and proposed as a plan, without scripts', async () => {
  const raised = await change('c1', 'daily_budget_minor', 10_500);
  const bid = await change('c1', 'bid_minor', 96);
  const open = await change('c1', 'bid_minor', 97, false);
  const { page, context } = await signIn(stage, 'acme', 'anna', { javaScriptEnabled: false });
  await page.goto('/campaigns');
  expect(await page.getByRole('row', { name: /^Campaign c1/ }).innerText()).toMatch(/\$105\.00[\s\S]*\+5\.0 %/);
  await page.getByLabel('Live values').selectOption('off');
  await page.getByRole('button', { name: 'Show' }).click();
  await expect.poll(() => page.locator('tbody th a').allInnerTexts()).toEqual(['Campaign c1']);

  await page.getByRole('link', { name: 'Campaign c1' }).click();
  const manifest = page.getByRole('table', { name: 'Live values against approved ones' });
  expect(await manifest.getByRole('row', { name: /^Daily budget/ }).innerText()).toMatch(
    new RegExp(`\\$100\\.00\\s+\\$105\\.00\\s+\\$5\\.00\\s+5 %\\s+▲ up\\s+${raised}`),
  );
  // An allow that nobody reported on.
  await page.getByRole('button', { name: `Report ${open} as failed` }).click();
  expect(await page.getByRole('status').first().innerText()).toContain('Your report is in the log');
  expect(await page.getByText('nobody has reported yet').count()).toBe(0);

  // What policy would say to a rollback, then asking for it.
  await page.getByRole('link', { name: bid }).first().click();
  await expect.poll(() => page.getByText('would be allowed').count()).toBe(1);
  await page.getByRole('button', { name: 'Ask to roll back' }).click();
  expect(await page.getByRole('status').first().innerText()).toContain('You asked');
  expect(await page.getByText('not reported yet: make the change').count()).toBe(1);
  expect(await page.getByRole('button', { name: 'Ask to roll back' }).count()).toBe(0);
  await page.getByRole('link', { name: 'at the campaign' }).click();
  await page.getByRole('button', { name: /as applied$/ }).click();
  await page.goto(`/change-sets/${bid}`);
  expect(await page.getByText('All of it was taken back').count()).toBe(1);

  // The flight is over, so the daily budget moves nothing of the plan; a budget for the whole flight does.
  await page.goto('/campaigns/c1');
  await page.getByRole('button', { name: 'Propose a revision from the drift' }).click();
  expect(await page.getByRole('alert').innerText()).toContain('There is nothing to take into a plan');
  const approved = { budget_minor: 500_000 };
  const whole = { id: 'c3', name: 'Campaign c3', platform: 'meta', plan_version: 1, approved };
  await must(stage.call(acme.tokens.bot, 'POST', '/v1/campaigns', whole), 201);
  await change('c3', 'budget_minor', 505_000);
  await page.goto('/campaigns/c3');
  await page.getByRole('button', { name: 'Propose a revision from the drift' }).click();
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toMatch(/^Plan 2 · Spring/);
  expect(await page.getByRole('status').first().innerText()).toContain('A revision was drafted');
  await page.goto('/plans/1');
  expect(await page.getByText('Drafted from plan 1').innerText()).toContain('plan 2');
  await context.close();

  const looked = await signIn(stage, 'acme', 'olga');
  for (const path of ['/campaigns', '/campaigns/c1', '/change-sets', `/change-sets/${raised}`])
    await checkOnPhone(looked.page, path);
  expect(await looked.page.getByRole('button', { name: 'Propose' }).count()).toBe(0);
  expect(looked.errors).toEqual([]);
  await looked.context.close();
});

test('a rollback beyond the guardrail opens a ticket, and goes on once it is approved', async () => {
  const question = ask('budget.change', 'campaign/c2', { field: 'daily_budget_minor', after: 8_000 });
  const { ticket } = (await must(stage.call(acme.tokens.bot, 'POST', '/v1/decisions', question), 200)).body;
  await must(vote(stage.call, acme.tokens.olga, ticket, 'approve'), 201);
  const again = ask('budget.change', 'campaign/c2', { field: 'daily_budget_minor', after: 8_000 }, ticket.ticket_id);
  const { decision_id } = (await must(stage.call(acme.tokens.bot, 'POST', '/v1/decisions', again), 200)).body;
  const path = `/v1/decisions/${decision_id}/outcome`;
  const { change_set_id } = (await must(stage.call(acme.tokens.bot, 'POST', path, { status: 'applied' }), 201)).body;

  const { page, context, errors } = await signIn(stage, 'acme', 'petra');
  await page.goto(`/change-sets/${change_set_id}`);
  expect(await page.getByText('needs people').count()).toBe(1);
  await page.getByRole('button', { name: 'Ask to roll back' }).click();
  await page.waitForURL('**done=asked');
  const asked = (await page.getByRole('link', { name: /^A3-/ }).last().innerText()).trim();
  expect(await page.getByText('pending').count()).toBeGreaterThan(0);
  const seen = (await must(stage.call(acme.tokens.olga, 'GET', `/v1/tickets/${asked}`), 200)).body;
  for (const who of ['omar', 'clara'] as const)
    if (seen.slots.length > (who === 'clara' ? 1 : 0))
      await must(vote(stage.call, acme.tokens[who], seen, 'approve'), 201);
  await page.goto(`/change-sets/${change_set_id}`);
  await page.getByRole('button', { name: 'Ask to roll back' }).click();
  await page.waitForURL('**done=asked');
  expect(await page.getByText('not reported yet').count()).toBe(1);
  expect((await stage.call(acme.tokens.olga, 'GET', `/v1/tickets/${asked}`)).body.state).toBe('consumed');
  expect(errors).toEqual([]);
  await context.close();
});

test('a campaign is moved under the plan that is approved by now, with that plan’s values, without scripts', async () => {
  const approved = { daily_budget_minor: 10_000 };
  const { version } = (
    await must(
      stage.call(acme.tokens.bot2, 'POST', '/v1/plans', {
        type: 'replan',
        base_version: await planInForce(),
        payload: {
          ...PLAN.payload,
          name: 'Summer',
          flights: [
            { platform: 'meta', start: '2026-06-01', end: '2026-06-30', budget_minor: 500_000 },
            { platform: 'meta', start: '2026-07-01', end: '2026-07-31', budget_minor: 500_000 },
          ],
        },
      }),
      201,
    )
  ).body;
  await must(
    stage.call(acme.tokens.bot, 'POST', '/v1/campaigns', {
      id: 'to-move',
      name: 'To be moved',
      platform: 'meta',
      plan_version: await planInForce(),
      approved,
    }),
    201,
  );
  const { ticket } = (
    await must(stage.call(acme.tokens.bot, 'POST', '/v1/decisions', ask('plan.replan', `plan/${version}`)), 200)
  ).body;
  await must(vote(stage.call, acme.tokens.paul, ticket, 'approve'), 201);

  const olga = await signIn(stage, 'acme', 'olga', { javaScriptEnabled: false });
  await olga.page.goto('/campaigns/to-move');
  expect(await olga.page.getByText('Policy does not let you move campaigns.').count()).toBe(1);

  const { page, context } = await signIn(stage, 'acme', 'petra', { javaScriptEnabled: false });
  await page.goto('/campaigns/to-move');
  await page.getByText(`Move it under plan ${version}`).click();
  await page.getByLabel(/^Daily budget/).fill('much');
  await page.getByRole('button', { name: 'Move the campaign' }).click();
  await expect.poll(() => page.getByLabel(/^Daily budget/).inputValue()).toBe('much');
  expect(await page.locator('.field-error').innerText()).toContain('Give a number');
  await page.getByLabel(/^Daily budget/).fill('161.25');
  await page.getByLabel('Flight').selectOption('1');
  await page.getByRole('button', { name: 'Move the campaign' }).click();
  await expect.poll(() => page.getByRole('status').filter({ hasText: 'under the approved plan' }).count()).toBe(1);
  const { body } = await must(stage.call(acme.tokens.petra, 'GET', '/v1/campaigns/to-move'), 200);
  expect(body).toMatchObject({ plan_version: version, flight: 1, approved: { daily_budget_minor: 16_125 } });
  const looked = await signIn(stage, 'acme', 'petra');
  await looked.page.goto('/campaigns/to-move');
  await checkAccessible(looked.page);
  await Promise.all([context.close(), olga.context.close(), looked.context.close()]);
});

async function planInForce(): Promise<number> {
  const { plans } = (await must(stage.call(acme.tokens.anna, 'GET', '/v1/plans?limit=100'), 200)).body;
  return plans.find(({ state }: { state: string }) => state === 'approved').version;
}
