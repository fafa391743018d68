import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Agency,
  type Clock,
  type Node,
  type Person,
  CREATIVE,
  PLAN,
  ask,
  budget,
  createClock,
  createTranscript,
  gist,
  must,
  openNode,
  openWorkingAgency,
  vote,
} from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';

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

async function working(campaigns: string[] = ['c1']) {
  const agency = await openWorkingAgency(node, `tickets-${tenants++}`, campaigns);
  const say = createTranscript(node.call, agency);
  const view = async (id = say.ticket.ticket_id) =>
    (await node.call(agency.tokens.olga, 'GET', `/v1/tickets/${id}`)).body;
  return { agency, say, view };
}

describe('the list', () => {
  let agency: Agency;
  const list = async (who: Person, query = '') =>
    (await must(node.call(agency.tokens[who], 'GET', `/v1/tickets${query}`), 200)).body;
  const kinds = async (who: Person, query = '') =>
    (await list(who, query)).tickets.map((one: any) => `${one.type} ${one.state}`);

  beforeAll(async () => {
    ({ agency } = await working(['c1', 'c2']));
    const say = createTranscript(node.call, agency);
    await say.ask('bot', budget('c1', 12_500));
    await say.ask('bot', budget('c1', 8_000));
    await say.vote('olga', 'approve');
    await say.ask('desk', ask('campaign.launch', 'campaign/c2'));
    await say.ask('bot2', { ...ask('access.grant', 'access/dns'), subject: { type: 'agent', id: 'copy-bot' } });
    await say.ask('bot', ask('reconciliation.override', 'reconciliation/r1'));
    await say.vote('lena', 'reject');
  });

  test('shows the newest first', async () => {
    expect(await kinds('olga')).toEqual([
      'A6 rejected',
      'A4 pending',
      'A2 pending',
      'A3 approved',
      'A3 pending',
      'A1 consumed',
    ]);
  });

  test.each([
    ['?state=pending', ['A4 pending', 'A2 pending', 'A3 pending']],
    ['?type=A3', ['A3 approved', 'A3 pending']],
    ['?type=A3&state=approved', ['A3 approved']],
    ['?platform=meta', ['A2 pending', 'A3 approved', 'A3 pending']],
    ['?platform=google', []],
    ['?requester=copy-bot', ['A4 pending']],
    ['?role=client', ['A4 pending', 'A3 pending']],
    ['?red_flag=true', []],
    ['?red_flag=false&type=A6', ['A6 rejected']],
    ['?limit=1', ['A6 rejected']],
  ])('%s', async (query, wanted) => {
    expect(await kinds('olga', query)).toEqual(wanted);
  });

  test('shows agents what they asked for or asked about, clients what waits for them, humans of the agency all', async () => {
    expect(await kinds('bot')).toEqual(['A6 rejected', 'A2 pending', 'A3 approved', 'A3 pending', 'A1 consumed']);
    expect(await kinds('bot2')).toEqual(['A4 pending']);
    expect(await kinds('desk')).toEqual(['A2 pending']);
    expect(await kinds('clara')).toEqual(['A4 pending', 'A3 pending']);
    expect(await kinds('aldo')).toHaveLength(6);
    const [, , hidden] = (await list('olga')).tickets;
    expect(gist(await node.call(agency.tokens.clara, 'GET', `/v1/tickets/${hidden.ticket_id}`))).toBe('404 not_found');
    expect(gist(await node.call(agency.tokens.bot2, 'GET', `/v1/tickets/${hidden.ticket_id}`))).toBe('404 not_found');
  });

  test('pages without a gap and without a double, though tickets are opened meanwhile', async () => {
    const seen: number[] = [];
    const whole = (await list('olga')).tickets.map((one: any) => one.number);
    let page = await list('olga', '?limit=2');
    for (let n = 0; ; n++) {
      seen.push(...page.tickets.map((one: any) => one.number));
      if (page.next_before === null) break;
      await must(node.call(agency.tokens.bot, 'POST', '/v1/decisions', budget('c2', 20_000 + n)), 200);
      page = await list('olga', `?limit=2&before=${page.next_before}`);
    }
    expect(seen).toEqual(whole);
  });

  test.each([
    ['?state=opened', '?state'],
    ['?type=A10', '?type'],
    ['?role=auditor', '?role'],
    ['?red_flag=1', '?red_flag'],
    ['?limit=0', '?limit'],
    ['?limit=101', '?limit'],
    ['?limit=ten', '?limit'],
    ['?before=-1', '?before'],
    ['?before=1e3', '?before'],
  ])('%s is refused by the name of the parameter', async (query, field) => {
    const { status, body } = await node.call(agency.tokens.olga, 'GET', `/v1/tickets${query}`);
    expect([status, body.errors[0].field]).toEqual([400, field]);
  });
});

test('a ticket says all that its approver needs', async () => {
  const { agency, say, view } = await working();
  const question = budget('c1', 12_500);
  question.action.properties.change_set_id = 'cs-7';
  question.subject.properties = { on_behalf_of: 'petra' };
  await say.ask('bot', question);
  await say.post('clara', 'comments', { comment: 'Why so much?' });
  clock.advance({ minutes: 30 });
  const ticket = await view();
  expect(ticket).toMatchObject({
    tenant: agency.tenant,
    vertical: 'health',
    platform: 'meta',
    type: 'A3',
    state: 'pending',
    red_flag: false,
    risk: 'high',
    requested_by: { kind: 'agent', id: 'bid-bot', caller: 'bid-bot', on_behalf_of: 'petra' },
    plan_version: 1,
    change_set_id: 'cs-7',
    base: { before: 10_000, approved: 10_000, plan_version: 1 },
    diff: [{ path: '/live/daily_budget_minor', before: 10_000, after: 12_500 }],
    blocks: ['campaign/c1'],
    revision: 1,
    waits_for_client: true,
    slots: [
      { id: 'operator', any_of: ['operator'], filled: false, by: null },
      { id: 'client', any_of: ['client'], filled: false, by: null },
    ],
    sla: { target_minutes: 120, seconds_left: 90 * 60, breached: false, clock: 'team' },
    comments: [{ author_id: 'clara', body: 'Why so much?' }],
    revisions: [{ revision: 1 }],
    history: [{ action: 'ticket.opened' }, { action: 'ticket.commented' }],
  });
  expect(ticket.reasons.map((reason: any) => reason.code)).toContain('budget.client_must_approve');
  clock.advance({ minutes: 91 });
  expect((await view()).sla).toMatchObject({ breached: true, seconds_left: -60 });
  await say.vote('clara', 'approve');
  expect(await view()).toMatchObject({
    waits_for_client: false,
    slots: [{ filled: false }, { filled: true, by: 'clara' }],
  });
});

describe('one living ticket for one question', () => {
  test('asked again it is the same ticket, from whichever node; another question has another', async () => {
    const { agency, say } = await working();
    const ids = new Set<string>();
    for (const at of [node, other, node])
      for (const after of [12_500, 13_000])
        ids.add((await at.call(agency.tokens.bot, 'POST', '/v1/decisions', budget('c1', after))).body.ticket.ticket_id);
    expect(ids.size).toBe(2);
    await say.ask('bot', budget('c1', 12_500));
    await say.vote('olga', 'reject');
    const { body } = await say.ask('bot', budget('c1', 12_500));
    expect(ids).not.toContain(body.ticket.ticket_id);
  });

  test('asked for by thirty at once on two nodes it is opened once', async () => {
    const { agency } = await working();
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        (i % 2 ? node : other).call(agency.tokens.bot, 'POST', '/v1/decisions', budget('c1', 14_000)),
      ),
    );
    expect(new Set(answers.map(({ body }) => body.ticket.ticket_id)).size).toBe(1);
  });

  test('one that lapsed unanswered gives way to a new one', async () => {
    const { say, view } = await working();
    await say.ask('bot', budget('c1', 12_500));
    const old = say.ticket.ticket_id;
    clock.advance({ days: 3 });
    await say.vote('olga', 'approve');
    expect(await view(old)).toMatchObject({ state: 'expired' });
    const { body } = await say.ask('bot', budget('c1', 12_500));
    expect(body.ticket.ticket_id).not.toBe(old);
    expect(say.lines[1]).toBe('olga approves → 409 ticket.expired');
  });
});

describe('a verdict', () => {
  test('that races another: one wins, the other is told who did what and when', async () => {
    for (let round = 0; round < 5; round++) {
      const { agency, say, view } = await working();
      await say.ask('bot', budget('c1', 8_000));
      const [approve, reject] = await Promise.all([
        vote(node.call, agency.tokens.olga, say.ticket, 'approve'),
        vote(other.call, agency.tokens.omar, say.ticket, 'reject'),
      ]);
      const [won, lost] = approve.status === 201 ? [approve, reject] : [reject, approve];
      const winner = won === approve ? { state: 'approved', by: 'olga' } : { state: 'rejected', by: 'omar' };
      expect([won.status, lost.status]).toEqual([201, 409]);
      expect(lost.body).toMatchObject({
        code: 'ticket.not_pending',
        state: winner.state,
        resolved_by: winner.by,
        resolved_at: clock().toISOString(),
      });
      expect(lost.body.detail).toContain(winner.by);
      expect(await view()).toMatchObject({ state: winner.state, votes: [{ voter: winner.by }] });
    }
  });

  test('by two clerks for one slot fills it once', async () => {
    const { agency, say, view } = await working();
    await say.ask('bot', budget('c1', 12_500));
    const both = await Promise.all([
      vote(node.call, agency.tokens.olga, say.ticket, 'approve'),
      vote(other.call, agency.tokens.omar, say.ticket, 'approve'),
    ]);
    expect(both.map((one) => one.status).sort()).toEqual([201, 403]);
    expect((await view()).votes).toHaveLength(1);
  });

  test('of one who asked, for whom was asked, or who wrote the plan does not count as approval', async () => {
    const { agency, say } = await working();
    const mine = { ...budget('c1', 8_000), subject: { type: 'human', id: 'olga' } };
    await say.ask('olga', mine);
    await say.vote('olga', 'approve');
    await say.ask('bot', {
      ...budget('c1', 8_100),
      subject: { type: 'agent', id: 'bid-bot', properties: { on_behalf_of: 'omar' } },
    });
    await say.vote('omar', 'approve');
    await say.vote('olga', 'approve');
    const draft = { ...PLAN, type: 'revise', base_version: 1 };
    await must(node.call(agency.tokens.paul, 'POST', '/v1/plans', draft), 201);
    await say.ask('bot', ask('plan.revise', 'plan/2'));
    await say.vote('paul', 'approve');
    await say.vote('petra', 'approve');
    expect(
      say.lines
        .map((line) => line.split(' → '))
        .map(([who, what]) => (who!.includes('asks') ? what!.split(' ')[0] : what)),
    ).toEqual([
      'review',
      '403 verdict.refused verdict.self_approval',
      'review',
      '403 verdict.refused verdict.self_approval',
      'A3 approved',
      'review',
      '403 verdict.refused verdict.self_approval',
      'A5 consumed',
    ]);
  });

  test('needs the right role and a human; every slot needs another human', async () => {
    const { agency, say } = await working();
    await say.ask('bot', budget('c1', 12_500));
    await say.vote('paul', 'approve');
    await say.vote('aldo', 'approve');
    await say.vote('bot', 'approve');
    await say.vote('desk', 'approve');
    await say.vote('olga', 'approve', { slot: 'client' });
    await say.vote('olga', 'approve', { slot: 'treasurer' });
    await say.vote('olga', 'approve');
    await say.vote('olga', 'approve');
    await say.vote('omar', 'approve');
    await say.vote('clara', 'approve');
    expect(say.lines.slice(1)).toEqual([
      'paul approves → 403 verdict.refused verdict.role_missing',
      'aldo approves → 403 operation.forbidden access.not_permitted',
      'bot approves → 403 operation.forbidden access.not_permitted',
      'desk approves → 403 operation.forbidden access.not_permitted',
      'olga approves → 403 verdict.refused verdict.role_missing',
      'olga approves → 403 verdict.refused verdict.role_missing verdict.slot_unknown',
      'olga approves → A3 pending',
      expect.stringContaining('olga approves → 403 verdict.refused verdict.already_voted'),
      expect.stringContaining('omar approves → 403 verdict.refused verdict.role_missing'),
      'clara approves → A3 approved',
    ]);
    expect(agency.tenant).toBeTruthy();
  });

  test('on another revision or hash than the one that stands is refused, with the difference', async () => {
    const { agency, say } = await working();
    await say.ask('bot', budget('c1', 12_500));
    const first = say.ticket;
    await say.post('bot', 'revisions', budget('c1', 12_000));
    expect(say.ticket).toMatchObject({ ticket_id: first.ticket_id, revision: 2 });
    const stale = await vote(node.call, agency.tokens.olga, first, 'approve');
    expect(stale.body).toMatchObject({
      status: 409,
      code: 'ticket.stale_view',
      revision: 2,
      subject_hash: say.ticket.subject_hash,
      difference: expect.arrayContaining([{ path: '/action/properties/after', before: 12_500, after: 12_000 }]),
    });
    const forged = await vote(
      node.call,
      agency.tokens.olga,
      { ...say.ticket, subject_hash: first.subject_hash },
      'approve',
    );
    expect(gist(forged)).toBe('409 ticket.stale_view');
    expect((await vote(node.call, agency.tokens.olga, say.ticket, 'approve')).status).toBe(201);
  });

  test('is refused when what it rests on has moved: the ticket is superseded, and the agent asks again', async () => {
    const { agency, say, view } = await working();
    await say.ask('bot', budget('c1', 12_500));
    const { body } = await node.call(agency.tokens.bot, 'POST', '/v1/decisions', budget('c1', 10_500));
    await say.report('bot', body.decision_id, 'applied');
    await say.vote('olga', 'approve');
    expect(await view()).toMatchObject({ state: 'superseded' });
    await say.ask('bot', budget('c1', 12_500));
    expect(say.lines.map((line) => line.split(' → ')[1]!.split(' budget')[0])).toEqual([
      'review A3:pending',
      '201',
      '409 ticket.superseded',
      'review A3:pending',
    ]);
  });

  test('is refused when the creative has other content by now', async () => {
    const { agency, say } = await working();
    const register = (body: string) =>
      must(node.call(agency.tokens.bot, 'POST', '/v1/creatives', { ...CREATIVE, body }), 201);
    await register('Supports healthy sleep.');
    await say.ask('bot', ask('creative.launch', 'creative/cr-1'));
    await register('Supports healthy sleep and calm.');
    await say.vote('paul', 'approve');
    expect(say.lines[1]).toBe('paul approves → 409 ticket.superseded');
    expect((await node.call(agency.tokens.bot, 'GET', '/v1/creatives/cr-1')).body.cleared_hash).toBeNull();
  });

  test('is refused when another plan has come into force', async () => {
    const { agency, say } = await working();
    for (const name of ['one', 'two'])
      await must(
        node.call(agency.tokens.bot2, 'POST', '/v1/plans', {
          type: 'replan',
          base_version: 1,
          payload: { ...PLAN.payload, name },
        }),
        201,
      );
    await say.ask('bot', ask('plan.replan', 'plan/2'));
    const second = say.ticket;
    await say.ask('bot', ask('plan.replan', 'plan/3'));
    await say.vote('petra', 'approve');
    expect(gist(await vote(node.call, agency.tokens.petra, second, 'approve'))).toBe('409 ticket.superseded');
    expect((await node.call(agency.tokens.bot, 'GET', '/v1/plans/2')).body.state).toBe('draft');
  });

  test('of a client does not outvote the agency: a reject is final', async () => {
    const { say } = await working();
    await say.ask('bot', budget('c1', 12_500));
    await say.vote('clara', 'approve');
    await say.vote('lena', 'reject');
    await say.vote('olga', 'approve');
    await say.ask('bot', budget('c1', 12_500, say.ticket.ticket_id));
    expect(say.lines.slice(1)).toEqual([
      'clara approves → A3 pending',
      'lena rejects → A3 rejected',
      'olga approves → 409 ticket.not_pending',
      expect.stringContaining('on approval → deny approval.closed'),
    ]);
  });
});

describe('a ticket that was sent back', () => {
  test('is revised by who asked; approvals of the earlier revision do not count', async () => {
    const { say, view } = await working();
    await say.ask('bot', budget('c1', 12_500));
    const id = say.ticket.ticket_id;
    await say.vote('clara', 'approve');
    await say.vote('olga', 'request_changes', { comment: 'Half of that.' });
    await say.post('bot2', 'revisions', budget('c1', 12_000));
    await say.post('bot', 'revisions', budget('c1', 12_000));
    expect(say.ticket).toMatchObject({ ticket_id: id, revision: 2, state: 'pending' });
    expect((await view(id)).slots.map((slot: any) => slot.filled)).toEqual([false, false]);
    await say.vote('olga', 'approve');
    await say.vote('clara', 'approve');
    await say.ask('bot', budget('c1', 12_500, id));
    await say.ask('bot', budget('c1', 12_000, id));
    expect(say.lines.map((line) => line.split(' budget.client')[0])).toEqual([
      'bot asks budget.change campaign/c1 → review A3:pending',
      'clara approves → A3 pending',
      'olga request_changess → A3 changes_requested',
      'bot2 revisions → 404 not_found',
      expect.stringContaining('bot revisions → review A3:pending'),
      'olga approves → A3 pending',
      'clara approves → A3 approved',
      expect.stringContaining('on approval → deny approval.mismatch'),
      expect.stringContaining('on approval → allow A3:consumed approval.accepted'),
    ]);
    expect((await view(id)).revisions).toHaveLength(2);
  });

  test('takes no verdict before it is revised, and no revision that asks for something else', async () => {
    const { say } = await working();
    await say.ask('bot', budget('c1', 8_000));
    await say.vote('olga', 'request_changes');
    await say.vote('olga', 'approve');
    await say.post('bot', 'revisions', ask('campaign.launch', 'campaign/c1'));
    expect(say.lines.slice(2)).toEqual([
      'olga approves → 409 ticket.not_pending',
      'bot revisions → 409 ticket.other_action',
    ]);
  });

  test('is superseded by a revision that needs no human', async () => {
    const { say, view } = await working();
    await say.ask('bot', budget('c1', 8_000));
    const id = say.ticket.ticket_id;
    await say.vote('olga', 'request_changes');
    await say.post('bot', 'revisions', budget('c1', 9_800));
    expect(say.lines.at(-1)).toBe('bot revisions → allow budget.within_guardrail');
    expect((await view(id)).state).toBe('superseded');
  });
});

test('a request is cancelled by who asked or an admin, while it waits; an approval is revoked by the agency', async () => {
  const { say } = await working();
  await say.ask('bot', budget('c1', 8_000));
  await say.post('bot2', 'cancellation');
  await say.post('olga', 'cancellation');
  await say.post('olga', 'revocation');
  await say.post('bot', 'cancellation');
  await say.post('bot', 'cancellation');
  await say.ask('bot', budget('c1', 8_100));
  await say.post('anna', 'cancellation');
  await say.ask('bot', budget('c1', 8_200));
  await say.vote('olga', 'approve');
  await say.post('bot', 'cancellation');
  await say.post('clara', 'revocation');
  await say.post('omar', 'revocation');
  expect(say.lines.map((line) => line.split(' budget')[0]!).filter((line) => !line.includes('asks'))).toEqual([
    'bot2 cancellation → 404 not_found',
    expect.stringMatching(/^olga cancellation → 40[34] /),
    'olga revocation → 409 ticket.not_approved',
    'bot cancellation → A3 cancelled',
    'bot cancellation → 409 ticket.not_pending',
    'anna cancellation → A3 cancelled',
    'olga approves → A3 approved',
    'bot cancellation → 409 ticket.not_pending',
    expect.stringMatching(/^clara revocation → 40[34] /),
    'omar revocation → A3 revoked',
  ]);
});

test('of a permit that is used while it is revoked, one of the two happened', async () => {
  for (let round = 0; round < 5; round++) {
    const { agency, say, view } = await working();
    await say.ask('bot', budget('c1', 8_000));
    await say.vote('olga', 'approve');
    const { ticket_id } = say.ticket;
    const [used, revoked] = await Promise.all([
      node.call(agency.tokens.bot, 'POST', '/v1/decisions', budget('c1', 8_000, ticket_id)),
      other.call(agency.tokens.omar, 'POST', `/v1/tickets/${ticket_id}/revocation`, { comment: 'stop' }),
    ]);
    const { state } = await view(ticket_id);
    expect([used.body.effect, revoked.status, state]).toEqual(
      state === 'consumed' ? ['allow', 409, 'consumed'] : ['deny', 201, 'revoked'],
    );
  }
});
