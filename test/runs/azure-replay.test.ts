import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Agency,
  type Clock,
  type Node,
  checkLog,
  createClock,
  must,
  openAgency,
  openNode,
} from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';
import { type TracedCall, readTrace, slices } from './azure-replay.ts';

// The first calls of the trace; `npm run replay:azure` plays all 8,819.
const CALLS = process.env['PLACET_REPLAY_CALLS'] ? Number(process.env['PLACET_REPLAY_CALLS']) : 240;
const MAX_OUTPUT_TOKENS = 1_000;
// gpt-4o on the day of the trace: 2.50 USD in and 10.00 USD out for a million tokens.
const [IN, OUT] = [2_500_000n, 10_000_000n];

let database: TestDatabase;
let nodes: [Node, Node];
let agency: Agency;
let clock: Clock;

beforeAll(async () => {
  database = await createDatabase();
  clock = createClock('2026-03-02T09:00:00.000Z');
  nodes = [await openNode(database.url, { clock }), await openNode(database.url, { clock })];
  agency = await openAgency(nodes[0], 'azure');
});
afterAll(async () => {
  for (const node of nodes ?? []) await node.close();
  await database?.drop();
});

interface Run {
  estimate: bigint;
  spent: bigint;
  largest_hold: bigint;
  denied: number;
}

test(`${CALLS} real calls on two nodes: totals to the last pico-USD, never more than the limit and one hold, one A9 for each run that trips`, async () => {
  const calls = readTrace(CALLS);
  const runs = new Map<string, Run>();
  const held = new Map<TracedCall, number>();
  let turn = 0;
  const send = (method: string, path: string, body?: unknown) =>
    nodes[turn++ % 2]!.call(agency.tokens.desk, method, path, body);
  const cost = (call: TracedCall, output = call.output_tokens) => IN * BigInt(call.input_tokens) + OUT * BigInt(output);

  // Every third run was estimated at a fifth of what it would spend, so that it trips on the way; the others are right.
  for (const call of calls) {
    const run = runs.get(call.run) ?? { estimate: 0n, spent: 0n, largest_hold: 0n, denied: 0 };
    runs.set(call.run, { ...run, estimate: run.estimate + cost(call) });
  }
  for (const [n, run] of [...runs.values()].entries()) if (n % 3 === 0) run.estimate = run.estimate / 5n + 1n;
  await Promise.all(
    [...runs].map(async ([run_id, { estimate }]) => {
      const request = { run_id, task_id: `task-${run_id}`, main_task_id: 'code', agent: 'coder', model: 'gpt-4o' };
      await must(send('POST', '/v1/runs', request), 201);
      await must(send('POST', `/v1/runs/${run_id}/estimate`, { pico_usd: String(estimate) }), 201);
    }),
  );

  let now = 0;
  for (const { at_ms, starts, ends } of slices(calls)) {
    clock.advance({ minutes: (at_ms - now) / 60_000 });
    now = at_ms;
    await Promise.all([...starts.map(start), ...ends.filter((call) => held.has(call)).map(end)]);
  }

  async function start(call: TracedCall) {
    const { input_tokens } = call;
    const request = { hold_id: call.id, model: 'gpt-4o', input_tokens, max_output_tokens: MAX_OUTPUT_TOKENS };
    const { body } = await must(send('POST', `/v1/runs/${call.run}/holds`, request), 200);
    const run = runs.get(call.run)!;
    if (!body.admitted) {
      run.denied++;
      return;
    }
    held.set(call, body.hold.authorised_output_tokens);
    const hold = BigInt(body.hold.pico_usd);
    if (hold > run.largest_hold) run.largest_hold = hold;
    // What was admitted leaves spent and reserved within the limit and this hold.
    expect(BigInt(body.committed) + BigInt(body.reserved) < 3n * run.estimate + hold).toBe(true);
  }

  async function end(call: TracedCall) {
    const completion_tokens = Math.min(call.output_tokens, held.get(call)!);
    const prompt_tokens = call.input_tokens;
    const usage = { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
    const settlement = { usage: { model: 'gpt-4o-2024-08-06', usage } };
    await must(send('POST', `/v1/runs/${call.run}/holds/${call.id}/settlement`, settlement), 200);
    runs.get(call.run)!.spent += cost(call, completion_tokens);
  }

  const tripped: string[] = [];
  for (const [id, run] of runs) {
    const { body } = await must(send('GET', `/v1/runs/${id}/cost-guard`), 200);
    expect([id, body.committed, body.held, body.uncertain, body.open_holds]).toEqual([
      id,
      String(run.spent),
      '0',
      '0',
      0,
    ]);
    expect(run.spent < 3n * run.estimate + run.largest_hold).toBe(true);
    expect(body.state).toBe(run.spent >= 3n * run.estimate ? 'tripped' : 'open');
    if (body.state === 'tripped') tripped.push(id);
    else if (run.denied > 0) expect(run.spent + run.largest_hold >= run.estimate).toBe(true);
  }
  const flags = await listFlags();
  expect(flags.sort()).toEqual(tripped.map((id) => `run/${id}`).sort());
  expect(tripped.length).toBeGreaterThan(0);
  expect(tripped.length).toBeLessThan(runs.size);
  await checkLog(nodes[0].sql, agency.tenant);
}, 600_000);

/** The run of each A9 there is. */
async function listFlags(): Promise<string[]> {
  const found: string[] = [];
  for (let before: number | null = null; ;) {
    const query: string = `/v1/tickets?type=A9&limit=100${before === null ? '' : `&before=${before}`}`;
    const { body }: { body: any } = await must(nodes[1].call(agency.tokens.olga, 'GET', query), 200);
    for (const ticket of body.tickets) found.push(ticket.blocks.find((block: string) => block.startsWith('run/')));
    if (body.next_before === null) return found;
    before = body.next_before;
  }
}
