import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type Watch, createWatch } from '../../src/tickets/watch.ts';
import { type Agency, type Node, budget, must, openNode, openWorkingAgency, vote } from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';

// No test sits out a wait: it ends by an event, or the clock that measures it is moved by hand once the request waits.

let database: TestDatabase;
let node: Node;
let other: Node;
let agency: Agency;
let ticket: any;
let etag: string;
let waits: () => Promise<void>;
let lookAgainMs = Infinity;
let amount = 20_000;

beforeAll(async () => {
  database = await createDatabase();
  const watch = createWatch();
  let arrived: (() => void) | undefined;
  // Tells when a request has begun to wait.
  const watched: Watch = {
    ...watch,
    change(tenant, id, waitMs, signal) {
      const change = watch.change(tenant, id, Math.min(waitMs, lookAgainMs), signal);
      arrived?.();
      return change;
    },
  };
  waits = () => new Promise<void>((resume) => (arrived = resume));
  node = await openNode(database.url, { watch: watched });
  other = await openNode(database.url);
  agency = await openWorkingAgency(node, 'acme');
});
afterAll(async () => {
  await node.close();
  await other.close();
  await database.drop();
});
beforeEach(async () => {
  ({ ticket } = (await must(node.call(agency.tokens.bot, 'POST', '/v1/decisions', budget('c1', amount++)), 200)).body);
  etag = (await node.call(agency.tokens.bot, 'GET', `/v1/tickets/${ticket.ticket_id}`)).headers.get('etag')!;
});
afterEach(() => {
  vi.useRealTimers();
  lookAgainMs = Infinity;
});

const wait = (seconds: number, headers: Record<string, string> = {}) =>
  node.call(agency.tokens.bot, 'GET', `/v1/tickets/${ticket.ticket_id}?wait=${seconds}`, undefined, headers);

test('what the caller has not seen is answered at once', async () => {
  const answer = await wait(60, { 'if-none-match': '"0"' });
  expect([answer.status, answer.headers.get('etag')]).toEqual([200, etag]);
  expect((await wait(0)).body.state).toBe('pending');
});

test('without waiting, what it has seen is 304, without a body', async () => {
  const answer = await wait(0, { 'if-none-match': etag });
  expect([answer.status, answer.text]).toEqual([304, '']);
});

test('a verdict ends the wait', async () => {
  const begun = waits();
  const waiting = wait(60, { 'if-none-match': etag });
  await begun;
  await must(vote(node.call, agency.tokens.olga, ticket, 'approve'), 201);
  const answer = await waiting;
  expect(answer.body).toMatchObject({ state: 'pending', votes: [{ voter: 'olga' }] });
  expect(answer.headers.get('etag')).not.toBe(etag);
});

test('without an ETag the wait is for the ticket to leave pending', async () => {
  const begun = waits();
  const waiting = wait(60);
  await begun;
  await must(vote(node.call, agency.tokens.olga, ticket, 'approve'), 201);
  await must(vote(node.call, agency.tokens.clara, ticket, 'approve'), 201);
  expect((await waiting).body.state).toBe('approved');
  expect((await wait(60)).body.state).toBe('approved');
});

test('a hundred wait for one ticket, and all are told', async () => {
  const begun = waits();
  const waiting = Array.from({ length: 100 }, () => wait(60, { 'if-none-match': etag }));
  await begun;
  await must(vote(node.call, agency.tokens.lena, ticket, 'reject'), 201);
  expect(new Set((await Promise.all(waiting)).map(({ body }) => body.state))).toEqual(new Set(['rejected']));
});

test('when the time is over the answer is 304', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  lookAgainMs = 1;
  const begun = waits();
  const waiting = wait(60, { 'if-none-match': etag });
  await begun;
  vi.advanceTimersByTime(60_000);
  expect((await waiting).status).toBe(304);
});

test('another node’s verdict is seen when the wait looks again, as it does every second', async () => {
  lookAgainMs = 1;
  const begun = waits();
  const waiting = wait(60, { 'if-none-match': etag });
  await begun;
  await must(vote(other.call, agency.tokens.lena, ticket, 'reject'), 201);
  expect((await waiting).body.state).toBe('rejected');
});

test('a caller that goes away waits no longer', async () => {
  const gone = new AbortController();
  const begun = waits();
  const waiting = node.app.request(`/v1/tickets/${ticket.ticket_id}?wait=60`, {
    headers: { authorization: `Bearer ${agency.tokens.bot}`, 'if-none-match': etag },
    signal: gone.signal,
  });
  await begun;
  gone.abort();
  expect((await waiting).status).toBe(304);
});

test.each(['-1', '61', '1.5', 'long'])('wait=%s is refused by name', async (seconds) => {
  const { status, body } = await node.call(agency.tokens.bot, 'GET', `/v1/tickets/${ticket.ticket_id}?wait=${seconds}`);
  expect([status, body.errors[0].field]).toEqual([400, '?wait']);
});
