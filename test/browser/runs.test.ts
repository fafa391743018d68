import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyCertificate } from '../../src/runs/cost/certificate.ts';
import { type Agency, type Person, must, openWorkingAgency } from '../support/agency.ts';
import { type Stage, checkAccessible, checkOnPhone, openStage, signIn } from './support.ts';

const HOSTILE = '<script>document.title="owned"</script> <img src=x onerror=alert(1)> \u202Eevil';

let stage: Stage;
let acme: Agency;

beforeAll(async () => {
  stage = await openStage();
  acme = await openWorkingAgency({ ...stage.service, call: stage.call }, 'acme', ['c1']);
});
afterAll(() => stage?.close());

const post = (who: Person, path: string, body: object, status: number) =>
  must(stage.call(acme.tokens[who], 'POST', path, body), status);
const start = (run_id: string, more: object = {}) =>
  post(
    'bot',
    '/v1/runs',
    { run_id, task_id: `task-${run_id}`, main_task_id: 'spring', agent: 'bid-bot', model: 'gpt-4o', ...more },
    201,
  );
const step = (run_id: string, step_id: string, kind: string, cause?: object) =>
  post('bot', `/v1/runs/${run_id}/steps`, { step_id, kind, ...(cause && { cause }) }, 200);
const charge = (run_id: string, event_id: string, usd: number) =>
  post('desk', '/v1/spend-events', { run_id, event_id, pico_usd: String(usd * 1e12) }, 200);

test('a run tree: its steps and causes, what is left, and its money, without scripts', async () => {
  await start('r1', { estimate: { usd: '10' } });
  await start('r1-child', { parent_run_id: 'r1', task_id: 'task-r1' });
  await step('r1', 's1', 'tool_round');
  await step('r1-child', 's2', 'qc_correction', { code: 'off_brand', detail: 'a shade too loud' });
  for (let n = 1; n <= 30; n++) {
    stage.clock.advance({ minutes: 1 });
    await charge('r1', `e${n}`, n === 30 ? 2 : 0);
  }
  await post(
    'bot',
    '/v1/runs/r1-child/holds',
    { hold_id: 'h1', model: 'gpt-4o', input_tokens: 1000, max_output_tokens: 500 },
    200,
  );
  const work = { run_id: 'r1-child', task_id: 'task-r1', main_task_id: 'spring', agent: 'bid-bot', model: 'gpt-4o' };
  const at = stage.clock().toISOString();
  const result = { ...work, result_id: 'q1', pass: false, failure_codes: ['off_brand'], at };
  await post('desk', '/v1/qc/results', { results: [result] }, 201);

  const { page, context } = await signIn(stage, 'acme', 'olga', { javaScriptEnabled: false });
  await page.goto('/runs');
  expect(await page.getByRole('row', { name: /^r1 / }).innerText()).toMatch(
    /task-r1, 2 runs[\s\S]*\$2\.00[\s\S]*0\.20 ×/,
  );
  await page.getByRole('link', { name: 'r1', exact: true }).click();
  expect(
    await page
      .getByRole('table', { name: 'Ceilings' })
      .getByRole('row', { name: /^QC corrections/ })
      .innerText(),
  ).toMatch(/1\s+2\s+1\s+policy’s/);
  expect(
    await page
      .getByRole('img', { name: /Spent \$2\.00 of an estimate of \$10\.00; the guard trips at \$30\.00/ })
      .count(),
  ).toBe(1);
  const sums = page.getByRole('table', { name: 'The sums that the guard goes by' });
  expect((await sums.innerText()).replace(/\s+/g, ' ')).toContain('2 000 000 000 000 ≥ 30 000 000 000 000 no');
  expect(await page.getByText('a shade too loud').count()).toBe(1);
  expect(await page.getByRole('table', { name: 'Holds that are not settled' }).getByRole('row').count()).toBe(2);
  expect(await page.getByText('0 of 1 checks passed').count()).toBe(1);
  const events = () =>
    page
      .getByRole('table', { name: /^Charges/ })
      .locator('tbody th')
      .allInnerTexts();
  const newest = await events();
  await page.getByRole('link', { name: 'Earlier charges' }).click();
  const all = [...newest, ...(await events())];
  expect(all).toEqual(Array.from({ length: 30 }, (_, i) => `e${30 - i}`));
  await context.close();

  const looked = await signIn(stage, 'acme', 'paul');
  for (const path of ['/runs', '/runs/r1']) await checkOnPhone(looked.page, path);
  expect(looked.errors).toEqual([]);
  await looked.context.close();
});

test('a tripped and an exhausted run link their red flags; the certificate that is downloaded verifies', async () => {
  await start('r2', { estimate: { usd: '1' } });
  await charge('r2', 'f1', 1);
  await charge('r2', 'f2', 3);
  await start('r3');
  for (const n of [1, 2, 3]) await step('r3', `s${n}`, 'qc_correction', { code: 'too_long' });
  const { page, context, errors } = await signIn(stage, 'acme', 'olga');
  await page.goto('/runs?state=tripped');
  expect(await page.locator('tbody th a').allInnerTexts()).toEqual(['r2']);
  await page.getByLabel('Run, task, agent or model').fill('r2');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.waitForURL('**/runs/r2');
  expect(await page.getByRole('alert').innerText()).toMatch(/has tripped[\s\S]*A9-/);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download the trip certificate' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^trip-r2-\d+\.json$/);
  expect(verifyCertificate(JSON.parse(await readFile(await download.path(), 'utf8')))).toMatchObject({
    valid: true,
    wrong: null,
  });
  await checkOnPhone(page, '/runs/r2');
  await page.goto('/runs/r3');
  expect(await page.getByRole('alert').innerText()).toMatch(/ceiling was reached[\s\S]*A8-/);
  expect(await page.getByRole('row', { name: /^QC corrections/ }).innerText()).toContain('none left');
  expect((await page.request.get('/runs/r3/certificate')).status()).toBe(404);
  expect(errors).toEqual([]);
  await context.close();
});

describe('what people do to the money of a run', () => {
  const hold = (run_id: string, hold_id: string) =>
    post(
      'bot',
      `/v1/runs/${run_id}/holds`,
      { hold_id, model: 'gpt-4o', input_tokens: 1000, max_output_tokens: 500 },
      200,
    );
  const guardOf = async (run_id: string) =>
    (await must(stage.call(acme.tokens.olga, 'GET', `/v1/runs/${run_id}/cost-guard`), 200)).body;
  const holdOf = async (run_id: string, hold_id: string) =>
    (await must(stage.call(acme.tokens.olga, 'GET', `/v1/runs/${run_id}/holds/${hold_id}`), 200)).body;
  const told = (page: Page) => page.getByRole('status').filter({ hasText: 'in the log' }).count();

  test('uncertain holds are settled by an amount, by tokens, or as never made, without scripts', async () => {
    await start('m1', { estimate: { usd: '5' } });
    for (const id of ['by-amount', 'by-tokens', 'never']) await hold('m1', id);
    stage.clock.advance({ minutes: 15 });
    const { page, context } = await signIn(stage, 'acme', 'olga', { javaScriptEnabled: false });
    await page.goto('/runs/m1');
    const form = (id: string) => page.locator('.deed', { hasText: `Settle ${id}` });
    await form('by-amount').locator('summary').click();
    await form('by-amount').getByLabel('Amount, USD').fill('a lot');
    await form('by-amount').getByRole('button', { name: 'Settle it' }).click();
    // Sent back as it was written, with what is wrong beside the field.
    const amount = form('by-amount').getByLabel(/^Amount, USD/);
    expect([await amount.inputValue(), await amount.getAttribute('aria-invalid')]).toEqual(['a lot', 'true']);
    expect(await form('by-amount').locator('.field-error').innerText()).toContain('such as 0.42');
    await amount.fill('0.42');
    await form('by-amount').getByRole('button', { name: 'Settle it' }).click();
    expect(await told(page)).toBe(1);
    expect(await holdOf('m1', 'by-amount')).toMatchObject({ state: 'settled', charged_pico_usd: '420000000000' });

    await form('by-tokens').locator('summary').click();
    await form('by-tokens').getByLabel('It used tokens').check();
    await form('by-tokens').getByLabel('Input tokens').fill('1000');
    await form('by-tokens').getByLabel('Output tokens').fill('100');
    await form('by-tokens').getByRole('button', { name: 'Settle it' }).click();
    expect(await holdOf('m1', 'by-tokens')).toMatchObject({ state: 'settled', charged_pico_usd: '3500000000' });

    await form('never').locator('summary').click();
    await form('never').getByLabel('It was not made').check();
    await form('never')
      .getByLabel(/How do you know/)
      .fill('The gateway has no trace of it.');
    await form('never').getByRole('button', { name: 'Settle it' }).click();
    expect(await form('never').locator('.field-error').innerText()).toContain('Tick the box');
    await form('never')
      .getByLabel(/nothing of it will be charged/)
      .check();
    await form('never').getByRole('button', { name: 'Settle it' }).click();
    expect(await holdOf('m1', 'never')).toMatchObject({ state: 'released' });
    expect(await guardOf('m1')).toMatchObject({ uncertain: '0', open_holds: 0 });
    await context.close();
  });

  test('a release is confirmed first; who was faster is told, and what was written is kept', async () => {
    await start('m2', { estimate: { usd: '5' } });
    await hold('m2', 'h1');
    stage.clock.advance({ minutes: 15 });
    const { page, context, errors } = await signIn(stage, 'acme', 'olga');
    await page.goto('/runs/m2');
    await page.getByText('Settle h1').click();
    await page.getByLabel('It was not made').check();
    await page.getByLabel(/How do you know/).fill('Asked the vendor.');
    await checkAccessible(page);
    await page.getByRole('button', { name: 'Settle it' }).click();
    const sure = page.getByRole('dialog', { name: /^Settle it/ });
    expect(await sure.innerText()).toContain('are free again');
    await page.keyboard.press('Escape');
    expect(await holdOf('m2', 'h1')).toMatchObject({ state: 'uncertain' });
    await post('bot', '/v1/runs/m2/holds/h1/settlement', { pico_usd: '1' }, 403);
    await post('omar', '/v1/runs/m2/holds/h1/settlement', { pico_usd: '1' }, 200);
    await page.getByRole('button', { name: 'Settle it' }).click();
    await sure.getByRole('button', { name: 'Yes, I have read it' }).click();
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).toMatch(/usage has come in meanwhile[\s\S]*Asked the vendor\./);
    await checkAccessible(page);
    expect(errors).toEqual([]);
    await context.close();
  });

  test('usage without a price is priced by an amount, or waived with a reason', async () => {
    await start('m3', { estimate: { usd: '5' } });
    for (const [event_id, model] of [
      ['u1', 'no-such-model'],
      ['u2', 'no-such-model'],
      ['u3', HOSTILE],
    ])
      await post('desk', '/v1/spend-events', { run_id: 'm3', event_id, model, usage: { input_tokens: 1200 } }, 200);
    const { page, context, errors } = await signIn(stage, 'acme', 'olga');
    await page.goto('/runs/m3');
    const form = (id: string) => page.locator('.deed', { hasText: `Price ${id} or waive it` });
    await form('u1').locator('summary').click();
    expect(await form('u1').innerText()).toMatch(/run m3, no-such-model, 1,200 input tokens/);
    // The list has no price for it, which the form says without losing the reason.
    await form('u1').getByLabel('The price list').check();
    await form('u1').getByLabel(/^Why/).fill('The vendor’s invoice');
    await form('u1').getByRole('button', { name: 'Settle it' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toContain('still has no price');
    expect(await form('u1').getByLabel(/^Why/).inputValue()).toBe('The vendor’s invoice');
    await form('u1').getByLabel('An amount').check();
    await form('u1').getByLabel('Amount, USD').fill('0.10');
    await checkAccessible(page);
    await form('u1').getByRole('button', { name: 'Settle it' }).click();
    await page.waitForURL('**done=unpriced');
    await form('u2').locator('summary').click();
    await form('u2').getByLabel('Nothing').check();
    await form('u2').getByLabel(/^Why/).fill('A test of ours');
    await form('u2').getByRole('button', { name: 'Settle it' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Yes, I have read it' }).click();
    await page.waitForURL('**done=unpriced');
    await expect.poll(() => form('u2').count()).toBe(0);
    const { unpriced, committed } = await guardOf('m3');
    expect([unpriced.length, committed]).toEqual([1, '100000000000']);
    await checkOnPhone(page, '/runs/m3');
    expect(errors).toEqual([]);
    await context.close();
  });

  test('an estimate is revised on top of the one that was seen; one that trips at once says so before', async () => {
    await start('m4', { estimate: { usd: '5' } });
    await charge('m4', 'c1', 2);
    const { page, context } = await signIn(stage, 'acme', 'olga', { javaScriptEnabled: false });
    await page.goto('/runs/m4');
    const form = page.locator('#estimate');
    await form.locator('summary').click();
    expect(await form.innerText()).toContain('at $0.67 or less the guard trips at once');
    const fill = async (usd: string, why: string) => {
      await form.getByLabel(/^New estimate/).fill(usd);
      await form.getByLabel(/^Why/).fill(why);
      await form.getByLabel(/how much may be spent/).check();
      await form.getByRole('button', { name: 'Set the new estimate' }).click();
    };
    await post('omar', '/v1/runs/m4/estimate', { usd: '7', reason: 'more pages' }, 201);
    await fill('6.50', 'a longer text');
    expect(await page.getByRole('alert').innerText()).toMatch(/Someone was faster[\s\S]*a longer text/);
    expect(await form.getByLabel(/^New estimate/).inputValue()).toBe('6.50');
    await fill('6.50', 'a longer text');
    expect(await told(page)).toBe(1);
    expect(await guardOf('m4')).toMatchObject({ estimate: { version: 3, current: '6500000000000' } });
    await form.locator('summary').click();
    await fill('0.5', 'that was too much');
    expect(await page.getByRole('alert').innerText()).toMatch(/has tripped[\s\S]*A9-/);
    expect(await page.getByText(/You cannot revise the estimate: .*tripped/).count()).toBe(1);
    await context.close();
  });

  test('whoever may not do it is told why, by policy, and no form of another is taken from them', async () => {
    await start('m5', { estimate: { usd: '5' } });
    await hold('m5', 'h1');
    const { page, context } = await signIn(stage, 'acme', 'paul');
    await page.goto('/runs/m5');
    expect(await page.locator('.deed').count()).toBe(0);
    expect(await page.locator('main').innerText()).toMatch(
      /You cannot revise the estimate: human paul may not cost\.estimate[\s\S]*You cannot settle a hold: human paul/,
    );
    const csrf = (await page.locator('[name="csrf"]').first().getAttribute('value'))!;
    const response = await page.request.post('/runs/m5/settlements', {
      form: { csrf, run: 'm5', hold: 'h1', how: 'amount', usd: '1' },
      headers: { origin: stage.url },
    });
    expect(response.status()).toBe(403);
    expect(await holdOf('m5', 'h1')).toMatchObject({ state: 'held' });
    await context.close();
  });
});
