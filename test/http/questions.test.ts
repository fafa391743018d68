import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checker } from '../../src/contract/validate.ts';
import { toDecision } from '../../src/decide/decide.ts';
import {
  type Agency,
  type Node,
  ask,
  budget,
  checkLog,
  createTranscript,
  gist,
  must,
  openNode,
  openWorkingAgency,
} from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';

let database: TestDatabase;
let node: Node;
let other: Node;
let agency: Agency;

beforeAll(async () => {
  database = await createDatabase();
  node = await openNode(database.url);
  other = await openNode(database.url);
  agency = await openWorkingAgency(node, 'acme');
});
afterAll(async () => {
  await node.close();
  await other.close();
  await database.drop();
});

const decide = (body: unknown, key?: string, { at = node, who = 'bot' as keyof Agency['tokens'] } = {}) =>
  at.call(agency.tokens[who], 'POST', '/v1/decisions', body, key === undefined ? {} : { 'idempotency-key': key });
const decisionsLogged = async () =>
  (await checkLog(node.sql, 'acme')).filter(({ leaf }) => leaf.action === 'decision.made').length;

describe('an Idempotency-Key', () => {
  test.each([
    ['an allow', ask('plan.execute', 'plan/1')],
    ['a review and its ticket', budget('c1', 13_000)],
    ['a deny', ask('no.rule', 'plan/1')],
  ])('gets %s again byte for byte, from any node, and decides once', async (what, question) => {
    const first = await decide(question, what.replaceAll(' ', '-'));
    const before = await decisionsLogged();
    const again = await decide(question, what.replaceAll(' ', '-'));
    const elsewhere = await decide(question, what.replaceAll(' ', '-'), { at: other });
    expect([again.text, elsewhere.text]).toEqual([first.text, first.text]);
    expect(await decisionsLogged()).toBe(before);
  });

  test('gets the ticket as it was then, though it has been approved since', async () => {
    const first = await decide(budget('c1', 8_100), 'then');
    await must(createTranscript(node.call, agency).ask('bot', budget('c1', 8_100)), 200);
    const { ticket } = first.body;
    await must(
      node.call(agency.tokens.olga, 'POST', `/v1/tickets/${ticket.ticket_id}/verdicts`, {
        verdict: 'approve',
        revision: ticket.revision,
        subject_hash: ticket.subject_hash,
      }),
      201,
    );
    expect((await decide(budget('c1', 8_100), 'then')).text).toBe(first.text);
  });

  test('gets an allow that used a permit again, though the permit is used up: a lost answer costs nothing', async () => {
    const say = createTranscript(node.call, agency);
    await say.ask('bot', budget('c1', 7_700));
    await say.vote('olga', 'approve');
    const question = budget('c1', 7_700, say.ticket.ticket_id);
    const first = await decide(question, 'on-approval');
    expect(gist(first)).toMatch(/^allow A3:consumed/);
    expect((await decide(question, 'on-approval')).text).toBe(first.text);
    expect(gist(await decide(question, 'another-key'))).toMatch(/^deny approval.consumed/);
  });

  test('does not mind the order of the fields', async () => {
    const first = await decide(
      '{"subject":{"type":"agent","id":"bid-bot"},"action":{"name":"plan.execute"},"resource":{"type":"plan","id":"1"}}',
      'order',
    );
    const again = await decide(
      '{"resource":{"id":"1","type":"plan"},"action":{"name":"plan.execute"},"subject":{"id":"bid-bot","type":"agent"}}',
      'order',
    );
    expect(again.text).toBe(first.text);
  });

  test('is refused for another question, naming the decision that it has', async () => {
    const first = await decide(ask('plan.execute', 'plan/1'), 'taken');
    const refused = await decide(ask('plan.execute', 'plan/2'), 'taken');
    expect(gist(refused)).toBe('409 idempotency.conflict');
    expect(refused.body.detail).toContain(first.body.decision_id);
  });

  test('is each caller’s own', async () => {
    const first = await decide(ask('plan.execute', 'plan/1'), 'mine');
    const service = await decide(ask('plan.execute', 'plan/1'), 'mine', { who: 'desk' });
    expect(service.status).toBe(200);
    expect(service.body.decision_id).not.toBe(first.body.decision_id);
  });

  test('sent by eight at once on two nodes makes one decision', async () => {
    const before = await decisionsLogged();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) => decide(budget('c1', 14_000), 'race', { at: i % 2 ? node : other })),
    );
    expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
    expect(await decisionsLogged()).toBe(before + 1);
  });

  test.each(['', ' ', 'a b', 'x'.repeat(201), 'é'])('%j is refused by name', async (key) => {
    const answer = await decide(ask('plan.execute', 'plan/1'), key);
    expect(answer.body).toMatchObject({ status: 400, errors: [{ field: 'Idempotency-Key' }] });
  });
});

describe('a batch', () => {
  const batch = (decisions: unknown, key?: string) =>
    node.call(agency.tokens.bot, 'POST', '/v1/decisions/batch', { decisions }, key ? { 'idempotency-key': key } : {});

  test('of a hundred is answered in order, each decision with its own place in the log', async () => {
    const { status, body } = await batch(
      Array.from({ length: 100 }, (_, i) => ask('plan.execute', i % 2 ? 'plan/1' : `plan/${1000 + i}`)),
    );
    expect(status).toBe(200);
    expect(body.decisions.map((one: any) => one.effect)).toEqual(
      Array.from({ length: 100 }, (_, i) => (i % 2 ? 'allow' : 'deny')),
    );
    expect(new Set(body.decisions.map((one: any) => one.receipt.seq)).size).toBe(100);
  });

  test.each([
    [0, '/decisions'],
    [101, '/decisions'],
  ])('of %i is refused', async (n, field) => {
    const { status, body } = await batch(Array.from({ length: n }, () => ask('plan.execute', 'plan/1')));
    expect([status, body.errors[0].field]).toEqual([400, field]);
  });

  test('with a malformed question is refused whole, by the field of that question, and nothing is decided', async () => {
    const before = await decisionsLogged();
    const { status, body } = await batch([ask('plan.execute', 'plan/1'), { subject: 1 }]);
    expect(status).toBe(400);
    expect(body.errors.map((error: any) => error.field)).toContain('/decisions/1/subject');
    expect(await decisionsLogged()).toBe(before);
  });

  test('with a key gets each answer again, and says of each item what is wrong with it', async () => {
    const first = await batch([ask('plan.execute', 'plan/1'), budget('c1', 15_000)], 'b1');
    expect((await batch([ask('plan.execute', 'plan/1'), budget('c1', 15_000)], 'b1')).text).toBe(first.text);
    const mixed = await batch([ask('plan.execute', 'plan/1'), budget('c1', 16_000)], 'b1');
    expect(mixed.status).toBe(200);
    expect(mixed.body.decisions[0]).toEqual(first.body.decisions[0]);
    expect(mixed.body.decisions[1].problem).toMatchObject({ status: 409, code: 'idempotency.conflict' });
  });

  test('that asks the same thing twice opens one ticket', async () => {
    const { body } = await batch([budget('c1', 17_000), budget('c1', 17_000)]);
    expect(body.decisions[0].ticket.ticket_id).toBe(body.decisions[1].ticket.ticket_id);
  });
});

describe('GET /v1/decisions/{id}', () => {
  const read = (who: keyof Agency['tokens'], id: string) => node.call(agency.tokens[who], 'GET', `/v1/decisions/${id}`);

  test.each([
    ['allow', ask('plan.execute', 'plan/1')],
    ['review', budget('c1', 18_000)],
    ['deny', ask('no.rule', 'plan/1')],
  ])('explains an %s: the same answer, and an input that gives it again', async (effect, question) => {
    const decided = await decide(question);
    expect(decided.body.effect).toBe(effect);
    expect(checker('decision.json')(decided.body)).toEqual([]);
    const { body } = await read('bot', decided.body.decision_id);
    expect(body).toMatchObject(decided.body);
    expect(checker('decision-input.json')(body.input)).toEqual([]);
    const replayed = node.policy.decide(JSON.stringify(body.input));
    expect(replayed).toEqual(body.answer);
    const again = toDecision(replayed, node.policy.revision, decided.body.receipt, decided.body.ticket ?? null);
    expect(again).toEqual(decided.body);
  });

  test('shows the outcome once it was reported', async () => {
    const { body } = await decide(ask('optimization.apply', 'campaign/c1', { field: 'bid_minor', after: 101 }));
    expect((await read('bot', body.decision_id)).body.outcome).toBeNull();
    await must(
      node.call(agency.tokens.bot, 'POST', `/v1/decisions/${body.decision_id}/outcome`, {
        status: 'failed',
        detail: 'no',
      }),
      201,
    );
    expect((await read('olga', body.decision_id)).body.outcome).toMatchObject({
      status: 'failed',
      reported_by: 'bid-bot',
    });
  });

  test('another agent’s decision, and what is none, is not there', async () => {
    const { body } = await decide(ask('plan.execute', 'plan/1'));
    const answers = await Promise.all([
      read('bot2', body.decision_id),
      read('clara', body.decision_id),
      ...['D-0', 'D-99999999', 'D-999999999999999', 'D-9999999999999999', 'D--1', 'x', 'D-1.0', "D-1'--"].map((id) =>
        read('bot', id),
      ),
    ]);
    expect(answers.map(gist)).toEqual([
      '404 not_found',
      '403 operation.forbidden access.not_permitted',
      ...Array(8).fill('404 not_found'),
    ]);
  });

  test('an outcome is for an allow, and for who asked', async () => {
    const denied = await decide(ask('no.rule', 'plan/1'));
    const allowed = await decide(ask('plan.execute', 'plan/1'));
    const report = (who: keyof Agency['tokens'], id: string) =>
      node.call(agency.tokens[who], 'POST', `/v1/decisions/${id}/outcome`, { status: 'applied' });
    expect(gist(await report('bot', denied.body.decision_id))).toBe('409 outcome.not_allowed');
    expect(gist(await report('bot2', allowed.body.decision_id))).toBe('404 not_found');
    expect(gist(await report('bot', 'D-99999999'))).toBe('404 not_found');
    expect(gist(await report('bot', allowed.body.decision_id))).toBe('201');
  });
});

test('every receipt is the entry that stands in the log', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => decide(ask('plan.execute', 'plan/1'))));
  const entries = await checkLog(node.sql, 'acme');
  for (const { body } of answers) {
    const entry = entries[body.receipt.seq]!;
    expect(entry).toMatchObject({
      leafHash: body.receipt.leaf_hash,
      leaf: { action: 'decision.made', effect: 'allow' },
    });
    expect(entry.leaf.policy).toBe(body.policy.revision);
  }
});
