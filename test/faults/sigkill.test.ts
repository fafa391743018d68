import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from 'vitest';
import {
  type Agency,
  type Answer,
  type Call,
  type Node,
  ask,
  budget,
  checkLog,
  openNode,
  openWorkingAgency,
} from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';
import { type Server, killProcess, startProcess } from '../support/process.ts';

// The real service as a process of its own, on a database that outlives it, killed with SIGKILL while it answers.

const CLIENTS = 16;

let database: TestDatabase;
let direct: Node;
let agency: Agency;
let running: Set<ChildProcess>;
let markers = 0;

beforeAll(async () => {
  database = await createDatabase();
  direct = await openNode(database.url, { clock: () => new Date() });
  agency = await openWorkingAgency(direct, 'acme');
});
afterAll(async () => {
  await direct.close();
  await database.drop();
});
beforeEach(() => {
  running = new Set();
});
afterEach(async () => {
  await Promise.all([...running].map(kill));
});

/** Five starts of a process under load took 45 s beside other work, and more than a minute beside more. */
const MINUTES_3 = 180_000;

async function start(): Promise<Server> {
  const server = await startProcess(database.url);
  running.add(server.child);
  return server;
}

async function kill(child: ChildProcess): Promise<void> {
  running.delete(child);
  await killProcess(child);
}

/** What became of one marked question: every answer that reached us. */
interface Asked {
  marker: string;
  answers: Answer[];
}

/**
 * Asks until one answer has come, of whichever server `at` names. Under a key a lost answer is asked for again; without
 * one a lost question is given up, as it may have been decided.
 */
async function askMarked(at: () => Call, keyed: boolean): Promise<Asked> {
  const marker = `m-${markers++}`;
  const question = markers % 3 === 0 ? budget('c1', 20_000 + markers) : ask('plan.execute', 'plan/1', {});
  question.action.properties.change_set_id = marker;
  const asked: Asked = { marker, answers: [] };
  for (;;) {
    const headers: Record<string, string> = keyed ? { 'idempotency-key': marker } : {};
    // A refused or broken connection is no answer.
    const answer = await at()(agency.tokens.bot, 'POST', '/v1/decisions', question, headers).catch(() => null);
    if (answer) {
      expect([200, 503], answer.text).toContain(answer.status);
      if (answer.status === 200) asked.answers.push(answer);
    }
    if (asked.answers.length > 0 || !keyed) return asked;
    await new Promise((resume) => setImmediate(resume));
  }
}

async function checkAnswers(asked: Asked[], keyed: (marker: string) => boolean): Promise<void> {
  const entries = await checkLog(database.sql, 'acme');
  const seqs = new Map<string, number[]>();
  for (const { seq, leaf, payload } of entries) {
    if (leaf.action !== 'decision.made') continue;
    const marker = payload.input.action.properties?.change_set_id;
    seqs.set(marker, [...(seqs.get(marker) ?? []), seq]);
  }
  for (const { marker, answers } of asked) {
    const found = seqs.get(marker) ?? [];
    for (const { body } of answers) {
      expect(found, `${marker} was answered`).toEqual([body.receipt.seq]);
      expect(entries[body.receipt.seq]!.leafHash).toBe(body.receipt.leaf_hash);
    }
    expect(found.length, `${marker} is there once at most`).toBeLessThan(2);
    if (keyed(marker)) expect(found, `${marker} was asked for until it was answered`).toHaveLength(1);
  }
}

/** Clients that ask one question after the other until they are told to stop. */
function startLoad(at: (client: number) => () => Call) {
  const asked: Asked[] = [];
  const keyedMarkers = new Set<string>();
  let stopped = false;
  let answered = 0;
  let told = () => {};
  const clients = Promise.all(
    Array.from({ length: CLIENTS }, async (_, n) => {
      while (!stopped) {
        const one = await askMarked(at(n), n % 2 === 0);
        if (n % 2 === 0) keyedMarkers.add(one.marker);
        asked.push(one);
        if (one.answers.length > 0) answered++;
        told();
      }
    }),
  );
  return {
    /** Until so many more were answered. */
    async reach(more: number) {
      const goal = answered + more;
      // Told, not looked up again and again: on two cores that would be one of them.
      while (answered < goal) await new Promise<void>((resume) => (told = resume));
    },
    async stop() {
      stopped = true;
      await clients;
      await checkAnswers(asked, (marker) => keyedMarkers.has(marker));
      return asked;
    },
  };
}

test(
  'killed under load and started again, four times: no answer is missing, none is there twice, each key has one decision',
  { timeout: MINUTES_3 },
  async () => {
    let server = await start();
    const load = startLoad(() => () => server.call);
    for (let round = 0; round < 4; round++) {
      await load.reach(150);
      await kill(server.child);
      server = await start();
    }
    await load.reach(150);
    const asked = await load.stop();
    expect(asked.length).toBeGreaterThan(600);
  },
);

test(
  'of two nodes one is killed: the other goes on, keys answered by the dead one are answered the same by the living',
  { timeout: MINUTES_3 },
  async () => {
    const servers = await Promise.all([start(), start()]);
    const before = await askMarked(() => servers[0].call, true);
    let living: Server[] = servers;
    const load = startLoad((client) => () => living[client % living.length]!.call);
    await load.reach(200);
    await kill(servers[0].child);
    living = [servers[1]];
    await load.reach(200);
    const question = before.marker;
    const again = await askAgain(servers[1].call, question);
    expect(again.text).toBe(before.answers[0]!.text);
    living = [servers[1], await start()];
    await load.reach(200);
    await load.stop();
  },
);

/** The very question that was asked under this marker, as the log has it. */
async function askAgain(call: Call, marker: string): Promise<Answer> {
  const entries = await checkLog(database.sql, 'acme');
  const { subject, action, resource } = entries.find(
    ({ payload }) => payload.input?.action.properties?.change_set_id === marker,
  )!.payload.input;
  return call(agency.tokens.bot, 'POST', '/v1/decisions', { subject, action, resource }, { 'idempotency-key': marker });
}

test('an approval given before the kill is used once after it', async () => {
  const first = await start();
  const asked = await first.call(agency.tokens.bot, 'POST', '/v1/decisions', budget('c1', 8_000));
  const { ticket_id, revision, subject_hash } = asked.body.ticket;
  await first.call(agency.tokens.olga, 'POST', `/v1/tickets/${ticket_id}/verdicts`, {
    verdict: 'approve',
    revision,
    subject_hash,
  });
  await kill(first.child);
  const second = await start();
  const used = await Promise.all(
    Array.from({ length: 8 }, () =>
      second.call(agency.tokens.bot, 'POST', '/v1/decisions', budget('c1', 8_000, ticket_id)),
    ),
  );
  expect(used.map(({ body }) => body.effect).sort()).toEqual(['allow', ...Array(7).fill('deny')]);
});

test('killed while steps are admitted: none is lost, counted twice or let past a ceiling, and one A8 is raised', async () => {
  let server = await start();
  const runs = Array.from({ length: 12 }, (_, n) => `kill-${n}`);
  const send = async (path: string, body: object): Promise<any> => {
    for (;;) {
      const answer = await server.call(agency.tokens.bot, 'POST', path, body).catch(() => null);
      // A lost answer is asked for again: a run and a step are named by their ids.
      if (answer && answer.status < 300) return answer.body;
      await new Promise((resume) => setImmediate(resume));
    }
  };
  let answered = 0;
  const work = Promise.all(
    runs.map(async (run_id) => {
      const run = { run_id, task_id: `task-${run_id}`, main_task_id: 'm', agent: 'bid-bot', model: 'x' };
      await send('/v1/runs', run);
      const answers = await Promise.all(
        Array.from({ length: 12 }, async (_, n) => {
          const answer = await send(`/v1/runs/${run_id}/steps`, { kind: 'step', step_id: `s-${n}` });
          answered++;
          return answer;
        }),
      );
      return { run_id, answers };
    }),
  );
  for (const goal of [20, 60, 100]) {
    while (answered < goal) await new Promise((resume) => setImmediate(resume));
    await kill(server.child);
    server = await start();
  }
  for (const { run_id, answers } of await work) {
    expect(
      answers.filter(({ admitted }) => admitted),
      run_id,
    ).toHaveLength(8);
    const [tree] =
      await database.sql`select steps_total from run_tree where tenant_id = 'acme' and root_run_id = ${run_id}`;
    expect(tree).toMatchObject({ steps_total: 8 });
    const steps =
      await database.sql`select step_id, decision_seq from run_step where tenant_id = 'acme' and run_id = ${run_id}`;
    // Each admission that was answered is the one on record.
    const known = new Map(steps.map(({ step_id, decision_seq }) => [step_id, `D-${decision_seq}`]));
    expect(known.size).toBe(8);
    for (const { admitted, step_id, decision } of answers)
      if (admitted) expect(known.get(step_id)).toBe(decision.decision_id);
    const flags =
      await database.sql`select ticket_id from run_flag where tenant_id = 'acme' and root_run_id = ${run_id}`;
    expect(flags).toHaveLength(1);
  }
  await checkLog(database.sql, 'acme');
});
