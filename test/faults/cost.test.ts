import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Agency,
  type Call,
  type LoggedEntry,
  type Node,
  checkLog,
  openAgency,
  openNode,
} from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';
import { liveAccounts, replayAccounts, startRun } from '../support/money.ts';
import { type Server, killProcess, startProcess } from '../support/process.ts';

// Many clients on one run, over two nodes, and with a node that dies between a hold and its settlement.

/** gpt-4o, 100 tokens in and 100 out: what one hold takes. */
const HOLD = 1_250_000_000n;

let database: TestDatabase;
let nodes: [Node, Node];
const children = new Set<ChildProcess>();

beforeAll(async () => {
  database = await createDatabase();
  const clock = () => new Date();
  nodes = [await openNode(database.url, { clock }), await openNode(database.url, { clock })];
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(nodes.map((node) => node.close()));
  await database.drop();
});

/** Calls a fake model for as long as the guard lets it. A lost reply is asked for again under the same hold id. */
async function callModel(at: () => Call, token: string, name: string, used: number): Promise<number> {
  let calls = 0;
  for (;;) {
    const body = { hold_id: `${name}-${calls}`, model: 'gpt-4o', input_tokens: 100, max_output_tokens: 100 };
    const answer = await persist(at, token, '/v1/runs/r1/holds', body);
    if (!answer.admitted) return calls;
    await persist(at, token, `/v1/runs/r1/holds/${body.hold_id}/settlement`, {
      tokens: { input_tokens: 100, output_tokens: used },
    });
    calls++;
  }
}

async function persist(at: () => Call, token: string, path: string, body: unknown): Promise<any> {
  for (;;) {
    // A refused or broken connection is no answer.
    const answer = await at()(token, 'POST', path, body).catch(() => null);
    if (answer?.status === 200) return answer.body;
    if (answer && answer.status !== 503) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    await new Promise((resume) => setImmediate(resume));
  }
}

/** What must hold of a run tree's money at every entry of the log, and at its end. */
async function checkMoney(tenant: string, limit: bigint, a9s: number): Promise<LoggedEntry[]> {
  const entries = await checkLog(database.sql, tenant);
  for (const { seq, payload } of entries) {
    if (typeof payload.event?.type !== 'string') continue;
    const committed = BigInt(payload.committed);
    expect(committed < limit + HOLD, `committed at entry ${seq}`).toBe(true);
    expect(committed + BigInt(payload.reserved) < limit + HOLD, `worst case at entry ${seq}`).toBe(true);
  }
  const live = await liveAccounts(database.sql, tenant);
  expect(JSON.stringify([...replayAccounts(entries)])).toBe(JSON.stringify([...live]));
  expect(entries.filter(({ leaf }) => leaf.action === 'cost_guard.tripped')).toHaveLength(a9s);
  expect(entries.filter(({ leaf, payload }) => leaf.action === 'ticket.opened' && payload.type === 'A9')).toHaveLength(
    a9s,
  );
  return entries;
}

test.each([1, 8, 64])(
  '%i clients on one run over two nodes: never past the limit and one hold, exactly one A9',
  async (clients) => {
    const tenant = `race-${clients}`;
    const agency = await openAgency(nodes[0], tenant);
    // Room for sixty calls.
    const limit = HOLD * 60n;
    await startRun(nodes[0].call, agency, 'r1', String(limit / 3n));
    const made = await Promise.all(
      Array.from({ length: clients }, (_, n) => callModel(() => nodes[n % 2]!.call, agency.tokens.bot, `c${n}`, 100)),
    );
    // Those that stopped while others held the last of the room leave what is left to one that asks again.
    await callModel(() => nodes[0].call, agency.tokens.bot, 'last', 100);
    const entries = await checkMoney(tenant, limit, 1);
    const settled = entries.filter(({ leaf }) => leaf.action === 'spend.charged').length;
    expect(settled).toBeGreaterThanOrEqual(60);
    expect(settled).toBeGreaterThanOrEqual(made.reduce((sum, one) => sum + one, 0));
  },
);

test('charges that race for the limit trip once', async () => {
  const agency = await openAgency(nodes[0], 'trips');
  await startRun(nodes[0].call, agency, 'r1', '1000');
  const answers = await Promise.all(
    Array.from({ length: 64 }, (_, n) =>
      nodes[n % 2]!.call(agency.tokens.desk, 'POST', '/v1/spend-events', {
        event_id: `e${n}`,
        run_id: 'r1',
        pico_usd: '100',
      }),
    ),
  );
  expect(answers.filter(({ body }) => body.tripped)).toHaveLength(1);
  expect((await liveAccounts(database.sql, 'trips')).get('r1')).toMatchObject({ committed: '6400', state: 'tripped' });
  const entries = await checkLog(database.sql, 'trips');
  expect(entries.filter(({ leaf }) => leaf.action === 'cost_guard.tripped')).toHaveLength(1);
});

test('the same report sent to two nodes at once counts once', async () => {
  const agency = await openAgency(nodes[0], 'twice');
  await startRun(nodes[0].call, agency, 'r1', '1000000');
  for (let round = 0; round < 10; round++) {
    const event = { event_id: `e${round}`, run_id: 'r1', pico_usd: '7' };
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => nodes[n % 2]!.call(agency.tokens.desk, 'POST', '/v1/spend-events', event)),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  }
  expect((await liveAccounts(database.sql, 'twice')).get('r1')!.committed).toBe('70');
});

test('a node is killed between holds and settlements, three times: nothing is lost, counted twice or let past the limit', async () => {
  const tenant = 'killed';
  const agency: Agency = await openAgency(nodes[0], tenant);
  const limit = HOLD * 200n;
  await startRun(nodes[0].call, agency, 'r1', String(limit / 3n + 1n));
  let server = await startServer();
  const done: number[] = [];
  const clients = Promise.all(
    Array.from({ length: 16 }, async (_, n) => {
      // Half of them through the node that dies.
      const at = n % 2 === 0 ? () => server.call : () => nodes[0].call;
      done.push(await callModel(at, agency.tokens.bot, `c${n}`, 90));
    }),
  );
  for (let round = 0; round < 3; round++) {
    await settledPast(tenant, (round + 1) * 40);
    await kill(server.child);
    server = await startServer();
  }
  await clients;
  await kill(server.child);
  await callModel(() => nodes[0].call, agency.tokens.bot, 'last', 90);
  const entries = await checkMoney(tenant, limit + 3n, 1);
  const holds = entries
    .filter(({ leaf }) => leaf.action === 'hold.admitted')
    .map(({ payload }) => payload.request.hold_id);
  expect(new Set(holds).size).toBe(holds.length);
  expect((await liveAccounts(database.sql, tenant)).get('r1')).toMatchObject({
    reserved: '0',
    open_holds: 0,
    state: 'tripped',
  });
  expect(done).toHaveLength(16);
});

async function settledPast(tenant: string, goal: number): Promise<void> {
  for (;;) {
    const account = (await liveAccounts(database.sql, tenant)).get('r1');
    if ((account?.charges ?? 0) >= goal) return;
  }
}

async function startServer(): Promise<Server> {
  const server = await startProcess(database.url);
  children.add(server.child);
  return server;
}

async function kill(child: ChildProcess): Promise<void> {
  children.delete(child);
  await killProcess(child);
}
