import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Plan } from '../../src/contract/types.ts';
import {
  type Agency,
  type Node,
  PLAN,
  ask,
  budget,
  checkLog,
  createClock,
  gist,
  must,
  openNode,
  openWorkingAgency,
  vote,
} from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';

let database: TestDatabase;
let node: Node;
let other: Node;

beforeAll(async () => {
  database = await createDatabase();
  const clock = createClock();
  node = await openNode(database.url, { clock });
  other = await openNode(database.url, { clock });
});
afterAll(async () => {
  await Promise.all([node, other].map((one) => one.close()));
  await database.drop();
});

const FLIGHTS = [
  { platform: 'meta', start: '2026-04-01', end: '2026-04-30', budget_minor: 700_000 },
  { platform: 'google', start: '2026-04-01', end: '2026-04-30', budget_minor: 300_000 },
];

function draft(base: number, budgets: number[], more: Partial<Plan['payload']> = {}): Plan {
  const flights = FLIGHTS.map((flight, i) => ({ ...flight, budget_minor: budgets[i]! }));
  const total = budgets.reduce((a, b) => a + b, 0);
  return {
    type: 'revise',
    base_version: base,
    payload: { ...PLAN.payload, total_budget_minor: total, flights, ...more },
  };
}

const register = async (agency: Agency, plan: Plan): Promise<number> =>
  (await must(node.call(agency.tokens.bot2, 'POST', '/v1/plans', plan), 201)).body.version;

/** Asks for the draft and has it approved by all that have to. */
async function bringInForce(agency: Agency, version: number): Promise<void> {
  const { body } = await must(
    node.call(agency.tokens.bot, 'POST', '/v1/decisions', ask('plan.revise', `plan/${version}`)),
    200,
  );
  await must(vote(node.call, agency.tokens.petra, body.ticket, 'approve'), 201);
  if (body.ticket.slots.length > 1) await must(vote(node.call, agency.tokens.clara, body.ticket, 'approve'), 201);
}

/** An agency whose approved plan is version 2, with two flights. */
async function openPlanned(tenant: string): Promise<Agency> {
  const agency = await openWorkingAgency(node, tenant);
  await bringInForce(agency, await register(agency, draft(1, [700_000, 300_000])));
  return agency;
}

const get = (agency: Agency, path: string) => node.call(agency.tokens.paul, 'GET', path);

describe('a version', () => {
  test('stays readable for ever, and is found by state and type', async () => {
    const agency = await openPlanned('versions');
    await register(agency, draft(2, [600_000, 300_000]));
    const list = async (query: string) =>
      (await must(get(agency, `/v1/plans?${query}`), 200)).body.plans.map((plan: any) => plan.version);
    expect(await list('state=superseded')).toEqual([1]);
    expect(await list('state=approved')).toEqual([2]);
    expect(await list('type=revise')).toEqual([2, 3]);
    expect(await list('type=revise&after=2&state=draft')).toEqual([3]);
    expect(await list('type=replan')).toEqual([]);
    expect((await get(agency, '/v1/plans?state=lost')).status).toBe(400);
    expect((await get(agency, '/v1/plans?after=x')).status).toBe(400);
    expect((await get(agency, '/v1/plans/1')).body).toMatchObject({ state: 'superseded', payload: PLAN.payload });
  });

  test.each([
    ['spends more in its flights than in total', { total_budget_minor: 999_999 }, 'plan.flights_over_total'],
    ['has a flight that ends before it starts', { flights: [{ ...FLIGHTS[0]!, end: '2026-03-31' }] }, 'flight.order'],
  ])('that %s is refused', async (_, more, code) => {
    const agency = await openWorkingAgency(node, `refused-${code.replace(/[._]/g, '-')}`);
    const plan = draft(1, [700_000, 300_000], more);
    const { status, body } = await node.call(agency.tokens.bot2, 'POST', '/v1/plans', plan);
    expect([status, body.errors.map((error: any) => error.code)]).toEqual([400, [code]]);
  });

  test.each([
    ['its payload', `update plan set payload = '{}'`],
    ['its author', `update plan set author = 'mallory'`],
    ['its time', `update plan set created_at = now()`],
    ['its type', `update plan set type = 'replan'`],
    ['its base', `update plan set base_version = 7`],
    ['its number', `update plan set version = version + 100`],
    ['who approved it', `update plan set approved_ticket_id = 'A1-0' where state <> 'draft'`],
    ['when it was approved', `update plan set approved_at = now() where state <> 'draft'`],
    ['its state, backwards', `update plan set state = 'draft' where state = 'approved'`],
    ['itself', `delete from plan`],
    ['all of them', `truncate plan`],
  ])('does not change in the database: %s', async (_, statement) => {
    await database.sql`select 1`;
    await expect(database.sql.unsafe(statement)).rejects.toThrow(/refused/);
  });
});

describe('a difference', () => {
  test('between any two, for machines and for people', async () => {
    const agency = await openPlanned('differences');
    await register(agency, draft(2, [800_000, 300_000], { audiences: ['hikers'], name: 'Summer' }));
    const { body } = await must(get(agency, '/v1/plans/3/diff'), 200);
    expect(body).toMatchObject({
      against: 2,
      version: 3,
      total: { delta_minor: 100_000, delta_percent: '10' },
      audiences: { added: ['hikers'], removed: [] },
    });
    expect(body.differences).toContainEqual({ path: '/flights/0/budget_minor', before: 700_000, after: 800_000 });
    expect(body.summary).toEqual([
      'The name changes from “Spring” to “Summer”.',
      'The total budget goes up by USD 1,000.00 (10 %), from USD 10,000.00 to USD 11,000.00.',
      'Flight changed: meta, 2026-04-01 to 2026-04-30, USD 7,000.00; now meta, 2026-04-01 to 2026-04-30, USD 8,000.00.',
      'Audiences added: hikers.',
    ]);
    const back = (await must(get(agency, '/v1/plans/1/diff?against=3'), 200)).body;
    expect(back.total).toMatchObject({ delta_minor: -100_000, delta_percent: '-9.09' });
    expect((await get(agency, '/v1/plans/1/diff')).status).toBe(400);
    expect((await get(agency, '/v1/plans/1/diff?against=9')).status).toBe(404);
  });
});

describe('an approval', () => {
  test('ends in the same commit every living ticket that rested on the plan before', async () => {
    const agency = await openPlanned('ended');
    await must(
      node.call(agency.tokens.paul, 'POST', '/v1/campaigns/c1/plan', {
        plan_version: 2,
        approved: { daily_budget_minor: 10_000, bid_minor: 100 },
      }),
      200,
    );
    const asked = async (question: any) =>
      (await must(node.call(agency.tokens.bot, 'POST', '/v1/decisions', question), 200)).body.ticket;
    const [third, fourth] = [
      await register(agency, draft(2, [600_000, 300_000])),
      await register(agency, draft(2, [500_000, 300_000])),
    ];
    const change = await asked(budget('c1', 20_000));
    const permit = await asked(ask('campaign.launch', 'campaign/c1'));
    await must(vote(node.call, agency.tokens.olga, permit, 'approve'), 201);
    const access = await asked(ask('access.grant', 'access/bm-1'));
    const loser = await asked(ask('plan.revise', `plan/${fourth}`));
    await bringInForce(agency, third);

    const state = async (ticket: any) => (await get(agency, `/v1/tickets/${ticket.ticket_id}`)).body;
    expect((await state(change)).state).toBe('superseded');
    expect((await state(permit)).state).toBe('superseded');
    expect((await state(loser)).state).toBe('superseded');
    expect((await state(access)).state).toBe('pending');
    const entries = await database.sql`
      select action, resource, convert_from(payload, 'utf8')::jsonb as payload from audit_entry
      where tenant_id = 'ended' and action = 'ticket.superseded' order by seq`;
    expect(entries.map(({ payload }) => payload['because'])).toEqual(Array(3).fill('plan_superseded'));
    expect(entries[0]!['payload']).toMatchObject({ plan_version: 2, by: 3 });
    const late = await vote(node.call, agency.tokens.petra, loser, 'approve');
    expect(gist(late)).toBe('409 ticket.superseded');
    expect(late.body.base_changes).toMatchObject({ against: 2, version: 3, total: { delta_minor: -100_000 } });
    await checkLog(database.sql, 'ended');
  });

  test('of two drafts on one base, at the same time on two nodes, puts one in force; the other is told and rebases', async () => {
    const agency = await openPlanned('two-nodes');
    const versions = [
      await register(agency, draft(2, [600_000, 300_000])),
      await register(agency, draft(2, [700_000, 200_000])),
    ];
    const tickets = await Promise.all(
      versions.map(
        async (version) =>
          (
            await must(
              node.call(agency.tokens.bot, 'POST', '/v1/decisions', ask('plan.revise', `plan/${version}`)),
              200,
            )
          ).body.ticket,
      ),
    );
    const votes = await Promise.all([
      vote(node.call, agency.tokens.petra, tickets[0], 'approve'),
      vote(other.call, agency.tokens.paul, tickets[1], 'approve'),
    ]);
    expect(votes.map(gist).sort()).toEqual(['409 ticket.superseded', 'A5 consumed']);
    const won = votes.findIndex(({ status }) => status === 201);
    const [winner, loser] = [versions[won]!, versions[1 - won]!];
    const again = await node.call(agency.tokens.bot, 'POST', '/v1/decisions', ask('plan.revise', `plan/${loser}`));
    expect(gist(again)).toBe('deny plan.base_stale revision.needs_approval');
    expect(again.body.reasons[0].message).toContain(
      `Plan ${winner}, Spring, is: its total budget is USD 9,000.00, that of the base USD 10,000.00; changed since: /`,
    );

    const rebased = await node.call(agency.tokens.bot2, 'POST', `/v1/plans/${loser}/rebase`, {});
    expect(rebased.status).toBe(201);
    expect(rebased.body.plan).toMatchObject({ version: 5, base_version: winner, derived_from: loser, state: 'draft' });
    const { flights, total_budget_minor } = rebased.body.plan.payload;
    expect([...flights.map((one: any) => one.budget_minor), total_budget_minor]).toEqual([600_000, 200_000, 800_000]);
    await bringInForce(agency, 5);
    await checkLog(database.sql, 'two-nodes');
  });
});

describe('a rebase', () => {
  test('names what both changed, and takes what the request says of it', async () => {
    const agency = await openPlanned('conflict');
    const mine = await register(agency, draft(2, [600_000, 300_000], { audiences: ['hikers'] }));
    const theirs = await register(agency, draft(2, [650_000, 250_000], { name: 'Summer' }));
    const rebase = (body: object) => node.call(agency.tokens.bot2, 'POST', `/v1/plans/${mine}/rebase`, body);
    expect(gist(await rebase({}))).toBe('409 plan.base_current');
    await bringInForce(agency, theirs);

    const refused = await rebase({});
    expect(gist(refused)).toBe('409 plan.rebase_conflict');
    const pointer = '/flights/0/budget_minor';
    expect(refused.body.conflicts).toEqual([{ pointer, base: 700_000, theirs: 650_000, mine: 600_000 }]);
    expect(refused.body).toMatchObject({ base_version: 2, onto: theirs, merged: { name: 'Summer' } });

    const settle = (resolution: object, onto = theirs) => rebase({ onto, resolutions: [{ pointer, ...resolution }] });
    expect(gist(await settle({ take: 'mine' }, 2))).toBe('409 plan.base_moved');
    expect((await rebase({ resolutions: [] })).status).toBe(400);
    const { body } = await must(settle({ take: 'mine' }), 201);
    expect(body.plan.payload).toMatchObject({ name: 'Summer', total_budget_minor: 850_000, audiences: ['hikers'] });
    expect(body.comparison).toMatchObject({ against: theirs, total: { delta_minor: -50_000 } });
    const other = await must(settle({ value: 640_000 }), 201);
    expect(other.body.plan.payload.total_budget_minor).toBe(890_000);
    const nonsense = await settle({ value: 'a lot' });
    expect(gist(nonsense)).toBe('409 plan.rebase_conflict');

    const byHand = { ...PLAN.payload, name: 'By hand' };
    const supplied = await must(rebase({ onto: theirs, payload: byHand }), 201);
    expect(supplied.body.plan.payload).toEqual(byHand);
    expect(gist(await node.call(agency.tokens.bot2, 'POST', `/v1/plans/${theirs}/rebase`, {}))).toBe(
      '409 plan.not_draft',
    );
    expect((await node.call(agency.tokens.bot2, 'POST', '/v1/plans/99/rebase', {})).status).toBe(404);
    expect((await node.call(agency.tokens.clara, 'POST', `/v1/plans/${mine}/rebase`, {})).status).toBe(403);
  });

  test('of a first plan is a replan', async () => {
    const agency = await openPlanned('first');
    await must(node.call(agency.tokens.bot2, 'POST', '/v1/plans', PLAN), 201);
    expect(gist(await node.call(agency.tokens.bot2, 'POST', '/v1/plans/3/rebase', {}))).toBe('409 plan.no_base');
  });
});
