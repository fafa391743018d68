import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Agency,
  type Node,
  CONFIG,
  CREATIVE,
  PLAN,
  addCampaign,
  approvePlan,
  ask,
  budget,
  createTranscript,
  must,
  openAgency,
  openNode,
  openWorkingAgency,
} from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';

let database: TestDatabase;
let node: Node;

beforeAll(async () => {
  database = await createDatabase();
  node = await openNode(database.url);
});
afterAll(async () => {
  await node.close();
  await database.drop();
});

async function working(tenant: string, campaigns?: string[]) {
  const agency = await openWorkingAgency(node, tenant, campaigns);
  return { agency, say: createTranscript(node.call, agency) };
}

const campaign = async (agency: Agency, id: string) =>
  (await must(node.call(agency.tokens.bot, 'GET', `/v1/campaigns/${id}`), 200)).body;

test('plan.execute: a draft waits for a planner (A1); approved, it is in force for every later question', async () => {
  const agency = await openAgency(node, 'execute');
  const say = createTranscript(node.call, agency);
  await say.send('bot2', 'POST', '/v1/plans', PLAN);
  await say.ask('bot', ask('plan.execute', 'plan/1'));
  await say.vote('olga', 'approve');
  await say.vote('paul', 'approve');
  await say.ask('bot', ask('plan.execute', 'plan/1'));
  await say.ask('bot', ask('plan.execute', 'plan/1'));
  expect(say.lines).toEqual([
    'bot2 POST /v1/plans → 201',
    'bot asks plan.execute plan/1 → review A1:pending plan.not_approved',
    'olga approves → 403 verdict.refused verdict.role_missing',
    'paul approves → A1 consumed',
    'bot asks plan.execute plan/1 → allow plan.approved',
    'bot asks plan.execute plan/1 → allow plan.approved',
  ]);
  const { body } = await node.call(agency.tokens.bot, 'GET', '/v1/plans/1');
  expect(body).toMatchObject({
    state: 'approved',
    author: 'copy-bot',
    approved_ticket_id: expect.stringMatching(/^A1-/),
  });
});

test('campaign.launch: the first go-live needs a permit (A2), used once; the record then shows the launch', async () => {
  const { agency, say } = await working('launch');
  const launch = ask('campaign.launch', 'campaign/c1');
  await say.ask('bot', launch);
  await say.vote('olga', 'approve');
  await say.ask('bot', launch);
  const onApproval = { ...launch, context: { approval: { ticket_id: say.ticket.ticket_id } } };
  const allowed = await say.ask('bot', onApproval);
  await say.ask('bot', onApproval);
  await say.report('bot', allowed.body.decision_id, 'applied');
  await say.report('bot', allowed.body.decision_id, 'applied');
  await say.ask('bot', launch);
  expect(say.lines).toEqual([
    'bot asks campaign.launch campaign/c1 → review A2:pending campaign.first_launch',
    'olga approves → A2 approved',
    'bot asks campaign.launch campaign/c1 → review A2:approved approval.available campaign.first_launch',
    'bot asks campaign.launch campaign/c1 on approval → allow A2:consumed approval.accepted campaign.first_launch',
    'bot asks campaign.launch campaign/c1 on approval → deny approval.consumed campaign.first_launch',
    'bot reports applied → 201',
    'bot reports applied → 409 outcome.reported',
    'bot asks campaign.launch campaign/c1 → allow campaign.relaunch',
  ]);
  expect(allowed.body.obligations).toMatchObject([{ type: 'report_outcome' }]);
  expect(await campaign(agency, 'c1')).toMatchObject({ launched_at: '2026-03-02T09:00:00.000Z' });
});

test('budget.change: under the guardrail it goes through, and many small steps do not walk past it', async () => {
  const { agency, say } = await working('budget');
  for (const [after, wanted] of [
    [10_500, 'allow budget.within_guardrail'],
    [10_990, 'allow budget.within_guardrail'],
    [11_400, 'review A3:pending budget.client_must_approve budget.drift_over_guardrail'],
  ] as const) {
    const { body } = await say.ask('bot', budget('c1', after));
    expect(say.lines.at(-1)).toBe(`bot asks budget.change campaign/c1 → ${wanted}`);
    if (body.effect === 'allow') await say.report('bot', body.decision_id, 'applied');
  }
  expect((await campaign(agency, 'c1')).live).toMatchObject({ daily_budget_minor: 10_990 });
});

test('budget.change over the guardrail: operator and client when it goes up, the operator alone when it goes down (A3)', async () => {
  const { agency, say } = await working('guardrail');
  await say.ask('bot', budget('c1', 12_500));
  await say.vote('clara', 'approve');
  await say.vote('olga', 'approve');
  const allowed = await say.ask('bot', budget('c1', 12_500, say.ticket.ticket_id));
  await say.report('bot', allowed.body.decision_id, 'failed');
  await say.ask('bot', budget('c1', 8_000));
  await say.vote('olga', 'approve');
  expect(say.lines).toEqual([
    'bot asks budget.change campaign/c1 → review A3:pending budget.client_must_approve budget.drift_over_guardrail budget.step_over_guardrail',
    'clara approves → A3 pending',
    'olga approves → A3 approved',
    'bot asks budget.change campaign/c1 on approval → allow A3:consumed approval.accepted budget.client_must_approve budget.drift_over_guardrail budget.step_over_guardrail',
    'bot reports failed → 201',
    'bot asks budget.change campaign/c1 → review A3:pending budget.drift_over_guardrail budget.step_over_guardrail',
    'olga approves → A3 approved',
  ]);
  expect((await campaign(agency, 'c1')).live).toMatchObject({ daily_budget_minor: 10_000 });
});

test('optimization.apply: a bid within the guardrail; a claimed value that is not on record; a field that is not', async () => {
  const { say } = await working('bid');
  const bid = (properties: Record<string, unknown>) => ask('optimization.apply', 'campaign/c1', properties);
  await say.ask('bot', bid({ field: 'bid_minor', before: 100, after: 105 }));
  await say.ask('bot', bid({ field: 'bid_minor', before: 99, after: 105 }));
  await say.ask('bot', bid({ field: 'toString', after: 105 }));
  await say.ask('bot', bid({ field: 'constructor', after: 105 }));
  await say.ask('bot', bid({ after: 105 }));
  expect(say.lines.map((line) => line.split(' → ')[1])).toEqual([
    'allow budget.within_guardrail',
    'deny change.before_conflict',
    '400 request.invalid',
    'deny change.missing',
    'deny change.missing',
  ]);
});

test('access.grant and onboarding.complete: onboarding waits until every access was decided (A4)', async () => {
  const { say } = await working('onboarding');
  const complete = ask('onboarding.complete', 'onboarding/shop');
  const access = ask('access.grant', 'access/bm-1');
  access.resource.properties = { onboarding_id: 'shop' };
  await say.ask('bot', complete);
  await say.ask('bot', access);
  await say.ask('bot', complete);
  await say.vote('olga', 'approve');
  await say.vote('clara', 'approve');
  await say.ask('bot', { ...access, context: { approval: { ticket_id: say.ticket.ticket_id } } });
  await say.ask('bot', complete);
  expect(say.lines).toEqual([
    'bot asks onboarding.complete onboarding/shop → allow onboarding.clear',
    'bot asks access.grant access/bm-1 → review A4:pending onboarding.access_needs_human',
    'bot asks onboarding.complete onboarding/shop → deny onboarding.blocked',
    'olga approves → 403 verdict.refused verdict.role_missing',
    'clara approves → A4 approved',
    'bot asks access.grant access/bm-1 on approval → allow A4:consumed approval.accepted onboarding.access_needs_human',
    'bot asks onboarding.complete onboarding/shop → allow onboarding.clear',
  ]);
});

test('onboarding.complete is denied, and nothing fails, however many tickets block it', async () => {
  const { agency, say } = await working('crowded');
  const decisions = Array.from({ length: 99 }, (_, i) => {
    const access = ask('access.grant', `access/account-${i}`);
    access.resource.properties = { onboarding_id: 'shop' };
    return access;
  });
  const { body } = await must(node.call(agency.tokens.bot, 'POST', '/v1/decisions/batch', { decisions }), 200);
  expect(new Set(body.decisions.map((one: any) => one.ticket.ticket_id)).size).toBe(99);
  await say.ask('bot', ask('onboarding.complete', 'onboarding/shop'));
  expect(say.lines).toEqual(['bot asks onboarding.complete onboarding/shop → deny onboarding.blocked']);
});

test('plan.revise and plan.replan: the next version needs a planner, and the client when the budget goes up (A5)', async () => {
  const { say } = await working('revision');
  const next = (type: string, total: number) => ({
    ...PLAN,
    type,
    base_version: 1,
    payload: {
      ...PLAN.payload,
      total_budget_minor: total,
      flights: [{ ...PLAN.payload.flights[0]!, budget_minor: Math.min(total, 1_000_000) }],
    },
  });
  await say.send('bot2', 'POST', '/v1/plans', next('revise', 900_000));
  await say.send('bot2', 'POST', '/v1/plans', next('replan', 2_000_000));
  await say.ask('bot', ask('plan.replan', 'plan/3'));
  await say.vote('clara', 'reject');
  await say.ask('bot', ask('plan.replan', 'plan/2'));
  await say.ask('bot', ask('plan.execute', 'plan/2'));
  await say.ask('bot', ask('plan.revise', 'plan/2'));
  await say.vote('petra', 'approve');
  await say.ask('bot', ask('plan.execute', 'plan/1'));
  await say.ask('bot', ask('plan.execute', 'plan/2'));
  await say.ask('bot', ask('plan.replan', 'plan/3'));
  expect(say.lines).toEqual([
    'bot2 POST /v1/plans → 201',
    'bot2 POST /v1/plans → 201',
    'bot asks plan.replan plan/3 → review A5:pending revision.budget_increase revision.needs_approval',
    'clara rejects → A5 rejected',
    'bot asks plan.replan plan/2 → deny revision.wrong_type',
    'bot asks plan.execute plan/2 → deny plan.ask_revision',
    'bot asks plan.revise plan/2 → review A5:pending revision.needs_approval',
    'petra approves → A5 consumed',
    'bot asks plan.execute plan/1 → deny plan.superseded',
    'bot asks plan.execute plan/2 → allow plan.approved',
    'bot asks plan.replan plan/3 → deny plan.base_stale revision.budget_increase revision.needs_approval',
  ]);
});

test('a campaign of a superseded plan waits until a planner moves it under the approved one, and no agent can', async () => {
  const { agency, say } = await working('move');
  await say.send('bot2', 'POST', '/v1/plans', { ...PLAN, type: 'revise', base_version: 1 });
  await say.ask('bot', ask('plan.revise', 'plan/2'));
  await say.vote('petra', 'approve');
  await say.ask('bot', budget('c1', 10_100));
  const approved = { daily_budget_minor: 10_000, bid_minor: 1_000 };
  await say.send('bot', 'POST', '/v1/campaigns/c1/plan', { plan_version: 2, approved });
  await say.send('paul', 'POST', '/v1/campaigns/c1/plan', { plan_version: 1, approved });
  await say.send('paul', 'POST', '/v1/campaigns/none/plan', { plan_version: 2, approved });
  const before = await campaign(agency, 'c1');
  await say.send('paul', 'POST', '/v1/campaigns/c1/plan', { plan_version: 2, approved });
  await say.ask('bot', budget('c1', 10_100));
  expect(say.lines).toEqual([
    'bot2 POST /v1/plans → 201',
    'bot asks plan.revise plan/2 → review A5:pending revision.needs_approval',
    'petra approves → A5 consumed',
    'bot asks budget.change campaign/c1 → deny campaign.plan_not_approved',
    'bot POST /v1/campaigns/c1/plan → 403 operation.forbidden access.not_permitted',
    'paul POST /v1/campaigns/c1/plan → 409 plan.not_approved',
    'paul POST /v1/campaigns/none/plan → 404 not_found',
    'paul POST /v1/campaigns/c1/plan → 200',
    'bot asks budget.change campaign/c1 → allow budget.within_guardrail',
  ]);
  expect(await campaign(agency, 'c1')).toMatchObject({ plan_version: 2, approved, live: before.live });
});

test('reconciliation.override: an admin alone (A6)', async () => {
  const { say } = await working('override');
  await say.ask('bot', ask('reconciliation.override', 'reconciliation/march'));
  await say.vote('paul', 'approve');
  await say.vote('anna', 'approve');
  await say.ask('bot', ask('reconciliation.override', 'reconciliation/march', undefined, say.ticket.ticket_id));
  expect(say.lines).toEqual([
    'bot asks reconciliation.override reconciliation/march → review A6:pending reconciliation.manual_override',
    'paul approves → 403 verdict.refused verdict.role_missing',
    'anna approves → A6 approved',
    'bot asks reconciliation.override reconciliation/march on approval → allow A6:consumed approval.accepted reconciliation.manual_override',
  ]);
});

test('creative.launch: no finding passes, a claim is reviewed (A7), new words need a new review, a cure is denied', async () => {
  const { say } = await working('creative');
  const launch = ask('creative.launch', 'creative/cr-1');
  const words = (body: string) => say.send('bot', 'POST', '/v1/creatives', { ...CREATIVE, body });
  await words('Chamomile tea for the end of the day.');
  await say.ask('bot', launch);
  await words('Supports healthy sleep.');
  await say.ask('bot', launch);
  const slots = say.ticket.slots.map((slot: { id: string }) => slot.id);
  await say.vote('paul', 'approve');
  if (slots.includes('legal')) await say.vote('lena', 'approve');
  await say.ask('bot', launch);
  await words('Supports healthy sleep, every night.');
  await say.ask('bot', launch);
  await words('Cures insomnia and prevents cancer.');
  await say.ask('bot', launch);
  expect(say.lines.filter((line) => line.includes('asks')).map((line) => line.split(' → ')[1])).toEqual([
    'allow creative.no_finding',
    'review A7:pending compliance.health_structure_function',
    'allow creative.cleared',
    'review A7:pending compliance.health_structure_function',
    'deny compliance.health_disease_claim',
  ]);
  expect(say.ticket).toMatchObject({ type: 'A7', state: 'pending' });
});

test.each([
  ['an action that no rule covers', ask('server.reboot', 'plan/1'), 'deny action.unknown'],
  ['a thing that the service does not hold', ask('plan.execute', 'plan/99'), 'deny resource.unknown'],
  ['a campaign that is no plan', ask('plan.execute', 'campaign/c1'), 'deny resource.wrong_type'],
  [
    'an agent that asks for another',
    { ...ask('plan.execute', 'plan/1'), subject: { type: 'agent', id: 'copy-bot' } },
    'deny subject.not_caller',
  ],
  ['an approval that is not there', budget('c1', 12_500, 'A3-1'), /^deny approval.not_found /],
])('denies %s, with a reason of its own', async (_, question, wanted) => {
  const tenant = `deny-${question.action.name.replaceAll('.', '-')}-${question.resource.id}-${question.subject.id}`;
  const { say } = await working(tenant);
  await say.ask('bot', question);
  const answer = say.lines[0]!.split(' → ')[1]!;
  expect(answer).toEqual(typeof wanted === 'string' ? wanted : expect.stringMatching(wanted));
});

test('a service asks for an agent; the agent then uses the approval, and nobody who asked may approve', async () => {
  const { say } = await working('desk');
  await say.ask('desk', budget('c1', 8_000));
  await say.vote('olga', 'approve');
  await say.ask('bot', budget('c1', 8_000, say.ticket.ticket_id));
  expect(say.lines.map((line) => line.split(' → ')[1]!.split(' ').slice(0, 2).join(' '))).toEqual([
    'review A3:pending',
    'A3 approved',
    'allow A3:consumed',
  ]);
});

test('a configuration that asks for less opens no ticket', async () => {
  const agency = await openAgency(node, 'lenient', {
    ...CONFIG,
    approval_policy: {
      ...CONFIG.approval_policy,
      first_launch_requires_human: false,
      client_must_approve_budget_increase: false,
    },
  });
  await approvePlan(node.call, agency);
  await addCampaign(node.call, agency, 'c1');
  const say = createTranscript(node.call, agency);
  await say.ask('bot', ask('campaign.launch', 'campaign/c1'));
  await say.ask('bot', budget('c1', 12_500));
  expect(say.ticket.slots).toEqual([{ id: 'operator', any_of: ['operator'] }]);
  expect(say.lines[0]).toBe('bot asks campaign.launch campaign/c1 → allow campaign.launch_unattended');
});
