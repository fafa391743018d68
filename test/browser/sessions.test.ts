import { afterAll, beforeAll, expect, test } from 'vitest';
import { signInPath } from '../../src/web/session/links.ts';
import { type Agency, budget, must, openWorkingAgency } from '../support/agency.ts';
import { type Stage, listen, openStage, signIn } from './support.ts';

// What a person does to come in and go, and what their browser keeps: who they are, their colours, their zone.

let stage: Stage;
let acme: Agency;

beforeAll(async () => {
  stage = await openStage();
  acme = await openWorkingAgency({ ...stage.service, call: stage.call }, 'acme', ['c1']);
});
afterAll(() => stage?.close());

test('a one-time link is opened, its button pressed, and the browser is in; the same link lets nobody else in', async () => {
  const context = await stage.browser.newContext({ baseURL: stage.url });
  const page = await context.newPage();
  const errors = listen(page);
  const path = signInPath(stage.site.keys.link, 'acme', 'olga', stage.clock());
  await page.goto(path);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/inbox');
  const [cookie] = await context.cookies();
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/', expires: -1 });
  expect(await page.evaluate(() => (globalThis as any).document.cookie)).toBe('');
  expect(errors).toEqual([]);
  const other = await stage.browser.newContext({ baseURL: stage.url });
  const second = await other.newPage();
  await second.goto(path);
  await second.getByRole('button', { name: 'Sign in' }).click();
  await expect.poll(() => second.getByRole('main').innerText()).toContain('used already');
  await Promise.all([context.close(), other.close()]);
});

test('who was signed out comes back to the page that they asked for', async () => {
  const { page, context } = await signIn(stage, 'acme', 'olga', { at: '/plans' });
  await context.clearCookies();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Campaigns' }).click();
  await page.waitForURL('**/sign-in?back=%2Fcampaigns');
  expect(await page.title()).toMatch(/^Sign in/);
  await context.close();
});

test('what is sent with a form of a session that is over is kept on the page that says so', async () => {
  const { body } = await must(stage.call(acme.tokens.bot, 'POST', '/v1/decisions', budget('c1', 8_000)), 200);
  const { page, context } = await signIn(stage, 'acme', 'olga', { javaScriptEnabled: false });
  await page.goto(`/tickets/${body.ticket.ticket_id}`);
  await page.getByLabel(/^Comment/).fill('half a thought');
  await context.clearCookies();
  await page.getByRole('button', { name: 'Approve' }).click();
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Sign in again');
  expect(await page.getByRole('main').innerText()).toMatch(/What you wrote\s+half a thought/);
  const back = await page.getByRole('link', { name: 'Sign in' }).getAttribute('href');
  expect(back).toBe(`/sign-in?back=${encodeURIComponent(`/tickets/${body.ticket.ticket_id}`)}`);
  const ticket = await stage.call(acme.tokens.anna, 'GET', `/v1/tickets/${body.ticket.ticket_id}`);
  expect(ticket.body.votes).toEqual([]);
  await context.close();
});

test('colours are those of the system until one chooses others, on each page from then on', async () => {
  const { page, context, errors } = await signIn(stage, 'acme', 'olga', { colorScheme: 'light' });
  const ground = () =>
    page.evaluate(() => {
      const { document, getComputedStyle } = globalThis as any;
      return getComputedStyle(document.documentElement).backgroundColor;
    });
  const light = await ground();
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await ground();
  expect(dark).not.toBe(light);
  await page.locator('#account summary').click();
  await page.getByRole('button', { name: 'light', exact: true }).click();
  await expect.poll(ground).toBe(light);
  await page.goto('/plans');
  expect(await ground()).toBe(light);
  expect(errors).toEqual([]);
  await context.close();
});

test('times are told in the zone of the reader, with the exact one on hover; without scripts in UTC', async () => {
  const at = '/plans/1';
  const zoned = async (timezoneId: string, javaScriptEnabled = true) => {
    const { page, context } = await signIn(stage, 'acme', 'olga', {
      at,
      timezoneId,
      locale: 'en-GB',
      javaScriptEnabled,
    });
    const time = page.getByRole('main').locator('time').first();
    const told = { text: await time.innerText(), title: await time.getAttribute('title') };
    const exact = (await time.getAttribute('datetime'))!;
    const foot = await page.locator('footer').innerText();
    await context.close();
    return { ...told, exact, foot };
  };
  for (const timeZone of ['Asia/Kolkata', 'America/New_York']) {
    const { text, title, exact, foot } = await zoned(timeZone);
    const here = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(
      new Date(exact),
    );
    expect(text).toContain(here);
    expect(title).toContain(exact);
    expect(title).toContain(here);
    expect(foot).toContain(timeZone === 'Asia/Kolkata' ? 'Asia/' : timeZone);
  }
  const plain = await zoned('Asia/Kolkata', false);
  expect(plain.text).toBe(`${plain.exact.slice(0, 16).replace('T', ' ')} UTC`);
  expect(plain.title).toBe(plain.exact);
});
