import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sweepGrains } from '../../src/runs/qc-sweep.ts';
import {
  type Agency,
  CONFIG,
  type Clock,
  type Node,
  type Person,
  ask,
  budget,
  checkLog,
  createClock,
  openNode,
  openWorkingAgency,
} from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';

let database: TestDatabase;
let node: Node;
let clock: Clock;
let agency: Agency;
let tenants = 0;
let results = 0;

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
  agency = await openWorkingAgency(node, `qc-${tenants++}`);
  results = 0;
});

const send = (who: Person, method: string, path: string, body?: unknown) =>
  node.call(agency.tokens[who], method, path, body);
const result = (pass: boolean, more: object = {}) => ({
  result_id: `q-${results++}`,
  run_id: 'r1',
  task_id: 'headlines',
  main_task_id: 'spring',
  agent: 'bid-bot',
  model: 'claude-4',
  pass,
  ...(!pass && { failure_codes: ['off_brand'] }),
  at: clock().toISOString(),
  ...more,
});
const report = (...some: unknown[]) => send('desk', 'POST', '/v1/qc/results', { results: some });
const many = (count: number, pass: boolean, more: object = {}) =>
  Array.from({ length: count }, () => result(pass, more));
const events = async () =>
  (await checkLog(database.sql, agency.tenant))
    .filter(({ leaf }) => leaf.action.startsWith('qc.alert_'))
    .map(({ leaf }) => `${leaf.action.slice(9)} ${leaf.resource.slice(6)}`);
const grain = async (kind: string) => (await send('olga', 'GET', `/v1/qc/grains?kind=${kind}`)).body.grains[0];

test('a grain under the floor with enough results is in alert, until it is over it again', async () => {
  await report(...many(15, true), ...many(4, false));
  expect(await events()).toEqual([]);
  const { status, body } = await report(result(false));
  expect(status).toBe(201);
  expect(body.items).toEqual([{ id: 'q-19', status: 'recorded', seq: expect.any(Number) }]);
  expect(await events()).toEqual([
    'raised main_task/spring',
    'raised subtask/spring / headlines',
    'raised agent/bid-bot',
    'raised model/claude-4',
  ]);
  expect(await grain('subtask')).toMatchObject({
    name: 'spring',
    task_id: 'headlines',
    total: 20,
    passed: 15,
    alert: true,
    alerts_total: 1,
  });
  await report(...many(4, true));
  expect(await grain('agent')).toMatchObject({ total: 24, passed: 19, alert: true });
  await report(...many(1, true));
  expect(await grain('agent')).toMatchObject({ total: 25, passed: 20, alert: false, alert_since: null });
  expect((await events()).filter((one) => one.startsWith('recovered'))).toHaveLength(4);
});

test('counts each result once, whoever sends it again, and refuses another under its name', async () => {
  const one = result(false);
  await report(one, one);
  const again = await send('desk', 'POST', '/v1/qc/results', one);
  expect(again.body.items).toMatchObject([{ status: 'known' }]);
  const other = await report({ ...one, pass: true }, result(true));
  expect(other.body.items).toMatchObject([
    { status: 'refused', problem: { code: 'qc.conflict' } },
    { status: 'recorded' },
  ]);
  expect(await grain('agent')).toMatchObject({ total: 2, passed: 1 });
});

test('an agent does not pass its own work, nor is a run reported as what it is not', async () => {
  await send('bot', 'POST', '/v1/runs', {
    run_id: 'r1',
    task_id: 'headlines',
    main_task_id: 'spring',
    agent: 'bid-bot',
    model: 'claude-4',
  });
  const own = await send('bot', 'POST', '/v1/qc/results', result(true));
  expect(own.body.items[0].problem.reasons[0].code).toBe('report.own_work');
  const mistaken = await report(result(true, { model: 'gpt-6' }), result(true, { at: '2027-01-01T00:00:00Z' }));
  expect(mistaken.body.items.map((one: any) => one.problem.reasons[0].code)).toEqual([
    'report.run_mismatch',
    'report.in_future',
  ]);
  expect((await send('bot2', 'POST', '/v1/qc/results', result(true))).body.items[0].status).toBe('recorded');
  expect((await send('clara', 'POST', '/v1/qc/results', result(true))).status).toBe(403);
});

test('time alone ends and begins alerts', async () => {
  await report(...many(15, false), ...many(5, true));
  expect(await grain('agent')).toMatchObject({ alert: true, turns_at: '2026-03-03T09:00:00.000Z' });
  clock.advance({ hours: 12 });
  await report(...many(60, true), ...many(15, false, { agent: 'copy-bot' }), ...many(5, true, { agent: 'copy-bot' }));
  expect(await grain('agent')).toMatchObject({ name: 'copy-bot', alert: true });
  clock.advance({ hours: 12 });
  await sweepGrains(database.sql, node.ledger, node.policy, clock);
  expect(await grain('agent')).toMatchObject({ name: 'copy-bot', alert: true });
  clock.advance({ hours: 12 });
  await sweepGrains(database.sql, node.ledger, node.policy, clock);
  expect(await grain('agent')).toMatchObject({ alert: false });
  expect(await sweepGrains(database.sql, node.ledger, node.policy, clock)).toBe(0);
  clock.advance({ hours: -36 });
});

test('a late result counts where it belongs, and one older than the window nowhere', async () => {
  const at = (hours: number) => new Date(clock().getTime() - hours * 3_600_000).toISOString();
  await report(result(true, { at: at(23) }), result(true, { at: at(30) }));
  expect(await grain('agent')).toMatchObject({ total: 1 });
});

test('a new configuration is applied to what is known', async () => {
  await report(...many(17, true), ...many(3, false));
  const config = { ...CONFIG, qc_threshold_policy: { ...CONFIG.qc_threshold_policy, success_floor: 0.9 } };
  await send('anna', 'PUT', '/v1/tenant/config', config);
  await sweepGrains(database.sql, node.ledger, node.policy, clock);
  expect(await grain('agent')).toMatchObject({ alert: true });
});

test('what an agent in alert wants goes to a human, where the tenant wants that', async () => {
  const small = budget('c1', 10_100);
  await report(...many(20, false));
  expect((await send('bot', 'POST', '/v1/decisions', small)).body.effect).toBe('allow');
  const config = { ...CONFIG, qc_threshold_policy: { ...CONFIG.qc_threshold_policy, review_in_alert: true } };
  await send('anna', 'PUT', '/v1/tenant/config', config);
  const { body } = await send('bot', 'POST', '/v1/decisions', small);
  expect(body).toMatchObject({ effect: 'review', reasons: [{ code: 'quality.in_alert' }], ticket: { type: 'A3' } });
  expect((await send('bot', 'POST', '/v1/decisions', ask('plan.execute', 'plan/1'))).body.effect).toBe('allow');
});

test('takes correction loops', async () => {
  const loop = {
    loop_id: 'l1',
    run_id: 'r1',
    task_id: 't',
    main_task_id: 'm',
    agent: 'bid-bot',
    model: 'x',
    depth: 2,
    causes: ['off_brand'],
    tokens: 900,
    resolved: true,
    at: clock().toISOString(),
  };
  expect((await send('desk', 'POST', '/v1/qc/loops', loop)).body.items).toMatchObject([
    { id: 'l1', status: 'recorded' },
  ]);
  expect((await send('desk', 'POST', '/v1/qc/loops', { loops: [loop] })).body.items).toMatchObject([
    { status: 'known' },
  ]);
});

test('takes a thousand at once', async () => {
  const { body } = await report(...Array.from({ length: 1000 }, (_, i) => result(i % 3 > 0)));
  expect(body.items.filter((one: any) => one.status === 'recorded')).toHaveLength(1000);
  expect(await grain('agent')).toMatchObject({ total: 1000, passed: 666, alert: true });
});
