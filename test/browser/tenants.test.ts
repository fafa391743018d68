import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Agency, budget, must, openWorkingAgency } from '../support/agency.ts';
import { type Stage, checkAccessible, checkFits, openStage, signIn } from './support.ts';

// One person who works for two clients of the agency, each of them a tenant.

let stage: Stage;
let acme: Agency;
let rival: Agency;
const BOTH = ['acme', 'rival'];
const LONG = { timeout: 15_000 };

beforeAll(async () => {
  stage = await openStage();
  const ground = { ...stage.service, call: stage.call };
  acme = await openWorkingAgency(ground, 'acme', ['c1', 'c2', 'c3']);
  rival = await openWorkingAgency(ground, 'rival', ['c1', 'c2', 'c3']);
});
afterAll(() => stage?.close());

const ask = async ({ tokens }: Agency, campaign: string, after: number) =>
  (await must(stage.call(tokens.bot, 'POST', '/v1/decisions', budget(campaign, after)), 200)).body.ticket;
const read = async ({ tokens }: Agency, id: string) => (await stage.call(tokens.anna, 'GET', `/v1/tickets/${id}`)).body;

/** An A8: two QC corrections are let in, the third is not. */
async function exhaust({ tokens }: Agency, run_id: string): Promise<string> {
  const start = { run_id, task_id: `task-${run_id}`, main_task_id: 'copy', agent: 'bid-bot', model: 'gpt-4o' };
  await must(stage.call(tokens.bot, 'POST', '/v1/runs', start), 201);
  const step = (n: number) =>
    must(
      stage.call(tokens.bot, 'POST', `/v1/runs/${run_id}/steps`, {
        kind: 'qc_correction',
        step_id: `s${n}`,
        cause: { code: 'off_brand' },
      }),
      200,
    );
  await step(1);
  await step(2);
  return (await step(3)).body.red_flag;
}

test('one inbox shows what waits in every tenant of the sign-in, live, and decides each in its own', async () => {
  // The same id in both tenants.
  const here = await ask(acme, 'c1', 8_000);
  const there = await ask(rival, 'c1', 7_000);
  expect(here.ticket_id).toBe(there.ticket_id);
  const { page, context, errors } = await signIn(stage, BOTH, 'olga');
  expect(await page.locator('#rows [data-row]').count()).toBe(1);
  await page.getByText('Filter', { exact: true }).click();
  await page.getByRole('combobox', { name: 'Tenant' }).selectOption({ label: 'Agency rival' });
  await expect.poll(() => page.locator('body').getAttribute('data-tenant'), LONG).toBe('rival');
  await page.getByRole('link', { name: 'All 2 tenants' }).click();
  await expect.poll(() => page.locator('#rows [data-row]').count(), LONG).toBe(2);
  expect(await page.getByRole('navigation', { name: 'Views' }).innerText()).toMatch(/^All\s+2/);
  await checkAccessible(page);

  await page.locator('[data-row^="rival/"]').click();
  await page.waitForURL('**tenant=rival**');
  await expect.poll(() => page.locator('article.ticket').innerText(), LONG).toContain('$70.00');
  expect(await page.locator('#rows [data-row]').count()).toBe(2);
  await page.getByRole('button', { name: 'Approve' }).click();
  await expect
    .poll(() => page.getByRole('status').allInnerTexts(), LONG)
    .toContainEqual(expect.stringContaining('Your approval is in the log'));
  expect((await read(rival, there.ticket_id)).state).toBe('approved');
  expect((await read(acme, here.ticket_id)).state).toBe('pending');

  await page.goto('/inbox?tenant=acme&across=yes');
  await page.mouse.move(900, 500);
  await ask(rival, 'c2', 6_000);
  await expect.poll(() => page.locator('#rows [data-row^="rival/"]').count(), LONG).toBe(1);
  expect(errors).toEqual([]);
  await context.close();
});

test('red flags of every tenant stand above every page, and come up by themselves', async () => {
  const { page, context, errors } = await signIn(stage, BOTH, 'olga');
  await page.goto('/plans?tenant=acme');
  const id = await exhaust(rival, 'r-1');
  await expect
    .poll(() => page.locator('.flag').allInnerTexts(), LONG)
    .toEqual([expect.stringContaining('Agency rival')]);
  expect(await page.title()).toMatch(/^\(1\) Plans/);
  await checkAccessible(page);
  await page.setViewportSize({ width: 360, height: 740 });
  await checkFits(page);
  await page.locator('.flag-kind').click();
  await page.waitForURL(`**/tickets/${id}?tenant=rival`);
  await page.getByRole('button', { name: 'Acknowledge' }).click();
  await page.waitForURL('**done=acknowledge**');
  expect((await read(rival, id)).state).toBe('acknowledged');
  expect(errors).toEqual([]);
  await context.close();
});

test('a tab stays in its tenant, wherever another tab goes', async () => {
  const { page: first, context, errors } = await signIn(stage, BOTH, 'olga');
  const tenantOf = (page: typeof first) => page.locator('body').getAttribute('data-tenant');
  await first.goto('/inbox?tenant=acme');
  const second = await context.newPage();
  await second.goto('/inbox');
  await second.locator('#account summary').click();
  await second.getByRole('navigation', { name: 'Tenants' }).getByRole('link', { name: 'Agency rival' }).click();
  await second.waitForURL('**/inbox');
  expect(await tenantOf(second)).toBe('rival');
  await first.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Plans' }).click();
  await first.waitForURL('**/plans**');
  expect(await tenantOf(first)).toBe('acme');
  await second.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Campaigns' }).click();
  await second.waitForURL('**/campaigns**');
  expect(await tenantOf(second)).toBe('rival');
  expect(errors).toEqual([]);
  await context.close();
});

test('the page of sessions names the browser and fits a phone', async () => {
  const { page, context, errors } = await signIn(stage, BOTH, 'olga');
  await page.goto('/sessions');
  const row = page.getByRole('row', { name: /this one/ });
  expect(await row.innerText()).toMatch(/Chrome on Linux\s+one-time link/);
  await checkAccessible(page);
  await page.setViewportSize({ width: 360, height: 740 });
  await checkFits(page);
  await row.getByRole('button', { name: /Sign out/ }).click();
  await page.waitForURL('**/sign-in?out');
  for (const tenant of BOTH) {
    const [last] = await stage.service.sql`
      select action from audit_entry where tenant_id = ${tenant} order by seq desc limit 1`;
    expect(last!['action']).toBe('session.ended');
  }
  expect(errors).toEqual([]);
  await context.close();
});

test('signed in for one tenant, nothing of another can be asked for', async () => {
  const { page, context } = await signIn(stage, 'acme', 'olga');
  const ticket = await ask(rival, 'c3', 8_000);
  const answer = await page.goto(`/tickets/${ticket.ticket_id}?tenant=rival`);
  expect(answer!.status()).toBe(403);
  expect(await page.locator('main').innerText()).toContain('does not open that tenant');
  await page.goto('/inbox');
  expect(await page.locator('body').getAttribute('data-tenant')).toBe('acme');
  await context.close();
});
