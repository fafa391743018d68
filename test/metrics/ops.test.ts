import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase } from '../support/database.ts';
import {
  type Agency,
  type Clock,
  type Node,
  type Person,
  addCampaign,
  ask,
  budget,
  createClock,
  must,
  openNode,
  openWorkingAgency,
  vote,
} from '../support/agency.ts';

// Histories are made by a generator and played through the API; what each metric has to be is counted beside it, from what
// the generator did and when, by arithmetic of its own: no SQL, and none of the product's code.

let database: Awaited<ReturnType<typeof createDatabase>>;
let node: Node;
let clock: Clock;

beforeAll(async () => {
  database = await createDatabase();
  clock = createClock('2026-03-02T09:00:00.000Z');
  node = await openNode(database.url, { clock });
});
afterAll(async () => {
  await node?.close();
  await database?.drop();
});

type Doing =
  | { do: 'small'; back: boolean }
  | {
      do: 'large';
      wait: number;
      up: boolean;
      clientWait: number;
      changes: boolean;
      end: 'approve' | 'reject' | 'leave';
      back: boolean;
    }
  | { do: 'override'; wait: number; approve: boolean }
  | {
      do: 'run';
      results: { pass: boolean; codes: number }[];
      loop: number;
      exhaust: boolean;
      estimate: number;
      charge: number;
      correct: boolean;
    };

const minutes = fc.integer({ min: 1, max: 900 });
const doing: fc.Arbitrary<Doing> = fc.oneof(
  fc.record({ do: fc.constant('small' as const), back: fc.boolean() }),
  fc.record({
    do: fc.constant('large' as const),
    wait: minutes,
    up: fc.boolean(),
    clientWait: minutes,
    changes: fc.boolean(),
    end: fc.constantFrom('approve' as const, 'approve' as const, 'reject' as const, 'leave' as const),
    back: fc.boolean(),
  }),
  fc.record({ do: fc.constant('override' as const), wait: minutes, approve: fc.boolean() }),
  fc.record({
    do: fc.constant('run' as const),
    results: fc.array(fc.record({ pass: fc.boolean(), codes: fc.integer({ min: 1, max: 7 }) }), { maxLength: 5 }),
    loop: fc.integer({ min: 0, max: 4 }),
    exhaust: fc.boolean(),
    estimate: fc.integer({ min: 100, max: 1000 }),
    charge: fc.integer({ min: 0, max: 200 }),
    correct: fc.boolean(),
  }),
);

let tenants = 0;

describe('the ops metrics', () => {
  it('are what an independent count of the same history gives', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(doing, { minLength: 10, maxLength: 25 }), async (history) => {
        const agency = await openWorkingAgency(node, `metrics-${tenants++}`, []);
        clock.advance({ minutes: 1 });
        const from = clock().toISOString();
        const count = createCount();
        for (const [i, one] of history.entries()) await play(agency, one, i, count);
        clock.advance({ minutes: 1 });
        const to = clock().toISOString();
        const path = `/v1/metrics/ops?from=${from}&to=${to}`;
        const { body } = await must(node.call(agency.tokens.olga, 'GET', path), 200);
        expect(body).toEqual({ from, to, ...count.figures(from, to) });
        // Nothing of it happened before.
        const before = await must(
          node.call(agency.tokens.olga, 'GET', `/v1/metrics/ops?from=2026-01-01&to=${from}`),
          200,
        );
        expect(before.body).toMatchObject({
          changes: { unattended: 0, reviewed: 0, auto_approved: null },
          first_pass: [],
        });
      }),
      { numRuns: 6, endOnFailure: true },
    );
  });

  it('tell alerts and how long they lasted', async () => {
    const { tokens } = await openWorkingAgency(node, 'floor', []);
    const run = { run_id: 'r-1', task_id: 't-1', main_task_id: 'main', agent: 'bid-bot', model: 'gpt-4o' };
    await must(node.call(tokens.bot, 'POST', '/v1/runs', run), 201);
    const from = clock().toISOString();
    const report = async (name: string, passes: number, fails: number) => {
      const results = Array.from({ length: passes + fails }, (_, n) => ({
        ...run,
        result_id: `${name}-${n}`,
        pass: n < passes,
        at: clock().toISOString(),
      }));
      await must(node.call(tokens.desk, 'POST', '/v1/qc/results', { results }), 201);
    };
    const floor = async () => {
      clock.advance({ minutes: 1 });
      const path = `/v1/metrics/ops?from=${from}&to=${clock().toISOString()}`;
      return (await must(node.call(tokens.olga, 'GET', path), 200)).body.success_floor;
    };
    // 15 of 20 are 75 %, under the floor of 80 %; an hour later 20 more make it 35 of 40.
    await report('first', 15, 5);
    const grains = ['agent', 'main_task', 'model', 'subtask'];
    expect(await floor()).toEqual({
      grains: grains.map((grain) => ({ grain, grains: 1, under_floor: 1, share: 1 })),
      raised: 4,
      recovered: 0,
      recovery: null,
    });
    clock.advance({ minutes: 59 });
    await report('second', 20, 0);
    expect(await floor()).toEqual({
      grains: grains.map((grain) => ({ grain, grains: 1, under_floor: 0, share: 0 })),
      raised: 4,
      recovered: 4,
      recovery: { mean: 3600, p50: 3600, p90: 3600 },
    });
  });

  it('are in Prometheus’ text, with names escaped', async () => {
    const agency = await openWorkingAgency(node, 'prometheus');
    await must(node.call(agency.tokens.bot, 'POST', '/v1/decisions', budget('c1', 20_000)), 200);
    clock.advance({ minutes: 1 });
    const { text, headers } = await must(node.call(agency.tokens.desk, 'GET', '/metrics'), 200);
    expect(headers.get('content-type')).toContain('text/plain');
    expect(text).toContain('placet_tickets_living{type="A3",state="pending",tenant="prometheus"} 1');
    expect(text).toContain('placet_changes_auto_approved_ratio{tenant="prometheus"} 0');
    expect(text).toContain('process_cpu_seconds_total');
  });

  it('refuse a window that is none, and whoever may not see them', async () => {
    const { tokens } = await openWorkingAgency(node, 'refused');
    const get = async (who: Person, query: string) =>
      (await node.call(tokens[who], 'GET', `/v1/metrics/ops${query}`)).body;
    expect(await get('olga', '?from=2026-03-02&to=2026-03-01')).toMatchObject({
      errors: [{ field: '?from', code: 'query.range' }],
    });
    expect(await get('olga', '?from=2024-01-01&to=2026-03-01')).toMatchObject({
      errors: [{ field: '?from', code: 'query.range' }],
    });
    expect(await get('olga', '?from=yesterday')).toMatchObject({ errors: [{ field: '?from', code: 'query.time' }] });
    for (const who of ['bot', 'clara'] as const)
      expect(await get(who, '')).toMatchObject({ code: 'operation.forbidden' });
  });
});

/** Plays one piece of history, each on a campaign or run of its own, and counts it. */
async function play({ tokens }: Agency, one: Doing, i: number, count: Count): Promise<void> {
  const post = async (who: Person, path: string, body: unknown, status = 201) =>
    (await must(node.call(tokens[who], 'POST', path, body), status)).body;
  const wait = (time: number) => clock.advance({ minutes: time });
  wait(1);
  const campaign = `c-${i}`;
  if (one.do === 'small' || one.do === 'large') await addCampaign(node.call, { tenant: '', tokens }, campaign);

  async function applied(decision: any, before: number, back: boolean, approved: boolean): Promise<void> {
    const { decision_id } = decision;
    await post('bot', `/v1/decisions/${decision_id}/outcome`, { status: 'applied' });
    const undone = back && (await undo(`CS-${decision_id.slice(2)}`, before));
    count.applied.push({ approved, undone });
  }

  /** Asks to take the change set back; goes through when that is a small step. */
  async function undo(changeSet: string, before: number): Promise<boolean> {
    const question = ask('budget.change', `campaign/${campaign}`, {
      field: 'daily_budget_minor',
      after: before,
      undoes: changeSet,
    });
    const decision = await post('bot', '/v1/decisions', question, 200);
    if (decision.effect !== 'allow') {
      count.reviewed++;
      return false;
    }
    count.unattended++;
    await post('bot', `/v1/decisions/${decision.decision_id}/outcome`, { status: 'applied' });
    return true;
  }

  if (one.do === 'small') {
    const decision = await post('bot', '/v1/decisions', budget(campaign, 10_500), 200);
    expect(decision.effect).toBe('allow');
    count.unattended++;
    await applied(decision, 10_000, one.back, false);
  } else if (one.do === 'large') {
    const after = one.up ? 15_000 : 5_000;
    const opened = clock().getTime();
    const { ticket } = await post('bot', '/v1/decisions', budget(campaign, after), 200);
    count.reviewed++;
    let [team, agent, client] = [0, 0, 0];
    let now = ticket;
    const pass = (time: number, whose: 'team' | 'agent' | 'client') => {
      wait(time);
      if (whose === 'team') team += time * 60;
      else if (whose === 'agent') agent += time * 60;
      else client += time * 60;
    };
    pass(one.wait, 'team');
    if (one.changes) {
      now = (await must(vote(node.call, tokens.olga, now, 'request_changes'), 201)).body;
      pass(7, 'agent');
      now = (await post('bot', `/v1/tickets/${ticket.ticket_id}/revisions`, budget(campaign, after), 201)).ticket;
      pass(11, 'team');
    }
    if (one.end === 'leave') return;
    if (one.end === 'reject') {
      await must(vote(node.call, tokens.olga, now, 'reject'), 201);
      return;
    }
    now = (await must(vote(node.call, tokens.olga, now, 'approve'), 201)).body;
    if (one.up) {
      pass(one.clientWait, 'client');
      await must(vote(node.call, tokens.clara, now, 'approve'), 201);
    }
    count.approved.push({ type: 'A3', whole: (clock().getTime() - opened) / 1000, team, agent, client });
    wait(1);
    const decision = await post('bot', '/v1/decisions', budget(campaign, after, ticket.ticket_id), 200);
    expect(decision.effect).toBe('allow');
    await applied(decision, 10_000, one.back, true);
  } else if (one.do === 'override') {
    const opened = clock().getTime();
    const { ticket } = await post('bot', '/v1/decisions', ask('reconciliation.override', `reconciliation/r-${i}`), 200);
    wait(one.wait);
    if (!one.approve) return;
    await must(vote(node.call, tokens.anna, ticket, 'approve'), 201);
    const whole = (clock().getTime() - opened) / 1000;
    count.approved.push({ type: 'A6', whole, team: whole, agent: 0, client: 0 });
    count.overrides.push(clock().toISOString().slice(0, 10));
  } else {
    const run = {
      run_id: `r-${i}`,
      task_id: `t-${i}`,
      main_task_id: `main-${i % 2}`,
      agent: i % 2 ? 'bid-bot' : 'copy-bot',
      model: 'gpt-4o',
    };
    const bot = i % 2 ? 'bot' : 'bot2';
    await post(bot, '/v1/runs', run);
    const tree = {
      main: run.main_task_id,
      codes: new Set<string>(),
      exhausted: one.exhaust,
      estimated: one.estimate,
      spent: 0,
    };
    count.trees.push(tree);
    await post(bot, `/v1/runs/${run.run_id}/estimate`, { pico_usd: String(one.estimate) });
    for (const [n, { pass, codes }] of one.results.entries()) {
      wait(1);
      const failure_codes = pass ? [] : ['a', 'b', 'c'].filter((_, bit) => codes & (1 << bit));
      for (const code of failure_codes) tree.codes.add(code);
      const result = { ...run, result_id: `q-${i}-${n}`, pass, failure_codes, at: clock().toISOString() };
      count.results.push({ ...result, first: n === 0 });
      await post('desk', '/v1/qc/results', result);
    }
    if (one.loop > 0) {
      const loop = { ...run, loop_id: `l-${i}`, depth: one.loop, resolved: one.correct, at: clock().toISOString() };
      count.loops.push(loop);
      await post('desk', '/v1/qc/loops', loop);
    }
    wait(1);
    if (one.correct) {
      const cause = { code: 'b', detail: 'not on brand' };
      await post(bot, `/v1/runs/${run.run_id}/steps`, { step_id: 's-0', kind: 'qc_correction', cause }, 200);
      wait(1);
    }
    if (one.charge > 0) {
      await post(
        'desk',
        '/v1/spend-events',
        { event_id: `e-${i}`, run_id: run.run_id, pico_usd: String(one.charge) },
        200,
      );
      tree.spent = one.charge;
      if (one.correct) count.corrections.push(one.charge);
    }
    // One retry is admitted, the second one is too many.
    if (one.exhaust)
      for (const step_id of ['o-1', 'o-2'])
        await post(
          bot,
          `/v1/runs/${run.run_id}/steps`,
          { step_id, kind: 'orchestrator_retry', cause: { code: 'x' } },
          200,
        );
  }
}

type Count = ReturnType<typeof createCount>;

/** What was done, and what the metrics of it are. */
function createCount() {
  const count = {
    unattended: 0,
    reviewed: 0,
    approved: [] as { type: string; whole: number; team: number; agent: number; client: number }[],
    applied: [] as { approved: boolean; undone: boolean }[],
    overrides: [] as string[],
    results: [] as {
      run_id: string;
      main_task_id: string;
      agent: string;
      model: string;
      pass: boolean;
      failure_codes: string[];
      first: boolean;
    }[],
    loops: [] as { depth: number; resolved: boolean }[],
    trees: [] as { main: string; codes: Set<string>; exhausted: boolean; estimated: number; spent: number }[],
    corrections: [] as number[],
  };
  return Object.assign(count, {
    figures(from: string, to: string) {
      const { unattended, reviewed, approved, applied, results, loops, trees, corrections } = count;
      const types = [...new Set(approved.map((one) => one.type))].sort();
      const grains = results
        .filter((one) => one.first)
        .flatMap((one) => [
          { grain: 'agent', name: one.agent, pass: one.pass },
          { grain: 'main_task', name: one.main_task_id, pass: one.pass },
          { grain: 'model', name: one.model, pass: one.pass },
        ]);
      const failed = results.filter((one) => !one.pass);
      const struck = [...new Set(trees.flatMap((tree) => [...tree.codes]))].map((code) => {
        const with_code = trees.filter((tree) => tree.codes.has(code));
        const exhausted = with_code.filter((tree) => tree.exhausted).length;
        return { code, trees: with_code.length, exhausted, rate: share(exhausted, with_code.length) };
      });
      const exhausted = trees.filter((tree) => tree.exhausted).length;
      const resolved = loops.filter((loop) => loop.resolved).length;
      const undone = (approvedOnes: boolean) => {
        const those = applied.filter((one) => one.approved === approvedOnes);
        const back = those.filter((one) => one.undone).length;
        return { applied: those.length, undone: back, rate: share(back, those.length) };
      };
      const mains = [...new Set(trees.map((tree) => tree.main))].sort();
      const days: string[] = [];
      for (let day = Date.parse(from.slice(0, 10)); day < Date.parse(to); day += 86_400_000)
        days.push(new Date(day).toISOString().slice(0, 10));
      return {
        time_to_approve: types.map((type) => {
          const those = approved.filter((one) => one.type === type);
          return {
            type,
            count: those.length,
            whole: spread(those.map((one) => one.whole)),
            team: spread(those.map((one) => one.team)),
            agent_mean: milli(mean(those.map((one) => one.agent))),
            client_mean: milli(mean(those.map((one) => one.client))),
          };
        }),
        changes: { unattended, reviewed, auto_approved: share(unattended, unattended + reviewed) },
        first_pass: [...new Set(grains.map(({ grain, name }) => `${grain} ${name}`))].sort().map((key) => {
          const those = grains.filter(({ grain, name }) => `${grain} ${name}` === key);
          const passed = those.filter((one) => one.pass).length;
          const { grain, name } = those[0]!;
          return { grain, name, results: those.length, passed, rate: share(passed, those.length) };
        }),
        failure_codes: ranked(
          [...new Set(failed.flatMap((one) => one.failure_codes))].map((code) => {
            const those = failed.filter((one) => one.failure_codes.includes(code));
            return { code, results: those.length, runs: new Set(those.map((one) => one.run_id)).size };
          }),
          (one) => [-one.results, one.code],
        ),
        correction_loops: {
          loops: loops.length,
          resolved,
          deepest: Math.max(0, ...loops.map((loop) => loop.depth)),
          depth: loops.length === 0 ? null : spread(loops.map((loop) => loop.depth)),
        },
        exhausted_loops: {
          trees: trees.length,
          exhausted,
          rate: share(exhausted, trees.length),
          by_failure_code: ranked(struck, (one) => [-one.exhausted, -one.trees, one.code]),
        },
        // Has a test of its own: long histories raise alerts.
        success_floor: expect.any(Object),
        rollbacks: { after_approval: undone(true), unattended: undone(false) },
        manual_overrides: days.map((day) => ({ day, count: count.overrides.filter((one) => one === day).length })),
        calibration: mains.map((main) => {
          const those = trees.filter((tree) => tree.main === main);
          const [estimated, spent] = [sum(those.map((one) => one.estimated)), sum(those.map((one) => one.spent))];
          return {
            main_task_id: main,
            model: 'gpt-4o',
            trees: those.length,
            estimated_pico_usd: String(estimated),
            spent_pico_usd: String(spent),
            actual_over_estimate: Math.round((spent / estimated) * 10_000) / 10_000,
          };
        }),
        correction_spend:
          corrections.length === 0
            ? []
            : [{ code: 'b', charges: corrections.length, pico_usd: String(sum(corrections)) }],
        unaccounted: { held_pico_usd: '0', uncertain_pico_usd: '0', unpriced_reports: 0 },
      };
    },
  });
}

function sum(values: number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function mean(values: number[]): number {
  return sum(values) / values.length;
}

function milli(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000;
}

/** Mean, median and 90th percentile, linear between the two nearest. */
function spread(values: number[]) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (q: number) => {
    const place = q * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
    return milli(low + (high - low) * (place - Math.floor(place)));
  };
  return { mean: milli(mean(values)), p50: at(0.5), p90: at(0.9) };
}

function ranked<T>(rows: T[], key: (row: T) => (number | string)[]): T[] {
  return rows.toSorted((a, b) => {
    const [x, y] = [key(a), key(b)];
    const i = x.findIndex((part, n) => part !== y[n]);
    return i === -1 ? 0 : x[i]! < y[i]! ? -1 : 1;
  });
}
