import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Agency, PLAN, approvePlan, addCampaign, ask, budget, must, openAgency, vote } from '../support/agency.ts';
import { signInPath } from '../../src/web/session/links.ts';
import { STANDARD_CONFIG } from '../../src/tenants/standard-config.ts';
import { type Stage, checkAccessible, checkFits, openStage, signIn } from './support.ts';

let stage: Stage;
let acme: Agency;
let other: Agency;

const CAMPAIGNS = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8', 'c9', 'c10', 'c11', 'c12'];

beforeAll(async () => {
  stage = await openStage();
  const ground = { ...stage.service, call: stage.call };
  acme = await openAgency(ground, 'acme', {
    ...STANDARD_CONFIG,
    client_portal: { approve_creative_themes: true, mandate_max_increase_pct: 20 },
  });
  await approvePlan(stage.call, acme);
  for (const id of CAMPAIGNS) await addCampaign(stage.call, acme, id);
  other = await openAgency(ground, 'other');
  await approvePlan(stage.call, other);
  await addCampaign(stage.call, other, 'c1');
});
afterAll(() => stage?.close());

/** A question that the client has to answer. */
async function asked(agency: Agency, question: unknown): Promise<any> {
  return (await must(stage.call(agency.tokens.bot, 'POST', '/v1/decisions', question), 200)).body.ticket;
}

async function draft(plan: object): Promise<string> {
  const { body } = await must(stage.call(acme.tokens.bot2, 'POST', '/v1/plans', plan), 201);
  return String(body.version);
}

const pathOf = ({ ticket_id }: { ticket_id: string }) => `/portal/requests/${ticket_id.split('-')[1]}`;
const stateOf = async (agency: Agency, { ticket_id }: { ticket_id: string }) =>
  (await stage.call(agency.tokens.anna, 'GET', `/v1/tickets/${ticket_id}`)).body;

/** What only the agency may know, and the words of its trade. */
const INTERNAL =
  /olga|omar|paul|petra|anna|lena|bid-bot|copy-bot|\bA[1-9]-\d|\bA[1-9]\b|_minor|guardrail|\bslot|tenant_id|budget\.[a-z_]+|\/v1\//i;

async function checkOwnWordsOnly(page: Page): Promise<void> {
  // Names of assets are random, and so is what proves a form to be ours; São Paulo has a time zone.
  const html = (await page.content()).replaceAll(
    /(src|href)="\/assets\/[^"]*"|value="[A-Za-z0-9_-]{30,}"|<datalist.*?<\/datalist>/gs,
    '',
  );
  expect(html.match(INTERNAL)?.[0], page.url()).toBeUndefined();
}

async function check(page: Page): Promise<void> {
  await checkOwnWordsOnly(page);
  await checkFits(page);
  await checkAccessible(page);
}

test('a client lands in the portal, where nothing waiting is a good state', async () => {
  const { page, context, errors } = await signIn(stage, 'acme', 'clara');
  expect(new URL(page.url()).pathname).toBe('/portal');
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Nothing waits for you');
  await check(page);
  expect(errors).toEqual([]);
  await context.close();
});

test('a client reads what changes, approves, and the operator sees it', async () => {
  const ticket = await asked(acme, budget('c1', 12_000));
  const say = (comment: string, visibility: string) =>
    must(
      stage.call(acme.tokens.olga, 'POST', `/v1/tickets/${ticket.ticket_id}/comments`, { comment, visibility }),
      201,
    );
  await say('Sales are up by half.', 'shared');
  await say('Margin is thin, do not tell.', 'internal');
  const { page, context, errors } = await signIn(stage, 'acme', 'clara');
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('One thing waits for you');
  const card = page.getByRole('listitem').filter({ hasText: 'Campaign c1' });
  const words = (await card.innerText()).replaceAll(/\s+/g, ' ');
  expect(words).toContain('raise the daily budget of Campaign c1 from $100 to $120 a day: 20 % more.');
  expect(words).toContain('Please answer by');
  expect(words).toContain('it stays at $100 a day');
  await check(page);
  await card.getByRole('link', { name: /See it and answer/ }).click();
  await page.waitForURL(`**${pathOf(ticket)}`);
  const text = await page.locator('main').innerText();
  expect(text).toContain('Sales are up by half.');
  expect(text).toContain('it happens only if both agree');
  expect(await page.content()).not.toContain('Margin');
  expect(await page.getByRole('row', { name: /Daily budget/ }).innerText()).toMatch(/\$100 a day\s+\$120 a day/);
  await check(page);
  await page.getByLabel('A word to your agency').fill('Gladly.');
  await page.getByRole('button', { name: 'Approve' }).click();
  const status = await page.getByRole('status').filter({ hasText: 'recorded' }).innerText();
  expect(status).toContain('Your yes is recorded');
  expect(status).toContain('own check is still open');
  expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
  await check(page);

  const operator = await signIn(stage, 'acme', 'olga');
  await operator.page.goto(`/tickets/${ticket.ticket_id}`);
  expect(await operator.page.locator('.slot-filled').innerText()).toContain('clara');
  expect(await operator.page.locator('main').innerText()).toContain('Gladly.');
  await operator.page.getByLabel(/I have read/).check();
  await operator.page.getByRole('button', { name: /^Approve/ }).click();
  await operator.page.waitForURL('**done=approve**');
  await page.reload();
  expect(await page.locator('main').innerText()).toContain('Everyone has said yes');
  await page.goto('/portal');
  expect(await page.locator('main').innerText()).toMatch(/Daily budget of Campaign c1: \$100 to \$120 a day\s+Agreed/);
  expect(errors).toEqual([]);
  await Promise.all([context.close(), operator.context.close()]);
});

test('without scripts a client says no, and why', async () => {
  const ticket = await asked(acme, budget('c2', 13_000));
  const { page, context } = await signIn(stage, 'acme', 'clara', { javaScriptEnabled: false });
  await page.goto(pathOf(ticket));
  await page.getByRole('button', { name: 'Reject' }).click();
  expect(await page.getByRole('alert').innerText()).toContain('please say why');
  await page.getByLabel('A word to your agency').fill('Not <b>now</b>.');
  await page.getByRole('button', { name: 'Reject' }).click();
  expect(await page.getByRole('status').filter({ hasText: 'recorded' }).innerText()).toContain('stays as it is');
  expect(await stateOf(acme, ticket)).toMatchObject({
    state: 'rejected',
    votes: [{ voter: 'clara', comment: 'Not <b>now</b>.' }],
  });
  await context.close();
});

test('a client asks for changes, and is asked again', async () => {
  const ticket = await asked(acme, budget('c3', 13_000));
  const { page, context } = await signIn(stage, 'acme', 'clara');
  await page.goto(pathOf(ticket));
  await page.getByLabel('A word to your agency').fill('Less, please.');
  await page.getByRole('button', { name: 'Ask for changes' }).click();
  expect(await page.getByRole('status').filter({ hasText: 'recorded' }).innerText()).toContain('asked again');
  await page.goto('/portal');
  expect(await page.getByRole('heading', { name: 'With your agency now' }).count()).toBe(1);
  await check(page);
  await must(
    stage.call(acme.tokens.bot, 'POST', `/v1/tickets/${ticket.ticket_id}/revisions`, budget('c3', 11_500)),
    201,
  );
  await page.goto('/portal');
  expect(await page.locator('.asks').first().innerText()).toContain('$115 a day');
  await must(vote(stage.call, acme.tokens.clara, await stateOf(acme, ticket), 'reject', { comment: 'no' }), 201);
  await context.close();
});

describe('yes, but less', () => {
  test('to an amount: what is wrong stands beside the field, and the page says what was agreed, without scripts', async () => {
    const ticket = await asked(acme, budget('c8', 13_000));
    const { page, context } = await signIn(stage, 'acme', 'clara', { javaScriptEnabled: false });
    await page.goto(pathOf(ticket));
    await page.getByText('Say yes to less than that').click();
    expect(await page.locator('.less').innerText()).toMatch(/Today it is \$100, asked is \$130 a day/);
    const most = page.getByLabel('Yes, but at most');
    const send = page.getByRole('button', { name: 'Approve this much' });
    await page.getByLabel('A word to your agency').fill('Step by step.');
    for (const [typed, says] of [
      ['', 'how much less'],
      ['a bit', 'as a number'],
      ['90', 'between what it is today and what is asked'],
      ['140', 'between what it is today and what is asked'],
    ] as const) {
      await most.fill(typed);
      await send.click();
      expect(await page.locator('.field-error').innerText(), typed).toContain(says);
      expect([await most.inputValue(), await most.getAttribute('aria-invalid')]).toEqual([typed, 'true']);
      expect(await page.getByLabel('A word to your agency').inputValue()).toBe('Step by step.');
      expect((await stateOf(acme, ticket)).votes).toEqual([]);
    }
    await most.fill('$115.50');
    await send.click();
    await expect.poll(() => page.getByRole('status').filter({ hasText: 'less than was asked' }).count()).toBe(1);
    expect(await page.locator('.limits').innerText()).toBe(
      'Agreed so far: at most $115.50 a day. That is less than was asked.',
    );
    expect(await stateOf(acme, ticket)).toMatchObject({
      terms: [{ pointer: '/action/properties/after', at_least: 10_000, at_most: 11_550 }],
      votes: [{ voter: 'clara', verdict: 'approve', comment: 'Step by step.' }],
    });
    await context.close();
  });

  test('holds whichever yes is pressed, looks right, and binds the agency', async () => {
    const ticket = await asked(acme, budget('c9', 13_000));
    const { page, context, errors } = await signIn(stage, 'acme', 'clara');
    await page.goto(pathOf(ticket));
    await page.getByText('Say yes to less than that').click();
    await check(page);
    await page.setViewportSize({ width: 360, height: 740 });
    await page.getByLabel('Yes, but at most').fill('200');
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByRole('alert').waitFor();
    await check(page);
    await page.getByLabel('Yes, but at most').fill('120');
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await page.waitForURL('**done=approve_less');
    await check(page);
    await must(vote(stage.call, acme.tokens.olga, await stateOf(acme, ticket), 'approve'), 201);
    const beyond = await stage.call(acme.tokens.bot, 'POST', '/v1/decisions', budget('c9', 13_000, ticket.ticket_id));
    expect(beyond.body.effect).not.toBe('allow');
    const within = await stage.call(acme.tokens.bot, 'POST', '/v1/decisions', budget('c9', 12_000, ticket.ticket_id));
    expect(within.body.effect).toBe('allow');
    await page.reload();
    expect(await page.locator('.limits').innerText()).toContain('Agreed: at most $120 a day.');
    expect(errors).toEqual([]);
    await context.close();
  });

  test('to a list: what is kept is agreed, and keeping nothing is no yes to all', async () => {
    const ticket = await asked(
      other,
      ask('access.grant', 'access/ad-account', { permissions: ['read', 'write', 'manage people'] }),
    );
    const { page, context } = await signIn(stage, 'other', 'clara');
    await page.goto(pathOf(ticket));
    await page.getByText('Say yes to less than that').click();
    for (const one of ['read', 'write', 'manage people'])
      await page.getByRole('checkbox', { name: one, exact: true }).uncheck();
    await page.getByRole('button', { name: 'Approve this much' }).click();
    expect(await page.locator('.field-error').innerText()).toContain('keep at least one');
    await check(page);
    await page.getByRole('checkbox', { name: 'read', exact: true }).check();
    await page.getByRole('button', { name: 'Approve this much' }).click();
    await page.waitForURL('**done=approve_less');
    expect(await page.locator('.limits').innerText()).toContain('only read');
    expect((await stateOf(other, ticket)).terms).toEqual([
      { pointer: '/action/properties/permissions', subset_of: ['read'] },
    ]);
    await context.close();
  });
});

describe('an answer that comes too late', () => {
  /** As between the moment of a change and that of its news. */
  const hearsNothing = (page: Page) =>
    page.route('**/portal/events*', (route) => route.fulfill({ contentType: 'text/event-stream', body: '' }));

  test('to what has changed is told what changed, and does not count', async () => {
    const ticket = await asked(acme, budget('c4', 13_000));
    const { page, context } = await signIn(stage, 'acme', 'clara');
    await hearsNothing(page);
    await page.goto(pathOf(ticket));
    await must(
      stage.call(acme.tokens.bot, 'POST', `/v1/tickets/${ticket.ticket_id}/revisions`, budget('c4', 14_000)),
      201,
    );
    await page.getByLabel('A word to your agency').fill('Fine with me.');
    await page.getByRole('button', { name: 'Approve' }).click();
    const alert = (await page.getByRole('alert').innerText()).replaceAll(/\s+/g, ' ');
    expect(alert).toContain('This changed while you were reading');
    expect(alert).toMatch(/You saw .*\$130 a day.* Now it says .*\$140 a day/);
    expect(alert).toContain('Fine with me.');
    await check(page);
    expect((await stateOf(acme, ticket)).votes).toEqual([]);
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.waitForURL('**done=approve');
    expect((await stateOf(acme, ticket)).votes).toMatchObject([{ voter: 'clara', revision: 2 }]);
    await context.close();
  });

  test('to what is decided is told so, without names', async () => {
    const ticket = await asked(acme, budget('c5', 13_000));
    const { page, context } = await signIn(stage, 'acme', 'clara');
    await hearsNothing(page);
    await page.goto(pathOf(ticket));
    await must(vote(stage.call, acme.tokens.lena, ticket, 'reject', { comment: 'forbidden word' }), 201);
    await page.getByRole('button', { name: 'Approve' }).click();
    expect(await page.getByRole('alert').innerText()).toContain('was decided already');
    expect(await page.locator('main').innerText()).toContain('Turned down by your agency');
    expect(await page.content()).not.toContain('forbidden word');
    await check(page);
    await context.close();
  });
});

test('a standing permission is given within its limits, used up, and ended', async () => {
  const { page, context, errors } = await signIn(stage, 'other', 'clara');
  await page.getByRole('link', { name: 'Standing permissions' }).click();
  expect(await page.locator('main').innerText()).toContain('could rise to $110 within a month');
  await check(page);
  const percent = page.getByLabel('Up to how many per cent a month?');
  expect(await percent.getAttribute('max')).toBe('25');
  // Past the browser's own check, which is told the same limit.
  await page.locator('form.give').evaluate((form) => form.setAttribute('novalidate', ''));
  await percent.fill('40');
  await page.getByLabel('A note, if you like').fill('Only <i>this</i> spring');
  await page.getByRole('button', { name: 'Give this permission' }).click();
  expect(await page.getByRole('alert').innerText()).toContain('at most 25 %');
  expect(await page.getByLabel('A note, if you like').inputValue()).toBe('Only <i>this</i> spring');
  await check(page);
  await percent.fill('20');
  await page.getByLabel('Only these:').check();
  await page.getByRole('checkbox', { name: 'Campaign c1' }).check();
  await page.getByRole('button', { name: 'Give this permission' }).click();
  await expect.poll(() => page.getByRole('status').filter({ hasText: 'in force' }).count()).toBe(1);
  const card = page.getByRole('listitem').filter({ hasText: 'Up to 20' }).first();
  expect(await card.innerText()).toContain('Nothing of it was used');

  const draw = async (after: number) => {
    const ticket = await asked(other, budget('c1', after));
    await must(vote(stage.call, other.tokens.olga, ticket, 'approve'), 201);
    const allowed = await must(
      stage.call(other.tokens.bot, 'POST', '/v1/decisions', budget('c1', after, ticket.ticket_id)),
      200,
    );
    expect(allowed.body.effect).toBe('allow');
    await must(
      stage.call(other.tokens.bot, 'POST', `/v1/decisions/${allowed.body.decision_id}/outcome`, { status: 'applied' }),
      201,
    );
  };
  await draw(11_500);
  await page.reload();
  expect(await card.innerText()).toContain('$15 of $20 a day used, $5 left');
  await check(page);
  await draw(12_000);
  await page.reload();
  expect(await card.innerText()).toContain('the next increase is asked');
  await card.getByRole('button', { name: 'End it now' }).click();
  await expect.poll(() => page.getByRole('status').filter({ hasText: 'asked again' }).count()).toBe(1);
  expect(await page.locator('main').innerText()).toMatch(/Ended\s+Up to 20/);
  await check(page);
  const ticket = await asked(other, budget('c1', 14_000));
  expect(ticket.slots.map(({ id }: { id: string }) => id)).toContain('client');
  expect(errors).toEqual([]);
  await context.close();
});

test('how a client is reached is the client’s to say', async () => {
  const { page, context, errors } = await signIn(stage, 'acme', 'clara');
  await page.getByRole('link', { name: 'Settings' }).click();
  await check(page);
  await page.getByLabel('Time zone').fill('Mars/Olympus');
  await page.getByLabel('Mail address').fill('clara@client.example');
  await page.getByRole('button', { name: 'Save' }).click();
  expect(await page.getByRole('alert').innerText()).toContain('no such time zone');
  await page.getByLabel('Time zone').fill('Europe/Berlin');
  await page.getByLabel('never; I look here').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.poll(() => page.getByRole('status').filter({ hasText: 'Saved' }).count()).toBe(1);
  const { body } = await stage.call(acme.tokens.clara, 'GET', '/v1/people/me/contact');
  expect(body).toMatchObject({ email: 'clara@client.example', time_zone: 'Europe/Berlin', types: [] });
  expect(await page.getByLabel('never; I look here').isChecked()).toBe(true);
  await page.getByLabel('Time zone').fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  const second = await signIn(stage, 'acme', 'clara');
  await page.getByRole('button', { name: 'Sign out on every device' }).click();
  await page.waitForURL('**/sign-in?out');
  await second.page.goto('/portal');
  expect(new URL(second.page.url()).pathname).toBe('/sign-in');
  expect(errors).toEqual([]);
  await Promise.all([context.close(), second.context.close()]);
});

describe('as it happens', () => {
  const LONG = { timeout: 20_000 };
  const revise = (ticket: { ticket_id: string }, question: unknown) =>
    must(stage.call(acme.tokens.bot, 'POST', `/v1/tickets/${ticket.ticket_id}/revisions`, question), 201);
  const news = (page: Page) => page.locator('#news');

  test('the list renews itself, and asks whoever is in it', async () => {
    const { page, context, errors } = await signIn(stage, 'acme', 'clara');
    const main = page.locator('main');
    await asked(acme, budget('c10', 13_000));
    await expect.poll(() => main.innerText(), LONG).toContain('Campaign c10');
    expect(await news(page).isVisible()).toBe(false);
    await page.getByRole('link', { name: 'See it and answer: Campaign c10' }).focus();
    await asked(acme, budget('c11', 13_000));
    await expect.poll(() => news(page).isVisible(), LONG).toBe(true);
    expect(await main.innerText()).not.toContain('Campaign c11');
    await check(page);
    await news(page).click();
    expect(await main.innerText()).toContain('Campaign c11');
    expect(await page.evaluate(() => (globalThis as any).document.activeElement.tagName)).toBe('H1');
    expect(errors).toEqual([]);
    await context.close();
  });

  test('a request that changes while it is read says so, and keeps what is typed', async () => {
    const ticket = await asked(acme, budget('c12', 13_000));
    const { page, context, errors } = await signIn(stage, 'acme', 'clara');
    await page.goto(pathOf(ticket));
    await page.getByLabel('A word to your agency').fill('Let me think');
    await must(
      stage.call(acme.tokens.olga, 'POST', `/v1/tickets/${ticket.ticket_id}/comments`, {
        comment: 'It is for Easter.',
        visibility: 'shared',
      }),
      201,
    );
    await expect.poll(() => page.locator('#said').innerText(), LONG).toContain('It is for Easter.');
    expect(await news(page).isVisible()).toBe(false);
    await revise(ticket, budget('c12', 14_000));
    await expect.poll(() => news(page).isVisible(), LONG).toBe(true);
    expect(await news(page).innerText()).toBe('This changed while you were reading – look again');
    expect(await page.getByRole('button', { name: 'Approve', exact: true }).isDisabled()).toBe(true);
    expect(await page.locator('main').innerText()).toContain('$130 a day');
    await check(page);
    await news(page).click();
    expect(await page.locator('main').innerText()).toContain('$140 a day');
    expect(await page.getByLabel('A word to your agency').inputValue()).toBe('Let me think');
    await page.getByRole('button', { name: 'Reject' }).click();
    await page.waitForURL('**done=reject');
    expect(await stateOf(acme, ticket)).toMatchObject({ state: 'rejected', votes: [{ revision: 2 }] });
    expect(errors).toEqual([]);
    await context.close();
  });

  test('no connection, and a session that has ended, are told; what was written goes out afterwards', async () => {
    const ticket = await asked(acme, budget('c12', 13_000));
    const { page, context } = await signIn(stage, 'acme', 'clara');
    await page.goto(pathOf(ticket));
    const [comment, yes] = [page.getByLabel('A word to your agency'), page.getByRole('button', { name: 'Reject' })];
    await comment.fill('Not before May');
    await context.setOffline(true);
    await expect.poll(() => page.locator('#offline').isVisible(), LONG).toBe(true);
    expect(await yes.isDisabled()).toBe(true);
    await check(page);
    await context.setOffline(false);
    await expect.poll(() => page.locator('#offline').isVisible(), { timeout: 25_000 }).toBe(false);
    expect(await yes.isDisabled()).toBe(false);

    await context.clearCookies({ name: 'placet_session' });
    await asked(acme, budget('c1', 13_000));
    await expect.poll(() => page.locator('#signed-out').isVisible(), LONG).toBe(true);
    await check(page);
    const tab = await context.newPage();
    await tab.goto(stage.url + signInPath(stage.site.keys.link, 'acme', 'clara', stage.clock()));
    expect(await tab.locator('main').innerText()).toContain('You are about to sign in as');
    await check(tab);
    await tab.getByRole('button', { name: 'Sign in' }).click();
    await tab.waitForURL('**/portal');
    await expect.poll(() => page.locator('#signed-out').isVisible(), { timeout: 25_000 }).toBe(false);
    expect(await comment.inputValue()).toBe('Not before May');
    await expect
      .poll(() => page.locator('.answer [name="csrf"]').inputValue(), LONG)
      .toBe(await tab.locator('[name="csrf"]').first().inputValue());
    await yes.click();
    await page.waitForURL('**done=reject');
    await context.close();
  });

  test('a client follows what is the client’s, and the agency’s stream is not', async () => {
    const { page, context } = await signIn(stage, 'acme', 'clara');
    const statusOf = (where: Page, path: string) =>
      where.evaluate(async (url) => {
        const stop = new AbortController();
        const { status } = await fetch(url, { signal: stop.signal });
        stop.abort();
        return status;
      }, path);
    expect([await statusOf(page, '/portal/events'), await statusOf(page, '/events')]).toEqual([200, 403]);
    const olga = await signIn(stage, 'acme', 'olga');
    expect([await statusOf(olga.page, '/portal/events'), await statusOf(olga.page, '/events')]).toEqual([403, 200]);
    await page.context().clearCookies();
    expect(await statusOf(page, '/portal/events')).toBe(401);
    await Promise.all([context.close(), olga.context.close()]);
  });

  test('the way in is the portal’s, in light and dark, on a phone', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const options = { viewport: { width: 360, height: 740 }, colorScheme };
      const { page, context, errors } = await signIn(stage, 'acme', 'clara', options);
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.waitForURL('**/sign-in?out');
      expect(await page.locator('html').getAttribute('class')).toBe('portal');
      await check(page);
      for (const why of ['idle', 'over', 'ended', 'inactive', 'link_old', 'link_used']) {
        await page.goto(`/sign-in?back=/portal&why=${why}`);
        await page.getByRole('alert').waitFor();
        await check(page);
      }
      expect(errors).toEqual([]);
      await context.close();
    }
  });
});

describe('whose pages are whose', () => {
  test('a client gets a refusal in its own words for everything else', async () => {
    const theirs = await asked(other, budget('c1', 15_000));
    const inside = await asked(acme, budget('c6', 9_000 - 1_000));
    const { page, context } = await signIn(stage, 'acme', 'clara');
    for (const [path, status] of [
      ['/inbox', 403],
      ['/audit', 403],
      ['/no-such-page', 404],
      [pathOf(theirs), 404],
      [pathOf(inside), 404],
      ['/portal/requests/x', 404],
      ['/portal/requests/1e99', 404],
    ] as const) {
      const response = await page.goto(path);
      expect(response!.status(), path).toBe(status);
      expect(await page.getByRole('link', { name: 'To my home page' }).count(), path).toBe(1);
      await check(page);
    }
    await context.close();
  });

  test('a link to a ticket, as mail has it, leads to the client’s own page of it', async () => {
    const ticket = await asked(acme, budget('c7', 13_000));
    const { page, context } = await signIn(stage, 'acme', 'clara');
    await page.goto(`/tickets/${ticket.ticket_id}`);
    expect(new URL(page.url()).pathname).toBe(pathOf(ticket));
    await context.close();
  });

  test('staff do not see the portal as a client', async () => {
    const { page, context } = await signIn(stage, 'acme', 'olga');
    expect(new URL(page.url()).pathname).toBe('/inbox');
    for (const path of ['/portal', '/portal/mandates', '/portal/settings', '/portal/requests/1']) {
      const response = await page.goto(path);
      expect(response!.status(), path).toBe(403);
      expect(await page.getByRole('link', { name: 'To the inbox' }).count()).toBe(1);
    }
    await context.close();
  });
});

describe('plans', () => {
  const moved = (payload: object) => ({ type: 'replan', base_version: 1, payload: { ...PLAN.payload, ...payload } });

  test('a replan may be objected to, and nothing more', async () => {
    const flights = [{ ...PLAN.payload.flights[0]!, start: '2026-04-10' }];
    const version = await draft(moved({ flights, audiences: ['new parents'] }));
    const ticket = await asked(acme, ask('plan.replan', `plan/${version}`));
    const { page, context } = await signIn(stage, 'acme', 'clara');
    expect(await page.getByRole('heading', { name: 'Your agency proposes' }).count()).toBe(1);
    await page.goto(pathOf(ticket));
    const text = await page.locator('main').innerText();
    expect(text).toMatch(/\$10,000\s+1 April 2026 to 30 April 2026\s+\$10,000\s+10 April 2026 to 30 April 2026/);
    expect(text).toContain('new parents');
    expect(await page.getByRole('button', { name: /Approve|Ask for changes/ }).count()).toBe(0);
    await check(page);
    await page.getByLabel('What speaks against it').fill('Easter is before that.');
    await page.getByRole('button', { name: 'Reject' }).click();
    await page.waitForURL('**done=reject');
    expect(await stateOf(acme, ticket)).toMatchObject({ state: 'rejected', resolved_by: 'clara' });
    await context.close();
  });

  test('new themes are approved by the client', async () => {
    const version = await draft(moved({ creative_themes: ['calm evenings'] }));
    const ticket = await asked(acme, ask('plan.replan', `plan/${version}`));
    const { page, context } = await signIn(stage, 'acme', 'clara');
    await page.goto(pathOf(ticket));
    const text = await page.locator('main').innerText();
    expect(text).toContain('with a new theme for your advertising: calm evenings');
    expect(text).toContain('New themes for your advertising need your yes');
    await check(page);
    await page.getByRole('button', { name: 'Approve' }).click();
    await must(vote(stage.call, acme.tokens.paul, await stateOf(acme, ticket), 'approve'), 201);
    await page.reload();
    expect(await page.locator('main').innerText()).toContain('The plan is in force');
    await context.close();
  });
});

test('what nobody answered in time is over, recorded or not', async () => {
  const ticket = await asked(other, budget('c1', 16_000));
  stage.clock.advance({ days: 4 });
  const { page, context } = await signIn(stage, 'other', 'clara');
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Nothing waits for you');
  expect(await page.locator('main').innerText()).toContain('Ended without an answer');
  await page.goto(pathOf(ticket));
  expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
  expect(await page.locator('main').innerText()).toContain('Everything stays as it is');
  await check(page);
  await context.close();
});
