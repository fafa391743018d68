import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyCertificate } from '../../src/runs/cost/certificate.ts';
import { type Agency, type Person, must, openWorkingAgency } from '../support/agency.ts';
import { type Stage, checkOnPhone, openStage, signIn } from './support.ts';

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
