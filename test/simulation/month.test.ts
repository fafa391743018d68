import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TenantConfig, WorkCalendar } from '../../src/contract/types.ts';
import { createLog } from '../../src/log.ts';
import { sweepTickets } from '../../src/tickets/sla/sweep.ts';
import {
  type Agency,
  type Node,
  type Person,
  CONFIG,
  addCampaign,
  approvePlan,
  ask,
  budget,
  checkLog,
  must,
  openAgency,
  openNode,
} from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';
import { type Oracle, createOracle } from '../tickets/working-time-oracle.ts';
import { type History, type Rules, MINUTE, expectedEntries, expectedFigures } from './expected.ts';

// March 2026 at three agencies, in three time zones of which two change their clocks: hundreds of tickets, humans who
// answer at once, late or never, clients and agents likewise, and two times in which no node swept. Every figure that the
// service gives is compared with one that is counted minute by minute.

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const BEGIN = Date.parse('2026-03-02T00:00:00Z');
const END = BEGIN + 31 * DAY;
const TICKETS = 80;
/** Times in which no node swept. */
const DOWN: [number, number][] = [
  [BEGIN + 8 * DAY + 20 * HOUR, BEGIN + 9 * DAY + 10 * HOUR],
  [BEGIN + 22 * DAY, BEGIN + 23 * DAY + 6 * HOUR],
];

const week = (...intervals: [string, string][]): WorkCalendar['intervals'] =>
  intervals.map(([from, to]) => ({ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from, to }));
const UTC: WorkCalendar = { time_zone: 'Etc/UTC', intervals: week(['09:00', '17:00']), holidays: [] };
const BERLIN: WorkCalendar = {
  time_zone: 'Europe/Berlin',
  intervals: week(['09:00', '17:30']),
  holidays: ['2026-03-20'],
};
const NEW_YORK: WorkCalendar = {
  time_zone: 'America/New_York',
  intervals: [...week(['08:30', '12:30'], ['13:30', '17:30']), { days: ['sat'], from: '22:00', to: '02:00' }],
  holidays: ['2026-03-17'],
};
const ALWAYS: WorkCalendar = {
  time_zone: 'Etc/UTC',
  intervals: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '00:00', to: '24:00' }],
  holidays: [],
};
const AGENCIES: [id: string, config: TenantConfig, calendar: WorkCalendar, own: Record<string, number>][] = [
  ['utc', CONFIG, UTC, {}],
  [
    'berlin',
    { ...CONFIG, sla_policy: { calendar: BERLIN, targets: { A2: 180, A3: 100 } } },
    BERLIN,
    { A2: 180, A3: 100 },
  ],
  ['new-york', { ...CONFIG, sla_policy: { calendar: NEW_YORK } }, NEW_YORK, {}],
];

type Kind = 'A2' | 'A3 up' | 'A3 down' | 'A4' | 'A6' | 'A8';
/** As docs/sla.md has it: minutes for the team, the agent and the client, how long the request stands, and who answers. */
const KINDS: Record<
  Kind,
  { type: string; team: number; agent: number; client: number; ttl: number; open: boolean; who: Person[] }
> = {
  A2: {
    type: 'A2',
    team: 240,
    agent: 720,
    client: 960,
    ttl: 10080,
    open: false,
    who: ['olga', 'omar', 'paul', 'petra'],
  },
  'A3 up': { type: 'A3', team: 120, agent: 480, client: 480, ttl: 4320, open: true, who: ['olga', 'omar'] },
  'A3 down': { type: 'A3', team: 240, agent: 480, client: 480, ttl: 4320, open: true, who: ['olga', 'omar'] },
  A4: { type: 'A4', team: 960, agent: 1440, client: 960, ttl: 20160, open: false, who: ['anna', 'clara'] },
  A6: { type: 'A6', team: 240, agent: 480, client: 480, ttl: 4320, open: true, who: ['anna'] },
  A8: { type: 'A8', team: 60, agent: 60, client: 60, ttl: Infinity, open: true, who: ['olga', 'omar', 'anna'] },
};
const PERCENTS = { remind: [50, 80], widen: [100], admin: [200] };
const STEPS = Object.entries(PERCENTS).flatMap(([effect, list]) => list.map((percent) => ({ percent, effect })));
const AGENT_STEPS = [
  { percent: 50, effect: 'remind' },
  { percent: 100, effect: 'widen' },
];

interface Simulated {
  agency: Agency;
  kind: Kind;
  id: string;
  question: any;
  history: History;
}

let database: TestDatabase;
let node: Node;
let now = BEGIN;
const clock = () => new Date(now);
const sweeps: number[] = [];
const tickets: Simulated[] = [];
const queue: { at: number; act: () => Promise<void> }[] = [];
const taken = new Set<number>();
const oracles = new Map<string, Oracle>();
const random = createRandom(20260302);
let checked = 0;
/** No two questions are the same, so that none answers another. */
let serial = 0;

beforeAll(async () => {
  database = await createDatabase();
  node = await openNode(database.url, { clock });
});
afterAll(async () => {
  await node.close();
  await database.drop();
});

test('a month of three agencies: every figure is what counting gives', { timeout: 600_000 }, async () => {
  for (const [id, config, calendar, own] of AGENCIES) {
    const agency = await openAgency(node, id, config);
    await approvePlan(node.call, agency);
    for (let n = 0; n < TICKETS; n++)
      later(random.integer(60, 27 * 1440) * MINUTE, () => open(agency, calendar, own, n));
  }
  for (let at = BEGIN; at < END; at += 2 * HOUR) at > BEGIN && later(at - BEGIN, async () => {});
  while (queue.length > 0) {
    queue.sort((a, b) => a.at - b.at);
    const { at, act } = queue.shift()!;
    now = at;
    if (!DOWN.some(([from, to]) => at >= from && at < to)) await sweep();
    await act();
  }
  now = END + DAY;
  await sweep();
  for (const ticket of tickets) await check(ticket);
  await checkEntries();

  const seen = new Set(
    tickets.flatMap(({ history }) => history.stretches.map(({ party, round }) => `${party} ${round}`)),
  );
  expect(seen.isSupersetOf(new Set(['team 1', 'agent 1', 'client 1', 'team 2', 'client 2']))).toBe(true);
  expect(checked).toBeGreaterThan(600);
});

/** Plans something for a minute of its own: what happens at one instant has no order. */
function later(ms: number, act: () => Promise<void>): void {
  let at = now + ms;
  while (taken.has(at)) at += MINUTE;
  if (at >= END) return;
  taken.add(at);
  queue.push({ at, act });
}

async function sweep(): Promise<void> {
  await sweepTickets({ ...node, clock, log: createLog('silent') });
  sweeps.push(now);
  for (const { history } of tickets)
    if (isOpen(history) && history.lapses !== null && history.lapses <= now) lapse(history, true);
}

function lapse(history: History, swept: boolean): void {
  history.stretches.at(-1)!.to = history.lapses;
  history.lapsed = { at: now, swept };
}

function isOpen({ stretches }: History): boolean {
  return stretches.at(-1)!.to === null;
}

/** Another party is awaited from now on; null: nobody. */
function turn({ history }: Simulated, party: 'team' | 'agent' | 'client' | null, round?: number): void {
  const last = history.stretches.at(-1)!;
  last.to = now;
  if (party) history.stretches.push({ party, round: round ?? last.round, from: now, to: null });
}

async function open(agency: Agency, calendar: WorkCalendar, own: Record<string, number>, n: number): Promise<void> {
  const kind = random.pick<Kind>(['A2', 'A3 up', 'A3 up', 'A3 up', 'A3 down', 'A3 down', 'A4', 'A6', 'A8']);
  const { type, team, agent, client, ttl, open: always } = KINDS[kind];
  // A campaign each: whoever asks about a campaign also ends what has lapsed on it.
  if (kind === 'A2' || kind.startsWith('A3')) await addCampaign(node.call, agency, `c${n}`);
  const question = {
    A2: () => ask('campaign.launch', `campaign/c${n}`),
    'A3 up': () => budget(`c${n}`, 20_000 + serial++),
    'A3 down': () => budget(`c${n}`, 2_000 + serial++),
    A4: () => ask('access.grant', `access/a${n}`),
    A6: () => ask('reconciliation.override', `reconciliation/r${n}`),
    A8: () => null,
  }[kind]();
  const id = question ? await openByQuestion(agency, question) : await openFlag(agency, n);
  const rules = (one: WorkCalendar, target: number, steps: Rules['steps'], repeat?: number): Rules => ({
    calendar: one,
    oracle: oracleOf(one),
    target,
    steps,
    ...(repeat && { repeat }),
  });
  const ticket: Simulated = {
    agency,
    kind,
    id,
    question,
    history: {
      rules: {
        team: rules(
          always ? ALWAYS : calendar,
          Math.min(team, own[type] ?? team),
          STEPS,
          kind === 'A8' ? 100 : undefined,
        ),
        agent: rules(ALWAYS, agent, AGENT_STEPS),
        client: rules(calendar, client, STEPS),
      },
      stretches: [{ party: 'team', round: 1, from: now, to: null }],
      lapses: ttl === Infinity ? null : now + ttl * MINUTE,
      lapsed: null,
    },
  };
  tickets.push(ticket);
  later(delay(), () => answer(ticket));
  if (random.chance(0.3)) later(delay(), () => check(ticket));
  if (kind.startsWith('A3') && random.chance(0.15)) later(delay(), () => reviseUnasked(ticket));
}

async function openByQuestion({ tokens }: Agency, question: any): Promise<string> {
  return (await must(node.call(tokens.bot, 'POST', '/v1/decisions', question), 200)).body.ticket.ticket_id;
}

async function openFlag({ tokens }: Agency, n: number): Promise<string> {
  const run = { run_id: `run-${n}`, task_id: `task-${n}`, main_task_id: 'spring', agent: 'bid-bot', model: 'claude-4' };
  await must(node.call(tokens.bot, 'POST', '/v1/runs', run), 201);
  const step = (id: string) =>
    must(node.call(tokens.bot, 'POST', `/v1/runs/run-${n}/steps`, { kind: 'orchestrator_retry', step_id: id }), 200);
  await step('s1');
  return (await step('s2')).body.red_flag;
}

/** Somebody of those who can comes to the ticket, and decides, sends it back, or leaves it. */
async function answer(ticket: Simulated): Promise<void> {
  await check(ticket);
  const { agency, kind, history } = ticket;
  if (!isOpen(history) || history.stretches.at(-1)!.party === 'agent') return;
  const who = random.pick(KINDS[kind].who);
  if (kind === 'A8') return answerFlag(ticket, who);
  const roll = random.real();
  if (roll < 0.1) return;
  if (roll < 0.15) {
    const comment = { comment: 'No more.' };
    const done = await node.call(agency.tokens.bot, 'POST', `/v1/tickets/${ticket.id}/cancellation`, comment);
    return settle(ticket, done.status, () => turn(ticket, null));
  }
  const client = history.stretches.at(-1)!.party === 'client';
  const verdict = roll < 0.6 ? 'approve' : roll < 0.75 ? 'reject' : 'request_changes';
  const status = await vote(ticket, client ? 'clara' : who, { verdict, comment: 'So be it.' });
  settle(ticket, status, () => {
    if (verdict === 'request_changes') {
      turn(ticket, 'agent');
      if (random.chance(0.85)) later(delay(), () => revise(ticket));
    } else if (verdict === 'approve' && kind === 'A3 up' && !client) {
      turn(ticket, 'client');
      later(delay(), () => answer(ticket));
    } else turn(ticket, null);
  });
}

async function answerFlag(ticket: Simulated, who: Person): Promise<void> {
  if (random.chance(0.2)) return;
  if (random.chance(0.5)) await vote(ticket, who, { verdict: 'acknowledge' });
  if (random.chance(0.5)) {
    later(delay(), () => answerFlag(ticket, who));
    return;
  }
  await check(ticket);
  if (!isOpen(ticket.history)) return;
  const resolution = { kind: random.pick(['resume', 'abort']) };
  settle(ticket, await vote(ticket, who, { verdict: 'resolve', resolution, comment: 'Seen to.' }), () =>
    turn(ticket, null),
  );
}

/** The agent does what was asked: everybody has the whole time again. */
async function revise(ticket: Simulated): Promise<void> {
  await check(ticket);
  if (!isOpen(ticket.history)) return;
  const { status } = await sendRevision(ticket);
  if (ticket.history.lapses! <= now) return expect(status).toBe(409) as void;
  expect(status).toBe(201);
  turn(ticket, 'team', ticket.history.stretches.at(-1)!.round + 1);
  ticket.history.lapses = now + KINDS[ticket.kind].ttl * MINUTE;
  later(delay(), () => answer(ticket));
}

/** The agent asks anew though nobody wanted it to: the time goes on. */
async function reviseUnasked(ticket: Simulated): Promise<void> {
  await check(ticket);
  const { history } = ticket;
  if (!isOpen(history) || history.stretches.at(-1)!.party === 'agent' || history.lapses! <= now) return;
  expect((await sendRevision(ticket)).status).toBe(201);
  turn(ticket, 'team');
  history.lapses = now + KINDS[ticket.kind].ttl * MINUTE;
}

function sendRevision(ticket: Simulated) {
  const { properties } = ticket.question.action;
  if (properties) properties.after = (ticket.kind === 'A3 up' ? 20_000 : 2_000) + serial++;
  return node.call(ticket.agency.tokens.bot, 'POST', `/v1/tickets/${ticket.id}/revisions`, ticket.question);
}

async function vote({ agency, id }: Simulated, who: Person, body: object): Promise<number> {
  const { revision, subject_hash } = (await node.call(agency.tokens.olga, 'GET', `/v1/tickets/${id}`)).body;
  const answered = await node.call(agency.tokens[who], 'POST', `/v1/tickets/${id}/verdicts`, {
    ...body,
    revision,
    subject_hash,
  });
  return answered.status;
}

/** What was done took place, unless the request had lapsed, which it then is known to have. */
function settle({ history }: Simulated, status: number, done: () => void): void {
  const late = history.lapses !== null && history.lapses <= now;
  expect(status).toBe(late ? 409 : 201);
  if (late) lapse(history, false);
  else done();
}

/** Compares what the service says of a ticket now with what it has to be. */
async function check({ agency, id, history, kind }: Simulated): Promise<void> {
  const { sla, segments, state } = (await must(node.call(agency.tokens.olga, 'GET', `/v1/tickets/${id}`), 200)).body;
  const wanted = expectedFigures(history, now);
  const minutes = (party: 'team' | 'agent' | 'client') => sla.clocks[party].elapsed_seconds / 60;
  expect(
    {
      party: sla.clock,
      round: sla.round,
      elapsed: { team: minutes('team'), agent: minutes('agent'), client: minutes('client') },
      due: sla.due_at,
      breached: sla.breached,
      team: sla.clocks.team.target_minutes,
      paused: sla.paused_since,
    },
    `${agency.tenant} ${id} (${kind}, ${state}) at ${clock().toISOString()}`,
  ).toEqual({
    party: wanted.party,
    round: wanted.round,
    elapsed: wanted.elapsed,
    due: iso(wanted.due),
    breached: wanted.breaches > 0,
    team: history.rules.team.target,
    paused: wanted.party === 'agent' || wanted.party === 'client' ? iso(history.stretches.at(-1)!.from) : null,
  });
  expect(segments).toEqual(
    history.stretches.map(({ party, round, from, to }) => ({
      clock: party,
      round,
      started_at: iso(from),
      ended_at: to === null ? null : iso(to),
    })),
  );
  checked++;
}

/** Compares all that the logs say of reminders, breaches, escalations, pauses and resumptions with what had to happen. */
async function checkEntries(): Promise<void> {
  const text = (...parts: unknown[]) => parts.join(' ');
  for (const [tenant] of AGENCIES) {
    const entries = await checkLog(database.sql, tenant);
    const said = new Map<string, string[]>();
    for (const { leaf, payload: one } of entries) {
      if (one?.elapsed_minutes === undefined) continue;
      const what = leaf.action.slice('ticket.'.length);
      const turned = what === 'paused' || what === 'resumed';
      const line = turned
        ? text(what, leaf.timestamp)
        : text(what, one.round, one.percent ?? 100, one.effect ?? '', one.at, leaf.timestamp, one.missed ?? 0);
      said.set(one.ticket_id, [...(said.get(one.ticket_id) ?? []), line]);
      expect(one.due_at, line).toEqual(expect.any(String));
      if (!turned && what !== 'breached') expect(one.asked.length + one.told.length, line).toBeGreaterThan(0);
    }
    for (const { agency, id, history, kind } of tickets.filter((one) => one.agency.tenant === tenant)) {
      const wanted = expectedEntries(history, sweeps, now).map((one) =>
        text(one.kind, one.round, one.percent, one.effect, iso(one.at), iso(one.logged), one.missed),
      );
      for (const [i, { party, from }] of history.stretches.entries()) {
        const before = history.stretches[i - 1]?.party;
        if (before === undefined || before === party) continue;
        if (party === 'team') wanted.push(text('resumed', iso(from)));
        else if (before === 'team') wanted.push(text('paused', iso(from)));
      }
      expect((said.get(id) ?? []).sort(), `${agency.tenant} ${id} (${kind})`).toEqual(wanted.sort());
    }
  }
}

function oracleOf(calendar: WorkCalendar): Oracle {
  const known = oracles.get(calendar.time_zone);
  if (known) return known;
  const oracle = createOracle(calendar.time_zone, BEGIN - 2 * DAY, 75);
  oracles.set(calendar.time_zone, oracle);
  return oracle;
}

function delay(): number {
  const [from, to] = random.pick<[number, number]>([
    [3, 90],
    [90, 480],
    [480, 2400],
    [2400, 6000],
  ]);
  return random.integer(from, to) * MINUTE;
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}

/** The same month in every run (mulberry32). */
function createRandom(seed: number) {
  let state = seed;
  const real = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    real,
    chance: (p: number) => real() < p,
    integer: (min: number, max: number) => min + Math.floor(real() * (max - min + 1)),
    pick: <T>(from: readonly T[]): T => from[Math.floor(real() * from.length)]!,
  };
}
