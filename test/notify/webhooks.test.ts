import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { checker } from '../../src/contract/validate.ts';
import { ATTEMPTS_MAX } from '../../src/notify/backoff.ts';
import { type Dispatcher, createDispatcher } from '../../src/notify/dispatcher.ts';
import { createHooks } from '../../src/notify/hooks.ts';
import { type PostOptions, createPost } from '../../src/notify/post.ts';
import { createLog } from '../../src/log.ts';
import { revokeToken } from '../../src/tenants/tokens.ts';
import {
  type Agency,
  type Clock,
  type Node,
  OPERATOR,
  PUBLIC_URL,
  budget,
  checkLog,
  createClock,
  issueToken,
  must,
  openNode,
  openWorkingAgency,
  vote,
} from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';
import { type Receiver, isSignedWith, openReceiver } from '../support/receiver.ts';

let database: TestDatabase;
let clock: Clock;
let node: Node;
let other: Node;
let agency: Agency;
let receiver: Receiver;
let tell: Dispatcher;
let agencies = 0;
let amount = 20_000;

beforeAll(async () => {
  database = await createDatabase();
  clock = createClock();
  node = await openNode(database.url, { clock, webhookAllow: 'public,127.0.0.0/8,hooks.test' });
  other = await openNode(database.url, { clock, webhookAllow: 'public,127.0.0.0/8,hooks.test' });
});
afterAll(async () => {
  await node.close();
  await other.close();
  await database.drop();
});
beforeEach(async () => {
  agency = await openWorkingAgency(node, `t${agencies++}`);
  receiver = await openReceiver();
  tell = dispatcherOn(node);
  return async () => {
    await database.sql`update channel set state = 'deleted' where tenant_id = ${agency.tenant}`;
    await receiver.close();
  };
});

function dispatcherOn(at: Node, options: Partial<PostOptions> = {}): Dispatcher {
  const post = createPost({ destinations: at.destinations, timeoutMs: 2_000, ...options });
  const hooks = createHooks({ sql: at.sql, policy: at.policy, vault: at.vault, post, publicUrl: PUBLIC_URL });
  return createDispatcher({
    sql: at.sql,
    ledger: at.ledger,
    clock,
    random: () => 0.5,
    log: createLog('silent'),
    transports: { webhook: hooks, slack: hooks },
  });
}

async function hook(body: object = {}, token = agency.tokens.anna): Promise<any> {
  return (await must(node.call(token, 'POST', '/v1/webhooks', { url: receiver.url, ...body }), 201)).body;
}

async function raise(): Promise<any> {
  return (await must(node.call(agency.tokens.bot, 'POST', '/v1/decisions', budget('c1', amount++)), 200)).body.ticket;
}

const deliveries = async (id: string, of = 'deliveries') =>
  (await must(node.call(agency.tokens.anna, 'GET', `/v1/webhooks/${id}/${of}`), 200)).body.deliveries;

describe('an event', () => {
  test('is sent once, signed, small, and recorded', async () => {
    const { secret, ...webhook } = await hook();
    expect(checker('webhook.json')({ ...webhook, secret })).toEqual([]);
    const ticket = await raise();
    expect([await tell.turn(), await tell.turn()]).toEqual([1, 0]);
    const [message] = receiver.received;
    expect(receiver.received).toHaveLength(1);
    const event = JSON.parse(message!.body);
    expect(checker('event.json')(event)).toEqual([]);
    expect(event).toMatchObject({ type: 'ticket.opened', ticket: { ticket_id: ticket.ticket_id, state: 'pending' } });
    expect(message!.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': event.id,
      'webhook-timestamp': String(Math.floor(clock().getTime() / 1000)),
    });
    expect(await isSignedWith(secret, message!)).toBe(true);
    expect(await isSignedWith(secret, { ...message!, body: `${message!.body} ` })).toBe(false);
    expect(await deliveries(webhook.webhook_id)).toMatchObject([
      { event_id: event.id, type: 'ticket.opened', state: 'delivered', attempts: 1, status: 204, error: null },
    ]);
    const entries = await checkLog(database.sql, agency.tenant);
    const told = entries.filter(({ leaf }) => leaf.action.startsWith('delivery.'));
    expect(told.map(({ leaf }) => leaf.action)).toEqual(['delivery.attempted', 'delivery.delivered']);
  });

  test('comes after it was committed, and not for decisions', async () => {
    await hook();
    const question = { ...budget('c1', 10_500) };
    await must(node.call(agency.tokens.bot, 'POST', '/v1/decisions', question), 200);
    expect(await tell.turn()).toBe(0);
    expect(await tell.turn()).toBe(0);
  });

  test('of a batch comes in one commit before and one after', async () => {
    await hook();
    for (let n = 0; n < 10; n++) await raise();
    expect(await tell.turn()).toBe(10);
    const entries = await checkLog(database.sql, agency.tenant);
    expect(entries.filter(({ leaf }) => leaf.action.startsWith('delivery.'))).toHaveLength(2);
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(10);
  });

  test('is told to an agent only of its own tickets, whatever it asks for', async () => {
    const mine = await hook({}, agency.tokens.bot2);
    await raise();
    expect(await tell.turn()).toBe(0);
    const refused = await node.call(agency.tokens.bot, 'GET', `/v1/webhooks/${mine.webhook_id}`);
    expect(refused.status).toBe(404);
    expect((await node.call(agency.tokens.bot, 'GET', '/v1/webhooks')).body.webhooks).toEqual([]);
    expect((await node.call(agency.tokens.anna, 'GET', '/v1/webhooks')).body.webhooks).toHaveLength(1);
  });

  test('of another type than asked for is not sent', async () => {
    await hook({ types: ['ticket.rejected'] });
    const ticket = await raise();
    await must(vote(node.call, agency.tokens.lena, ticket, 'reject'), 201);
    await tell.turn();
    expect(receiver.received.map(({ body }) => JSON.parse(body).type)).toEqual(['ticket.rejected']);
  });

  test('waits while its owner has no way in, and is not lost', async () => {
    const token = await issueToken(node, agency.tenant, 'w', { kind: 'service', id: 'service-w', roles: [] });
    await hook({}, token);
    const asked = { ...budget('c1', amount++), subject: { type: 'agent', id: 'bid-bot' } };
    await must(node.call(token, 'POST', '/v1/decisions', asked), 200);
    await node.ledger.submit(agency.tenant, (tx) => revokeToken(tx, OPERATOR, 'w'));
    expect(await tell.turn()).toBe(0);
    await issueToken(node, agency.tenant, 'w2', { kind: 'service', id: 'service-w', roles: [] });
    expect(await tell.turn()).toBe(1);
  });
});

describe('a receiver', () => {
  test('that fails is tried again, later each time, with the same id, and given up in the end', async () => {
    const { webhook_id, secret } = await hook();
    receiver.answer = (response) => response.writeHead(500).end();
    await raise();
    const waits: number[] = [];
    for (let n = 0; n < ATTEMPTS_MAX; n++) {
      expect(await tell.turn(), `attempt ${n + 1}`).toBe(1);
      const [row] = await deliveries(webhook_id);
      if (row.state === 'dead') break;
      expect(row).toMatchObject({ state: 'failed', attempts: n + 1, status: 500, error: 'answered 500' });
      const wait = Date.parse(row.next_attempt_at) - clock().getTime();
      waits.push(wait);
      clock.advance({ minutes: (wait - 1) / 60_000 });
      expect(await tell.turn()).toBe(0);
      clock.advance({ minutes: 1 / 60_000 });
    }
    expect(waits.map((wait) => Math.round(wait / 1000))).toEqual([
      4, 11, 34, 101, 304, 911, 2734, 8201, 24604, 32400, 32400,
    ]);
    expect(await deliveries(webhook_id, 'dead-letters')).toMatchObject([{ state: 'dead', attempts: ATTEMPTS_MAX }]);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    for (const message of receiver.received) expect(await isSignedWith(secret, message)).toBe(true);

    receiver.answer = (response) => response.writeHead(200).end('ok');
    const replay = await node.call(agency.tokens.anna, 'POST', `/v1/webhooks/${webhook_id}/replays`, {
      dead_letters: true,
    });
    expect([replay.status, replay.body]).toEqual([202, { replayed: 1 }]);
    expect(await tell.turn()).toBe(1);
    expect(await deliveries(webhook_id)).toMatchObject([{ state: 'delivered', attempts: 1 }]);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  test('that hangs is given up in time, and holds up no other', async () => {
    const { webhook_id } = await hook();
    const well = await openReceiver();
    await hook({ url: well.url });
    receiver.answer = () => {};
    await raise();
    const short = dispatcherOn(node, { timeoutMs: 150 });
    expect(await short.turn()).toBe(2);
    expect(well.received).toHaveLength(1);
    expect(await deliveries(webhook_id)).toMatchObject([{ state: 'failed', error: 'no answer in time' }]);
    await well.close();
  });

  test('that answers twice, or far too much, is heard once', async () => {
    const { webhook_id } = await hook();
    receiver.answer = (response) => {
      response.socket!.write(
        'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n',
      );
    };
    await raise();
    await tell.turn();
    receiver.answer = (response) => {
      response.writeHead(200);
      const more = () => void (response.write('x'.repeat(65_536)) ? setImmediate(more) : response.once('drain', more));
      more();
    };
    await raise();
    await tell.turn();
    expect((await deliveries(webhook_id)).map((row: any) => row.state)).toEqual(['delivered', 'delivered']);
  });

  test('that cuts the connection, before or amid its answer, is tried again', async () => {
    const { webhook_id } = await hook();
    receiver.answer = (response) => response.socket!.destroy();
    await raise();
    await tell.turn();
    receiver.answer = (response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setImmediate(() => response.socket!.destroy());
    };
    await raise();
    await tell.turn();
    expect((await deliveries(webhook_id)).map((row: any) => [row.state, row.status])).toEqual([
      ['failed', 200],
      ['failed', null],
    ]);
    receiver.answer = (response) => response.writeHead(200).end();
    clock.advance({ minutes: 1 });
    expect(await tell.turn()).toBe(2);
  });

  test('that redirects is not followed', async () => {
    const { webhook_id } = await hook();
    receiver.answer = (response) => response.writeHead(302, { location: `${receiver.url}/elsewhere` }).end();
    await raise();
    await tell.turn();
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hook']);
    const [row] = await deliveries(webhook_id);
    expect([row.state, row.status, row.error]).toEqual(['failed', 302, expect.stringContaining('not followed')]);
  });

  test('that asks for time gets it', async () => {
    const { webhook_id } = await hook();
    receiver.answer = (response) => response.writeHead(429, { 'retry-after': '600' }).end();
    await raise();
    await tell.turn();
    const [row] = await deliveries(webhook_id);
    expect(Date.parse(row.next_attempt_at) - clock().getTime()).toBe(600_000);
  });

  test('that says Gone is asked no more, until it is taken up again', async () => {
    const { webhook_id } = await hook();
    receiver.answer = (response) => response.writeHead(410).end();
    await raise();
    await tell.turn();
    const path = `/v1/webhooks/${webhook_id}`;
    expect((await node.call(agency.tokens.anna, 'GET', path)).body).toMatchObject({ state: 'disabled' });
    await raise();
    expect(await tell.turn()).toBe(0);
    expect(await node.call(agency.tokens.anna, 'POST', `${path}/test`)).toMatchObject({
      status: 409,
      body: { code: 'webhook.disabled' },
    });
    receiver.answer = (response) => response.writeHead(200).end();
    await must(node.call(agency.tokens.anna, 'POST', `${path}/activation`), 201);
    expect(await tell.turn()).toBe(1);
  });

  test('whose name stands for an inside address is never connected to', async () => {
    const { webhook_id } = await hook({ url: `http://hooks.test:${receiver.port}/hook` });
    const inside = async () => [
      { address: '93.184.216.34', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ];
    await raise();
    await dispatcherOn(node, { resolve: inside }).turn();
    const [row] = await deliveries(webhook_id);
    expect(row).toMatchObject({ state: 'failed', error: 'refused: 10.0.0.1 is not a public address' });
  });

  test('whose name changes its meaning after the check is connected to where it was checked', async () => {
    await hook({ url: `http://hooks.test:${receiver.port}/hook` });
    let asked = 0;
    const lying = async () => [{ address: asked++ === 0 ? '127.0.0.1' : '169.254.169.254', family: 4 }];
    await raise();
    await dispatcherOn(node, { resolve: lying }).turn();
    expect([asked, receiver.received.length]).toEqual([1, 1]);
    expect(receiver.received[0]!.headers['host']).toBe(`hooks.test:${receiver.port}`);
  });
});

describe('two nodes', () => {
  test('that look at the same time send each event once', async () => {
    await hook();
    const tickets = await Promise.all(Array.from({ length: 8 }, raise));
    const sent = await Promise.all([tell.turn(), dispatcherOn(other).turn(), dispatcherOn(node).turn()]);
    expect(sent.reduce((sum, n) => sum + n)).toBe(tickets.length);
    expect(receiver.received).toHaveLength(tickets.length);
  });

  test('a node that dies after sending leaves it to another, with the same id', async () => {
    const { webhook_id } = await hook();
    // The ledger of a process that dies: what comes after the claim is never written.
    let commands = 0;
    const dying = {
      ...node,
      ledger: {
        ...node.ledger,
        submit: ((log, command) =>
          commands++ === 0 ? node.ledger.submit(log, command) : new Promise(() => {})) as Node['ledger']['submit'],
      },
    };
    await raise();
    const arrived = new Promise<void>((resume) => {
      receiver.answer = (response) => {
        response.writeHead(200).end();
        resume();
      };
    });
    void dispatcherOn(dying).turn();
    await arrived;
    const second = dispatcherOn(other);
    expect(await second.turn()).toBe(0);
    clock.advance({ minutes: 3 });
    expect(await second.turn()).toBe(1);
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
    expect(await deliveries(webhook_id)).toMatchObject([{ state: 'delivered', attempts: 2 }]);
  });
});

describe('an owner', () => {
  test('rotates the secret: both sign until the overlap is over', async () => {
    const { webhook_id, secret: old } = await hook();
    const path = `/v1/webhooks/${webhook_id}/secret`;
    const { secret } = (await must(node.call(agency.tokens.anna, 'POST', path, { overlap_minutes: 60 }), 201)).body;
    const signedBy = async () => {
      await raise();
      await tell.turn();
      const message = receiver.received.at(-1)!;
      return [await isSignedWith(old, message), await isSignedWith(secret, message)];
    };
    expect(await signedBy()).toEqual([true, true]);
    clock.advance({ minutes: 60 });
    expect(await signedBy()).toEqual([false, true]);
    await must(node.call(agency.tokens.anna, 'POST', path, { overlap_minutes: 0 }), 201);
    expect(await signedBy()).toEqual([false, false]);
  });

  test('replays one event, or all since a position', async () => {
    const { webhook_id } = await hook();
    const tickets = [await raise(), await raise(), await raise()];
    await tell.turn();
    const seqs = receiver.received
      .map(({ headers }) => Number(headers['webhook-id']!.split('/')[1]))
      .sort((a, b) => a - b);
    const replay = (body: object) => node.call(agency.tokens.anna, 'POST', `/v1/webhooks/${webhook_id}/replays`, body);
    expect((await replay({ event: seqs[1] })).body).toEqual({ replayed: 1 });
    expect(await tell.turn()).toBe(1);
    expect(JSON.parse(receiver.received.at(-1)!.body).ticket.ticket_id).toBe(tickets[1].ticket_id);
    expect((await replay({ since: seqs[1] })).body).toEqual({ replayed: null });
    expect(await tell.turn()).toBe(2);
    expect((await replay({ event: 0 })).status).toBe(404);
    expect((await replay({ since: 999_999 })).body.code).toBe('webhook.position');
    expect((await replay({})).status).toBe(400);
    await checkLog(database.sql, agency.tenant);
  });

  test('tests its webhook by an event that no other gets', async () => {
    const { webhook_id } = await hook({ types: ['plan.approved'] });
    await hook();
    const { body } = await must(node.call(agency.tokens.anna, 'POST', `/v1/webhooks/${webhook_id}/test`), 202);
    expect(await tell.turn()).toBe(1);
    expect(JSON.parse(receiver.received[0]!.body)).toMatchObject({ id: body.event_id, type: 'channel.test' });
  });

  test('deletes it, and nothing of its address or secrets is left', async () => {
    const { webhook_id, secret } = await hook();
    await raise();
    await must(node.call(agency.tokens.anna, 'DELETE', `/v1/webhooks/${webhook_id}`), 204);
    expect(await tell.turn()).toBe(0);
    expect((await node.call(agency.tokens.anna, 'GET', `/v1/webhooks/${webhook_id}`)).status).toBe(404);
    const [row] = await database.sql`select * from channel where channel_id = ${webhook_id}`;
    expect(row).toMatchObject({ url_sealed: null, secrets: [] });
    const log = JSON.stringify(await checkLog(database.sql, agency.tenant));
    expect(log).not.toContain(secret.slice(6));
    expect(log).not.toContain(`${receiver.port}/hook`);
  });

  test('sees neither address nor secret again, and the database holds neither', async () => {
    const { webhook_id, secret } = await hook();
    const { text } = await node.call(agency.tokens.anna, 'GET', `/v1/webhooks/${webhook_id}`);
    const stored = JSON.stringify(await database.sql`select * from channel where channel_id = ${webhook_id}`);
    for (const hidden of ['/hook', secret.slice(6)]) expect(text + stored).not.toContain(hidden);
  });

  test('is told what is wrong with a request', async () => {
    const refusals: unknown[] = [];
    for (const body of [
      { url: 'ftp://hooks.example.com/' },
      { url: 'https://user:pw@hooks.example.com/' },
      { url: 'https://169.254.169.254/latest' },
      { url: 'https://[::1]/' },
      { url: 'https://0xa9fea9fe/' },
      { url: 'nonsense' },
      { url: receiver.url, types: ['ticket.nothing'] },
    ]) {
      const answer = await node.call(agency.tokens.anna, 'POST', '/v1/webhooks', body);
      refusals.push([answer.status, answer.body.errors?.[0].field]);
    }
    const url = [400, '/url'];
    expect(refusals).toEqual([url, url, url, url, url, url, [400, '/types']]);
    expect((await node.call(agency.tokens.olga, 'POST', '/v1/webhooks', { url: receiver.url })).status).toBe(403);
  });
});

test('a Slack-compatible hook gets text that cannot link or call, and a link to the page', async () => {
  await hook({ kind: 'slack' });
  const ticket = await raise();
  await tell.turn();
  const [message] = receiver.received;
  expect(message!.headers['webhook-signature']).toBeUndefined();
  const { text } = JSON.parse(message!.body);
  expect(text).toContain(`<https://placet.test/tickets/${ticket.ticket_id}|Open ${ticket.ticket_id}>`);
  expect(text).toContain('waits for approval');
});
