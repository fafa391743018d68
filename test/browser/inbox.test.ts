import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Agency, budget, must, openWorkingAgency, vote } from '../support/agency.ts';
import { type Stage, checkAccessible, checkFits, openStage, signIn } from './support.ts';

let stage: Stage;
let acme: Agency;

beforeAll(async () => {
  stage = await openStage();
  acme = await openWorkingAgency({ ...stage.service, call: stage.call }, 'acme', ['c1', 'c2', 'c3', 'c4', 'c5']);
});
afterAll(() => stage?.close());

/** A budget change beyond the guardrail, which waits for the operator (and the client, when it goes up). */
async function ask(campaign: string, after: number): Promise<any> {
  return (await must(stage.call(acme.tokens.bot, 'POST', '/v1/decisions', budget(campaign, after)), 200)).body.ticket;
}

test('an empty inbox says so', async () => {
  const { page, context, errors } = await signIn(stage, 'acme', 'olga');
  await expect.poll(() => page.getByText('Nothing waits for anyone').isVisible()).toBe(true);
  await checkAccessible(page);
  expect(errors).toEqual([]);
  await context.close();
});

test('a ticket is found in the list, read, and approved', async () => {
  const ticket = await ask('c1', 8_000);
  const { page, context, errors } = await signIn(stage, 'acme', 'olga');
  await page.locator(`[data-row="${ticket.ticket_id}"]`).click();
  await page.waitForURL(`**/inbox?ticket=${ticket.ticket_id}`);
  const row = page.getByRole('row', { name: /daily budget/ });
  expect(await row.innerText()).toMatch(/\$100\.00\s+\$80\.00\s+−20\.0 %/);
  await checkAccessible(page);
  await page.getByRole('button', { name: 'Approve' }).click();
  await expect
    .poll(() => page.getByRole('status').filter({ hasText: 'approval' }).innerText())
    .toContain('is in the log');
  expect((await stage.call(acme.tokens.anna, 'GET', `/v1/tickets/${ticket.ticket_id}`)).body.state).toBe('approved');
  await checkAccessible(page);
  expect(errors).toEqual([]);
  await context.close();
});

test('reading and deciding need no scripts', async () => {
  const ticket = await ask('c2', 8_000);
  const { page, context } = await signIn(stage, 'acme', 'olga', { javaScriptEnabled: false });
  await page.locator(`[data-row="${ticket.ticket_id}"]`).click();
  await page.getByRole('button', { name: 'Reject', exact: true }).click();
  expect(await page.getByRole('alert').innerText()).toContain('Say why');
  await page.getByLabel(/^Comment/).fill('Not before Friday');
  await page.getByRole('button', { name: 'Reject', exact: true }).click();
  expect(await page.getByRole('status').first().innerText()).toContain('rejection is in the log');
  const { body } = await stage.call(acme.tokens.anna, 'GET', `/v1/tickets/${ticket.ticket_id}`);
  expect(body).toMatchObject({ state: 'rejected', votes: [{ voter: 'olga', comment: 'Not before Friday' }] });
  await context.close();
});

test('two people at one ticket: the second is told who was faster, and keeps what they wrote', async () => {
  const ticket = await ask('c3', 8_000);
  const [olga, omar] = [await signIn(stage, 'acme', 'olga'), await signIn(stage, 'acme', 'omar')];
  // What follows happens before the news arrives.
  await omar.page.route('**/events**', (route) =>
    route.fulfill({ status: 200, contentType: 'text/event-stream', body: '' }),
  );
  for (const { page } of [olga, omar]) await page.goto(`/tickets/${ticket.ticket_id}`);
  await olga.page.getByRole('button', { name: 'Approve' }).click();
  await olga.page.waitForURL('**done=approve');
  await omar.page.getByLabel(/^Comment/).fill('Too soon');
  await omar.page.getByRole('button', { name: 'Reject', exact: true }).click();
  const alert = await omar.page.getByRole('alert').innerText();
  expect(alert).toContain('Someone was faster');
  expect(alert).toContain('olga');
  expect(alert).toContain('Too soon');
  await checkAccessible(omar.page);
  await Promise.all([olga.context.close(), omar.context.close()]);
});

test('a verdict on a revision that is no more shows what changed', async () => {
  const ticket = await ask('c4', 8_000);
  const { page, context } = await signIn(stage, 'acme', 'olga');
  await page.route('**/events**', (route) =>
    route.fulfill({ status: 200, contentType: 'text/event-stream', body: '' }),
  );
  await page.goto(`/tickets/${ticket.ticket_id}`);
  const path = `/v1/tickets/${ticket.ticket_id}/revisions`;
  await must(stage.call(acme.tokens.bot, 'POST', path, budget('c4', 7_000)), 201);
  await page.getByRole('button', { name: 'Approve' }).click();
  const alert = await page.getByRole('alert').innerText();
  expect(alert).toContain('It changed while you looked');
  expect(alert).toMatch(/Daily budget\s+\$80\.00\s+\$70\.00/);
  expect((await stage.call(acme.tokens.anna, 'GET', `/v1/tickets/${ticket.ticket_id}`)).body.votes).toEqual([]);
  await context.close();
});

test('my roles: what has an empty slot of mine, and no more once it is filled', async () => {
  const ticket = await ask('c2', 13_000);
  const { page, context } = await signIn(stage, 'acme', 'olga');
  const row = page.locator(`[data-row="${ticket.ticket_id}"]`);
  await page.goto('/inbox?view=my-roles');
  expect(await row.count()).toBe(1);
  const count = async () =>
    Number(await page.locator('.views a', { hasText: 'My roles' }).locator('.count').innerText());
  const before = await count();
  await must(vote(stage.call, acme.tokens.olga, ticket, 'approve'), 201);
  await page.goto('/inbox?view=my-roles');
  expect(await row.count()).toBe(0);
  expect(await count()).toBe(before - 1);
  await page.goto('/inbox');
  expect(await row.innerText()).toContain('waits for the client');
  await context.close();
});

describe('who may not act', () => {
  test('sees no button, and is told why', async () => {
    const ticket = await ask('c5', 8_000);
    const { page, context } = await signIn(stage, 'acme', 'lena');
    await page.goto(`/tickets/${ticket.ticket_id}`);
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    expect(await page.getByText('You cannot approve this').innerText()).toMatch(/operator|slot|role/);
    await context.close();
  });

  test('gets a page, not a stack, for a ticket that is not there', async () => {
    const { page, context } = await signIn(stage, 'acme', 'olga');
    const response = await page.goto('/tickets/A3-99999');
    expect(response!.status()).toBe(404);
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Not there');
    await checkAccessible(page);
    await context.close();
  });
});

test('a phone shows the list, or the ticket', async () => {
  const ticket = await ask('c1', 7_000);
  const { page, context } = await signIn(stage, 'acme', 'olga', { viewport: { width: 360, height: 740 } });
  expect(await page.getByRole('region', { name: 'Tickets' }).isVisible()).toBe(true);
  await page.goto(`/inbox?ticket=${ticket.ticket_id}`);
  expect(await page.getByRole('region', { name: 'Tickets' }).isVisible()).toBe(false);
  await page.getByRole('link', { name: '← Inbox' }).click();
  await expect.poll(() => page.getByRole('region', { name: 'Tickets' }).isVisible()).toBe(true);
  await context.close();
});

test('what agents write shows as text', async () => {
  const hostile = [
    '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>',
    '**bold** [link](javascript:window.pwned=1) &amp; {{7*7}} ${7*7}',
    'safe\u202Egnp.exe\u2066hidden\u200b',
    '\u0007bell',
  ].join('\n');
  const ticket = await ask('c3', 6_000);
  const comment = async (text: string) =>
    must(stage.call(acme.tokens.bot, 'POST', `/v1/tickets/${ticket.ticket_id}/comments`, { comment: text }), 201);
  await comment(hostile);
  await comment('w'.repeat(10_000));
  const { page, context, errors } = await signIn(stage, 'acme', 'olga', { viewport: { width: 360, height: 740 } });
  await page.goto(`/tickets/${ticket.ticket_id}`);
  const shown = await page.locator('.thread').innerText();
  expect(shown).toContain('<script>window.pwned=1</script>');
  expect(shown).toContain('**bold** [link](javascript:window.pwned=1) &amp; {{7*7}} ${7*7}');
  expect(shown).toContain('safeU+202Egnp.exeU+2066hiddenU+200B');
  expect(shown).toContain('U+0007bell');
  expect(shown).toContain('all 10,000 characters');
  expect(await page.evaluate(() => 'pwned' in globalThis)).toBe(false);
  expect(await page.locator('.thread script, .thread img, .thread a').count()).toBe(0);
  await checkFits(page);
  expect(errors).toEqual([]);
  await context.close();
});
