import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type Agency,
  type Answer,
  type Node,
  ask,
  budget,
  checkLog,
  gist,
  openAgency,
  openNode,
  openWorkingAgency,
} from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';
import { type Fault, type Proxy, createProxy } from './proxy.ts';

// The connection to the database is cut while questions are under way. Each question carries a marker of its own, so that
// the log can be asked afterwards what became of it. Every fault has its twin: failed, and failed but persisted.

let database: TestDatabase;
let proxy: Proxy;
let node: Node;
let direct: Node;
let agency: Agency;
let markers = 0;

beforeAll(async () => {
  database = await createDatabase();
  proxy = await createProxy(database.url);
  direct = await openNode(database.url);
  node = await openNode(proxy.url, { patienceMs: 2_000 });
  agency = await openWorkingAgency(direct, 'acme');
});
afterAll(async () => {
  proxy.up();
  await node.close();
  await direct.close();
  await proxy.close();
  await database.drop();
});
beforeEach(() => {
  proxy.up();
  proxy.fault = () => 'pass';
});

interface Asked {
  marker: string;
  answer: Answer;
}

/** Asks until it is answered, or once. With a key the same question is asked again after a 503, as a client would. */
async function askMarked(at: Node, { again = false, review = false } = {}): Promise<Asked> {
  const marker = `m-${markers++}`;
  const question = review ? budget('c1', 20_000 + markers) : ask('plan.execute', 'plan/1', {});
  question.action.properties.change_set_id = marker;
  for (;;) {
    const headers: Record<string, string> = again ? { 'idempotency-key': marker } : {};
    const answer = await at.call(agency.tokens.bot, 'POST', '/v1/decisions', question, headers);
    expect([200, 503], answer.text).toContain(answer.status);
    if (answer.status === 200 || !again) return { marker, answer };
    expect(answer.body.code).toBe('storage.unavailable');
  }
}

/** No answer is missing from the log, and nothing asked stands in it twice. */
async function checkAnswers(asked: Asked[]): Promise<void> {
  const entries = await checkLog(database.sql, 'acme');
  const seqs = new Map<string, number[]>();
  for (const { seq, leaf, payload } of entries) {
    if (leaf.action !== 'decision.made') continue;
    const marker = payload.input.action.properties?.change_set_id;
    seqs.set(marker, [...(seqs.get(marker) ?? []), seq]);
  }
  for (const { marker, answer } of asked) {
    const found = seqs.get(marker) ?? [];
    if (answer.status === 200) {
      expect(found, `${marker} was answered`).toEqual([answer.body.receipt.seq]);
      expect(entries[found[0]!]!.leafHash).toBe(answer.body.receipt.leaf_hash);
    } else expect(found.length, `${marker} was not answered`).toBeLessThan(2);
  }
  const living = await database.sql`
    select subject_hash from ticket where tenant_id = 'acme' and state in ('pending', 'changes_requested', 'approved')
    group by subject_hash having count(*) > 1`;
  expect(living).toHaveLength(0);
}

/** The fault once, at the next query of that connection. */
function once(application: string, fault: Fault): void {
  let left = 1;
  proxy.fault = (name) => (name === application && left-- > 0 ? fault : 'pass');
}

describe.each(['before', 'after', 'swallow', 'midway'] as const)('a connection that is cut: %s', (fault) => {
  test.each(['placet-commit', 'placet-facts'])(
    'once on %s: the answer is given all the same, and stands once',
    async (pool) => {
      const asked: Asked[] = [];
      for (let i = 0; i < 5; i++) {
        // Someone else writes, so that facts have to be read again.
        if (pool === 'placet-facts') asked.push(await askMarked(direct));
        const before = proxy.done[fault];
        once(pool, fault);
        asked.push(
          ...(await Promise.all(Array.from({ length: 4 }, (_, n) => askMarked(node, { review: n % 2 === 0 })))),
        );
        expect(proxy.done[fault]).toBe(before + 1);
      }
      expect(asked.map(({ answer }) => answer.status)).toEqual(asked.map(() => 200));
      await checkAnswers(asked);
    },
  );

  test('again and again under load, while another node writes to the same log', async () => {
    let queries = 0;
    proxy.fault = () => (++queries % 7 === 0 ? fault : 'pass');
    const before = proxy.done[fault];
    const asked = (
      await Promise.all(
        Array.from({ length: 24 }, async (_, n) => {
          const mine: Asked[] = [];
          for (let i = 0; i < 8; i++)
            mine.push(await askMarked(n % 6 === 0 ? direct : node, { again: n % 2 === 0, review: i % 4 === 0 }));
          return mine;
        }),
      )
    ).flat();
    expect(proxy.done[fault]).toBeGreaterThan(before);
    await checkAnswers(asked);
  });
});

test('all faults at random moments, under load: what was answered stands once, what was not stands at most once', async () => {
  let state = 7;
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const faults: Fault[] = ['before', 'after', 'swallow', 'midway'];
  proxy.fault = () => (random() < 0.15 ? faults[Math.floor(random() * 4)]! : 'pass');
  const asked = (
    await Promise.all(
      Array.from({ length: 24 }, async (_, n) => {
        const mine: Asked[] = [];
        for (let i = 0; i < 8; i++)
          mine.push(await askMarked(n % 8 === 0 ? direct : node, { again: n % 2 === 0, review: i % 4 === 0 }));
        return mine;
      }),
    )
  ).flat();
  expect(asked.filter(({ answer }) => answer.status === 200).length).toBeGreaterThan(96);
  await checkAnswers(asked);
});

test('a permit whose answer was swallowed is used up once: asked again under its key, the same allow comes back', async () => {
  for (const fault of ['before', 'after', 'swallow', 'midway'] as const) {
    const amount = 5_000 + markers++;
    const { body } = await node.call(agency.tokens.bot, 'POST', '/v1/decisions', budget('c1', amount));
    const { ticket_id, revision, subject_hash } = body.ticket;
    await node.call(agency.tokens.olga, 'POST', `/v1/tickets/${ticket_id}/verdicts`, {
      verdict: 'approve',
      revision,
      subject_hash,
    });
    once('placet-commit', fault);
    const use = () =>
      node.call(agency.tokens.bot, 'POST', '/v1/decisions', budget('c1', amount, ticket_id), {
        'idempotency-key': ticket_id,
      });
    const first = await use();
    expect(gist(first)).toMatch(/^allow A3:consumed/);
    expect((await use()).text).toBe(first.text);
  }
});

describe('while the database cannot be reached', () => {
  test('every question is answered 503 and never allow; when it is back the service is, by itself', async () => {
    const warm = await Promise.all(Array.from({ length: 8 }, () => askMarked(node)));
    proxy.down();
    const refused = await Promise.all(Array.from({ length: 8 }, () => askMarked(node)));
    expect(refused.map(({ answer }) => gist(answer))).toEqual(refused.map(() => '503 storage.unavailable'));
    expect(refused[0]!.answer.headers.get('retry-after')).toBe('1');
    const others = [
      await node.call(null, 'GET', '/readyz'),
      await node.call(agency.tokens.olga, 'GET', '/v1/tickets'),
      await node.call(agency.tokens.anna, 'GET', '/v1/audit/entries'),
      await node.call(agency.tokens.bot, 'GET', '/v1/campaigns/c1'),
    ];
    expect(others.map(gist)).toEqual(others.map(() => '503 storage.unavailable'));
    expect((await node.call(null, 'GET', '/healthz')).status).toBe(200);
    proxy.up();
    const back = await Promise.all(Array.from({ length: 8 }, () => askMarked(node, { again: true })));
    await checkAnswers([...warm, ...refused, ...back]);
    expect((await node.call(null, 'GET', '/readyz')).status).toBe(200);
  });

  test('an outage under load loses nothing that was answered, and leaves no tenant stuck', async () => {
    const other = await openAgency(direct, 'other');
    const asked: Asked[] = [];
    const load = Promise.all(
      Array.from({ length: 16 }, async (_, n) => {
        for (let i = 0; i < 12; i++) asked.push(await askMarked(node, { again: n % 2 === 0, review: i % 3 === 0 }));
      }),
    );
    for (let outage = 0; outage < 3; outage++) {
      const goal = asked.length + 16;
      while (asked.length < goal && asked.length < 16 * 12) await new Promise((resume) => setImmediate(resume));
      proxy.down();
      for (let turn = 0; turn < 20; turn++) await new Promise((resume) => setImmediate(resume));
      proxy.up();
    }
    await load;
    await checkAnswers(asked);
    expect((await node.call(other.tokens.bot, 'POST', '/v1/decisions', ask('no.rule', 'plan/1'))).status).toBe(200);
    await checkLog(database.sql, 'other');
  });
});
