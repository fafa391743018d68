import { afterAll, beforeAll, expect, test } from 'vitest';
import { checker } from '../../src/contract/validate.ts';
import { revokeToken } from '../../src/tenants/tokens.ts';
import {
  type Agency,
  type Clock,
  type Node,
  OPERATOR,
  budget,
  createClock,
  issueToken,
  must,
  openNode,
  openWorkingAgency,
  vote,
} from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';
import { type Stream, follow } from '../support/stream.ts';

let database: TestDatabase;
let clock: Clock;
let node: Node;
let other: Node;
let agency: Agency;
let amount = 20_000;
const streams: Stream[] = [];

beforeAll(async () => {
  database = await createDatabase();
  clock = createClock();
  node = await openNode(database.url, { clock, lookMs: 20 });
  other = await openNode(database.url, { clock, lookMs: 20 });
  agency = await openWorkingAgency(node, 'acme', ['c1', 'c2']);
});
afterAll(async () => {
  for (const stream of streams) await stream.close();
  await node.close();
  await other.close();
  await database.drop();
});

async function open(at: Node, token: string, query?: string, headers?: Record<string, string>): Promise<Stream> {
  const stream = await follow(at, token, query, headers);
  streams.push(stream);
  return stream;
}

/** Opens a ticket on a campaign's budget. */
async function raise(at = node, token = agency.tokens.bot): Promise<any> {
  return (await must(at.call(token, 'POST', '/v1/decisions', budget('c1', amount++)), 200)).body.ticket;
}

test('what happens is told as it happens, with its position, and nothing of who did it', async () => {
  const stream = await open(node, agency.tokens.olga);
  expect(stream.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const ticket = await raise();
  await must(vote(node.call, agency.tokens.olga, ticket, 'approve'), 201);
  const opened = (await stream.next())!;
  expect(opened.data).toEqual({
    id: `acme/${opened.id}`,
    type: 'ticket.opened',
    timestamp: clock().toISOString(),
    tenant: 'acme',
    urgency: 'normal',
    resource: `ticket/${ticket.ticket_id}`,
    ticket: {
      ticket_id: ticket.ticket_id,
      type: 'A3',
      state: 'pending',
      revision: 1,
      title: expect.any(String),
      red_flag: false,
    },
    link: `https://placet.test/tickets/${ticket.ticket_id}`,
  });
  expect(checker('event.json')(opened.data)).toEqual([]);
  const cast = (await stream.next())!;
  expect([cast.type, Number(cast.id) > Number(opened.id)]).toEqual(['ticket.vote_cast', true]);
  expect(JSON.stringify(cast)).not.toContain('olga');
});

test('an agent is told of its own tickets only, a client of those that it may see', async () => {
  const ticket = await raise();
  const from = `?after=${ticket.ticket_id.slice(3) - 1}`;
  const theirs = (
    await must(
      node.call(agency.tokens.bot2, 'POST', '/v1/decisions', {
        ...budget('c2', amount++),
        subject: { type: 'agent', id: 'copy-bot' },
      }),
      200,
    )
  ).body.ticket;
  await must(
    node.call(agency.tokens.olga, 'POST', `/v1/tickets/${theirs.ticket_id}/comments`, { comment: 'hm, @anna' }),
    201,
  );
  const last = await raise();
  const seen = async (token: string) => {
    const stream = await open(node, token, from);
    const events: string[] = [];
    for (;;) {
      const { data } = (await stream.next())!;
      events.push(`${data.type} ${data.ticket!.ticket_id}`);
      if (data.ticket!.ticket_id === last.ticket_id) break;
    }
    return events;
  };
  const [a, b, c] = [ticket, theirs, last].map((one) => `ticket.opened ${one.ticket_id}`);
  const commented = `ticket.commented ${theirs.ticket_id}`;
  expect(await seen(agency.tokens.bot)).toEqual([a, c]);
  expect(await seen(agency.tokens.olga)).toEqual([a, b, commented, c]);
  // The client fills a slot of each of these, and hears nothing of what the staff says among itself.
  expect(await seen(agency.tokens.clara)).toEqual([a, b, c]);
});

test('the client is told of a comment that is shared, and of none that is not', async () => {
  const ticket = await raise();
  const from = `?after=${ticket.ticket_id.slice(3) - 1}&ticket=${ticket.ticket_id}`;
  const path = `/v1/tickets/${ticket.ticket_id}/comments`;
  const say = async (who: 'olga' | 'clara', body: object) =>
    (await must(node.call(agency.tokens[who], 'POST', path, body), 201)).body.seq;
  const internal = await say('olga', { comment: 'dear client, hm' });
  const shared = await say('olga', { comment: 'dear client', visibility: 'shared' });
  for (const seq of [internal, shared])
    await must(node.call(agency.tokens.olga, 'PUT', `${path}/${seq}`, { comment: 'dearest client' }), 200);
  await say('clara', { comment: 'dear agency' });
  await must(vote(node.call, agency.tokens.lena, ticket, 'reject'), 201);
  const seen = async (token: string) => {
    const stream = await open(node, token, from);
    const types: string[] = [];
    for (let type; type !== 'ticket.rejected'; types.push(type)) {
      const event = (await stream.next())!;
      type = event.type;
      expect(JSON.stringify(event)).not.toContain('dear');
    }
    return types.map((type) => type.slice('ticket.'.length));
  };
  expect(await seen(agency.tokens.clara)).toEqual(['opened', 'commented', 'comment_edited', 'commented', 'rejected']);
  expect(await seen(agency.tokens.olga)).toEqual([
    'opened',
    'commented',
    'commented',
    'comment_edited',
    'comment_edited',
    'commented',
    'rejected',
  ]);
});

test('a grain that falls below its floor, and recovers, is told to the staff and not to the client', async () => {
  const after = (await node.call(agency.tokens.anna, 'GET', '/v1/audit/head')).body.size - 1;
  let n = 0;
  const report = (count: number, pass: boolean) =>
    must(
      node.call(agency.tokens.desk, 'POST', '/v1/qc/results', {
        results: Array.from({ length: count }, () => ({
          result_id: `q-${n++}`,
          run_id: 'r1',
          task_id: 'headlines',
          main_task_id: 'spring',
          agent: 'bid-bot',
          model: 'claude-4',
          pass,
          ...(!pass && { failure_codes: ['off_brand'] }),
          at: clock().toISOString(),
        })),
      }),
      201,
    );
  await report(15, true);
  await report(5, false);
  await report(20, true);
  const ticket = await raise();
  const stream = await open(node, agency.tokens.olga, `?after=${after}&type=qc.alert_raised,qc.alert_recovered`);
  const first = (await stream.next())!.data;
  expect(first).toMatchObject({ type: 'qc.alert_raised', urgency: 'high', resource: 'grain/main_task/spring' });
  expect(checker('event.json')(first)).toEqual([]);
  const types = [first.type];
  for (let i = 0; i < 7; i++) types.push((await stream.next())!.type);
  expect(types).toEqual([...Array(4).fill('qc.alert_raised'), ...Array(4).fill('qc.alert_recovered')]);
  const clients = await open(node, agency.tokens.clara, `?after=${after}`);
  expect((await clients.next())!.data.ticket!.ticket_id).toBe(ticket.ticket_id);
});

test('filters by type and by ticket', async () => {
  const first = await raise();
  const from = first.ticket_id.slice(3) - 1;
  const second = await raise();
  await must(vote(node.call, agency.tokens.lena, second, 'reject'), 201);
  await must(vote(node.call, agency.tokens.lena, first, 'reject'), 201);
  const byType = await open(node, agency.tokens.olga, `?after=${from}&type=ticket.rejected,ticket.expired`);
  expect((await byType.next())!.data.ticket!.ticket_id).toBe(second.ticket_id);
  const byTicket = await open(node, agency.tokens.olga, `?after=${from}&ticket=${first.ticket_id}`);
  expect([(await byTicket.next())!.type, (await byTicket.next())!.type]).toEqual(['ticket.opened', 'ticket.rejected']);
});

test('whoever comes back, to any node, misses nothing and gets nothing twice', async () => {
  const got: string[] = [];
  const wanted: string[] = [];
  const nodes = [node, other];
  let lastId = (await node.call(agency.tokens.anna, 'GET', '/v1/audit/head')).body.size - 1;
  for (let round = 0; round < 6; round++) {
    const stream = await open(nodes[round % 2]!, agency.tokens.olga, '', { 'last-event-id': String(lastId) });
    // Some while the reader is there, some while it is away, on either node.
    const tickets = [await raise(nodes[(round + 1) % 2]), await raise(nodes[round % 2])];
    wanted.push(...tickets.map((ticket) => ticket.ticket_id));
    for (let n = 0; n < (round === 0 ? 1 : 2); n++) got.push((await stream.next())!.data.ticket!.ticket_id);
    lastId = Number(stream.lastId);
    await stream.close();
    wanted.push((await raise(nodes[round % 2])).ticket_id);
  }
  const rest = await open(other, agency.tokens.olga, '', { 'last-event-id': String(lastId) });
  while (got.length < wanted.length) got.push((await rest.next())!.data.ticket!.ticket_id);
  expect(got).toEqual(wanted);
});

test('what another node commits is told', async () => {
  const stream = await open(node, agency.tokens.olga);
  const ticket = await raise(other);
  expect((await stream.next())!.data.ticket!.ticket_id).toBe(ticket.ticket_id);
});

test('a hundred readers are told of all, and a slow one holds up none', async () => {
  const tokens = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      issueToken(node, 'acme', `reader-${n}`, { kind: 'human', id: `reader-${n}`, roles: ['operator'] }),
    ),
  );
  const readers = await Promise.all(tokens.flatMap((token) => Array.from({ length: 5 }, () => open(node, token))));
  const tickets = [await raise(), await raise(), await raise()];
  const told = await Promise.all(
    readers.slice(1).map(async (reader) => {
      const ids: string[] = [];
      while (ids.length < tickets.length) ids.push((await reader.next())!.data.ticket!.ticket_id);
      return ids.join();
    }),
  );
  expect(new Set(told)).toEqual(new Set([tickets.map((ticket) => ticket.ticket_id).join()]));
  for (const reader of readers) await reader.close();
});

test('one principal opens ten streams at most, and may again once one is closed', async () => {
  const token = await issueToken(node, 'acme', 'greedy', { kind: 'agent', id: 'greedy', roles: [] });
  const ten = await Promise.all(Array.from({ length: 10 }, () => open(node, token)));
  expect(await node.call(token, 'GET', '/v1/events')).toMatchObject({ status: 503, body: { code: 'events.full' } });
  await ten[0]!.close();
  await open(node, token);
});

test.each(['by this node', 'by another'])('a token that is revoked %s ends the stream', async (by) => {
  const id = by === 'by another' ? 'short-1' : 'short-2';
  const token = await issueToken(node, 'acme', id, { kind: 'human', id, roles: ['operator'] });
  const stream = await open(node, token);
  await (by === 'by another' ? other : node).ledger.submit('acme', (tx) => revokeToken(tx, OPERATOR, id));
  expect(await stream.next()).toBeNull();
});

test('nothing is told to a token that has expired, and its stream ends though nothing happens', async () => {
  const until = new Date(clock().getTime() + 3_600_000).toISOString();
  const who = { kind: 'human', id: 'temp', roles: ['operator'] } as const;
  const token = await issueToken(node, 'acme', 'temp', { ...who, roles: ['operator'] }, until);
  const stream = await open(node, token);
  clock.advance({ hours: 1 });
  expect(await stream.next()).toBeNull();
});

test('an id without data moves the position on, so that a reader of little resumes near the end', async () => {
  const stream = await open(node, agency.tokens.bot2, '?type=ticket.revoked');
  await raise();
  const size = (await node.call(agency.tokens.anna, 'GET', '/v1/audit/head')).body.size;
  const ended = stream.next();
  while (Number(stream.lastId) < size - 1) await new Promise((resume) => setImmediate(resume));
  await stream.close();
  await ended.catch(() => null);
});

test.each([
  ['?type=ticket.nothing', {}, '?type'],
  ['?after=-1', {}, '?after'],
  ['', { 'last-event-id': 'abc' }, 'Last-Event-ID'],
])('events%s %o is refused by name', async (query, headers, field) => {
  const { status, body } = await node.call(agency.tokens.olga, 'GET', `/v1/events${query}`, undefined, headers as any);
  expect([status, body.errors[0].field]).toEqual([400, field]);
});

test('a position beyond the log is refused', async () => {
  const { status, body } = await node.call(agency.tokens.olga, 'GET', '/v1/events?after=999999');
  expect([status, body.code]).toEqual([400, 'events.position']);
});

test('a node that closes ends its streams', async () => {
  const third = await openNode(database.url, { clock });
  const stream = await follow(third, agency.tokens.olga);
  const end = stream.next();
  await third.close();
  expect(await end).toBeNull();
});
