import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type Agency,
  type Node,
  type Person,
  ask,
  createClock,
  openNode,
  openWorkingAgency,
} from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';

let database: TestDatabase;
let node: Node;
let agency: Agency;
let tenants = 0;

beforeAll(async () => {
  database = await createDatabase();
  node = await openNode(database.url, { clock: createClock() });
});
afterAll(async () => {
  await node.close();
  await database.drop();
});
beforeEach(async () => {
  agency = await openWorkingAgency(node, `runs-${tenants++}`);
});

const send = (who: Person, method: string, path: string, body?: unknown) =>
  node.call(agency.tokens[who], method, path, body);
const run = (run_id: string, more: object = {}) => ({
  run_id,
  task_id: 'headlines',
  main_task_id: 'spring',
  agent: 'bid-bot',
  model: 'claude-4',
  ...more,
});
const start = (run_id: string, more: object = {}, who: Person = 'bot') =>
  send(who, 'POST', '/v1/runs', run(run_id, more));
const step = (run_id: string, kind: string, step_id: string, cause?: object, who: Person = 'bot') =>
  send(who, 'POST', `/v1/runs/${run_id}/steps`, { kind, step_id, ...(cause && { cause }) });
const codes = ({ body }: any): string[] => body.decision.reasons.map((one: any) => one.code);
const verdict = async (who: Person, id: string, body: object) => {
  const { revision, subject_hash } = (await send('olga', 'GET', `/v1/tickets/${id}`)).body;
  return send(who, 'POST', `/v1/tickets/${id}/verdicts`, { revision, subject_hash, ...body });
};

test('lets n steps of a kind in, denies the next, and raises one A8 that locks tree and task', async () => {
  expect(await start('r1')).toMatchObject({ status: 201, body: { started: true } });
  for (const n of [1, 2])
    expect(await step('r1', 'qc_correction', `s${n}`, { code: 'off_brand' })).toMatchObject({
      status: 200,
      body: {
        admitted: true,
        counters: { qc_correction: { used: n, left: 2 - n, source: 'policy' }, global: { used: n } },
      },
    });
  const denied = await step('r1', 'qc_correction', 's3', { code: 'too_long', detail: '91 characters' });
  expect(denied).toMatchObject({ status: 200, body: { admitted: false, red_flag: expect.stringMatching(/^A8-/) } });
  expect(codes(denied)).toEqual(['loop.exhausted']);
  const id = denied.body.red_flag;
  const { body: ticket } = await send('olga', 'GET', `/v1/tickets/${id}`);
  expect(ticket).toMatchObject({
    type: 'A8',
    state: 'open',
    red_flag: true,
    risk: 'high',
    blocks: ['run/r1', 'task/headlines'],
    resource: { type: 'run', id: 'r1' },
    flag: {
      event: 'loop.exhausted',
      run: { root_run_id: 'r1', task_id: 'headlines', epoch: 1 },
      loop: {
        kind: 'qc_correction',
        attempt: 3,
        causes: [
          { code: 'off_brand', count: 2 },
          { code: 'too_long', count: 1 },
        ],
      },
    },
  });
  expect(ticket.diff).toHaveLength(3);

  expect(codes(await step('r1', 'qc_correction', 's4'))).toEqual(['block.red_flag', 'loop.exhausted']);
  expect(codes(await step('r1', 'tool_round', 's5'))).toEqual(['block.red_flag']);
  expect(codes(await start('r2'))).toEqual(['block.red_flag']);
  expect(codes(await start('r3', { parent_run_id: 'r1', task_id: 'other' }))).toEqual(['block.red_flag']);
  expect(await start('r4', { task_id: 'other' })).toMatchObject({ status: 201 });
  const inTask = { ...ask('campaign.launch', 'campaign/c1'), context: { task_id: 'headlines' } };
  expect((await send('bot', 'POST', '/v1/decisions', inTask)).body).toMatchObject({ effect: 'deny' });
  const inRun = { ...ask('campaign.launch', 'campaign/c1'), context: { run_id: 'r1' } };
  expect((await send('bot', 'POST', '/v1/decisions', inRun)).body).toMatchObject({ effect: 'deny' });
  const elsewhere = { ...ask('campaign.launch', 'campaign/c1'), context: { run_id: 'r4', task_id: 'other' } };
  expect((await send('bot', 'POST', '/v1/decisions', elsewhere)).body).toMatchObject({ effect: 'review' });
  const { body } = await send('olga', 'GET', '/v1/tickets?red_flag=true&state=open');
  expect(body.tickets.map((one: any) => one.ticket_id)).toEqual([id]);
});

async function exhausted(): Promise<string> {
  await start('r1');
  await step('r1', 'orchestrator_retry', 's1');
  return (await step('r1', 'orchestrator_retry', 's2')).body.red_flag;
}

test('an A8 is acknowledged and resolved by an operator or admin, never by others, and once', async () => {
  const id = await exhausted();
  for (const who of ['paul', 'lena', 'clara', 'bot', 'desk'] as const)
    expect((await verdict(who, id, { verdict: 'acknowledge' })).status, who).toBeGreaterThanOrEqual(403);
  expect((await verdict('olga', id, { verdict: 'approve' })).body).toMatchObject({ code: 'verdict.refused' });
  expect(await verdict('olga', id, { verdict: 'acknowledge' })).toMatchObject({
    status: 201,
    body: { state: 'acknowledged' },
  });
  expect(codes(await step('r1', 'tool_round', 't1'))).toEqual(['block.red_flag']);
  const resume = { verdict: 'resolve', resolution: { kind: 'resume' }, comment: 'The tool is back.' };
  expect((await verdict('omar', id, { ...resume, comment: ' ' })).body.reasons[0].code).toBe('verdict.comment_missing');
  expect((await verdict('omar', id, { ...resume, resolution: { kind: 'revise_estimate' } })).body.reasons[0].code).toBe(
    'verdict.resolution_unfit',
  );
  expect(await verdict('omar', id, resume)).toMatchObject({
    status: 201,
    body: { state: 'resolved', resolution: { kind: 'resume' }, resolved_by: 'omar' },
  });
  expect(await verdict('anna', id, resume)).toMatchObject({
    status: 409,
    body: { code: 'ticket.not_open', resolved_by: 'omar' },
  });
  expect((await step('r1', 'tool_round', 't1')).body.admitted).toBe(true);
  const again = await step('r1', 'orchestrator_retry', 's2');
  expect(codes(again)).toEqual(['loop.exhausted']);
  expect(again.body.red_flag).not.toBe(id);
});

test('raises the allowance within the hard ceiling, of the counter that needs it', async () => {
  const id = await exhausted();
  const raise = (allowance: object) => ({
    verdict: 'resolve',
    resolution: { kind: 'raise_allowance', allowance },
    comment: 'Once more.',
  });
  const refusal = async (allowance: object) =>
    (await verdict('olga', id, raise(allowance))).body.reasons.map((one: any) => one.code);
  expect(await refusal({})).toEqual(['verdict.allowance_missing']);
  expect(await refusal({ tool_round: 0, global: 1 })).toEqual(['verdict.allowance_missing']);
  expect(await refusal({ orchestrator_retry: 2 })).toEqual(['verdict.allowance_over_ceiling']);
  expect(await refusal({ orchestrator_retry: 1, global: 2 })).toEqual(['verdict.allowance_over_ceiling']);
  expect(await verdict('olga', id, raise({ orchestrator_retry: 1 }))).toMatchObject({ status: 201 });
  expect((await step('r1', 'orchestrator_retry', 's2')).body).toMatchObject({
    admitted: true,
    counters: { orchestrator_retry: { used: 2, granted: 1, ceiling: 2, left: 0 } },
  });
  expect(codes(await step('r1', 'orchestrator_retry', 's3'))).toEqual(['loop.exhausted']);
});

test('an aborted tree has ended for good; its task is free', async () => {
  const id = await exhausted();
  await verdict('anna', id, { verdict: 'resolve', resolution: { kind: 'abort' }, comment: 'Enough.' });
  expect(codes(await step('r1', 'step', 'x'))).toEqual(['loop.aborted']);
  expect(codes(await start('r2', { parent_run_id: 'r1' }))).toEqual(['run.parent_aborted']);
  expect((await start('r3')).status).toBe(201);
  expect((await send('bot', 'GET', '/v1/runs/r1')).body).toMatchObject({
    tree: { state: 'aborted' },
    steps: [{ step_id: 's1' }],
  });
});

/** A tenant that lets two runs enter a task in a day. */
async function twoRunsPerTask() {
  const { body: config } = await send('anna', 'GET', '/v1/tenant/config');
  const loop_policy = { ...config.loop_policy, runs_per_task_max: 2 };
  const { status, text } = await send('anna', 'PUT', '/v1/tenant/config', { ...config, loop_policy });
  expect(status, text).toBe(200);
}

test('fresh root runs on one task are counted over all trees; one too many raises one A8 that locks the task', async () => {
  await twoRunsPerTask();
  await start('r1');
  await start('r2');
  // A child on the task of its parent counts in the tree.
  expect((await start('r2-child', { parent_run_id: 'r2' })).body.started).toBe(true);
  const denied = await start('r3');
  expect(codes(denied)).toEqual(['run.task_exhausted']);
  const id = denied.body.decision.ticket.ticket_id;
  expect((await send('olga', 'GET', `/v1/tickets/${id}`)).body).toMatchObject({
    type: 'A8',
    state: 'open',
    blocks: ['task/headlines'],
    resource: { type: 'task', id: 'headlines' },
    flag: {
      event: 'task.exhausted',
      task: {
        counter: { used: 2, left: 0, source: 'tenant' },
        window_hours: 24,
        runs: [{ run_id: 'r1' }, { run_id: 'r2' }],
      },
    },
  });
  expect(codes(await start('r4'))).toEqual(['block.red_flag', 'run.task_exhausted']);
  expect(codes(await step('r1', 'tool_round', 's1'))).toEqual(['block.red_flag']);
  expect((await start('elsewhere', { task_id: 'other' })).body.started).toBe(true);
  // By way of another task it is the same.
  expect(codes(await start('deep', { parent_run_id: 'elsewhere' }))).toEqual(['block.red_flag', 'run.task_exhausted']);
  const { body } = await send('olga', 'GET', '/v1/tickets?red_flag=true&state=open');
  expect(body.tickets).toHaveLength(1);
});

test('the A8 of a task is resolved like any other: nothing granted, some runs granted, or the task closed', async () => {
  await twoRunsPerTask();
  await start('r1');
  await start('r2');
  const flag = async (run_id: string) => (await start(run_id)).body.decision.ticket?.ticket_id;
  const resolve = (id: string, resolution: object) =>
    verdict('olga', id, { verdict: 'resolve', resolution, comment: 'Looked at it.' });
  const first = await flag('r3');
  expect((await resolve(first, { kind: 'resume' })).status).toBe(201);
  const second = await flag('r3');
  expect(second).not.toBe(first);
  const raise = (task_runs: number) => ({ kind: 'raise_allowance', allowance: { task_runs } });
  expect((await resolve(second, { kind: 'raise_allowance', allowance: {} })).body.reasons[0].code).toBe(
    'verdict.allowance_missing',
  );
  expect((await resolve(second, raise(33))).body.reasons[0].code).toBe('verdict.allowance_over_ceiling');
  expect((await resolve(second, raise(1))).status).toBe(201);
  expect((await start('r3')).body.started).toBe(true);
  const third = await flag('r4');
  expect((await resolve(third, { kind: 'abort' })).status).toBe(201);
  expect(codes(await start('r4'))).toEqual(['run.task_closed', 'run.task_exhausted']);
  expect((await start('other', { task_id: 'other' })).body.started).toBe(true);
});

test('steps of a run cannot be granted as runs of a task', async () => {
  const id = await exhausted();
  const resolution = { kind: 'raise_allowance', allowance: { orchestrator_retry: 1, task_runs: 1 } };
  const answer = await verdict('olga', id, { verdict: 'resolve', resolution, comment: 'Once more.' });
  expect(answer.body.reasons[0].code).toBe('verdict.allowance_over_ceiling');
});

test('an action in a run that nobody started is denied; one without a run is not', async () => {
  const question = ask('campaign.launch', 'campaign/c1');
  const inGhost = await send('bot', 'POST', '/v1/decisions', { ...question, context: { run_id: 'ghost' } });
  expect(inGhost.body.reasons.map((one: any) => one.code)).toContain('block.run_unknown');
  expect((await send('bot', 'POST', '/v1/decisions', question)).body.effect).toBe('review');
});
