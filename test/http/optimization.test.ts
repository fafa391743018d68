import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Plan } from '../../src/contract/types.ts';
import {
  type Agency,
  type Clock,
  type Node,
  PLAN,
  addCampaign,
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
let clock: Clock;

beforeAll(async () => {
  database = await createDatabase();
  clock = createClock('2026-04-10T12:00:00.000Z');
  node = await openNode(database.url, { clock });
});
afterAll(async () => {
  await node.close();
  await database.drop();
});

const get = (agency: Agency, path: string) => node.call(agency.tokens.paul, 'GET', path);

/** A change under the guardrail, asked and applied. @returns the answer to the report */
async function change(agency: Agency, campaign: string, field: string, after: number, more: object = {}) {
  const question = ask('budget.change', `campaign/${campaign}`, { field, after, ...more });
  const { body } = await must(node.call(agency.tokens.bot, 'POST', '/v1/decisions', question), 200);
  expect([body.effect, body.reasons]).toEqual(['allow', expect.anything()]);
  return report(agency, body.decision_id, { status: 'applied' });
}

const report = async (agency: Agency, decision: string, body: object) =>
  (await must(node.call(agency.tokens.bot, 'POST', `/v1/decisions/${decision}/outcome`, body), 201)).body;

const live = async (agency: Agency, campaign = 'c1') =>
  (await must(get(agency, `/v1/campaigns/${campaign}`), 200)).body.live;

const rollback = (agency: Agency, id: string, headers = {}) =>
  node.call(agency.tokens.bot, 'POST', `/v1/change-sets/${id}/rollback`, undefined, headers);

describe('an outcome', () => {
  test('keeps what was moved in the optimization log, under the id of the agent or its own', async () => {
    const agency = await openWorkingAgency(node, 'log', ['c1', 'c2']);
    expect(await change(agency, 'c1', 'daily_budget_minor', 10_500, { change_set_id: 'april' })).toMatchObject({
      change_set_id: 'april',
    });
    await change(agency, 'c2', 'daily_budget_minor', 10_200, { change_set_id: 'april' });
    const own = await change(agency, 'c1', 'bid_minor', 105);
    expect(own.change_set_id).toMatch(/^CS-[0-9]+$/);
    // The same id once more for the same value: what was done stays on record under an id of its own.
    const again = await change(agency, 'c1', 'daily_budget_minor', 10_600, { change_set_id: 'april' });
    expect(again.change_set_id).toMatch(/^CS-/);

    const { changes, next_before } = (await must(get(agency, '/v1/campaigns/c1/optimization-log'), 200)).body;
    expect(changes.map((one: any) => [one.change_set_id, one.field, one.before, one.after])).toEqual([
      [again.change_set_id, 'daily_budget_minor', 10_500, 10_600],
      [own.change_set_id, 'bid_minor', 100, 105],
      ['april', 'daily_budget_minor', 10_000, 10_500],
    ]);
    expect(next_before).toBeNull();
    const first = (await must(get(agency, '/v1/campaigns/c1/optimization-log?limit=1'), 200)).body;
    const rest = (await must(get(agency, `/v1/campaigns/c1/optimization-log?before=${first.next_before}`), 200)).body;
    expect([...first.changes, ...rest.changes]).toEqual(changes);
    const set = (await must(get(agency, '/v1/change-sets/april'), 200)).body;
    expect(set.changes.map((one: any) => [one.campaign_id, one.plan_version, one.decision_id, one.applied_by])).toEqual(
      [
        ['c1', 1, changes[2].decision_id, 'bid-bot'],
        ['c2', 1, expect.stringMatching(/^D-/), 'bid-bot'],
      ],
    );
    const reserved = ask('budget.change', 'campaign/c1', { field: 'bid_minor', after: 106, change_set_id: 'CS-1' });
    expect((await node.call(agency.tokens.bot, 'POST', '/v1/decisions', reserved)).status).toBe(400);
    for (const path of ['/v1/change-sets/none', '/v1/campaigns/none/optimization-log', '/v1/campaigns/none/manifest'])
      expect((await get(agency, path)).status).toBe(404);
    expect((await node.call(agency.tokens.clara, 'GET', '/v1/change-sets/april')).status).toBe(403);
    for (const statement of [
      `update optimization_log set after_value = 1`,
      `delete from optimization_log`,
      `truncate optimization_log`,
    ])
      await expect(database.sql.unsafe(statement)).rejects.toThrow(/append-only/);
    await checkLog(database.sql, 'log');
  });

  test('in part moves the values that were really set, and no others', async () => {
    const agency = await openWorkingAgency(node, 'partial');
    const { body } = await node.call(agency.tokens.bot, 'POST', '/v1/decisions', budget('c1', 10_500));
    const tell = (outcome: object) =>
      node.call(agency.tokens.bot, 'POST', `/v1/decisions/${body.decision_id}/outcome`, outcome);
    expect((await tell({ status: 'partial' })).status).toBe(400);
    expect((await tell({ status: 'applied', values: { daily_budget_minor: 1 } })).status).toBe(400);
    expect(gist(await tell({ status: 'partial', values: { bid_minor: 1 } }))).toBe('409 outcome.other_values');
    expect(gist(await tell({ status: 'partial', values: {} }))).toBe('409 outcome.other_values');
    const { change_set_id } = (await must(tell({ status: 'partial', values: { daily_budget_minor: 10_300 } }), 201))
      .body;
    expect((await live(agency)).daily_budget_minor).toBe(10_300);
    const set = (await get(agency, `/v1/change-sets/${change_set_id}`)).body;
    expect(set.changes).toMatchObject([{ before: 10_000, after: 10_300, allowed: 10_500, outcome: 'partial' }]);
    expect((await get(agency, `/v1/decisions/${body.decision_id}`)).body.outcome).toMatchObject({
      status: 'partial',
      applied_values: { daily_budget_minor: 10_300 },
    });
  });

  test('that was never reported shows up as such', async () => {
    const agency = await openWorkingAgency(node, 'missing');
    const decide = async (question: any) =>
      (await must(node.call(agency.tokens.bot, 'POST', '/v1/decisions', question), 200)).body.decision_id;
    const silent = await decide(budget('c1', 10_100));
    const failed = await decide(budget('c1', 10_200));
    await report(agency, failed, { status: 'failed' });
    await decide(budget('c1', 30_000));
    clock.advance({ minutes: 30 });
    const late = await decide(budget('c1', 10_300));
    const list = async (query: string, who: 'paul' | 'bot' | 'bot2' = 'paul') =>
      (await must(node.call(agency.tokens[who], 'GET', `/v1/decisions?${query}`), 200)).body.decisions.map(
        (one: any) => `${one.decision_id} ${one.effect} ${one.outcome}`,
      );
    expect(await list('outcome=missing')).toEqual([`${late} allow missing`, `${silent} allow missing`]);
    expect(await list('outcome=missing&older_than_minutes=30')).toEqual([`${silent} allow missing`]);
    expect(await list('outcome=reported')).toEqual([`${failed} allow failed`]);
    expect(await list('outcome=applied')).toEqual([]);
    expect(await list('effect=review&resource=campaign/c1')).toEqual([expect.stringMatching(/ review null$/)]);
    expect(await list('action=plan.execute')).toHaveLength(1);
    expect(await list('subject=nobody')).toEqual([]);
    expect(await list('', 'bot')).toHaveLength(5);
    expect(await list('', 'bot2')).toEqual([]);
    expect((await get(agency, '/v1/decisions?outcome=lost')).status).toBe(400);
    const page = (await get(agency, '/v1/decisions?limit=2')).body;
    const rest = (await get(agency, `/v1/decisions?before=${page.next_before}`)).body;
    expect([...page.decisions, ...rest.decisions]).toHaveLength(5);
    expect(rest.next_before).toBeNull();
    const plan = await database.sql`explain select seq from decision
      where tenant_id = 'missing' and on_applied is not null order by seq desc limit 100`;
    expect(plan.map((row) => row['QUERY PLAN']).join()).toMatch(/decision_reportable|decision_pkey/);
  });

  test('of a decision that was asked about before it was made is taken all the same', async () => {
    const agency = await openWorkingAgency(node, 'early');
    const { body } = await node.call(agency.tokens.bot, 'POST', '/v1/decisions', budget('c1', 10_100));
    const next = Number(body.decision_id.slice(2)) + 1;
    const tell = () => node.call(agency.tokens.bot, 'POST', `/v1/decisions/D-${next}/outcome`, { status: 'applied' });
    expect((await tell()).status).toBe(404);
    const made = (await node.call(agency.tokens.bot, 'POST', '/v1/decisions', budget('c1', 10_200))).body;
    expect(made.decision_id).toBe(`D-${next}`);
    expect((await tell()).status).toBe(201);
  });
});

describe('the manifest', () => {
  test('says what runs, under which plan, how far each value is from it, and since which change', async () => {
    const agency = await openWorkingAgency(node, 'manifest', ['c1', 'c2']);
    const ids = { platform_ids: { campaign: '238', ad_set: '239' } };
    await must(node.call(agency.tokens.bot, 'PUT', '/v1/campaigns/c1/platform-ids', ids), 200);
    await change(agency, 'c1', 'daily_budget_minor', 10_333, { change_set_id: 'one' });
    const at = clock().toISOString();
    clock.advance({ hours: 1 });
    await change(agency, 'c1', 'daily_budget_minor', 9_500, { change_set_id: 'two' });
    await change(agency, 'c1', 'bid_minor', 105, { change_set_id: 'three' });
    await change(agency, 'c1', 'bid_minor', 100, { change_set_id: 'four' });
    const { body } = await must(get(agency, '/v1/campaigns/c1/manifest'), 200);
    expect(body).toMatchObject({ ...ids, plan_version: 1, plan_state: 'approved', flight: 0, drifting: true });
    expect(body.values).toEqual([
      {
        field: 'bid_minor',
        approved: 100,
        live: 100,
        drift_minor: 0,
        drift_percent: '0',
        direction: 'none',
        since: null,
      },
      {
        field: 'daily_budget_minor',
        approved: 10_000,
        live: 9_500,
        drift_minor: 500,
        drift_percent: '5',
        direction: 'down',
        since: { at, change_set_id: 'one' },
      },
    ]);
    const whole = (await must(get(agency, '/v1/manifest'), 200)).body;
    expect(whole.manifests.map((one: any) => one.campaign_id)).toEqual(['c1', 'c2']);
    const drifting = (await must(get(agency, '/v1/manifest?drifting=true&limit=1'), 200)).body;
    expect(drifting.manifests.map((one: any) => one.campaign_id)).toEqual(['c1']);
    expect((await must(get(agency, `/v1/manifest?after=${drifting.next_after}`), 200)).body.manifests).toHaveLength(1);
    expect((await node.call(agency.tokens.olga, 'PUT', '/v1/campaigns/c1/platform-ids', ids)).status).toBe(403);
    expect((await node.call(agency.tokens.bot, 'PUT', '/v1/campaigns/none/platform-ids', ids)).status).toBe(404);
  });
});

describe('a rollback', () => {
  test('is asked like any change, points to what it undoes, and happens once', async () => {
    const agency = await openWorkingAgency(node, 'rollback', ['c1', 'c2']);
    await change(agency, 'c1', 'daily_budget_minor', 10_500, { change_set_id: 'up' });
    await change(agency, 'c2', 'daily_budget_minor', 10_400, { change_set_id: 'up' });
    const { body } = await must(rollback(agency, 'up', { 'idempotency-key': 'k' }), 200);
    expect(body.questions.map((one: any) => one.decision.effect)).toEqual(['allow', 'allow']);
    expect(body.questions[0].question.action.properties).toEqual({
      field: 'daily_budget_minor',
      after: 10_000,
      undoes: 'up',
    });
    // Asked again under the same key, it is the same decisions.
    const again = (await must(rollback(agency, 'up', { 'idempotency-key': 'k' }), 200)).body;
    expect(again.questions.map((one: any) => one.decision.decision_id)).toEqual(
      body.questions.map((one: any) => one.decision.decision_id),
    );
    const undoing = await report(agency, body.questions[0].decision.decision_id, { status: 'applied' });
    expect(await live(agency)).toMatchObject({ daily_budget_minor: 10_000 });
    expect((await get(agency, '/v1/change-sets/up')).body.changes).toMatchObject([
      { campaign_id: 'c1', undone_by: undoing.change_set_id },
      { campaign_id: 'c2', undone_by: null },
    ]);
    expect((await get(agency, `/v1/change-sets/${undoing.change_set_id}`)).body.changes).toMatchObject([
      { undoes: 'up', before: 10_500, after: 10_000 },
    ]);
    const third = (await must(rollback(agency, 'up'), 200)).body.questions.map((one: any) => gistOf(one.decision));
    expect(third[0]).toBe('deny change.undo_done');
    expect(third[1]).toBe('allow budget.within_guardrail');
    expect((await rollback(agency, 'none')).status).toBe(404);
    // The rollback itself can be taken back.
    const redo = (await must(rollback(agency, undoing.change_set_id), 200)).body.questions[0];
    expect([redo.question.action.properties.after, redo.decision.effect]).toEqual([10_500, 'allow']);
    await checkLog(database.sql, 'rollback');
  });

  test('of what was changed since is denied by name; newest first, all of it can be taken back', async () => {
    const agency = await openWorkingAgency(node, 'since');
    await change(agency, 'c1', 'daily_budget_minor', 10_300, { change_set_id: 'first' });
    await change(agency, 'c1', 'daily_budget_minor', 10_600, { change_set_id: 'second' });
    await change(agency, 'c1', 'bid_minor', 105, { change_set_id: 'other' });
    const denied = (await must(rollback(agency, 'first'), 200)).body.questions[0].decision;
    expect(gistOf(denied)).toBe('deny change.undo_conflict');
    expect(denied.reasons[0].message).toContain('by second');
    for (const id of ['second', 'first']) {
      const { decision } = (await must(rollback(agency, id), 200)).body.questions[0];
      await report(agency, decision.decision_id, { status: 'applied' });
    }
    expect(await live(agency)).toEqual({ daily_budget_minor: 10_000, bid_minor: 105 });
    const wrong = ask('budget.change', 'campaign/c1', { field: 'bid_minor', after: 101, undoes: 'other' });
    expect(gistOf((await node.call(agency.tokens.bot, 'POST', '/v1/decisions', wrong)).body)).toBe(
      'deny change.undo_not_as_asked',
    );
    const elsewhere = ask('budget.change', 'campaign/c1', { field: 'bid_minor', after: 100, undoes: 'first' });
    expect(gistOf((await node.call(agency.tokens.bot, 'POST', '/v1/decisions', elsewhere)).body)).toBe(
      'deny change.undo_unknown',
    );
  });

  test('over the guardrail needs the humans that such a change needs', async () => {
    const agency = await openWorkingAgency(node, 'guarded');
    const up = budget('c1', 20_000);
    const { ticket } = (await must(node.call(agency.tokens.bot, 'POST', '/v1/decisions', up), 200)).body;
    await must(vote(node.call, agency.tokens.olga, ticket, 'approve'), 201);
    await must(vote(node.call, agency.tokens.clara, ticket, 'approve'), 201);
    const allowed = await must(
      node.call(agency.tokens.bot, 'POST', '/v1/decisions', budget('c1', 20_000, ticket.ticket_id)),
      200,
    );
    const { change_set_id } = await report(agency, allowed.body.decision_id, { status: 'applied' });
    expect((await get(agency, `/v1/change-sets/${change_set_id}`)).body.changes[0].ticket_id).toBe(ticket.ticket_id);
    const { question, decision } = (await must(rollback(agency, change_set_id), 200)).body.questions[0];
    expect(decision.ticket).toMatchObject({ type: 'A3', slots: [{ id: 'operator' }] });
    await must(vote(node.call, agency.tokens.olga, decision.ticket, 'approve'), 201);
    const proceed = { ...question, context: { approval: { ticket_id: decision.ticket.ticket_id } } };
    const final = (await must(node.call(agency.tokens.bot, 'POST', '/v1/decisions', proceed), 200)).body;
    expect(final.effect).toBe('allow');
    await report(agency, final.decision_id, { status: 'applied' });
    expect((await live(agency)).daily_budget_minor).toBe(10_000);
  });
});

describe('a revision from the drift', () => {
  const FLIGHTS = [
    { platform: 'meta', start: '2026-04-01', end: '2026-04-30', budget_minor: 600_000 },
    { platform: 'google', start: '2026-05-01', end: '2026-05-31', budget_minor: 400_000 },
  ];
  const revise = (agency: Agency, version = 1) => node.call(agency.tokens.bot2, 'POST', `/v1/plans/${version}/revise`);

  test('moves flights and total by what the change sets changed, and is approved like any other', async () => {
    const agency = await openWorkingAgency(node, 'revise');
    expect(gist(await revise(agency))).toBe('409 plan.no_drift');
    const day = clock().toISOString().slice(0, 10);
    const days = (Date.parse('2026-04-30') - Date.parse(day)) / 86_400_000 + 1;
    await change(agency, 'c1', 'daily_budget_minor', 10_500, { change_set_id: 'one' });
    await change(agency, 'c1', 'bid_minor', 105, { change_set_id: 'bid' });
    const { body } = await must(revise(agency), 201);
    expect(body.change_sets).toMatchObject([
      { change_set_id: 'one', campaign_id: 'c1', flight: 0, days, flight_delta_minor: 500 * days },
    ]);
    expect(body.left_out).toEqual([
      { change_set_id: 'bid', campaign_id: 'c1', field: 'bid_minor', because: 'not_a_budget' },
    ]);
    const total = 1_000_000 + 500 * days;
    expect(body.plan).toMatchObject({ version: 2, type: 'revise', base_version: 1, state: 'draft' });
    expect(body.plan.payload).toMatchObject({ total_budget_minor: total, flights: [{ budget_minor: total }] });
    expect(body.comparison.total.delta_minor).toBe(500 * days);

    // What is applied after the draft was made is for the revision after it.
    await change(agency, 'c1', 'daily_budget_minor', 10_700, { change_set_id: 'late' });
    const asked = await node.call(agency.tokens.bot, 'POST', '/v1/decisions', ask('plan.revise', 'plan/2'));
    await must(vote(node.call, agency.tokens.petra, asked.body.ticket, 'approve'), 201);
    await must(vote(node.call, agency.tokens.clara, asked.body.ticket, 'approve'), 201);
    const unmoved = await revise(agency, 2);
    expect(gist(unmoved)).toBe('409 plan.unmapped');
    expect(unmoved.body.unmapped).toMatchObject([{ change_set_id: 'late', campaign_id: 'c1' }]);
    const move = { plan_version: 2, approved: { daily_budget_minor: 10_500, bid_minor: 105 } };
    await must(node.call(agency.tokens.paul, 'POST', '/v1/campaigns/c1/plan', move), 200);
    const values = (await get(agency, '/v1/campaigns/c1/manifest')).body.values;
    expect(values).toMatchObject([
      { field: 'bid_minor', drift_minor: 0, since: null },
      { field: 'daily_budget_minor', drift_minor: 200, since: { change_set_id: 'one' } },
    ]);
    const next = await must(revise(agency, 2), 201);
    expect(next.body.change_sets.map((one: any) => one.change_set_id)).toEqual(['late']);
    expect(gist(await revise(agency, 1))).toBe('409 plan.not_approved');
    expect((await revise(agency, 9)).status).toBe(404);
    await checkLog(database.sql, 'revise');
  });

  test('asks which flight a campaign belongs to where the plan does not say, and names what it cannot map', async () => {
    const agency = await openWorkingAgency(node, 'unmapped', []);
    const payload: Plan['payload'] = {
      ...PLAN.payload,
      flights: [
        FLIGHTS[0]!,
        { ...FLIGHTS[0]!, start: '2026-05-01', end: '2026-05-10', budget_minor: 100_000 },
        FLIGHTS[1]!,
      ],
      total_budget_minor: 1_100_000,
    };
    await must(node.call(agency.tokens.bot2, 'POST', '/v1/plans', { type: 'replan', base_version: 1, payload }), 201);
    const { ticket } = (await node.call(agency.tokens.bot, 'POST', '/v1/decisions', ask('plan.replan', 'plan/2'))).body;
    await must(vote(node.call, agency.tokens.petra, ticket, 'approve'), 201);
    await must(vote(node.call, agency.tokens.clara, ticket, 'approve'), 201);
    await addCampaign(node.call, agency, 'vague', 2);
    const monthly = {
      id: 'monthly',
      name: 'Monthly',
      platform: 'google',
      plan_version: 2,
      approved: { monthly_budget_minor: 10_000, budget_minor: 10_000 },
    };
    await must(node.call(agency.tokens.bot, 'POST', '/v1/campaigns', monthly), 201);
    await change(agency, 'vague', 'daily_budget_minor', 10_500);
    await change(agency, 'monthly', 'monthly_budget_minor', 10_500);
    const refused = await revise(agency, 2);
    expect(gist(refused)).toBe('409 plan.unmapped');
    expect(refused.body.unmapped.map((one: any) => [one.campaign_id, one.field, one.because])).toEqual([
      ['vague', 'daily_budget_minor', 'the plan has 2 flights on meta: say which when moving the campaign'],
      ['monthly', 'monthly_budget_minor', 'what a part of its period costs in the flight is not known'],
    ]);
    const move = (flight: number) =>
      node.call(agency.tokens.paul, 'POST', '/v1/campaigns/vague/plan', {
        plan_version: 2,
        approved: { daily_budget_minor: 10_000, bid_minor: 100 },
        flight,
      });
    expect((await move(2)).body.errors[0]).toMatchObject({ field: '/flight', code: 'campaign.flight' });
    expect((await move(7)).status).toBe(400);
    await must(move(1), 200);
    const half = (await revise(agency, 2)).body.unmapped;
    expect(half.map((one: any) => one.campaign_id)).toEqual(['monthly']);
    expect((await get(agency, '/v1/campaigns/vague/manifest')).body.flight).toBe(1);
  });

  test('takes in all of the log, however many apply changes meanwhile', async () => {
    const agency = await openWorkingAgency(node, 'meanwhile', ['c1', 'c2', 'c3']);
    await change(agency, 'c1', 'daily_budget_minor', 10_100, { change_set_id: 'c1' });
    const [first] = await Promise.all([
      revise(agency),
      change(agency, 'c2', 'daily_budget_minor', 10_200, { change_set_id: 'c2' }),
      change(agency, 'c3', 'daily_budget_minor', 10_300, { change_set_id: 'c3' }),
    ]);
    expect(first.status).toBe(201);
    const { plan, change_sets } = first.body;
    const after = await database.sql`select change_set_id from optimization_log
      where tenant_id = 'meanwhile' and seq > ${plan.log_through}`;
    const all = [...change_sets, ...after].map((one: any) => one.change_set_id);
    expect(all.sort()).toEqual(['c1', 'c2', 'c3']);
  });
});

function gistOf({ effect, reasons }: any): string {
  return [effect, ...reasons.map((reason: any) => reason.code)].join(' ');
}
