import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Agency, budget, must, openWorkingAgency } from '../support/agency.ts';
import { type Stage, checkAccessible, checkFits, openStage, signIn } from './support.ts';

// What people of the agency say of themselves: away with a stand-in, and how they are told of things.

let stage: Stage;
let acme: Agency;

beforeAll(async () => {
  stage = await openStage();
  acme = await openWorkingAgency({ ...stage.service, call: stage.call }, 'acme', ['c1']);
});
afterAll(() => stage?.close());

const peopleOf = async () =>
  (await must(stage.call(acme.tokens.anna, 'GET', '/v1/people?limit=100'), 200)).body.people as any[];
const day = (days: number) => new Date(stage.clock().getTime() + days * 86_400_000).toISOString().slice(0, 10);

test('an absence with a stand-in is set in whole days where the person is, seen on tickets, and ended, without scripts', async () => {
  const { page, context } = await signIn(stage, 'acme', 'olga', { javaScriptEnabled: false });
  await page.locator('#account summary').click();
  await page.getByRole('link', { name: 'Absence and notifications' }).click();
  await expect
    .poll(() => page.getByLabel('Who stands in').locator('option').allInnerTexts())
    .not.toContainEqual(expect.stringMatching(/clara|olga|bot/));
  await page.getByLabel(/^Time zone/).fill('Europe/Berlin');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.poll(() => page.getByRole('status').filter({ hasText: 'Saved' }).count()).toBe(1);

  await page.getByLabel('Who stands in').selectOption('petra');
  await page.getByRole('button', { name: 'Set the absence' }).click();
  expect(await page.locator('.field-error').innerText()).toBe('Pick a day.');
  expect(await page.getByLabel('Who stands in').inputValue()).toBe('petra');
  await page.getByLabel(/^Last day away/).fill(day(-3));
  await page.getByRole('button', { name: 'Set the absence' }).click();
  expect(await page.locator('.field-error').innerText()).toContain('after now');
  await page.getByLabel(/^Last day away/).fill(day(5));
  await page.getByRole('button', { name: 'Set the absence' }).click();
  expect(await page.locator('main').innerText()).toMatch(/You are away from .* petra stands in/);
  const away = (await peopleOf()).find(({ person_id }) => person_id === 'olga');
  expect(away).toMatchObject({ away: true, absence: { stand_in: 'petra' } });
  // Midnight in Berlin, whatever the season.
  expect(away.absence.until).toMatch(/T2[23]:00:00\.000Z$/);

  const ticket = (await must(stage.call(acme.tokens.bot, 'POST', '/v1/decisions', budget('c1', 8_000)), 200)).body
    .ticket;
  const { body } = await must(stage.call(acme.tokens.anna, 'GET', `/v1/tickets/${ticket.ticket_id}/eligible`), 200);
  expect(JSON.stringify(body)).toContain('petra');

  await page.getByRole('button', { name: 'I am back' }).click();
  expect((await peopleOf()).find(({ person_id }) => person_id === 'olga')).toMatchObject({
    away: false,
    absence: null,
  });
  await context.close();
});

test('how someone is told of things is theirs to say; what is wrong stands beside its field', async () => {
  const { page, context, errors } = await signIn(stage, 'acme', 'paul');
  await page.goto('/account');
  await page.getByLabel('Mail address').fill('not an address');
  await page.getByLabel('never; I look here').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.locator('.field-error').waitFor();
  expect(await page.getByLabel(/^Mail address/).inputValue()).toBe('not an address');
  expect(await page.getByLabel('never; I look here').isChecked()).toBe(true);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await checkAccessible(page);
  }
  await page.setViewportSize({ width: 360, height: 740 });
  await checkFits(page);
  await page.getByLabel(/^Mail address/).fill('paul@acme.example');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.waitForURL('**done=contact');
  const { body } = await stage.call(acme.tokens.paul, 'GET', '/v1/people/me/contact');
  expect(body).toMatchObject({ email: 'paul@acme.example', types: [] });
  expect(errors).toEqual([]);
  await context.close();
});

test('the page is the agency’s: a client has the portal’s own', async () => {
  const { page, context } = await signIn(stage, 'acme', 'clara');
  expect((await page.goto('/account'))!.status()).toBe(403);
  await context.close();
});

test('mandates of the client are seen by the agency, and ended by whom policy lets, who confirms it', async () => {
  const mandate = {
    max_increase_pct: 10,
    expires_at: new Date(stage.clock().getTime() + 30 * 86_400_000).toISOString(),
  };
  const note = 'Only <b>this</b> spring';
  const { body } = await must(stage.call(acme.tokens.clara, 'POST', '/v1/mandates', { ...mandate, note }), 201);
  const olga = await signIn(stage, 'acme', 'olga');
  await olga.page.goto('/campaigns');
  await olga.page.getByRole('link', { name: 'What the client lets pass' }).click();
  expect(await olga.page.getByRole('row', { name: new RegExp(body.mandate_id) }).innerText()).toMatch(
    /in force[\s\S]*10 %[\s\S]*every campaign[\s\S]*nothing[\s\S]*clara[\s\S]*Only <b>this<\/b> spring/,
  );
  expect(await olga.page.getByText(/You cannot end a mandate: human olga may not mandate\.revoke/).count()).toBe(1);
  await checkAccessible(olga.page);

  const { page, context } = await signIn(stage, 'acme', 'anna', { javaScriptEnabled: false });
  await page.goto('/mandates');
  await page.getByText(`End ${body.mandate_id}`).click();
  await page.getByRole('button', { name: 'End it now' }).click();
  expect(await page.getByRole('alert').innerText()).toContain('Tick the box first');
  await page.getByText(`End ${body.mandate_id}`).click();
  await page.getByLabel(/only the client can give another/).check();
  await page.getByRole('button', { name: 'End it now' }).click();
  await expect.poll(() => page.getByRole('status').filter({ hasText: 'in the log' }).count()).toBe(1);
  const after = await must(stage.call(acme.tokens.clara, 'GET', `/v1/mandates/${body.mandate_id}`), 200);
  expect(after.body.mandate).toMatchObject({ revoked_by: 'anna' });
  await olga.page.setViewportSize({ width: 360, height: 740 });
  await olga.page.reload();
  await checkFits(olga.page);
  await Promise.all([context.close(), olga.context.close()]);
});
