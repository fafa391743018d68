import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type Agency,
  type Clock,
  type Node,
  ask,
  budget,
  createClock,
  createTranscript,
  openNode,
  openWorkingAgency,
} from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';

let database: TestDatabase;
let node: Node;
let clock: Clock;
let agency: Agency;
let say: ReturnType<typeof createTranscript>;
let tenants = 0;

beforeAll(async () => {
  database = await createDatabase();
  clock = createClock();
  node = await openNode(database.url, { clock });
});
afterAll(async () => {
  await node.close();
  await database.drop();
});
beforeEach(async () => {
  agency = await openWorkingAgency(node, `permit-${tenants++}`, ['c1', 'c2']);
  say = createTranscript(node.call, agency);
});

/** An approved A3 for taking c1 down to 80.00 a day, asked for by the bot. */
async function approved(after = 8_000): Promise<string> {
  await say.ask('bot', budget('c1', after));
  await say.vote('olga', 'approve');
  say.lines.length = 0;
  return say.ticket.ticket_id;
}

const answers = () => say.lines.map((line) => line.split(' → ')[1]!.replaceAll(/ budget\.\S+/g, ''));

test('is used up by the first allow', async () => {
  const id = await approved();
  await say.ask('bot', budget('c1', 8_000, id));
  await say.ask('bot', budget('c1', 8_000, id));
  await say.ask('bot', budget('c1', 8_000));
  expect(answers()).toEqual(['allow A3:consumed approval.accepted', 'deny approval.consumed', 'review A3:pending']);
  const { body } = await node.call(agency.tokens.olga, 'GET', `/v1/tickets/${id}`);
  expect(body).toMatchObject({ state: 'consumed', consumed_by: expect.stringMatching(/^D-/) });
});

test.each([
  ['another amount', () => budget('c1', 7_999)],
  ['another campaign', () => budget('c2', 8_000)],
  ['another field', () => ask('budget.change', 'campaign/c1', { field: 'bid_minor', after: 80 })],
  ['one more property', () => ask('budget.change', 'campaign/c1', { field: 'daily_budget_minor', after: 8_000, x: 1 })],
  [
    'another name of the action',
    () => ({ ...budget('c1', 8_000), action: { ...budget('c1', 8_000).action, name: 'optimization.apply' } }),
  ],
  [
    'another one on whose behalf',
    () => ({
      ...budget('c1', 8_000),
      subject: { type: 'agent', id: 'bid-bot', properties: { on_behalf_of: 'clara' } },
    }),
  ],
])('does not serve for %s', async (_, question) => {
  const id = await approved();
  await say.ask('bot', { ...question(), context: { approval: { ticket_id: id } } });
  expect(answers()).toEqual(['deny approval.mismatch']);
  await say.ask('bot', budget('c1', 8_000, id));
  expect(answers()[1]).toBe('allow A3:consumed approval.accepted');
});

test('serves for the same question from another run: circumstances are no part of it', async () => {
  const id = await approved();
  const run = { run_id: 'run-2', task_id: 'task-9', main_task_id: 'm', agent: 'bid-bot', model: 'x' };
  expect((await node.call(agency.tokens.bot, 'POST', '/v1/runs', run)).status).toBe(201);
  const question = budget('c1', 8_000, id);
  await say.ask('bot', { ...question, context: { ...question.context, run_id: 'run-2', task_id: 'task-9' } });
  expect(answers()).toEqual(['allow A3:consumed approval.accepted']);
});

test('does not serve another agent, though it asks the very same', async () => {
  const id = await approved();
  await say.ask('bot2', { ...budget('c1', 8_000, id), subject: { type: 'agent', id: 'copy-bot' } });
  await say.ask('bot2', budget('c1', 8_000, id));
  expect(answers()).toEqual(['deny approval.mismatch', 'deny subject.not_caller']);
});

test('lapses when its own time is over, counted from the approval', async () => {
  await say.ask('bot', budget('c1', 8_000));
  clock.advance({ hours: 24 });
  await say.vote('olga', 'approve');
  const id = say.ticket.ticket_id;
  clock.advance({ minutes: 479 });
  const { body } = await node.call(agency.tokens.olga, 'GET', `/v1/tickets/${id}`);
  expect(Date.parse(body.permit_expires_at) - clock().getTime()).toBe(60_000);
  clock.advance({ minutes: 1 });
  await say.ask('bot', budget('c1', 8_000, id));
  expect(answers()).toEqual(['review A3:pending', 'A3 approved', 'deny approval.expired']);
  expect((await node.call(agency.tokens.olga, 'GET', `/v1/tickets/${id}`)).body.state).toBe('expired');
  await say.ask('bot', budget('c1', 8_000));
  expect(answers().at(-1)).toBe('review A3:pending');
});

test('serves one minute before it lapses', async () => {
  const id = await approved();
  clock.advance({ minutes: 479 });
  await say.ask('bot', budget('c1', 8_000, id));
  expect(answers()).toEqual(['allow A3:consumed approval.accepted']);
});

test('is gone once it was revoked; a used one cannot be revoked', async () => {
  const id = await approved();
  await say.post('olga', 'revocation');
  await say.ask('bot', budget('c1', 8_000, id));
  expect(answers()).toEqual(['A3 revoked', 'deny approval.closed']);
  const second = await approved(7_000);
  await say.ask('bot', budget('c1', 7_000, second));
  await say.post('olga', 'revocation');
  expect(answers()).toEqual(['allow A3:consumed approval.accepted', '409 ticket.not_approved']);
});

test('does not serve when the value it was approved from has moved', async () => {
  const id = await approved();
  const { body } = await say.ask('bot', budget('c1', 9_800));
  await say.report('bot', body.decision_id, 'applied');
  await say.ask('bot', budget('c1', 8_000, id));
  expect(answers()).toEqual(['allow', '201', 'deny approval.mismatch']);
});

test('does not serve when the configuration has come to ask for another approver', async () => {
  const agency2 = agency;
  const get = await node.call(agency2.tokens.anna, 'GET', '/v1/tenant/config');
  const config = get.body;
  const put = (client: boolean) =>
    node.call(agency2.tokens.anna, 'PUT', '/v1/tenant/config', {
      ...config,
      approval_policy: { ...config.approval_policy, client_must_approve_budget_increase: client },
    });
  expect((await put(false)).status).toBe(200);
  const id = await approved(12_500);
  expect((await put(true)).status).toBe(200);
  await say.ask('bot', budget('c1', 12_500, id));
  await say.ask('bot', budget('c1', 12_500));
  expect(answers()).toEqual(['deny approval.slot_missing', expect.stringContaining('review A3:pending')]);
  expect(say.ticket.slots.map((slot: { id: string }) => slot.id)).toEqual(['operator', 'client']);
});

test('of sixteen that race for it, one is allowed', async () => {
  const id = await approved();
  const raced = await Promise.all(Array.from({ length: 16 }, () => say.ask('bot', budget('c1', 8_000, id))));
  expect(raced.filter(({ body }) => body.effect === 'allow')).toHaveLength(1);
  expect(raced.filter(({ body }) => body.effect === 'deny')).toHaveLength(15);
});
