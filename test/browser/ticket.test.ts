import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Agency, PLAN, ask, budget, must, openWorkingAgency, vote } from '../support/agency.ts';
import { type Stage, openStage, signIn } from './support.ts';

// What a ticket's page says: each field of the specification, and how it came about.

let stage: Stage;
let acme: Agency;

beforeAll(async () => {
  stage = await openStage();
  acme = await openWorkingAgency({ ...stage.service, call: stage.call }, 'acme', ['c1', 'c2', 'c3']);
});
afterAll(() => stage?.close());

const post = async (who: keyof Agency['tokens'], path: string, body: unknown, status = 200) =>
  (await must(stage.call(acme.tokens[who], 'POST', path, body), status)).body;

test('a ticket says what, who, on what, why, until when and by whose time, and where that stands in the log', async () => {
  const question = ask('budget.change', 'campaign/c1', {
    field: 'daily_budget_minor',
    after: 13_000,
    change_set_id: 'spring-7',
  });
  const { ticket } = await post('desk', '/v1/decisions', question);
  const path = `/v1/tickets/${ticket.ticket_id}`;
  // The team's clock runs ten minutes, stands while the agent has it for twenty, and runs again.
  stage.clock.advance({ minutes: 10 });
  await must(vote(stage.call, acme.tokens.omar, ticket, 'request_changes', { comment: 'Less' }), 201);
  stage.clock.advance({ minutes: 20 });
  await post(
    'desk',
    `${path}/revisions`,
    { ...question, action: { ...question.action, properties: { ...question.action.properties, after: 12_000 } } },
    201,
  );
  stage.clock.advance({ minutes: 5 });
  const { body } = await must(stage.call(acme.tokens.anna, 'GET', path), 200);

  const { page, context, errors } = await signIn(stage, 'acme', 'olga', { at: `/tickets/${ticket.ticket_id}` });
  const fact = (name: string) => page.locator('.facts > div').filter({ has: page.getByText(name, { exact: true }) });
  expect(await page.getByRole('article').getByRole('link', { name: ticket.ticket_id }).count()).toBe(1);
  for (const [name, says] of [
    ['Tenant', 'acme'],
    ['Vertical', 'health'],
    ['Platform', 'meta'],
    ['Asked by', 'bid-bot agent'],
    ['Sent by', 'service-desk'],
    ['Plan version', 'v1'],
    ['Change set', 'spring-7'],
  ] as const)
    expect((await fact(name).innerText()).replace(/\s+/g, ' '), name).toContain(says);
  expect(await fact('Plan version').getByRole('link').getAttribute('href')).toBe('/plans/1');
  expect(await fact('Change set').getByRole('link').getAttribute('href')).toBe('/change-sets/spring-7');

  const text = (await page.getByRole('article').innerText()).replace(/\s+/g, ' ');
  expect(text).toContain('Change the daily budget of campaign c1, Campaign c1, from USD 100.00 to USD 120.00');
  for (const reason of body.reasons) expect(text).toContain(reason.message);
  expect(
    await page
      .getByRole('row', { name: /daily budget/i })
      .first()
      .innerText(),
  ).toMatch(/\$100\.00\s+\$120\.00\s+\+20\.0 %/);
  expect(text).toMatch(/operator empty · could be filled by olga, omar/);
  expect(text).toMatch(/client empty · could be filled by clara/);
  expect(text).toMatch(/the team: 10 min[^;]*the agent \(the team’s clock stands\): 20 min[^;]*the team: 5 min/);
  // A revision begins a new round of the team's time.
  expect(text).toMatch(/the team used 5 min of 2 h, counted at any hour/);

  await page.getByText(/^History/).click();
  const entries = page.locator('.history li');
  expect(await entries.locator('.seq').allInnerTexts()).toEqual(
    body.history.map(({ seq }: { seq: number }) => `#${seq}`),
  );
  expect(await entries.first().locator('.seq').getAttribute('href')).toBe(`/audit/${body.history[0].seq}`);
  await page.getByText('Raw JSON').click();
  const raw = JSON.parse((await page.locator('#raw-json pre').textContent())!);
  expect(raw).toMatchObject({ ticket_id: ticket.ticket_id, revision: 2, subject_hash: body.subject_hash });
  expect(await page.locator('.bound').innerText()).toContain(`revision 2 ${body.subject_hash.slice(0, 8)}`);
  expect(errors).toEqual([]);
  await context.close();
});

test('the structured difference folds change by change and is searched; money, dates and audience are told in their own terms', async () => {
  const payload = {
    ...PLAN.payload,
    audiences: ['runners'],
    flights: [{ ...PLAN.payload.flights[0]!, end: '2026-05-15', budget_minor: 900_000 }],
    total_budget_minor: 900_000,
  };
  const { version } = await post('bot2', '/v1/plans', { type: 'revise', base_version: 1, payload }, 201);
  const { ticket } = await post('bot', '/v1/decisions', ask('plan.revise', `plan/${version}`));
  const { page, context, errors } = await signIn(stage, 'acme', 'paul', { at: `/tickets/${ticket.ticket_id}` });
  const table = (await page.getByRole('table', { name: 'Changes, field by field' }).innerText()).replace(/\s+/g, ' ');
  expect(table).toContain('$10,000.00 $9,000.00');
  expect(table).toMatch(/end 2026-04-30 2026-05-15/);
  expect(table).toContain('runners');
  const structured = page.getByRole('group', { name: 'Structured difference' });
  expect(await structured.isVisible()).toBe(false);
  await page.getByText('Structured difference', { exact: true }).click();
  const changes = structured.locator('.json-change');
  const all = await changes.count();
  expect(all).toBeGreaterThan(1);
  await page.getByLabel('Search the difference').fill('runners');
  expect(await changes.filter({ visible: true }).count()).toBeLessThan(all);
  expect(await changes.filter({ visible: true }).allInnerTexts()).toEqual([expect.stringContaining('"runners"')]);
  await page.getByLabel('Search the difference').fill('');
  expect(await changes.filter({ visible: true }).count()).toBe(all);
  await changes.first().locator('summary').click();
  await expect.poll(() => changes.first().locator('ins, del').first().isVisible()).toBe(false);
  expect(errors).toEqual([]);
  await context.close();
});

test('K goes up, C to the changes, / to the filters, and Esc back to the list', async () => {
  const first = (await post('bot', '/v1/decisions', budget('c2', 8_000))).ticket;
  const second = (await post('bot', '/v1/decisions', budget('c3', 8_000))).ticket;
  const { page, context, errors } = await signIn(stage, 'acme', 'olga', { at: `/inbox?ticket=${second.ticket_id}` });
  const focused = () =>
    page.evaluate(() => {
      const { activeElement } = (globalThis as any).document;
      return activeElement.dataset.row ?? activeElement.name ?? activeElement.id;
    });
  const rows = await page.locator('#rows [data-row]').evaluateAll((all: any[]) => all.map((row) => row.dataset.row));
  const at = rows.indexOf(second.ticket_id);
  expect(rows[at - 1]).toBe(first.ticket_id);
  await page.keyboard.press('k');
  expect(await focused()).toBe(first.ticket_id);
  await page.keyboard.press('j');
  expect(await focused()).toBe(second.ticket_id);
  await page.keyboard.press('c');
  expect(await focused()).toBe('change.0.pointer');
  await page.keyboard.press('Escape');
  expect(await focused()).toBe(second.ticket_id);
  await page.keyboard.press('/');
  expect(await focused()).toBe('type');
  expect(await page.locator('.filters select[name="type"]').isVisible()).toBe(true);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  expect(await focused()).toBe(second.ticket_id);
  // With Ctrl, Alt or Meta a key is the browser's.
  await page.keyboard.press('Alt+k');
  expect(await focused()).toBe(second.ticket_id);
  expect(errors).toEqual([]);
  await context.close();
});
