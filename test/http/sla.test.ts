import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TenantConfig } from '../../src/contract/types.ts';
import { createLog } from '../../src/log.ts';
import { sweepTickets } from '../../src/tickets/sla/sweep.ts';
import {
  type Agency,
  type Clock,
  type Node,
  CONFIG,
  addCampaign,
  approvePlan,
  ask,
  budget,
  checkLog,
  createClock,
  createTranscript,
  gist,
  must,
  openAgency,
  openNode,
} from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';

// Times of all tests are on Monday 2 March 2026 and after. A3 has 120 minutes round the clock when the budget goes up, 240
// when it goes down; A2 has 240 minutes on the business calendar.

const log = createLog('silent');
let database: TestDatabase;
let clock: Clock;
let node: Node;
let other: Node;
let tenants = 0;

beforeAll(async () => {
  database = await createDatabase();
  clock = createClock();
  node = await openNode(database.url, { clock });
  other = await openNode(database.url, { clock });
});
afterAll(async () => {
  await node.close();
  await other.close();
  await database.drop();
});

let agency: Agency;
let say: ReturnType<typeof createTranscript>;

async function open(config: TenantConfig = CONFIG) {
  agency = await openAgency(node, `sla-${tenants++}`, config);
  await approvePlan(node.call, agency);
  for (const id of ['c1', 'c2']) await addCampaign(node.call, agency, id);
  say = createTranscript(node.call, agency);
}
beforeEach(() => open());

const sweep = (on: Node = node) => sweepTickets({ ...on, clock, log });
const wait = async (minutes: number) => {
  clock.advance({ minutes });
  await sweep();
};
const view = async (id = say.ticket.ticket_id) =>
  (await must(node.call(agency.tokens.olga, 'GET', `/v1/tickets/${id}`), 200)).body;
const later = (from: string, minutes: number) => new Date(Date.parse(from) + minutes * 60_000).toISOString();

/** What the log says of the ticket's time, one line an entry: action, effect, percent and who is asked and told. */
async function story(id = say.ticket.ticket_id): Promise<string[]> {
  const entries = await checkLog(database.sql, agency.tenant);
  return entries
    .filter(({ leaf, payload }) => leaf.resource === `ticket/${id}` && 'elapsed_minutes' in payload)
    .map(({ leaf, payload: { effect, percent, asked, told, skipped, missed } }) =>
      [
        leaf.action.slice('ticket.'.length),
        ...(effect ? [`${effect} ${percent}`] : []),
        ...(missed ? [`+${missed}`] : []),
        skipped ? 'skipped' : `asks ${asked.join(' ') || '–'}`,
        ...(told?.length ? [`tells ${told.join(' ')}`] : []),
      ].join(', '),
    );
}

describe('the clock', () => {
  test('stands still while changes are requested, and goes on with its whole time after they are made', async () => {
    await say.ask('bot', budget('c1', 8_000));
    const opened = say.ticket;
    clock.advance({ minutes: 100 });
    await say.vote('olga', 'request_changes', { comment: 'Less.' });
    const asked = (await view()).sla;
    expect(asked).toMatchObject({
      clock: 'agent',
      elapsed_seconds: 6000,
      seconds_left: 140 * 60,
      paused_since: clock().toISOString(),
      due_at: later(clock().toISOString(), 480),
    });
    clock.advance({ minutes: 60 });
    expect((await view()).sla).toMatchObject({ elapsed_seconds: 6000, clocks: { agent: { elapsed_seconds: 3600 } } });
    await must(
      node.call(agency.tokens.bot, 'POST', `/v1/tickets/${opened.ticket_id}/revisions`, budget('c1', 8_500)),
      201,
    );
    const again = await view();
    expect(again.sla).toMatchObject({
      clock: 'team',
      round: 2,
      elapsed_seconds: 0,
      due_at: later(clock().toISOString(), 240),
      paused_since: null,
      clocks: { team: { total_seconds: 6000 }, agent: { total_seconds: 3600 } },
    });
    expect(again.segments.map(({ clock: name, round }: any) => `${name} ${round}`)).toEqual([
      'team 1',
      'agent 1',
      'team 2',
    ]);
    expect(again.segments[2]).toMatchObject({ started_at: clock().toISOString(), ended_at: null });
    expect(await story()).toEqual(['paused, asks bid-bot', 'resumed, asks olga omar']);
  });

  test('is not put back by a revision that nobody asked for', async () => {
    await say.ask('bot', budget('c1', 8_000));
    const { ticket_id } = say.ticket;
    const { due_at } = (await view()).sla;
    clock.advance({ minutes: 100 });
    await must(node.call(agency.tokens.bot, 'POST', `/v1/tickets/${ticket_id}/revisions`, budget('c1', 8_500)), 201);
    expect((await view()).sla).toMatchObject({ round: 1, elapsed_seconds: 6000, due_at });
  });

  test('is the client’s once only the client is awaited, on business days', async () => {
    await say.ask('bot', budget('c1', 12_500));
    clock.advance({ minutes: 30 });
    await say.vote('olga', 'approve');
    const { sla } = await view();
    expect(sla).toMatchObject({
      clock: 'client',
      elapsed_seconds: 1800,
      clocks: { client: { calendar: 'business', target_minutes: 480 } },
    });
    // The client's second day ends when its first began, eight working hours later.
    expect(Date.parse(sla.due_at)).toBeGreaterThan(clock().getTime() + 480 * 60_000);
    expect(await story()).toEqual(['paused, asks clara']);
    await say.vote('clara', 'approve');
    expect((await view()).sla).toMatchObject({
      clock: null,
      seconds_left: null,
      breached: false,
      elapsed_seconds: 1800,
    });
  });

  test('runs on while a slot that is not the client’s is empty', async () => {
    await say.ask('bot', budget('c1', 12_500));
    await say.vote('clara', 'approve');
    expect((await view()).sla.clock).toBe('team');
    expect(await story()).toEqual([]);
  });

  test('a ticket answered in time stays unbreached, however long its permit lies about', async () => {
    await say.ask('bot', budget('c1', 8_000));
    await say.vote('olga', 'approve');
    await wait(100_000);
    expect(await view()).toMatchObject({ state: 'expired', sla: { breached: false, clock: null } });
    expect(await story()).toEqual([]);
  });

  test('that ran over is told even when nobody swept before the verdict', async () => {
    await say.ask('bot', budget('c1', 8_000));
    const { due_at } = (await view()).sla;
    clock.advance({ minutes: 300 });
    await say.vote('olga', 'approve');
    expect((await view()).sla).toMatchObject({ breached: true, breached_at: due_at, elapsed_seconds: 300 * 60 });
    expect(await story()).toEqual(['breached, asks –']);
  });

  test('of a request that lapsed unseen stops where it lapsed', async () => {
    await say.ask('bot', budget('c1', 8_000));
    const { request_expires_at, ticket_id } = await view();
    clock.advance({ days: 30 });
    expect(gist(await say.vote('olga', 'approve'))).toBe('409 ticket.expired');
    expect((await view(ticket_id)).segments).toMatchObject([{ clock: 'team', ended_at: request_expires_at }]);
  });
});

describe('the tenant’s own time', () => {
  const berlin: TenantConfig = {
    ...CONFIG,
    sla_policy: {
      calendar: {
        time_zone: 'Europe/Berlin',
        intervals: [
          { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '12:00' },
          { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '13:00', to: '17:00' },
        ],
        holidays: ['2026-12-25'],
      },
      targets: { A2: 90 },
    },
  };

  test('is the ticket’s: calendar, shorter target, and both as they were when it was opened', async () => {
    await open(berlin);
    await say.ask('bot', ask('campaign.launch', 'campaign/c1'));
    const { sla } = await view();
    expect(sla.clocks.team).toMatchObject({ calendar: 'business', time_zone: 'Europe/Berlin', target_minutes: 90 });
    await must(node.call(agency.tokens.anna, 'PUT', '/v1/tenant/config', CONFIG), 200);
    expect((await view()).sla).toMatchObject({ due_at: sla.due_at, target_minutes: 90 });
  });

  test.each<[string, unknown, number, string]>([
    ['no zone', { time_zone: 'Mars/Olympus' }, 400, '/sla_policy/calendar/time_zone'],
    ['a bare offset', { time_zone: '+01:00' }, 400, '/sla_policy/calendar/time_zone'],
    ['no date', { holidays: ['2026-02-30'] }, 400, '/sla_policy/calendar/holidays/0'],
    [
      'no time',
      { intervals: [{ days: ['mon'], from: '25:00', to: '26:00' }] },
      400,
      '/sla_policy/calendar/intervals/0/from',
    ],
    [
      'an hour a week',
      { intervals: [{ days: ['mon'], from: '09:00', to: '10:00' }] },
      422,
      '/sla_policy/calendar/intervals',
    ],
  ])('%s is refused', async (_, patch, status, field) => {
    const config = { ...berlin, sla_policy: { calendar: { ...berlin.sla_policy!.calendar, ...(patch as object) } } };
    const { status: got, body } = await node.call(agency.tokens.anna, 'PUT', '/v1/tenant/config', config);
    expect([got, body.errors[0].field]).toEqual([status, field]);
  });

  test('a longer target is refused by its name', async () => {
    const config = { ...CONFIG, sla_policy: { targets: { A2: 241 } } };
    const { status, body } = await node.call(agency.tokens.anna, 'PUT', '/v1/tenant/config', config);
    expect([status, body.code, body.errors[0].field]).toEqual([
      422,
      'config.looser_than_ceiling',
      '/sla_policy/targets/A2',
    ]);
  });
});

describe('the ladder', () => {
  test('reminds, breaches, widens and calls the admin, each once, in order', async () => {
    await say.ask('bot', budget('c1', 8_000));
    const { ticket_id } = say.ticket;
    await sweep();
    expect(await story()).toEqual([]);
    await wait(120);
    await wait(0);
    expect(await story()).toEqual(['reminded, remind 50, asks olga omar']);
    await wait(72);
    await wait(47);
    expect(await story()).toHaveLength(2);
    await wait(1);
    expect((await view()).sla).toMatchObject({ breached: true, escalation: { widened: true, next_effect: 'admin' } });
    await wait(240);
    expect(await story()).toEqual([
      'reminded, remind 50, asks olga omar',
      'reminded, remind 80, asks olga omar',
      'breached, asks olga omar',
      'escalated, widen 100, asks olga omar, tells paul petra',
      'escalated, admin 200, asks olga omar, tells anna',
    ]);
    await wait(1000);
    expect(await story()).toHaveLength(5);
    // Whatever the ladder did, the slots are what they were, and no one else may fill them.
    say = createTranscript(node.call, agency);
    const ticket = await view(ticket_id);
    expect(ticket.slots).toMatchObject([{ any_of: ['operator'], filled: false }]);
  });

  test('after a time in which nobody looked, everything that was due is done once, in its order', async () => {
    await say.ask('bot', budget('c1', 8_000));
    const { opened_at } = (await view()).sla;
    await wait(600);
    expect((await story()).map((line) => line.split(', asks')[0])).toEqual([
      'reminded, remind 50',
      'reminded, remind 80',
      'breached',
      'escalated, widen 100',
      'escalated, admin 200',
    ]);
    const entries = (await checkLog(database.sql, agency.tenant)).filter(({ payload }) => payload?.elapsed_minutes);
    expect(entries.map(({ payload }) => payload.at)).toEqual(
      [120, 192, 240, 240, 480].map((minutes) => later(opened_at, minutes)),
    );
    expect(entries.every(({ leaf }) => leaf.timestamp === clock().toISOString())).toBe(true);
  });

  test('what was due before the request lapsed comes before its end', async () => {
    await say.ask('bot', budget('c1', 8_000));
    const { ticket_id } = say.ticket;
    await wait(6000);
    const { history, sla } = await view(ticket_id);
    expect(history.map(({ action }: any) => action.slice(7))).toEqual([
      'opened',
      'reminded',
      'reminded',
      'breached',
      'escalated',
      'escalated',
      'expired',
    ]);
    expect(sla).toMatchObject({ clock: null, elapsed_seconds: 4320 * 60 });
  });

  test('does not ask who could not: the planner who wrote it, who has voted, who is away', async () => {
    await database.sql`update person set away_from = '2026-01-01', away_until = '2030-01-01'
      where tenant_id = ${agency.tenant} and person_id = 'omar'`;
    node = await reopened();
    await say.ask('bot', {
      ...budget('c1', 12_500),
      subject: { type: 'agent', id: 'bid-bot', properties: { on_behalf_of: 'clara' } },
    });
    await wait(60);
    await wait(60);
    expect(await story()).toEqual([
      'reminded, remind 50, asks olga',
      'reminded, remind 80, asks olga',
      'breached, asks olga',
      'escalated, widen 100, asks olga omar, tells paul petra',
    ]);
  });

  test('where nobody is there to be asked, the next step that somebody can take is taken at once', async () => {
    await database.sql`update person set active = false
      where tenant_id = ${agency.tenant} and person_id in ('olga', 'omar', 'paul', 'petra')`;
    node = await reopened();
    await say.ask('bot', budget('c1', 8_000));
    await wait(120);
    expect(await story()).toEqual([
      'reminded, remind 50, skipped',
      'reminded, remind 80, skipped',
      'escalated, widen 100, skipped',
      'escalated, admin 200, asks –, tells anna',
    ]);
    await wait(120);
    expect((await story()).at(-1)).toBe('breached, asks –');
  });

  test('where nobody at all is there, it goes on at its own pace', async () => {
    await database.sql`update person set active = false where tenant_id = ${agency.tenant}`;
    node = await reopened();
    await say.ask('bot', budget('c1', 8_000));
    await wait(120);
    expect(await story()).toEqual(['reminded, remind 50, skipped']);
    await wait(72);
    expect(await story()).toHaveLength(2);
  });

  test('of the client: the client is reminded, then the agency is told', async () => {
    await say.ask('bot', budget('c1', 12_500));
    await say.vote('olga', 'approve');
    await wait(3 * 1440);
    expect(await story()).toEqual([
      'paused, asks clara',
      'reminded, remind 50, asks clara',
      'reminded, remind 80, asks clara',
      'escalated, widen 100, asks clara, tells olga omar paul petra',
      'escalated, admin 200, asks clara, tells anna',
    ]);
    expect((await view()).sla.breached).toBe(false);
  });

  test('of the agent: it is reminded, then the operators are told', async () => {
    await say.ask('bot', budget('c1', 8_000));
    await say.vote('olga', 'request_changes', { comment: 'Less.' });
    await wait(480);
    expect(await story()).toEqual([
      'paused, asks bid-bot',
      'reminded, remind 50, asks bid-bot',
      'escalated, widen 100, asks bid-bot, tells olga omar',
    ]);
  });
});

test('a red flag is told about again and again, through acknowledgement, until it is resolved', async () => {
  const run = { run_id: 'r1', task_id: 'headlines', main_task_id: 'spring', agent: 'bid-bot', model: 'claude-4' };
  await must(node.call(agency.tokens.bot, 'POST', '/v1/runs', run), 201);
  const step = (step_id: string) =>
    node.call(agency.tokens.bot, 'POST', '/v1/runs/r1/steps', { kind: 'orchestrator_retry', step_id });
  await step('s1');
  const id = (await must(step('s2'), 200)).body.red_flag;
  const verdict = async (body: object) => {
    const { revision, subject_hash } = await view(id);
    const path = `/v1/tickets/${id}/verdicts`;
    await must(node.call(agency.tokens.olga, 'POST', path, { revision, subject_hash, ...body }), 201);
  };
  expect((await view(id)).sla).toMatchObject({ clock: 'team', target_minutes: 60 });
  await wait(60);
  await verdict({ verdict: 'acknowledge' });
  await wait(60);
  await wait(60);
  await wait(600);
  await verdict({ verdict: 'resolve', resolution: { kind: 'resume' }, comment: 'The tool is back.' });
  await wait(600);
  expect(await story(id)).toEqual([
    'reminded, remind 50, asks anna olga omar',
    'reminded, remind 80, asks anna olga omar',
    'breached, asks anna olga omar',
    'escalated, widen 100, asks anna olga omar, tells paul petra',
    'escalated, admin 200, asks anna olga omar',
    'escalated, admin 300, asks anna olga omar',
    'escalated, admin 1300, +9, asks anna olga omar',
  ]);
  expect((await view(id)).sla).toMatchObject({ clock: null, elapsed_seconds: 780 * 60 });
});

test('two nodes that sweep at once do each step once', async () => {
  for (let n = 0; n < 40; n++) await say.ask('bot', budget('c1', 5_000 + n));
  for (let round = 0; round < 10; round++) {
    clock.advance({ minutes: 48 });
    await Promise.all([sweep(node), sweep(other), sweep(node), sweep(other)]);
  }
  const entries = await checkLog(database.sql, agency.tenant);
  const steps = new Map<string, number>();
  for (const { leaf, payload } of entries)
    if (payload?.elapsed_minutes) {
      const key = `${leaf.resource} ${leaf.action} ${payload.percent ?? ''}`;
      steps.set(key, (steps.get(key) ?? 0) + 1);
    }
  expect(steps.size).toBe(40 * 5);
  expect(Math.max(...steps.values())).toBe(1);
});

/** A node that has not seen what the test put into the database beside the ledger. */
async function reopened(): Promise<Node> {
  await node.close();
  const fresh = await openNode(database.url, { clock });
  say = createTranscript(fresh.call, agency);
  return fresh;
}
