import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Plan } from '../../src/contract/types.ts';
import { type Agency, ask, must, openWorkingAgency, vote } from '../support/agency.ts';
import { type Stage, checkOnPhone, openStage, signIn } from './support.ts';

let stage: Stage;
let acme: Agency;

beforeAll(async () => {
  stage = await openStage();
  acme = await openWorkingAgency({ ...stage.service, call: stage.call }, 'acme', ['c1']);
});
afterAll(() => stage?.close());

const flight = (platform: string, budget_minor: number, start = '2026-04-01', end = '2026-04-30') => ({
  platform,
  start,
  end,
  budget_minor,
});

/** Registers a revise of a plan and, where wanted, has it approved. */
async function revise(base_version: number, payload: Partial<Plan['payload']>, approved: boolean): Promise<number> {
  const flights = payload.flights ?? [flight('meta', 1_000_000)];
  const total_budget_minor = flights.reduce((sum, one) => sum + one.budget_minor, 0);
  const plan = { name: 'Spring', currency: 'USD', total_budget_minor, flights, ...payload };
  const body = { type: 'revise', base_version, payload: plan };
  const { version } = (await must(stage.call(acme.tokens.bot2, 'POST', '/v1/plans', body), 201)).body;
  if (!approved) return version;
  const question = ask('plan.revise', `plan/${version}`);
  const { ticket } = (await must(stage.call(acme.tokens.bot, 'POST', '/v1/decisions', question), 200)).body;
  const voters = { planner: acme.tokens.paul, client: acme.tokens.clara };
  for (const { any_of } of ticket.slots)
    await must(vote(stage.call, voters[any_of[0] as keyof typeof voters], ticket, 'approve'), 201);
  return version;
}

test('versions are listed, filtered and compared; a draft on an old base is rebased, without scripts', async () => {
  const stale = await revise(1, { flights: [flight('meta', 900_000)], audiences: ['runners'] }, false);
  const clash = await revise(1, { flights: [flight('meta', 950_000)], name: 'Summer' }, false);
  const next = await revise(
    1,
    { name: 'Autumn', flights: [flight('meta', 1_000_000), flight('google', 200_000, '2026-05-01', '2026-06-15')] },
    true,
  );
  const { page, context, errors } = await signIn(stage, 'acme', 'petra', { javaScriptEnabled: false });
  await page.goto('/plans');
  expect(await page.getByRole('row').count()).toBe(5);
  expect(await page.getByRole('row', { name: new RegExp(`^Plan ${stale} `) }).innerText()).toContain('must rebase');
  await page.getByLabel('State').selectOption('superseded');
  await page.getByRole('button', { name: 'Show' }).click();
  await expect.poll(() => page.locator('tbody th').allInnerTexts()).toEqual(['Plan 1']);

  await page.goto(`/plans/${next}`);
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(`Plan ${next} · Autumn`);
  expect(await page.getByRole('table', { name: 'Flights' }).innerText()).toMatch(/google.*2026-05-01.*46.*\$2,000\.00/);
  expect(await page.getByText(/^Approved .* on A5-/).count()).toBe(1);
  const money = page.getByRole('table', { name: `Money and dates, Plan 1 against Plan ${next}` });
  expect(await money.getByRole('row', { name: /^Total/ }).innerText()).toMatch(
    /\$10,000\.00\s+\$12,000\.00\s+\+\$2,000\.00\s+\+20\.0 %/,
  );
  await page.getByLabel('Compared with').selectOption(String(stale));
  await page.getByRole('button', { name: 'Compare' }).click();
  expect(page.url()).toContain(`against=${stale}`);
  expect(await page.getByText('runners').count()).toBeGreaterThan(0);

  await page.goto(`/plans/${stale}`);
  expect(await page.getByRole('alert').innerText()).toContain(`plan ${next} is in force by now`);
  await page.getByRole('button', { name: `Rebase onto plan ${next}` }).click();
  expect(await page.getByRole('status').first().innerText()).toContain('made anew on the plan in force');
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(`Plan ${next + 1} · Autumn`);

  await page.goto(`/plans/${clash}`);
  await page.getByRole('button', { name: 'Rebase' }).click();
  expect(await page.getByRole('alert').innerText()).toContain('Both plans changed the same thing');
  const name = page.getByRole('group', { name: /^Name/ });
  expect(await name.innerText()).toMatch(/Autumn[\s\S]*Summer/);
  await name.getByLabel('this draft').check();
  await page.getByRole('button', { name: 'Rebase with these choices' }).click();
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(`Plan ${next + 2} · Summer`);
  expect(errors).toEqual([]);
  await context.close();
  const looked = await signIn(stage, 'acme', 'olga');
  for (const path of ['/plans', `/plans/${next}`, `/plans/${clash}`]) await checkOnPhone(looked.page, path);
  expect(looked.errors).toEqual([]);
  // An operator reads plans, and policy does not let them write any.
  expect(await looked.page.getByRole('button', { name: 'Rebase' }).count()).toBe(0);
  await looked.context.close();
});
