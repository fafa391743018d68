import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Agency, must, openAgency } from '../support/agency.ts';
import { type Stage, checkAccessible, checkFits, openStage, signIn } from './support.ts';

let stage: Stage;
let acme: Agency;

beforeAll(async () => {
  stage = await openStage({ PLACET_SYSTEM_OPS_URL: 'https://ops.test/trace?run={run_id}&tab=tokens' });
  acme = await openAgency(stage.service, 'acme');
});
afterAll(() => stage?.close());

const post = (who: keyof Agency['tokens'], path: string, body: unknown) =>
  stage.call(acme.tokens[who], 'POST', path, body);
const start = (run_id: string) =>
  must(
    post('bot', '/v1/runs', {
      run_id,
      task_id: `task-${run_id}`,
      main_task_id: 'copy',
      agent: 'bid-bot',
      model: 'gpt-4o',
    }),
    201,
  );

/** An A8: two QC corrections are let in, the third is not. */
async function exhaust(run: string): Promise<string> {
  await start(run);
  const step = (n: number, cause: object) =>
    must(post('bot', `/v1/runs/${run}/steps`, { kind: 'qc_correction', step_id: `s${n}`, cause }), 200);
  await step(1, { code: 'off_brand' });
  await step(2, { code: 'off_brand' });
  return (await step(3, { code: 'too_long', detail: 'headline of 91 <b>characters</b>' })).body.red_flag;
}

/** An A9: 1 USD was estimated, `usd` are spent. */
async function overspend(run: string, usd: number): Promise<string> {
  await start(run);
  await must(post('bot', `/v1/runs/${run}/estimate`, { pico_usd: '1000000000000' }), 201);
  await must(post('desk', '/v1/spend-events', { event_id: run, run_id: run, pico_usd: String(usd * 1e12) }), 200);
  const { body } = await must(stage.call(acme.tokens.olga, 'GET', `/v1/runs/${run}/cost-guard`), 200);
  return body.trip.ticket_id;
}

const read = async (id: string) => (await stage.call(acme.tokens.olga, 'GET', `/v1/tickets/${id}`)).body;

test('red flags come up by themselves above the page, the dearest first, and are announced once', async () => {
  const { page, context, errors } = await signIn(stage, 'acme', 'olga');
  expect(await page.locator('#red-flags').isVisible()).toBe(false);
  const loop = await exhaust('r-loop');
  await expect.poll(() => page.locator('.flag').count(), { timeout: 8000 }).toBe(1);
  expect(await page.locator('#flag-news').textContent()).toContain('New red flag: A8 Agent loop exhausted');
  const small = await overspend('r-small', 4);
  const large = await overspend('r-large', 90);
  await expect.poll(() => page.locator('.flag').count(), { timeout: 8000 }).toBe(3);
  const order = await page.locator('.flag').evaluateAll((flags: any[]) => flags.map((flag) => flag.dataset.flag));
  expect(order).toEqual([large, small, loop].map((id) => `acme/${id}`));
  const strip = await page.locator('#red-flags').innerText();
  expect(strip).toContain('3 red flags');
  expect(strip).toContain('$90.00 spent of $1.00 estimated, 90.00×, $9.00 a minute');
  expect(strip).toContain('QC correction, attempt 3: off_brand ×2, too_long ×1');
  expect(await page.locator(`[data-flag="acme/${large}"] .flag-ops`).getAttribute('href')).toBe(
    'https://ops.test/trace?run=r-large&tab=tokens',
  );
  await checkAccessible(page);
  // No filter reaches the strip, and nobody is told twice, not on the next page and not in another tab.
  const tab = await context.newPage();
  for (const seen of [page, tab]) {
    await seen.clock.install();
    await seen.goto('/inbox?view=client&type=A1');
    expect(await seen.locator('.flag').count()).toBe(3);
    await seen.clock.runFor(5000);
    expect(await seen.locator('#flag-news').textContent()).toBe('');
  }
  // A browser that has not told it does, once.
  const second = await signIn(stage, 'acme', 'omar', { at: '/plans' });
  await expect.poll(() => second.page.locator('#flag-news').textContent()).toContain('3 new red flags: A9');
  await second.context.close();
  expect(errors).toEqual([]);
  await context.close();
});

test('a red flag is told by word, sign and border, links to System Ops, and is in no selection', async () => {
  const [loop, cost] = [await exhaust('r-told'), await overspend('r-dear', 5)];
  const { page, context } = await signIn(stage, 'acme', 'olga');
  for (const [id, run, words] of [
    [loop, 'r-told', 'A8 Agent loop exhausted'],
    [cost, 'r-dear', 'A9 Cost Guard tripped'],
  ] as const) {
    await page.goto('/inbox');
    const flag = page.locator(`[data-flag$="${id}"]`);
    expect(await flag.innerText()).toContain(words);
    expect(await flag.locator('.flag-kind svg').count()).toBe(1);
    const border = await page.locator('#red-flags').evaluate((strip) => {
      const style = (globalThis as any).getComputedStyle(strip);
      return ['Top', 'Right', 'Bottom', 'Left'].map((side) => style[`border${side}Style`]);
    });
    expect(border).toContain('solid');
    expect(await page.getByLabel(`Select ${id}`).count()).toBe(0);
    const ops = `https://ops.test/trace?run=${run}&tab=tokens`;
    expect(await flag.getByRole('link', { name: /^System Ops/ }).getAttribute('href')).toBe(ops);
    await page.goto(`/tickets/${id}`);
    expect(await page.getByRole('link', { name: 'Tokens and QC in System Ops' }).getAttribute('href')).toBe(ops);
    const csrf = await page.locator('#verdict input[name="csrf"]').getAttribute('value');
    const { revision, subject_hash } = await read(id);
    const form = { csrf: csrf!, tenant: 'acme', verdict: 'approve', ticket: `${id}.${revision}.${subject_hash}` };
    const answer = await page.request.post('/inbox/bulk', { form, headers: { origin: stage.url } });
    expect(await answer.text()).toContain('0 of 1 approved');
    expect((await read(id)).state).toBe('open');
  }
  // A form that is refused gets a page, and the strip is above that as well.
  const answer = await page.request.post(`/tickets/${loop}/verdicts`, {
    form: { csrf: 'x' },
    headers: { origin: stage.url },
  });
  expect(answer.status()).toBe(403);
  expect(await answer.text()).toContain(loop);
  await context.close();
});

test('an A8 shows loop, attempt, steps and causes, and is resolved with more steps', async () => {
  const id = await exhaust('r-steps');
  const { page, context, errors } = await signIn(stage, 'acme', 'olga');
  await page.goto(`/tickets/${id}`);
  const text = await page.locator('article.ticket').innerText();
  expect(text).toMatch(/Attempt\s+3/);
  expect(text).toMatch(/QC correction\s+2 of 2/);
  expect(text).toContain('headline of 91 <b>characters</b>');
  await checkAccessible(page);
  await page.getByRole('button', { name: 'Acknowledge' }).click();
  await page.waitForURL('**done=acknowledge');
  expect((await read(id)).state).toBe('acknowledged');
  await page.getByLabel(/^Raise the allowance/).check();
  await page.getByLabel('QC correction').fill('1');
  await page.getByLabel(/^Comment/).fill('One more, with the brand guide');
  await page.getByRole('button', { name: 'Resolve' }).click();
  const sure = page.getByRole('dialog', { name: 'Resolve?' });
  await checkAccessible(page);
  await sure.getByRole('button', { name: 'Yes, I have read it' }).click();
  await page.waitForURL('**done=resolve');
  expect(await read(id)).toMatchObject({
    state: 'resolved',
    resolution: { kind: 'raise_allowance', allowance: { qc_correction: 1 } },
  });
  expect(errors).toEqual([]);
  await context.close();
});

test('an A9 is resolved without scripts: a low estimate is refused with a sentence, a higher one lets the run go on', async () => {
  const id = await overspend('r-estimate', 6);
  const { page, context } = await signIn(stage, 'acme', 'omar', {
    javaScriptEnabled: false,
    viewport: { width: 360, height: 740 },
  });
  await page.goto(`/tickets/${id}`);
  await checkFits(page);
  expect(await page.locator('article.ticket').innerText()).toMatch(/Spent ÷ estimated\s+6\.00×/);
  const resolve = async (estimate: string) => {
    await page.getByLabel(/^Revise the estimate/).check();
    await page.getByLabel('New estimate, USD').fill(estimate);
    await page.getByLabel(/^Comment/).fill('The brief grew');
    await page.getByLabel(/I know what/).check();
    await page.getByRole('button', { name: 'Resolve' }).click();
  };
  await resolve('1.5');
  expect(await page.getByRole('alert').innerText()).toContain('trip again at once');
  expect(await page.getByLabel(/^Comment/).inputValue()).toBe('The brief grew');
  await resolve('12.50');
  expect(await page.getByRole('status').allInnerTexts()).toContainEqual(expect.stringContaining('is resolved'));
  expect(await read(id)).toMatchObject({
    state: 'resolved',
    resolution: { kind: 'revise_estimate', estimate_pico_usd: '12500000000000' },
  });
  await context.close();
});

test('who may not resolve is told why, and nothing is resolved without the box', async () => {
  const id = await exhaust('r-refused');
  const lena = await signIn(stage, 'acme', 'lena');
  await lena.page.goto(`/tickets/${id}`);
  expect(await lena.page.getByRole('button', { name: 'Resolve' }).count()).toBe(0);
  expect(await lena.page.getByText('You cannot resolve this').innerText()).toMatch(/role|slot|operator/);
  await lena.context.close();
  const { page, context } = await signIn(stage, 'acme', 'olga', { javaScriptEnabled: false });
  await page.goto(`/tickets/${id}`);
  await page.getByLabel(/^Abort the run/).check();
  await page.getByLabel(/^Comment/).fill('No');
  await page.getByRole('button', { name: 'Resolve' }).click();
  expect(await page.getByRole('alert').innerText()).toContain('tick the box');
  expect((await read(id)).state).toBe('open');
  await context.close();
});
