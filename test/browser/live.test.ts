import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Agency, budget, must, openWorkingAgency, vote } from '../support/agency.ts';
import { type Stage, checkAccessible, openStage, signIn } from './support.ts';

// Pages that bring themselves up to date, and what they do when they cannot.

let stage: Stage;
let acme: Agency;

beforeAll(async () => {
  stage = await openStage();
  acme = await openWorkingAgency({ ...stage.service, call: stage.call }, 'acme', [
    'c1',
    'c2',
    'c3',
    'c4',
    'c5',
    'c6',
    'c7',
  ]);
});
afterAll(() => stage?.close());

const request = async (campaign: string, after: number) =>
  (await must(stage.call(acme.tokens.bot, 'POST', '/v1/decisions', budget(campaign, after)), 200)).body.ticket;
const LONG = { timeout: 15_000 };

test('new tickets come in by themselves; where the list has focus nothing moves until one asks', async () => {
  const { page, context, errors } = await signIn(stage, 'acme', 'olga');
  const first = await request('c1', 8_000);
  await expect.poll(() => page.locator(`[data-row="${first.ticket_id}"]`).count(), LONG).toBe(1);
  await page.locator(`[data-row="${first.ticket_id}"]`).focus();
  const others = [await request('c2', 8_000), await request('c3', 8_000)];
  await expect.poll(() => page.locator('#news').innerText(), LONG).toBe('2 new tickets – show');
  expect(await page.locator('#rows [data-row]').count()).toBe(1);
  expect(await page.evaluate(() => (globalThis as any).document.activeElement.dataset.row)).toBe(first.ticket_id);
  await checkAccessible(page);
  await page.locator('#news').click();
  await expect.poll(() => page.locator('#rows [data-row]').count()).toBe(3);
  expect(others.map((one) => one.ticket_id)).toContain(
    await page.evaluate(() => (globalThis as any).document.activeElement.dataset.row),
  );
  expect(errors).toEqual([]);
  await context.close();
});

test('a new revision turns Approve off and opens what changed; the comment being written stays', async () => {
  const ticket = await request('c4', 8_000);
  const { page, context, errors } = await signIn(stage, 'acme', 'olga');
  await page.goto(`/tickets/${ticket.ticket_id}`);
  await page.getByLabel(/^Comment/).fill('Looks fine to me, but');
  await must(
    stage.call(acme.tokens.bot, 'POST', `/v1/tickets/${ticket.ticket_id}/revisions`, budget('c4', 7_000)),
    201,
  );
  await expect.poll(() => page.getByRole('button', { name: 'Approve' }).isDisabled(), LONG).toBe(true);
  await expect.poll(() => page.locator('#changed').innerText(), LONG).toMatch(/Daily budget\s+\$80\.00\s+\$70\.00/);
  expect(await page.getByLabel(/^Comment/).inputValue()).toBe('Looks fine to me, but');
  await checkAccessible(page);
  await page.getByRole('button', { name: 'Go on with what stands now' }).click();
  await expect.poll(() => page.getByLabel(/^Comment/).inputValue()).toBe('Looks fine to me, but');
  expect(await page.locator('.bound').innerText()).toContain('revision 2');
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.waitForURL('**done=approve');
  const { body } = await stage.call(acme.tokens.anna, 'GET', `/v1/tickets/${ticket.ticket_id}`);
  expect(body).toMatchObject({ state: 'approved', votes: [{ revision: 2, comment: 'Looks fine to me, but' }] });
  expect(errors).toEqual([]);
  await context.close();
});

test('two people at one ticket: the one who still writes sees that the other has decided', async () => {
  const ticket = await request('c5', 8_000);
  const { page, context } = await signIn(stage, 'acme', 'omar');
  await page.goto(`/tickets/${ticket.ticket_id}`);
  await page.getByLabel(/^Comment/).fill('Too soon');
  await must(vote(stage.call, acme.tokens.olga, ticket, 'approve'), 201);
  await expect.poll(() => page.locator('.bar-news').innerText(), LONG).toContain('became approved');
  expect(await page.getByRole('button', { name: 'Reject' }).isDisabled()).toBe(true);
  expect(await page.getByLabel(/^Comment/).inputValue()).toBe('Too soon');
  expect(await page.locator('.ticket-line .state').innerText()).toBe('approved');
  await context.close();
});

test('without a connection it says so and sends nothing; when it is back, nothing was lost', async () => {
  const { page, context } = await signIn(stage, 'acme', 'olga');
  const open = await request('c6', 8_000);
  await page.goto(`/tickets/${open.ticket_id}`);
  await context.setOffline(true);
  await expect.poll(() => page.locator('#offline').isVisible(), LONG).toBe(true);
  expect(await page.getByRole('button', { name: 'Approve' }).isDisabled()).toBe(true);
  await checkAccessible(page);
  const missed = `/v1/tickets/${open.ticket_id}/comments`;
  await must(stage.call(acme.tokens.bot, 'POST', missed, { comment: 'said while you were away' }), 201);
  await context.setOffline(false);
  await expect.poll(() => page.locator('#offline').isVisible(), { timeout: 25_000 }).toBe(false);
  await expect.poll(() => page.locator('.thread').innerText(), LONG).toContain('said while you were away');
  expect(await page.getByRole('button', { name: 'Approve' }).isDisabled()).toBe(false);
  await context.close();
});

test('a broken stream goes on from where it was: each event comes once', async () => {
  const { page, context } = await signIn(stage, 'acme', 'olga');
  const asked: string[] = [];
  page.on('request', (sent) => {
    const url = new URL(sent.url());
    if (url.pathname === '/events') asked.push(url.search);
  });
  await page.goto('/inbox');
  await expect.poll(() => asked.length, LONG).toBeGreaterThan(0);
  const position = (query: string) => Number(/^acme:([0-9]+)$/.exec(new URLSearchParams(query).get('after')!)![1]);
  const after = position(asked[0]!);
  const ticket = await request('c7', 8_000);
  await expect.poll(() => page.locator(`[data-row="${ticket.ticket_id}"]`).count(), LONG).toBe(1);
  await context.setOffline(true);
  await must(vote(stage.call, acme.tokens.omar, ticket, 'reject', { comment: 'no' }), 201);
  await context.setOffline(false);
  // Coming back, it asks for what came after what it has seen.
  const furthest = () => Math.max(...asked.map(position));
  await expect.poll(furthest, { timeout: 25_000 }).toBeGreaterThan(after);
  await expect.poll(() => page.locator(`[data-row="${ticket.ticket_id}"]`).count(), LONG).toBe(0);
  await context.close();
});

test('whoever is signed out meanwhile is told, and keeps what is on the page', async () => {
  const { page, context } = await signIn(stage, 'acme', 'olga');
  const [row] = await page.locator('#rows [data-row]').evaluateAll((all: any[]) => all.map((one) => one.dataset.row));
  await page.goto(`/tickets/${row}`);
  await page.getByLabel(/^Comment/).fill('half a thought');
  await context.clearCookies();
  await must(stage.call(acme.tokens.bot, 'POST', `/v1/tickets/${row}/comments`, { comment: 'news' }), 201);
  await expect.poll(() => page.locator('#signed-out').isVisible(), LONG).toBe(true);
  expect(await page.getByLabel(/^Comment/).inputValue()).toBe('half a thought');
  expect(await page.getByRole('button', { name: 'Approve' }).isDisabled()).toBe(true);
  await checkAccessible(page);
  await context.close();
});
