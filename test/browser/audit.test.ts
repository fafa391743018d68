import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Agency, budget, must, openWorkingAgency } from '../support/agency.ts';
import { type Stage, checkAccessible, openStage, signIn } from './support.ts';

let stage: Stage;
let acme: Agency;
/** Receipt of a decision, as an agent keeps it. */
let receipt: { seq: number; tip?: string; leaf_hash?: string };

beforeAll(async () => {
  stage = await openStage();
  acme = await openWorkingAgency({ ...stage.service, call: stage.call }, 'acme', ['c1', 'c2']);
  for (let i = 0; i < 40; i++) await ask('c1', 10_000 + (i % 5));
  const { ticket, receipt: kept } = await ask('c2', 8_000);
  receipt = kept;
  const path = `/v1/tickets/${ticket.ticket_id}/comments`;
  await must(stage.call(acme.tokens.bot, 'POST', path, { comment: 'Is it so?' }), 201);
});
afterAll(() => stage?.close());

async function ask(campaign: string, after: number): Promise<any> {
  return (await must(stage.call(acme.tokens.bot, 'POST', '/v1/decisions', budget(campaign, after)), 200)).body;
}

test('the log is searched and paged, and its entries are read, without scripts', async () => {
  const { page, context } = await signIn(stage, 'acme', 'aldo', { javaScriptEnabled: false });
  await page.goto('/audit');
  const positions = () => page.locator('#rows th').allInnerTexts();
  const first = await positions();
  expect(first).toHaveLength(50);
  await page.getByRole('link', { name: 'Older' }).click();
  expect(await positions()).not.toContain(first.at(-1));
  await page.getByRole('link', { name: 'Newer' }).click();
  expect(await positions()).toContain(first.at(-1));
  await page.goto('/audit');
  await page.getByLabel('Action').fill('ticket.*');
  await page.getByLabel('Actor').fill('paul');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect
    .poll(() => page.locator('#rows tr').allInnerTexts())
    .toEqual([expect.stringContaining('ticket.approved')]);
  await page.locator('#rows a').click();
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toContain('ticket.approved');
  expect(await page.locator('.checks .check-good').count()).toBe(3);
  const at = page.url();
  await page.getByRole('navigation', { name: 'Neighbours' }).getByRole('link').last().click();
  await page.getByRole('navigation', { name: 'Neighbours' }).getByRole('link').first().click();
  expect(page.url()).toBe(at);
  expect(await page.getByText('placet audit verify').isVisible()).toBe(true);
  await context.close();
});

test('a search that nothing fits, and one that cannot be read, say so', async () => {
  const { page, context } = await signIn(stage, 'acme', 'aldo');
  await page.goto('/audit?actor=nobody');
  expect(await page.getByText('Nothing fits').isVisible()).toBe(true);
  await checkAccessible(page);
  expect((await page.goto('/audit?since=yesterday'))!.status()).toBe(400);
  expect((await page.goto('/audit/99999'))!.status()).toBe(404);
  await context.close();
});

describe('verifying in the browser', () => {
  test('finds the log good, and a receipt in it', async () => {
    const { page, context, errors } = await signIn(stage, 'acme', 'aldo');
    await page.goto('/audit');
    await page.getByLabel(/A hash that you kept/).fill((receipt.tip ?? receipt.leaf_hash)!);
    await page.getByRole('button', { name: 'The whole log' }).click();
    await expect
      .poll(() => page.locator('.verify-result').innerText())
      .toContain(`every hash is right, and yours is that of #${receipt.seq}`);
    await checkAccessible(page);
    await page.getByLabel(/A hash that you kept/).fill('0'.repeat(64));
    await page.getByRole('button', { name: 'Verify', exact: true }).click();
    await expect.poll(() => page.locator('.verify-result').innerText()).toContain('not here');
    expect(errors).toEqual([]);
    await context.close();
  });

  for (const [what, tamper, says] of [
    ['payload', (entry: any) => (entry.payload = entry.payload.replace(/[0-9]/, '~')), 'The payload'],
    ['leaf', (entry: any) => (entry.leaf = entry.leaf.replace('"v":1', '"v":2')), 'The leaf'],
    ['tip', (entry: any) => (entry.tip = entry.tip.replace(/^./, (c: string) => (c === '0' ? '1' : '0'))), 'The tip'],
    ['position', (entry: any) => (entry.seq += 1), 'stands in its place'],
  ] as const)
    test(`names the first entry whose ${what} was altered on the way`, async () => {
      const { page, context } = await signIn(stage, 'acme', 'aldo');
      await page.route('**/audit/stretch*', async (route) => {
        const body: any = await (await route.fetch()).json();
        for (const entry of body.entries) if (entry.seq === 20 || entry.seq === 25) tamper(entry);
        await route.fulfill({ json: body });
      });
      await page.goto('/audit');
      await page.getByRole('button', { name: 'The whole log' }).click();
      await expect.poll(() => page.locator('.verify-result').innerText()).toContain('#20 is bad');
      expect(await page.locator('.verify-result').innerText()).toContain(says);
      await checkAccessible(page);
      await context.close();
    });
});

test('who may not read the log is told so', async () => {
  const { page, context } = await signIn(stage, 'acme', 'olga');
  const response = await page.goto('/audit');
  expect(response!.status()).toBe(403);
  expect(await page.getByRole('main').innerText()).toMatch(/audit\.read/);
  expect((await page.request.get(`${stage.url}/audit/stretch`)).status()).toBe(403);
  await checkAccessible(page);
  await context.close();
});
