import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Agency, type Node, checkLog, openAgency, openNode } from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';

let database: TestDatabase;
let nodes: [Node, Node];

beforeAll(async () => {
  database = await createDatabase();
  nodes = [await openNode(database.url), await openNode(database.url)];
});
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.close()));
  await database.drop();
});

const KINDS = ['tool_round', 'qc_correction', 'orchestrator_retry', 'step'] as const;
const CEILINGS = { qc_correction: 2, tool_round: 5, orchestrator_retry: 1, global: 8 };

/** Each client asks for steps until nothing is admitted any more: of every kind, on the root and on child runs of its own task. */
async function storm(agency: Agency, clients: number, childTasks: boolean): Promise<any[]> {
  const answers: any[] = [];
  const { tokens } = agency;
  const run = { run_id: 'root', task_id: 't', main_task_id: 'm', agent: 'bid-bot', model: 'x' };
  await nodes[0].call(tokens.bot, 'POST', '/v1/runs', run);
  await Promise.all(
    Array.from({ length: clients }, async (_, n) => {
      const { call } = nodes[n % 2]!;
      let id = 'root';
      if (childTasks && n % 2 === 1) {
        id = `child-${n}`;
        const child = { ...run, run_id: id, task_id: `t-${n}`, parent_run_id: 'root' };
        const { body } = await call(tokens.bot, 'POST', '/v1/runs', child);
        if (!body.started) return;
      }
      for (let i = 0; i < 12; i++) {
        const kind = KINDS[(n + i) % KINDS.length]!;
        const step = { kind, step_id: `${n}-${i}`, cause: { code: 'off_brand' } };
        const answer = await call(tokens.bot, 'POST', `/v1/runs/${id}/steps`, step);
        expect(answer.status, answer.text).toBe(200);
        answers.push({ kind, id, ...answer.body });
      }
    }),
  );
  return answers;
}

test.each([
  [1, false],
  [8, false],
  [64, false],
  [8, true],
  [64, true],
])(
  '%i clients on two nodes, child runs %s: no ceiling is passed, and one A8 is raised',
  async (clients, childTasks) => {
    const tenant = `storm-${clients}-${childTasks}`;
    const agency = await openAgency(nodes[0], tenant);
    const answers = await storm(agency, clients, childTasks);
    const admitted = answers.filter((one) => one.admitted);
    expect(admitted.length).toBeLessThanOrEqual(CEILINGS.global);
    for (const kind of KINDS.slice(0, 3))
      for (const task of new Set(admitted.map(({ id }) => id)))
        expect(admitted.filter((one) => one.kind === kind && one.id === task).length).toBeLessThanOrEqual(
          CEILINGS[kind as keyof typeof CEILINGS],
        );

    const entries = await checkLog(database.sql, tenant);
    const opened = entries.filter(({ leaf }) => leaf.action === 'ticket.opened');
    expect(opened).toHaveLength(1);
    expect(opened[0]!.payload).toMatchObject({ type: 'A8', state: 'open' });
    expect(new Set(answers.map((one) => one.red_flag).filter(Boolean)).size).toBe(1);
    // What was admitted is what was counted, and what stands in the log.
    const allowed = entries.filter(({ leaf, payload }) => leaf.effect === 'allow' && payload.input?.facts.step);
    expect(allowed).toHaveLength(admitted.length);
    const [tree] = await database.sql`select steps_total, state, epoch from run_tree where tenant_id = ${tenant}`;
    expect(tree).toMatchObject({ steps_total: admitted.length, state: 'exhausted', epoch: 1 });
    // Nothing was admitted after the flag.
    expect(Math.max(...allowed.map(({ seq }) => seq))).toBeLessThan(opened[0]!.seq);
  },
);

test('the same step from everyone at once is admitted once, and all get that answer', async () => {
  const { tokens } = await openAgency(nodes[0], 'same-step');
  const run = { run_id: 'r', task_id: 't', main_task_id: 'm', agent: 'bid-bot', model: 'x' };
  const started = await Promise.all(
    Array.from({ length: 16 }, (_, n) => nodes[n % 2]!.call(tokens.bot, 'POST', '/v1/runs', run)),
  );
  expect(new Set(started.map(({ body }) => body.decision.decision_id)).size).toBe(1);
  const step = { kind: 'orchestrator_retry', step_id: 's' };
  const answers = await Promise.all(
    Array.from({ length: 32 }, (_, n) => nodes[n % 2]!.call(tokens.bot, 'POST', '/v1/runs/r/steps', step)),
  );
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(answers[0]!.body).toMatchObject({ admitted: true, counters: { orchestrator_retry: { used: 1, left: 0 } } });
});

test('of humans who resolve a flag at once, one does', async () => {
  const { tokens } = await openAgency(nodes[0], 'humans');
  const run = { run_id: 'r', task_id: 't', main_task_id: 'm', agent: 'bid-bot', model: 'x' };
  await nodes[0].call(tokens.bot, 'POST', '/v1/runs', run);
  for (const step_id of ['1', '2'])
    await nodes[0].call(tokens.bot, 'POST', '/v1/runs/r/steps', { kind: 'orchestrator_retry', step_id });
  const [ticket] = (await nodes[0].call(tokens.olga, 'GET', '/v1/tickets?state=open')).body.tickets;
  const { ticket_id, revision, subject_hash } = ticket;
  const answers = await Promise.all(
    (['olga', 'omar', 'anna'] as const).flatMap((who) =>
      (['resume', 'abort', 'raise_allowance'] as const).map((kind, n) =>
        nodes[n % 2]!.call(tokens[who], 'POST', `/v1/tickets/${ticket_id}/verdicts`, {
          verdict: 'resolve',
          revision,
          subject_hash,
          comment: 'Mine.',
          resolution: { kind, ...(kind === 'raise_allowance' && { allowance: { orchestrator_retry: 1 } }) },
        }),
      ),
    ),
  );
  const won = answers.filter(({ status }) => status === 201);
  expect(won).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(8);
  const { body } = await nodes[1].call(tokens.olga, 'GET', '/v1/runs/r');
  const { kind } = won[0]!.body.resolution;
  expect(body.tree).toMatchObject(kind === 'abort' ? { state: 'aborted', epoch: 1 } : { state: 'running', epoch: 2 });
  expect(body.counters.orchestrator_retry.granted).toBe(kind === 'raise_allowance' ? 1 : 0);
});

test('fresh root runs from everyone at once: as many as the task may have begin, and one A8 is raised', async () => {
  const { tokens } = await openAgency(nodes[0], 'fresh-roots');
  const run = { task_id: 't', main_task_id: 'm', agent: 'bid-bot', model: 'x' };
  const answers = await Promise.all(
    Array.from({ length: 64 }, (_, n) =>
      nodes[n % 2]!.call(tokens.bot, 'POST', '/v1/runs', { ...run, run_id: `fresh-${n}` }),
    ),
  );
  expect(answers.filter(({ body }) => body.started)).toHaveLength(32);
  const entries = await checkLog(database.sql, 'fresh-roots');
  expect(entries.filter(({ leaf }) => leaf.action === 'ticket.opened')).toHaveLength(1);
});
