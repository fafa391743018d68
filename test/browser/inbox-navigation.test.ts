import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Agency, budget, must, openWorkingAgency } from '../support/agency.ts';
import { type Stage, checkAccessible, openStage, signIn } from './support.ts';

// From one page of the inbox to the next without loading another. That all of it works without scripts is in inbox.test.ts.

const CAMPAIGNS = Array.from({ length: 60 }, (_, i) => `c${i}`);
const LONG = { timeout: 15_000 };
let stage: Stage;
let acme: Agency;
const tickets: string[] = [];

beforeAll(async () => {
  stage = await openStage();
  acme = await openWorkingAgency({ ...stage.service, call: stage.call }, 'acme', CAMPAIGNS);
  for (const campaign of CAMPAIGNS) {
    const asked = await must(stage.call(acme.tokens.bot, 'POST', '/v1/decisions', budget(campaign, 8_000)), 200);
    tickets.push(asked.body.ticket.ticket_id);
  }
}, 120_000);
afterAll(() => stage?.close());

/** Marks the document, to know it again: a page that was loaded anew does not have the mark. */
const mark = (page: Page) => page.evaluate(() => void ((globalThis as any).sameDocument = true));
const isMarked = (page: Page) => page.evaluate(() => (globalThis as any).sameDocument === true);
const focusedId = (page: Page) => page.evaluate(() => (globalThis as any).document.activeElement.id);
const focusedRow = (page: Page) => page.evaluate(() => (globalThis as any).document.activeElement.dataset.row);
const shown = (page: Page) => page.locator('article.ticket').getAttribute('data-ticket');
const comment = (page: Page) => page.getByLabel(/^Comment/);

test('keys walk through the tickets in one document; back and forward find each, and the list where it was', async () => {
  const { page, context, errors } = await signIn(stage, 'acme', 'olga');
  await mark(page);
  const [first, second] = await page
    .locator('#rows [data-row]')
    .evaluateAll((rows: any[]) => rows.slice(0, 2).map((row) => row.dataset.row));
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/inbox?ticket=${first}`);
  expect(await shown(page)).toBe(first);
  expect(await page.title()).toContain(first);
  expect(await focusedId(page)).toBe('detail');
  expect(await page.locator('#detail').getAttribute('aria-label')).toBe(`Ticket ${first}`);
  expect(await page.locator('#rows [aria-current]').getAttribute('data-row')).toBe(first);
  await checkAccessible(page);

  await page.keyboard.press('j');
  expect(await focusedRow(page)).toBe(second);
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/inbox?ticket=${second}`);
  await page.locator('#rows [data-row]').last().scrollIntoViewIfNeeded();
  const scrolled = await page.locator('.list').evaluate((list: any) => list.scrollTop);
  expect(scrolled).toBeGreaterThan(0);
  await page.locator('#rows [data-row]').last().click();
  await expect.poll(() => shown(page)).not.toBe(second);

  await page.goBack();
  await expect.poll(() => shown(page)).toBe(second);
  await expect.poll(() => page.locator('.list').evaluate((list: any) => list.scrollTop)).toBe(scrolled);
  await page.goBack();
  await expect.poll(() => shown(page)).toBe(first);
  await page.goBack();
  await expect.poll(() => page.getByText('Pick a ticket').isVisible()).toBe(true);
  expect(await page.title()).toMatch(/^Inbox/);
  await page.goForward();
  await expect.poll(() => shown(page)).toBe(first);
  expect(await isMarked(page)).toBe(true);
  expect(errors).toEqual([]);
  await context.close();
});

test('views, filters and pages keep their state in the address and the focus in its place', async () => {
  const { page, context, errors } = await signIn(stage, 'acme', 'olga');
  await mark(page);
  await page.locator('.views a', { hasText: 'My roles' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/inbox?view=my-roles');
  expect(await page.locator('.views [aria-current]').innerText()).toContain('My roles');
  expect(await page.locator('.views [aria-current]').evaluate((link: any) => link.matches(':focus'))).toBe(true);
  expect(await page.locator('#arrived').innerText()).toBe('My roles: 50 tickets on this page.');

  await page.locator('#filters').click();
  await page.locator('.filters [name="type"]').focus();
  await page.locator('.filters [name="type"]').selectOption('A7');
  await page.waitForURL('**type=A7');
  expect(new URL(page.url()).search).toBe('?view=my-roles&type=A7');
  expect(await page.getByText('Nothing fits these filters').isVisible()).toBe(true);
  expect(await page.locator('.filters [name="type"]').evaluate((field: any) => field.matches(':focus'))).toBe(true);
  expect(await page.locator('.filters [name="type"]').inputValue()).toBe('A7');

  await page.getByRole('link', { name: 'Clear' }).click();
  await page.waitForURL('**/inbox?view=my-roles');
  await page.getByRole('link', { name: 'Later ones' }).click();
  await page.waitForURL('**after=**');
  expect(await page.locator('#rows [data-row]').count()).toBe(CAMPAIGNS.length - 50);
  expect(await focusedRow(page)).toBe(await page.locator('#rows [data-row]').first().getAttribute('data-row'));
  expect(await page.locator('.list').evaluate((list: any) => list.scrollTop)).toBe(0);
  await checkAccessible(page);
  expect(await isMarked(page)).toBe(true);
  expect(errors).toEqual([]);
  await context.close();
});

test('what is half written stays with its ticket until it is sent', async () => {
  const [one, other] = [tickets[0]!, tickets[1]!];
  const { page, context } = await signIn(stage, 'acme', 'olga');
  await mark(page);
  await page.locator(`[data-row="${one}"]`).click();
  await comment(page).fill('Before I agree, who');
  await page.locator(`[data-row="${other}"]`).click();
  await expect.poll(() => shown(page)).toBe(other);
  expect(await comment(page).inputValue()).toBe('');
  expect(await page.locator('#arrived').innerText()).toBe(
    `What you wrote on ${one} is kept for when you come back to it.`,
  );
  await page.locator(`[data-row="${one}"]`).click();
  await expect.poll(() => shown(page)).toBe(one);
  expect(await comment(page).inputValue()).toBe('Before I agree, who');
  // Also over a page that is really another one.
  await page.goto('/plans');
  await page.goto(`/inbox?ticket=${one}`);
  expect(await comment(page).inputValue()).toBe('Before I agree, who');
  await page.getByRole('button', { name: 'Reject', exact: true }).click();
  await page.waitForURL('**done=reject');
  const { body } = await stage.call(acme.tokens.anna, 'GET', `/v1/tickets/${one}`);
  expect(body).toMatchObject({ state: 'rejected', votes: [{ comment: 'Before I agree, who' }] });
  expect(await page.evaluate(() => Object.keys((globalThis as any).sessionStorage))).toEqual([]);
  await context.close();
});

test('the ticket that was gone to is the one that is kept up to date', async () => {
  const [one, other] = [tickets[2]!, tickets[3]!];
  const { page, context, errors } = await signIn(stage, 'acme', 'olga');
  await page.locator(`[data-row="${one}"]`).click();
  await page.waitForURL(`**ticket=${one}`);
  await page.locator(`[data-row="${other}"]`).click();
  await page.waitForURL(`**ticket=${other}`);
  const path = `/v1/tickets/${other}`;
  await must(stage.call(acme.tokens.bot, 'POST', `${path}/comments`, { comment: 'one thing more' }), 201);
  await expect.poll(() => page.locator('.thread').innerText(), LONG).toContain('one thing more');
  await comment(page).fill('Fine');
  await must(stage.call(acme.tokens.bot, 'POST', `${path}/revisions`, budget('c3', 7_000)), 201);
  await expect.poll(() => page.getByRole('button', { name: 'Approve' }).isDisabled(), LONG).toBe(true);
  await page.getByRole('button', { name: 'Go on with what stands now' }).click();
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.waitForURL(`**ticket=${other}&done=approve`);
  expect(errors).toEqual([]);
  await context.close();
});

test('whoever is signed out meanwhile gets to the sign-in page, and back from there', async () => {
  const { page, context } = await signIn(stage, 'acme', 'olga');
  await context.clearCookies();
  await page.locator(`[data-row="${tickets[4]}"]`).click();
  await page.waitForURL('**/sign-in?back=**');
  expect(new URL(page.url()).searchParams.get('back')).toBe(`/inbox?ticket=${tickets[4]}`);
  await context.close();
});

test('without a connection it says so, and nothing that was there is lost', async () => {
  const { page, context, errors } = await signIn(stage, 'acme', 'olga');
  await page.locator(`[data-row="${tickets[5]}"]`).click();
  await comment(page).fill('half a thought');
  const cut = (url: URL) => url.searchParams.get('ticket') === tickets[6];
  await page.route(cut, (route) => route.abort('connectionfailed'));
  await page.locator(`[data-row="${tickets[6]}"]`).click();
  await expect.poll(() => page.locator('#not-loaded').isVisible()).toBe(true);
  expect(await shown(page)).toBe(tickets[5]);
  expect(await comment(page).inputValue()).toBe('half a thought');
  await checkAccessible(page);
  await page.unroute(cut);
  await page.getByRole('link', { name: 'Try again' }).click();
  await expect.poll(() => shown(page)).toBe(tickets[6]);
  expect(await page.locator('#not-loaded').isVisible()).toBe(false);
  expect(errors).toEqual([]);
  await context.close();
});

test('what takes long is seen to be on its way, and what is asked for last is what comes', async () => {
  const { page, context } = await signIn(stage, 'acme', 'olga');
  const [slow, quick] = [tickets[7]!, tickets[8]!];
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await page.route(
    (url) => url.searchParams.get('ticket') === slow,
    async (route) => {
      await held;
      await route.continue().catch(() => {}); // It may have been given up.
    },
  );
  await page.locator(`[data-row="${slow}"]`).click();
  await expect.poll(() => page.locator('#inbox').getAttribute('aria-busy')).toBe('true');
  await page.locator(`[data-row="${quick}"]`).click();
  await page.waitForURL(`**ticket=${quick}`);
  expect(await page.locator('#inbox').getAttribute('aria-busy')).toBeNull();
  letGo();
  await page.locator('.views a', { hasText: 'All' }).click();
  await page.waitForURL('**/inbox');
  expect(await page.locator('article.ticket').count()).toBe(0);
  await context.close();
});

test('on a phone the way back leads to the row that one came from', async () => {
  const { page, context } = await signIn(stage, 'acme', 'olga', { viewport: { width: 360, height: 740 } });
  await mark(page);
  const row = page.locator(`[data-row="${tickets[30]}"]`);
  await row.click();
  await page.waitForURL(`**ticket=${tickets[30]}`);
  expect(await page.locator('.list').isVisible()).toBe(false);
  expect(await page.evaluate(() => (globalThis as any).scrollY)).toBe(0);
  await page.getByRole('link', { name: '← Inbox' }).click();
  await page.waitForURL('**/inbox');
  expect(await focusedRow(page)).toBe(tickets[30]);
  expect(await isMarked(page)).toBe(true);
  await context.close();
});
