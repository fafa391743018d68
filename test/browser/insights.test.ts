import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Agency, ask, budget, must, openWorkingAgency, vote } from '../support/agency.ts';
import { type Stage, checkAccessible, checkFits, openStage, signIn } from './support.ts';

let stage: Stage;
let acme: Agency;
/** As long as a name may be. */
const LONG = `claude/${'x'.repeat(100)}`;

beforeAll(async () => {
  stage = await openStage();
  acme = await openWorkingAgency({ ...stage.service, call: stage.call }, 'acme', ['c1', 'c2']);
  const post = async (who: keyof Agency['tokens'], path: string, body: unknown, status = 201) =>
    (await must(stage.call(acme.tokens[who], 'POST', path, body), status)).body;
  // Three changes go through, one is put to a human, who takes an hour and a half.
  for (const after of [10_100, 10_200, 10_300]) {
    const { decision_id } = await post('bot', '/v1/decisions', budget('c1', after), 200);
    await post('bot', `/v1/decisions/${decision_id}/outcome`, { status: 'applied' });
  }
  const { ticket } = await post('bot', '/v1/decisions', budget('c2', 5_000), 200);
  const override = await post('bot', '/v1/decisions', ask('reconciliation.override', 'reconciliation/inv-1'), 200);
  stage.clock.advance({ minutes: 90 });
  await must(vote(stage.call, acme.tokens.olga, ticket, 'approve'), 201);
  await must(vote(stage.call, acme.tokens.anna, override.ticket, 'approve'), 201);
  const run = { run_id: 'r-1', task_id: 't-1', main_task_id: 'copy', agent: 'bid-bot', model: LONG };
  await post('bot', '/v1/runs', run);
  for (const [n, pass] of [false, true].entries())
    await post('desk', '/v1/qc/results', {
      ...run,
      result_id: `q-${n}`,
      pass,
      failure_codes: pass ? [] : ['brand_voice'],
      at: stage.clock().toISOString(),
    });
  for (const step_id of ['o-1', 'o-2'])
    await post('bot', '/v1/runs/r-1/steps', { step_id, kind: 'orchestrator_retry', cause: { code: 'x' } }, 200);
  // Windows end with the last full minutes.
  stage.clock.advance({ minutes: 20 });
});
afterAll(() => stage?.close());

test('every metric is a picture with its figures beneath, and leads to the tickets behind it', async () => {
  const { page, context, errors } = await signIn(stage, 'acme', 'olga', { javaScriptEnabled: false });
  const response = await page.goto('/insights?window=30d');
  expect((await response!.body()).length).toBeLessThan(300_000);
  const metric = (title: string) => page.getByRole('figure', { name: title });
  expect(await page.getByRole('figure').count()).toBe(11);
  expect(await metric('Changes auto-approved').innerText()).toMatch(/75\.0 %\s+of 4 changes/);
  expect(await metric('Mean time to approve').getByRole('row').filter({ hasText: 'A3' }).innerText()).toContain(
    '1 h 30 min',
  );
  expect(await metric('QC first-pass rate').innerText()).toMatch(/0\.0 %\s+of 1 first result/);
  expect(await metric('Top failure codes').innerText()).toContain('brand_voice');
  expect(await metric('Runs that ended in an A8').innerText()).toMatch(/100\.0 %\s+of 1 run tree/);
  expect(await metric('Manual overrides').innerText()).toMatch(
    /1\s+approved; more in the second half \(1\) than in the first \(0\)/,
  );
  expect(await metric('Correction-loop depth').innerText()).toContain('No correction loops were reported');
  for (const title of ['Changes auto-approved', 'QC first-pass rate'])
    expect(await metric(title).getByRole('img').first().getAttribute('aria-label')).toBeTruthy();
  // What lies under the pointer says its figures, and the bars have an axis with units.
  const changes = metric('Changes auto-approved').locator('g.hit title');
  expect((await changes.allTextContents()).some((text) => /unattended: 3\nput to a human: 1/.test(text))).toBe(true);
  expect(await metric('Mean time to approve').locator('svg').allTextContents()).toContainEqual(
    expect.stringMatching(/0.*1 h.*2 h/s),
  );
  await metric('Manual overrides').getByRole('link').first().click();
  expect(page.url()).toContain('type=A6');
  expect(await page.getByText('A6-').first().isVisible()).toBe(true);
  expect(errors).toEqual([]);
  await context.close();
});

test('windows, grains and days of one’s own are in the URL; what nobody did says so', async () => {
  const { page, context, errors } = await signIn(stage, 'acme', 'olga');
  await page.goto('/insights');
  await page.getByRole('link', { name: 'by model' }).click();
  await page.waitForURL('**grain=model**');
  const first = page.getByRole('figure', { name: 'QC first-pass rate' });
  expect(await first.getByRole('row').last().innerText()).toContain(LONG);
  expect(await page.getByText('in the time before').count()).toBe(0);
  await page.getByRole('link', { name: 'Compare with the time before' }).click();
  await page.waitForURL('**compare=yes**');
  expect(await first.innerText()).toContain('– in the time before');
  await page.setViewportSize({ width: 360, height: 740 });
  await checkFits(page);
  await checkAccessible(page);
  await page.getByText('Other days').click();
  await page.getByLabel('From day').fill('2020-01-01');
  await page.getByLabel('To day').fill('2020-01-31');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.waitForURL('**since=2020-01-01&until=2020-01-31**');
  expect(await page.getByText('No tickets were approved in this window.').isVisible()).toBe(true);
  await checkAccessible(page);
  expect((await page.goto('/insights?since=2020-02-01&until=2020-01-01'))!.status()).toBe(400);
  expect((await page.goto('/insights?window=1y'))!.status()).toBe(400);
  expect(errors).toEqual([]);
  await context.close();
});
