import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { checker } from '../../src/contract/validate.ts';
import { sweepHolds } from '../../src/runs/cost/expiry.ts';
import { COST_ROUTES } from '../../src/web/openapi-cost.ts';
import {
  type Agency,
  type Answer,
  type Clock,
  type Node,
  checkLog,
  createClock,
  must,
  openAgency,
  openNode,
} from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';

let database: TestDatabase;
let node: Node;
let clock: Clock;
let agency: Agency;
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
  agency = await openAgency(node, `cost-${tenants++}`);
  await start('r1');
});

/** Calls, and holds what is answered against the schema that the route table names for it. */
async function checked(
  who: keyof Agency['tokens'],
  method: 'GET' | 'POST' | 'PUT',
  url: string,
  body?: unknown,
): Promise<Answer> {
  const answer = await node.call(agency.tokens[who], method, url, body);
  const path = url.split('?')[0]!;
  const route = COST_ROUTES.find(
    (one) =>
      one.method === method.toLowerCase() && new RegExp(`^${one.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
  );
  if (!route) return answer;
  const documented = route.answers.find(({ status }) => status === answer.status);
  if (documented) expect(checker(documented.schema!)(answer.body), `${method} ${url}: ${answer.text}`).toEqual([]);
  else expect(checker('problem.json')(answer.body), answer.text).toEqual([]);
  if (answer.status >= 402)
    expect(
      Object.values(route.errors ?? {})
        .flat()
        .concat('operation.forbidden'),
    ).toContain(answer.body.code);
  return answer;
}

const post = (who: keyof Agency['tokens'], path: string, body: unknown) => checked(who, 'POST', path, body);
const read = (who: keyof Agency['tokens'], path: string) => checked(who, 'GET', path);

async function start(run_id: string, parent_run_id?: string, more = {}) {
  const run = { run_id, task_id: `task-${run_id}`, main_task_id: 'copy', agent: 'bid-bot', model: 'gpt-4o' };
  return must(post('bot', '/v1/runs', { ...run, ...(parent_run_id && { parent_run_id }), ...more }), 201);
}

const estimate = (pico_usd: string, who: keyof Agency['tokens'] = 'bot', run = 'r1', more = {}) =>
  post(who, `/v1/runs/${run}/estimate`, { pico_usd, ...more });
const guard = async (run = 'r1') => (await must(read('olga', `/v1/runs/${run}/cost-guard`), 200)).body;
const charge = (event_id: string, pico_usd: string, run_id = 'r1') =>
  post('desk', '/v1/spend-events', { event_id, run_id, pico_usd });
const hold = (hold_id: string, more = {}, run = 'r1') =>
  post('bot', `/v1/runs/${run}/holds`, {
    hold_id,
    model: 'gpt-4o',
    input_tokens: 1000,
    max_output_tokens: 1000,
    ...more,
  });

test('without an estimate no call is admitted', async () => {
  const { body } = await must(hold('h1'), 200);
  expect(body).toMatchObject({ admitted: false, hold: null, limit: null, admission: null });
  expect(body.reasons.map((one: any) => one.code)).toEqual(['cost.no_estimate']);
});

test('a hold reserves the worst case, its settlement charges what was used', async () => {
  await must(estimate('100000000000'), 201);
  const { body } = await must(hold('h1'), 200);
  // gpt-4o: 2.50 USD in and 10.00 USD out for a million tokens.
  expect(body).toMatchObject({ admitted: true, committed: '0', reserved: '12500000000' });
  expect(body.hold).toMatchObject({ pico_usd: '12500000000', authorised_output_tokens: 1000, state: 'held' });
  expect(body.limit).toEqual({ numerator: '300000000000', denominator: '1' });
  expect((await hold('h1')).text).toBe((await hold('h1')).text);
  const usage = { model: 'gpt-4o-2024-08-06', usage: { prompt_tokens: 1000, completion_tokens: 10 } };
  const settled = await must(post('bot', '/v1/runs/r1/holds/h1/settlement', { usage }), 200);
  expect(settled.body).toMatchObject({ state: 'settled', charged_pico_usd: '2600000000', remaining_pico_usd: '0' });
  expect((await post('bot', '/v1/runs/r1/holds/h1/settlement', { usage })).text).toBe(settled.text);
  expect((await post('bot', '/v1/runs/r1/holds/h1/settlement', { tokens: { input_tokens: 1 } })).body.code).toBe(
    'hold.settled',
  );
  expect(await guard()).toMatchObject({ committed: '2600000000', held: '0', uncertain: '0', open_holds: 0 });
});

test('a hold is for one call: its id does not let in another, and a trip stops the one that it had let in', async () => {
  await must(estimate('100000000000'), 201);
  await must(hold('h1'), 200);
  await must(hold('h2'), 200);
  await must(post('bot', '/v1/runs/r1/holds/h1/release', {}), 200);
  const again = await must(hold('h1'), 200);
  expect(again.body).toMatchObject({ admitted: false, hold: { state: 'released' } });
  expect(again.body.reasons.map((one: any) => one.code)).toEqual(['cost.hold_used']);
  await must(charge('e1', '300000000000'), 200);
  expect((await hold('h2')).body.reasons.map((one: any) => one.code)).toEqual(['cost.red_flag', 'cost.tripped']);
});

test('no call is made on a run tree that was ended with its A8', async () => {
  await must(estimate('100000000000'), 201);
  for (let n = 0; n <= 8; n++) await must(post('bot', '/v1/runs/r1/steps', { step_id: `s${n}`, kind: 'step' }), 200);
  expect((await hold('h1')).body.reasons.map((one: any) => one.code)).toEqual(['cost.red_flag']);
  const { ticket_id, revision, subject_hash } = (await read('olga', '/v1/tickets?type=A8')).body.tickets[0];
  const verdict = { verdict: 'resolve', revision, subject_hash, resolution: { kind: 'abort' }, comment: 'no more' };
  await must(post('olga', `/v1/tickets/${ticket_id}/verdicts`, verdict), 201);
  expect((await hold('h1')).body.reasons.map((one: any) => one.code)).toEqual(['cost.aborted']);
});

test('the same hold id for another call is a conflict', async () => {
  await must(estimate('100000000000'), 201);
  await must(hold('h1'), 200);
  expect((await hold('h1', { input_tokens: 2 })).body.code).toBe('hold.conflict');
});

test('one pico-USD under three times the estimate goes on; exactly three times trips', async () => {
  await must(estimate('1000'), 201);
  expect((await must(charge('e1', '2999'), 200)).body).toMatchObject({ tripped: false, committed: '2999' });
  expect((await hold('h1', { max_output_tokens: 1 })).body.admitted).toBe(true);
  expect((await must(charge('e2', '1'), 200)).body).toMatchObject({ tripped: true, committed: '3000' });
  const after = await guard();
  expect(after).toMatchObject({
    state: 'tripped',
    ratio: { numerator: '3', denominator: '1' },
    trip_inequality: { left: '3000', relation: '>=', right: '3000', holds: true },
  });
  expect(after.trip.ticket_id).toMatch(/^A9-/);
  expect((await hold('h2')).body.reasons.map((one: any) => one.code)).toEqual([
    'cost.limit_reached',
    'cost.red_flag',
    'cost.tripped',
  ]);
});

test('a trip stops calls and steps on every run of the tree, and raises one A9 that shows estimated and actual', async () => {
  await must(estimate('1000000000000'), 201);
  await start('child', 'r1');
  await must(charge('e1', '3050000000000', 'child'), 200);
  await must(charge('e2', '7', 'r1'), 200);
  const { body } = await must(read('olga', '/v1/tickets?type=A9'), 200);
  expect(body.tickets).toHaveLength(1);
  expect(body.tickets[0]).toMatchObject({ state: 'open', red_flag: true, blocks: ['run/r1', 'task/task-child'] });
  expect(body.tickets[0].title).toContain('3.05 USD spent of 1 USD estimated');
  for (const run of ['r1', 'child']) {
    expect((await hold('h', {}, run)).body.admitted).toBe(false);
    const step = await must(post('bot', `/v1/runs/${run}/steps`, { step_id: 's', kind: 'step' }), 200);
    expect(step.body.admitted).toBe(false);
  }
});

test('a correction does not take a trip back, and resume needs an estimate that would not trip at once', async () => {
  await must(estimate('1000'), 201);
  await must(charge('e1', '3000'), 200);
  const correction = { event_id: 'c1', run_id: 'r1', correction_pico_usd: '-2000', reason: 'a refund' };
  expect((await must(post('desk', '/v1/spend-events', correction), 200)).body).toMatchObject({
    pico_usd: '-2000',
    committed: '1000',
  });
  expect((await guard()).state).toBe('tripped');
  expect((await estimate('9999999', 'olga', 'r1', { reason: 'more' })).body.reasons[0].code).toBe('cost.tripped');

  const ticket = (await read('olga', '/v1/tickets?type=A9')).body.tickets[0];
  const resolve = (resolution: object) => {
    const { revision, subject_hash } = ticket;
    const verdict = { verdict: 'resolve', revision, subject_hash, resolution, comment: 'looked at it' };
    return post('olga', `/v1/tickets/${ticket.ticket_id}/verdicts`, verdict);
  };
  expect((await resolve({ kind: 'revise_estimate', estimate_pico_usd: '333' })).body.code).toBe('estimate.too_low');
  await must(resolve({ kind: 'revise_estimate', estimate_pico_usd: '334' }), 201);
  expect(await guard()).toMatchObject({
    state: 'open',
    epoch: 2,
    estimate: { version: 2, first: '1000', current: '334' },
  });
  await must(charge('e2', '2'), 200);
  const again = await guard();
  expect(again).toMatchObject({ state: 'tripped', epoch: 2, committed: '1002' });
  expect((await read('olga', '/v1/tickets?type=A9')).body.tickets).toHaveLength(2);
});

test('abort ends the run tree', async () => {
  await must(estimate('1000'), 201);
  await must(charge('e1', '3000'), 200);
  const { ticket_id, revision, subject_hash } = (await read('olga', '/v1/tickets?type=A9')).body.tickets[0];
  const verdict = { verdict: 'resolve', revision, subject_hash, resolution: { kind: 'abort' }, comment: 'no more' };
  await must(post('olga', `/v1/tickets/${ticket_id}/verdicts`, verdict), 201);
  expect((await guard()).state).toBe('aborted');
  expect((await hold('h1')).body.reasons.map((one: any) => one.code)).toContain('cost.aborted');
  expect((await read('bot', '/v1/runs/r1')).body.tree.state).toBe('aborted');
});

test('spend counts once by source and event id; other words under the same id are refused and remembered', async () => {
  await must(estimate('1000'), 201);
  const first = await must(charge('e1', '10'), 200);
  expect((await charge('e1', '10')).text).toBe(first.text);
  const other = await charge('e1', '11');
  expect(other).toMatchObject({ status: 409, body: { code: 'spend.conflict' } });
  expect(await guard()).toMatchObject({ committed: '10', conflicts: 1 });
});

test('an agent reports under its own name, no amounts and no corrections', async () => {
  await must(estimate('1000000000000'), 201);
  const tokens = { tokens: { input_tokens: 1, output_tokens: 1 }, model: 'gpt-4o' };
  const send = (body: object) => post('bot', '/v1/spend-events', { event_id: 'e', run_id: 'r1', ...body });
  expect((await send({ ...tokens, source: 'gateway' })).body.code).toBe('spend.foreign_source');
  expect((await send({ pico_usd: '1' })).body.code).toBe('cost.refused');
  expect((await send({ correction_pico_usd: '-1', reason: 'x' })).body.code).toBe('cost.refused');
  expect((await must(send(tokens), 200)).body).toMatchObject({ source: 'bid-bot', pico_usd: '12500000' });
  expect((await node.call(agency.tokens.bot2, 'GET', '/v1/runs/r1/cost-guard')).status).toBe(404);
});

test('snapshots of one call are charged once, in whatever order they come', async () => {
  await must(estimate('1000000000000'), 201);
  const snapshot = (event_id: string, output_tokens: number) =>
    post('desk', '/v1/spend-events', {
      event_id,
      run_id: 'r1',
      call_id: 'call-1',
      model: 'gpt-4o',
      tokens: { input_tokens: 1000, output_tokens },
    });
  expect((await must(snapshot('s2', 50), 200)).body.pico_usd).toBe('3000000000');
  expect((await must(snapshot('s1', 10), 200)).body.pico_usd).toBe('0');
  expect((await must(snapshot('s3', 60), 200)).body.pico_usd).toBe('100000000');
  expect((await guard()).committed).toBe('3100000000');
});

test('an aborted stream is charged for what is known, and the rest of its hold stays reserved', async () => {
  await must(estimate('100000000000'), 201);
  await must(hold('h1'), 200);
  const part = { tokens: { input_tokens: 1000, output_tokens: 100 }, status: 'aborted' };
  const { body } = await must(post('bot', '/v1/runs/r1/holds/h1/settlement', part), 200);
  expect(body).toMatchObject({ state: 'uncertain', charged_pico_usd: '3500000000', remaining_pico_usd: '9000000000' });
  expect(await guard()).toMatchObject({
    committed: '3500000000',
    held: '0',
    uncertain: '9000000000',
    worst_case: '12500000000',
  });
  const all = { event_id: 'late', run_id: 'r1', hold_id: 'h1', tokens: { input_tokens: 1000, output_tokens: 300 } };
  expect((await must(post('desk', '/v1/spend-events', all), 200)).body.pico_usd).toBe('2000000000');
  expect(await guard()).toMatchObject({ committed: '5500000000', uncertain: '0', open_holds: 0 });
});

test('a hold whose time is over is uncertain, swept or not, and only an operator gives its room back', async () => {
  await must(estimate('100000000000'), 201);
  await must(hold('h1', { ttl_seconds: 60 }), 200);
  clock.advance({ minutes: 1 });
  const before = await guard();
  expect(before).toMatchObject({ held: '0', uncertain: '12500000000' });
  expect((await post('bot', '/v1/runs/r1/holds/h1/extension', {})).body.code).toBe('hold.not_held');
  expect(await sweepHolds(node.sql, node.ledger, clock)).toBe(1);
  expect(await sweepHolds(node.sql, node.ledger, clock)).toBe(0);
  expect({ ...(await guard()) }).toEqual(before);
  expect((await post('bot', '/v1/runs/r1/holds/h1/release', {})).body.code).toBe('cost.refused');
  await must(post('olga', '/v1/runs/r1/holds/h1/release', { reason: 'the provider has no such call' }), 200);
  expect(await guard()).toMatchObject({ uncertain: '0', committed: '0' });
});

test('a hold is extended, doubted and settled late', async () => {
  await must(estimate('100000000000'), 201);
  await must(hold('h1', { ttl_seconds: 60 }), 200);
  expect((await must(post('bot', '/v1/runs/r1/holds/h1/extension', { ttl_seconds: 600 }), 200)).body.state).toBe(
    'held',
  );
  clock.advance({ minutes: 2 });
  expect((await must(post('bot', '/v1/runs/r1/holds/h1/uncertain', {}), 200)).body.state).toBe('uncertain');
  const usage = { tokens: { input_tokens: 1000, output_tokens: 1 } };
  expect((await must(post('bot', '/v1/runs/r1/holds/h1/settlement', usage), 200)).body.state).toBe('settled');
});

test('near the limit a call is cut to what fits, but not below what is of use', async () => {
  await must(estimate('3000000000'), 201);
  // The limit is 9.0e9, the input takes 2.5e9, and 1e7 is what each output token costs.
  expect((await must(hold('h1'), 200)).body.hold).toMatchObject({
    authorised_output_tokens: 650,
    pico_usd: '9000000000',
  });
  expect((await must(hold('h2'), 200)).body.reasons.map((one: any) => one.code)).toEqual(['cost.limit_reached']);
  await must(post('bot', '/v1/runs/r1/holds/h1/release', {}), 200);
  expect((await must(hold('h3', { min_output_tokens: 900 }), 200)).body.hold.authorised_output_tokens).toBe(900);
});

test('an unknown model is denied before, and blocks the run when its usage arrives all the same', async () => {
  await must(estimate('100000000000'), 201);
  expect((await hold('h1', { model: 'no-such-model-9' })).body.reasons.map((one: any) => one.code)).toEqual([
    'cost.model_unpriced',
  ]);
  await must(hold('h2'), 200);
  const usage = { model: 'no-such-model-9', tokens: { input_tokens: 5, output_tokens: 5 } };
  await must(post('bot', '/v1/runs/r1/holds/h2/settlement', usage), 200);
  const blocked = await guard();
  expect(blocked).toMatchObject({ committed: '0', uncertain: '12500000000' });
  expect(blocked.unpriced).toMatchObject([{ state: 'open', hold_id: 'h2', why: expect.stringContaining('price.') }]);
  expect((await hold('h3')).body.reasons.map((one: any) => one.code)).toEqual(['cost.unpriced_usage']);
  const { source, event_id } = blocked.unpriced[0];
  const resolution = { source, event_id, verdict: 'price', pico_usd: '77', reason: 'by the invoice' };
  expect((await post('bot', '/v1/runs/r1/unpriced-resolutions', resolution)).status).toBe(403);
  await must(post('olga', '/v1/runs/r1/unpriced-resolutions', resolution), 201);
  expect((await post('olga', '/v1/runs/r1/unpriced-resolutions', resolution)).body.code).toBe('spend.resolved');
  expect(await guard()).toMatchObject({ committed: '77', uncertain: '0', unpriced: [], open_holds: 0 });
  expect((await hold('h3')).body.admitted).toBe(true);
});

test('unpriced usage may be waived', async () => {
  await must(estimate('100000000000'), 201);
  const event = { event_id: 'e1', run_id: 'r1', model: 'no-such-model-9', tokens: { input_tokens: 5 } };
  expect((await must(post('bot', '/v1/spend-events', event), 200)).body).toMatchObject({
    kind: 'unpriced',
    pico_usd: null,
  });
  const resolution = { source: 'bid-bot', event_id: 'e1', verdict: 'waive', reason: 'a local model' };
  await must(post('anna', '/v1/runs/r1/unpriced-resolutions', resolution), 201);
  expect(await guard()).toMatchObject({ committed: '0', unpriced: [] });
});

test('estimates: planned calls are priced, an agent gives the first only, each is kept', async () => {
  const calls = [{ model: 'gpt-4o', input_tokens: 1000, max_output_tokens: 100, count: 3 }];
  expect(
    (await post('bot', '/v1/runs/r1/estimate', { calls: [{ ...calls[0], model: 'no-such-model-9' }] })).body.code,
  ).toBe('estimate.model_unpriced');
  const { body } = await must(post('bot', '/v1/runs/r1/estimate', { calls }), 201);
  expect(body).toMatchObject({ version: 1, pico_usd: '10500000000', usd: '0.0105', actor_id: 'bid-bot' });
  expect((await must(post('bot', '/v1/runs/r1/estimate', { calls }), 201)).body).toEqual(body);
  expect((await estimate('5')).body.reasons[0].code).toBe('cost.estimated');
  expect((await estimate('5', 'olga')).body.errors[0].field).toBe('/reason');
  await must(estimate('20000000000', 'olga', 'r1', { reason: 'a longer text' }), 201);
  const list = (await must(read('olga', '/v1/runs/r1/estimate'), 200)).body.estimates;
  expect(list.map((one: any) => [one.version, one.pico_usd, one.reason])).toEqual([
    [1, '10500000000', null],
    [2, '20000000000', 'a longer text'],
  ]);
});

test('an agent does not estimate what it has begun to spend', async () => {
  await must(charge('e1', '10'), 200);
  expect((await estimate('1000')).body.reasons.map((one: any) => one.code)).toEqual(['cost.admitted']);
  await must(estimate('3', 'olga'), 201);
  expect(await guard()).toMatchObject({ state: 'tripped', committed: '10' });
});

test('an agent estimates its own run at 50 USD at most, and at less where the tenant says so', async () => {
  const over = await estimate('50000000000001');
  expect(over).toMatchObject({ status: 403, body: { code: 'cost.refused' } });
  expect(over.body.reasons).toMatchObject([
    { code: 'cost.estimate_too_large', distance: { actual: '50000001', limit: '50000000' } },
  ]);
  const calls = [{ model: 'gpt-4o', input_tokens: 1_000_000, max_output_tokens: 1_000_000, count: 1000 }];
  expect((await post('bot', '/v1/runs/r1/estimate', { calls })).body.reasons[0].code).toBe('cost.estimate_too_large');
  const run = { run_id: 'rich', task_id: 'rich', main_task_id: 'copy', agent: 'bid-bot', model: 'gpt-4o' };
  const { body } = await post('bot', '/v1/runs', { ...run, estimate: { usd: '1000000' } });
  expect(body).toMatchObject({ started: false, decision: { reasons: [{ code: 'run.estimate_too_large' }] } });

  const config = (await must(read('anna', '/v1/tenant/config'), 200)).body;
  const put = (agent_estimate_max_usd_cents: number) =>
    checked('anna', 'PUT', '/v1/tenant/config', {
      ...config,
      cost_guard_policy: { ...config.cost_guard_policy, agent_estimate_max_usd_cents },
    });
  expect((await put(5001)).body.errors).toMatchObject([
    { field: '/cost_guard_policy/agent_estimate_max_usd_cents', code: 'config.above_ceiling' },
  ]);
  await must(put(100), 200);
  expect((await estimate('1000000000001')).body.reasons[0].code).toBe('cost.estimate_too_large');
  await must(estimate('1000000000000'), 201);
  await must(estimate('1000000000001', 'olga', 'r1', { reason: 'a long text' }), 201);
  expect(
    (await must(post('desk', '/v1/runs', { ...run, agent: 'bid-bot', estimate: { usd: '1000' } }), 201)).body.started,
  ).toBe(true);
});

test('a run may bring its estimate along', async () => {
  await start('r2', undefined, { estimate: { usd: '0.5' } });
  expect(await guard('r2')).toMatchObject({ estimate: { version: 1, current: '500000000000' } });
});

test.each([
  ['a number', { pico_usd: 5 }, '/pico_usd'],
  ['below zero', { pico_usd: '-5' }, '/pico_usd'],
  ['NaN', { pico_usd: 'NaN' }, '/pico_usd'],
  ['a fraction', { pico_usd: '0.5' }, '/pico_usd'],
  ['an exponent', { pico_usd: '1e3' }, '/pico_usd'],
  ['no tokens', { tokens: { input_tokens: -1 }, model: 'gpt-4o' }, '/tokens/input_tokens'],
  ['half a token', { tokens: { input_tokens: 0.5 }, model: 'gpt-4o' }, '/tokens/input_tokens'],
])('money and counts are whole: %s is refused by name', async (_, more, field) => {
  const { status, body } = await post('desk', '/v1/spend-events', { event_id: 'e', run_id: 'r1', ...more });
  expect(status).toBe(400);
  expect(body.errors.map((one: any) => one.field)).toContain(field);
});

test('a batch answers each report by itself', async () => {
  await must(estimate('1000000'), 201);
  const one = (event_id: string, more: object) => ({ event_id, run_id: 'r1', ...more });
  const events = [
    one('b1', { pico_usd: '1' }),
    one('b2', { pico_usd: 'x' }),
    one('b1', { pico_usd: '2' }),
    one('b3', { pico_usd: '5', run_id: 'r9' }),
  ];
  const { body } = await must(post('desk', '/v1/spend-events', { events }), 200);
  expect(body.results.map((result: any) => result.problem?.code ?? result.pico_usd)).toEqual([
    '1',
    'request.invalid',
    'spend.conflict',
    'not_found',
  ]);
});

test('usage is not priced at a time before its run', async () => {
  const event = {
    event_id: 'e',
    run_id: 'r1',
    model: 'gpt-4o',
    tokens: { input_tokens: 1 },
    at: '2024-01-01T00:00:00Z',
  };
  expect((await post('bot', '/v1/spend-events', event)).body.errors[0]).toMatchObject({ field: '/at' });
});

test('a stricter multiplier is found out at the next question', async () => {
  await must(estimate('1000'), 201);
  await must(charge('e1', '2500'), 200);
  const config = (await read('anna', '/v1/tenant/config')).body;
  config.cost_guard_policy.trip_multiplier = 2.5;
  await must(node.call(agency.tokens.anna, 'PUT', '/v1/tenant/config', config), 200);
  expect((await hold('h1')).body.reasons.map((one: any) => one.code)).toContain('cost.tripped');
  expect((await guard()).trip_inequality).toEqual({ left: '25000', relation: '>=', right: '25000', holds: true });
});

test('the pure guard gives the same bytes for the same request', async () => {
  const request = {
    estimate_pico_usd: '1000',
    policy: { trip_multiplier: 2.75 },
    events: [
      { event_id: 'a', pico_usd: '2000' },
      { event_id: 'b', pico_usd: '750' },
      { event_id: 'a', pico_usd: '2000' },
      { event_id: 'c', pico_usd: '-50' },
    ],
    holds: [{ hold_id: 'h', pico_usd: '10' }],
  };
  const answer = await must(post('bot', '/v1/cost-guard/evaluate', request), 200);
  expect(answer.text).toBe((await post('olga', '/v1/cost-guard/evaluate', request)).text);
  expect(answer.body).toMatchObject({
    verdict: 'tripped',
    committed: '2700',
    worst_case: '2710',
    duplicates: 1,
    crossing: { index: 1, event_id: 'b', before: '2000', after: '2750' },
    trip: { left: '270000', right: '275000', holds: false },
    ratio: { numerator: '27', denominator: '10' },
  });
  const conflict = { ...request, events: [...request.events, { event_id: 'a', pico_usd: '1' }] };
  expect((await post('bot', '/v1/cost-guard/evaluate', conflict)).body.errors[0].field).toBe('/events/4/pico_usd');
});

test('the log holds everything that was done', async () => {
  await must(estimate('1000'), 201);
  await must(charge('e1', '3000'), 200);
  const actions = (await checkLog(node.sql, agency.tenant)).map(({ leaf }) => leaf.action);
  expect(actions.slice(-4)).toEqual(['cost.estimated', 'spend.charged', 'ticket.opened', 'cost_guard.tripped']);
});
