import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Agency, ask, budget, must, openWorkingAgency, vote } from '../support/agency.ts';
import { type Stage, checkAccessible, checkFits, openStage, signIn } from './support.ts';

// What people do at a ticket beyond yes and no, several tickets at once, and all of it by keyboard.

let stage: Stage;
let acme: Agency;
const CAMPAIGNS = Array.from({ length: 14 }, (_, i) => `c${i}`);

beforeAll(async () => {
  stage = await openStage();
  acme = await openWorkingAgency({ ...stage.service, call: stage.call }, 'acme', CAMPAIGNS);
});
afterAll(() => stage?.close());

const request = async (campaign: string, after: number) =>
  (await must(stage.call(acme.tokens.bot, 'POST', '/v1/decisions', budget(campaign, after)), 200)).body.ticket;
const read = async (id: string) => (await stage.call(acme.tokens.anna, 'GET', `/v1/tickets/${id}`)).body;

test('changes are requested by field, constraint and value without scripts, and the agent is held to them', async () => {
  const ticket = await request('c0', 20_000);
  const { page, context } = await signIn(stage, 'acme', 'olga', { javaScriptEnabled: false });
  await page.goto(`/tickets/${ticket.ticket_id}`);
  await page.getByText('Say what has to change').click();
  await page.locator('[name="change.0.pointer"]').selectOption({ value: '/action/properties/after' });
  await page.locator('[name="change.0.constraint"]').selectOption('at_most');
  await page.locator('[name="change.0.value"]').fill('120.50');
  await page.locator('[name="change.0.note"]').fill('Until Friday');
  await page.getByRole('button', { name: 'Request changes' }).click();
  await expect
    .poll(() => page.getByRole('status').allInnerTexts())
    .toContainEqual(expect.stringContaining('request for changes'));
  expect((await read(ticket.ticket_id)).changes).toEqual([
    { pointer: '/action/properties/after', constraint: { at_most: 12_050 }, note: 'Until Friday', by: 'olga' },
  ]);
  const path = `/v1/tickets/${ticket.ticket_id}/revisions`;
  expect((await stage.call(acme.tokens.bot, 'POST', path, budget('c0', 13_000))).status).toBe(409);
  await must(stage.call(acme.tokens.bot, 'POST', path, budget('c0', 12_000)), 201);
  await page.goto(`/tickets/${ticket.ticket_id}`);
  expect(await page.locator('.thread').innerText()).toContain('must be at most 12050: Until Friday');
  await page.getByText('2 revisions').click();
  expect(await page.locator('.revisions').innerText()).toMatch(/120\.00|12,000/);
  await context.close();
});

test('an approval is given for less than was asked', async () => {
  const ticket = await request('c1', 8_000);
  const { page, context } = await signIn(stage, 'acme', 'olga');
  await page.goto(`/tickets/${ticket.ticket_id}`);
  await page.getByText('Approve with tighter terms').click();
  await checkAccessible(page);
  await page.getByLabel(/^Daily budget at least/).fill('70');
  await page.getByRole('button', { name: 'Approve' }).click();
  expect(await page.getByRole('alert').innerText()).toContain('Terms can only be tighter');
  const least = page.getByLabel(/^Daily budget at least/);
  expect([await least.inputValue(), await least.getAttribute('aria-invalid')]).toEqual(['70', 'true']);
  await checkAccessible(page);
  await page.getByLabel(/^Daily budget at least/).fill('90.00');
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.waitForURL('**done=approve');
  expect((await read(ticket.ticket_id)).terms).toEqual([
    { pointer: '/action/properties/after', at_least: 9_000, at_most: 10_000 },
  ]);
  await context.close();
});

test('who could fill a slot is named; a claim is seen by others and given back', async () => {
  const ticket = await request('c2', 8_000);
  const [olga, omar] = [await signIn(stage, 'acme', 'olga'), await signIn(stage, 'acme', 'omar')];
  await olga.page.goto(`/tickets/${ticket.ticket_id}`);
  expect(await olga.page.locator('.slots').innerText()).toMatch(/operator\s+empty\s+· could be filled by olga, omar/);
  await olga.page.getByRole('button', { name: 'Claim' }).click();
  await olga.page.waitForURL('**done=claim');
  await omar.page.goto(`/tickets/${ticket.ticket_id}`);
  expect(await omar.page.locator('.claim').innerText()).toContain('olga works on this until');
  await checkAccessible(omar.page);
  await olga.page.getByRole('button', { name: 'Release' }).click();
  await olga.page.waitForURL('**done=release');
  expect((await read(ticket.ticket_id)).claim).toBeNull();
  await Promise.all([olga.context.close(), omar.context.close()]);
});

test('the thread: for the client or not, mentions, another wording, and attachments by reference', async () => {
  const ticket = await request('c3', 8_000);
  const attachment = {
    name: '<b>report</b>.pdf',
    reference: 'https://files.test/report',
    sha256: 'a'.repeat(64),
    media_type: 'application/pdf',
    size_bytes: 1234,
  };
  const path = `/v1/tickets/${ticket.ticket_id}/comments`;
  await must(stage.call(acme.tokens.bot, 'POST', path, { comment: 'See it', attachments: [attachment] }), 201);
  const { page, context, errors } = await signIn(stage, 'acme', 'olga');
  await page.goto(`/tickets/${ticket.ticket_id}`);
  expect(await page.locator('.attached').innerText()).toContain('<b>report</b>.pdf application/pdf, 1,234 bytes');
  await page.getByLabel(/^Add to the thread/).fill('Is that so, @omar?');
  await page.locator('[name="visibility"]').selectOption('shared');
  await page.getByRole('button', { name: 'Comment' }).click();
  await page.waitForURL('**done=comment');
  expect(await page.locator('.thread').innerText()).toMatch(/the client sees it[\s\S]*told: omar/);
  await page.getByText('Edit', { exact: true }).click();
  await page.getByLabel('Another wording').fill('Is that really so, @omar?');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.waitForURL('**done=edit');
  await page.getByText('Earlier wording').click();
  expect(await page.locator('.wordings').innerText()).toContain('Is that so, @omar?');
  await checkAccessible(page);
  expect(errors).toEqual([]);
  await context.close();
});

test('several at once: alike and of low risk only, each checked again, with what failed shown', async () => {
  const [first, second, third] = [await request('c4', 8_000), await request('c5', 8_000), await request('c6', 8_000)];
  const dear = await request('c7', 30_000);
  const { page, context } = await signIn(stage, 'acme', 'olga');
  expect(await page.locator(`.row:has([data-row="${dear.ticket_id}"]) input`).count()).toBe(0);
  for (const { ticket_id } of [first, second, third]) await page.getByLabel(`Select ${ticket_id}`).check();
  expect(await page.locator('#bulk-count').innerText()).toBe('3 selected');
  await checkAccessible(page);
  // Meanwhile one of them is decided, and one asks for something else.
  await page.route('**/inbox**', (route) => (route.request().method() === 'GET' ? route.abort() : route.continue()));
  await must(vote(stage.call, acme.tokens.omar, first, 'reject', { comment: 'no' }), 201);
  await must(
    stage.call(acme.tokens.bot, 'POST', `/v1/tickets/${second.ticket_id}/revisions`, budget('c5', 7_000)),
    201,
  );
  await page.getByRole('button', { name: 'Approve selected' }).click();
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('1 of 3 approved');
  const outcomes = await page.locator('.outcome').allInnerTexts();
  expect(outcomes.map((text) => text.replace(/\s+/g, ' '))).toEqual([
    expect.stringMatching(/rejected: omar decided/),
    expect.stringMatching(/You saw revision 1; the ticket is at revision 2/),
    expect.stringMatching(/approved$/),
  ]);
  await checkAccessible(page);
  expect((await read(second.ticket_id)).votes).toEqual([]);
  expect((await read(third.ticket_id)).state).toBe('approved');
  await context.close();
});

test('a selection by hand of a ticket that is none of those is refused', async () => {
  const dear = await request('c8', 30_000);
  const { page, context } = await signIn(stage, 'acme', 'olga', { javaScriptEnabled: false });
  const csrf = await page.locator('#bulk input[name="csrf"]').getAttribute('value');
  const response = await page.request.post('/inbox/bulk', {
    form: { csrf: csrf!, verdict: 'approve', ticket: `${dear.ticket_id}.1.${dear.subject_hash}` },
    headers: { origin: stage.url },
  });
  expect(await response.text()).toContain('0 of 1 approved');
  expect((await read(dear.ticket_id)).state).toBe('pending');
  await context.close();
});

test('the keyboard alone: down the list, a reason and a rejection, help, and the switch that turns keys off', async () => {
  const ticket = await request('c9', 8_500);
  const { page, context, errors } = await signIn(stage, 'acme', 'olga');
  const rows = await page.locator('#rows [data-row]').evaluateAll((all: any[]) => all.map((row) => row.dataset.row));
  for (let i = 0; i <= rows.indexOf(ticket.ticket_id); i++) await page.keyboard.press('j');
  await page.keyboard.press('x');
  await expect.poll(() => page.getByLabel(`Select ${ticket.ticket_id}`).isChecked()).toBe(true);
  await page.keyboard.press('x');
  await page.keyboard.press('Enter');
  await page.waitForURL(`**ticket=${ticket.ticket_id}`);
  // Without a reason R leads to where it is written; what is typed there is text and no command.
  await page.keyboard.press('r');
  await page.keyboard.type('jar of acacia honey, x');
  expect(await page.getByLabel(/^Comment/).inputValue()).toBe('jar of acacia honey, x');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keys' });
  expect(await help.innerText()).toMatch(/request changes[\s\S]*Turn single keys off/);
  await checkAccessible(page);
  await help.getByLabel(/Turn single keys off/).check();
  await help.getByRole('button', { name: 'Close' }).click();
  // A key that sends a form marks it as sent before it has been let go.
  await page.keyboard.press('r');
  expect(await page.locator('#verdict').getAttribute('data-sent')).toBeNull();
  expect((await read(ticket.ticket_id)).state).toBe('pending');
  await page.keyboard.press('?');
  await help.getByLabel(/Turn single keys off/).uncheck();
  await page.keyboard.press('Escape');
  await page.keyboard.press('r');
  await page.waitForURL('**done=reject');
  expect(await read(ticket.ticket_id)).toMatchObject({
    state: 'rejected',
    votes: [{ comment: 'jar of acacia honey, x' }],
  });
  expect(errors).toEqual([]);
  await context.close();
});

test('A on a ticket of high risk asks first', async () => {
  const ticket = await request('c10', 20_000);
  const { page, context } = await signIn(stage, 'acme', 'olga');
  await page.goto(`/tickets/${ticket.ticket_id}`);
  await page.keyboard.press('a');
  const sure = page.getByRole('dialog', { name: /^Approve/ });
  expect(await sure.innerText()).toMatch(/daily budget|daily_budget_minor/);
  await page.keyboard.press('Escape');
  expect((await read(ticket.ticket_id)).votes).toEqual([]);
  await page.keyboard.press('a');
  await sure.getByRole('button', { name: 'Yes, I have read it' }).click();
  await page.waitForURL('**done=approve');
  expect((await read(ticket.ticket_id)).votes).toMatchObject([{ verdict: 'approve', voter: 'olga' }]);
  await context.close();
});

test('an agent that writes 100 kB into every field neither breaks the page nor makes it heavy', async () => {
  const hostile = `<script>window.pwned=1</script>\u202e**${'w'.repeat(900)}**[x](javascript:1)`;
  const { body } = await must(
    stage.call(acme.tokens.bot, 'POST', '/v1/decisions', {
      ...ask('access.grant', `access/${'z'.repeat(100)}`, {
        permissions: Array.from({ length: 90 }, (_, i) => `${i} ${hostile}`.slice(0, 190)),
        note: hostile,
        more: Array.from({ length: 90 }, () => hostile),
      }),
    }),
    200,
  );
  const id = body.ticket.ticket_id;
  const { page, context, errors } = await signIn(stage, 'acme', 'anna', { viewport: { width: 360, height: 740 } });
  const response = await page.goto(`/inbox?ticket=${id}`);
  expect((await response!.body()).length).toBeLessThan(1_200_000);
  await checkFits(page);
  expect(await page.evaluate(() => 'pwned' in globalThis)).toBe(false);
  expect(await page.locator('article.ticket script, article.ticket img').count()).toBe(0);
  await checkAccessible(page);
  expect(errors).toEqual([]);
  await context.close();
});

describe('the change builder', () => {
  const row = (page: Page, n: number) => page.getByRole('group', { name: `Change ${n}`, exact: true });
  const fill = async (page: Page, n: number, rule: string, value: string) => {
    await row(page, n).getByLabel('Field').selectOption('/action/properties/after');
    await row(page, n).getByLabel('must be').selectOption(rule);
    await row(page, n).getByLabel('Value').fill(value);
  };

  test('has as many rows as are needed without scripts; the row that is wrong is named, and all that was typed stays', async () => {
    const ticket = await request('c11', 20_000);
    const { page, context } = await signIn(stage, 'acme', 'olga', { javaScriptEnabled: false });
    await page.goto(`/tickets/${ticket.ticket_id}`);
    await page.getByText('Say what has to change').click();
    for (const [n, rule, value] of [
      [1, 'at_most', '180'],
      [2, 'at_least', '110'],
      [3, 'ne', '150'],
    ] as const)
      await fill(page, n, rule, value);
    await page.getByLabel(/^Comment/).fill('In small steps');
    await page.getByRole('button', { name: 'Another change' }).click();
    expect((await read(ticket.ticket_id)).votes).toEqual([]);
    expect(await page.getByLabel(/^Comment/).inputValue()).toBe('In small steps');
    expect(await row(page, 2).getByLabel('Value').inputValue()).toBe('110');
    await fill(page, 5, 'at_most', 'little');
    await page.getByRole('button', { name: 'Request changes' }).click();
    expect(await page.getByRole('alert').innerText()).toContain('Change 5: “at most” takes a number');
    expect(await row(page, 5).getByLabel('Value').getAttribute('aria-invalid')).toBe('true');
    expect(await row(page, 5).innerText()).toContain('takes a number');
    expect(await row(page, 1).getByLabel('must be').inputValue()).toBe('at_most');
    await fill(page, 5, 'at_most', '170');
    await page.getByRole('button', { name: 'Request changes' }).click();
    expect((await read(ticket.ticket_id)).changes).toMatchObject([
      { constraint: { at_most: 18_000 } },
      { constraint: { at_least: 11_000 } },
      { constraint: { ne: 15_000 } },
      { constraint: { at_most: 17_000 } },
    ]);
    await context.close();
  });

  test('adds and removes rows with scripts, by keyboard, up to what the service takes', async () => {
    const ticket = await request('c12', 20_000);
    const { page, context, errors } = await signIn(stage, 'acme', 'olga');
    await page.goto(`/tickets/${ticket.ticket_id}`);
    await page.keyboard.press('c');
    const add = page.getByRole('button', { name: 'Another change' });
    await add.focus();
    await page.keyboard.press('Enter');
    expect(
      await row(page, 4)
        .getByLabel('Field')
        .evaluate((field) => field === field.ownerDocument.activeElement),
    ).toBe(true);
    await fill(page, 4, 'at_most', '150');
    await row(page, 2).getByRole('button', { name: 'Remove' }).click();
    await expect.poll(() => row(page, 3).getByLabel('Value').inputValue()).toBe('150');
    await checkAccessible(page);
    while (await add.isEnabled()) await add.click();
    await expect.poll(() => page.getByRole('group', { name: /^Change/ }).count()).toBe(50);
    await page.getByLabel(/^Comment/).fill('That is enough');
    await page.getByRole('button', { name: 'Request changes' }).click();
    await page.waitForURL('**done=request_changes');
    expect((await read(ticket.ticket_id)).changes).toMatchObject([{ constraint: { at_most: 15_000 } }]);
    expect(errors).toEqual([]);
    await context.close();
  });

  test('a new revision does not take away what is typed in it', async () => {
    const ticket = await request('c13', 20_000);
    const { page, context } = await signIn(stage, 'acme', 'olga');
    await page.goto(`/tickets/${ticket.ticket_id}`);
    await page.keyboard.press('c');
    await fill(page, 2, 'at_most', '150');
    await must(
      stage.call(acme.tokens.bot, 'POST', `/v1/tickets/${ticket.ticket_id}/revisions`, budget('c13', 19_000)),
      201,
    );
    await page.getByRole('button', { name: 'Go on with what stands now' }).click({ timeout: 20_000 });
    await expect.poll(() => row(page, 2).getByLabel('Value').inputValue()).toBe('150');
    await page.getByLabel(/^Comment/).fill('Less');
    await page.getByRole('button', { name: 'Request changes' }).click();
    await page.waitForURL('**done=request_changes');
    expect(await read(ticket.ticket_id)).toMatchObject({ revision: 2, changes: [{ constraint: { at_most: 15_000 } }] });
    await context.close();
  });
});

test('a list of which nothing is kept is no approval of all of it', async () => {
  const { body } = await must(
    stage.call(
      acme.tokens.bot,
      'POST',
      '/v1/decisions',
      ask('access.grant', 'access/ads-account', { permissions: ['read', 'write', 'admin'] }),
    ),
    200,
  );
  const { page, context } = await signIn(stage, 'acme', 'anna', { javaScriptEnabled: false });
  await page.goto(`/tickets/${body.ticket.ticket_id}`);
  await page.getByText('Approve with tighter terms').click();
  const approve = async () => {
    await page.getByLabel(/I have read/).check();
    await page.getByRole('button', { name: /^Approve/ }).click();
  };
  for (const one of ['read', 'write', 'admin']) await page.getByRole('checkbox', { name: one, exact: true }).uncheck();
  await approve();
  expect(await page.getByRole('alert').innerText()).toContain('Keep at least one');
  await page.getByRole('checkbox', { name: 'read', exact: true }).check();
  await approve();
  expect((await read(body.ticket.ticket_id)).terms).toEqual([
    { pointer: '/action/properties/permissions', subset_of: ['read'] },
  ]);
  await context.close();
});

test('who asked, or an admin, takes a request back', async () => {
  const ticket = await request('c4', 30_000);
  const { page, context } = await signIn(stage, 'acme', 'anna');
  await page.goto(`/tickets/${ticket.ticket_id}`);
  await page.getByLabel(/^Comment/).fill('Asked for the wrong campaign');
  await page.getByRole('button', { name: 'Take the request back' }).click();
  await page.waitForURL('**done=cancel');
  expect((await read(ticket.ticket_id)).state).toBe('cancelled');
  const other = await request('c5', 30_000);
  const olga = await signIn(stage, 'acme', 'olga');
  await olga.page.goto(`/tickets/${other.ticket_id}`);
  expect(await olga.page.getByRole('button', { name: 'Take the request back' }).count()).toBe(0);
  await Promise.all([context.close(), olga.context.close()]);
});
