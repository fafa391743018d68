import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TenantConfig } from '../../src/contract/types.ts';
import { createDatabase } from '../support/database.ts';
import {
  type Agency,
  CONFIG,
  type Node,
  PLAN,
  ask,
  budget,
  createClock,
  createTranscript,
  gist,
  must,
  openAgency,
  openNode,
  openWorkingAgency,
  vote,
} from '../support/agency.ts';

let database: Awaited<ReturnType<typeof createDatabase>>;
let node: Node;
const clock = createClock('2026-03-30T09:00:00.000Z');

beforeAll(async () => {
  database = await createDatabase();
  node = await openNode(database.url, { clock });
});
afterAll(async () => {
  await node?.close();
  await database?.drop();
});

const mandate = (more = {}) => ({ max_increase_pct: 20, expires_at: '2026-12-31T00:00:00.000Z', ...more });

describe('what a client sees', () => {
  it('is what waits for it, in words, without the names of the agency', async () => {
    const agency = await openWorkingAgency(node, 'seen');
    const say = createTranscript(node.call, agency);
    await say.ask('bot', budget('c1', 12_000));
    const { ticket_id } = say.ticket;
    await say.vote('olga', 'approve', { comment: 'margin is thin, do not tell' });
    await say.post('olga', 'comments', { comment: 'the client will say yes' });
    await say.post('clara', 'comments', { comment: 'Why so much?' });

    const { body } = await node.call(agency.tokens.clara, 'GET', `/v1/tickets/${ticket_id}`);
    expect(body).toMatchObject({
      ticket_id,
      diff: [{ path: '/live/daily_budget_minor', before: 10_000, after: 12_000 }],
      slots: [{ id: 'client', filled: false, by: null }],
      votes: [],
      comments: [{ author_id: 'clara', body: 'Why so much?' }],
      waits_for_client: true,
    });
    expect(JSON.stringify(body)).not.toMatch(/olga|margin|will say yes|bid-bot|guardrail of/);
    const listed = await node.call(agency.tokens.clara, 'GET', '/v1/tickets');
    expect(listed.body.tickets.map((one: any) => one.ticket_id)).toEqual([ticket_id]);
    expect(listed.text).not.toMatch(/olga|margin/);

    const voted = await vote(node.call, agency.tokens.clara, body, 'approve');
    expect(voted.body).toMatchObject({
      state: 'approved',
      slots: [{ filled: true, by: 'clara' }],
      resolved_by_client: true,
    });
    expect(voted.text).not.toMatch(/olga|margin/);
  });

  it('is by when its answer is wanted: a date that never moves towards it', async () => {
    const agency = await openWorkingAgency(node, 'wanted');
    const say = createTranscript(node.call, agency);
    await say.ask('bot', budget('c1', 12_000));
    const path = `/v1/tickets/${say.ticket.ticket_id}`;
    const wanted = async () => (await node.call(agency.tokens.clara, 'GET', path)).body.answer_due_at;
    const first = await wanted();
    clock.advance({ hours: 1 });
    expect(await wanted()).toBe(first);
    await say.vote('olga', 'approve');
    const counted = (await node.call(agency.tokens.olga, 'GET', path)).body.sla;
    expect(counted).toMatchObject({ clock: 'client', due_at: await wanted() });
    expect(counted.due_at > first).toBe(true);
    await say.vote('clara', 'approve');
    expect(await wanted()).toBeNull();
  });

  it('is no plan, campaign, creative, decision or log', async () => {
    const agency = await openWorkingAgency(node, 'unseen');
    const paths = [
      '/v1/plans',
      '/v1/plans/1',
      '/v1/campaigns/c1',
      '/v1/creatives',
      '/v1/decisions/D-3',
      '/v1/audit/entries',
    ];
    for (const path of paths)
      expect(gist(await node.call(agency.tokens.clara, 'GET', path)), path).toBe(
        '403 operation.forbidden access.not_permitted',
      );
  });

  it('is a slot filled by the agency as filled, and not by whom', async () => {
    const agency = await openAgency(node, 'slot');
    const say = createTranscript(node.call, agency);
    await say.ask('bot', {
      ...ask('access.grant', 'access/bm-7', undefined),
      resource: { type: 'access', id: 'bm-7', properties: { onboarding_id: 'ob-1' } },
    });
    const { ticket_id } = say.ticket;
    await say.vote('anna', 'approve');
    const { body, text } = await node.call(agency.tokens.clara, 'GET', `/v1/tickets/${ticket_id}`);
    expect(body).toMatchObject({ state: 'approved', slots: [{ filled: true, by: null }], resolved_by_client: false });
    expect(text).not.toContain('anna');
  });
});

describe('the agency after a client’s yes', () => {
  it('vetoes on compliance until the permit is used', async () => {
    const agency = await openWorkingAgency(node, 'veto');
    const say = createTranscript(node.call, agency);
    await say.ask('bot', budget('c1', 12_000));
    await say.vote('clara', 'approve');
    await say.vote('lena', 'reject', { comment: 'not on this platform' });
    await say.ask('bot', budget('c1', 12_500));
    await say.vote('clara', 'approve');
    await say.vote('olga', 'approve');
    await say.post('lena', 'revocation');
    await say.ask('bot', budget('c1', 12_500, say.ticket.ticket_id));
    await say.ask('bot', budget('c1', 13_000));
    await say.vote('clara', 'approve');
    await say.vote('olga', 'approve');
    await say.ask('bot', budget('c1', 13_000, say.ticket.ticket_id));
    const used = say.ticket;
    const late = await node.call(agency.tokens.lena, 'POST', `/v1/tickets/${used.ticket_id}/revocation`, {
      comment: 'x',
    });
    expect(gist(late)).toBe('409 ticket.not_approved');
    expect(say.lines.slice(2, 3)).toEqual(['lena rejects → A3 rejected']);
    expect(say.lines.slice(6, 8)).toEqual([
      'lena revocation → A3 revoked',
      expect.stringMatching(/^bot asks budget.change campaign\/c1 on approval → deny .*approval.closed/),
    ]);
    expect(say.lines.at(-1)).toMatch(/→ allow A3:consumed/);
  });
});

describe('creative themes', () => {
  const themed: TenantConfig = { ...CONFIG, client_portal: { approve_creative_themes: true } };

  it('need the client where the tenant wants that, once per new theme', async () => {
    const agency = await openAgency(node, 'themes', themed);
    const say = createTranscript(node.call, agency);
    const plan = { ...PLAN, payload: { ...PLAN.payload, creative_themes: ['calm evenings'] } };
    await say.send('bot2', 'POST', '/v1/plans', plan);
    await say.ask('bot', ask('plan.execute', 'plan/1'));
    await say.vote('paul', 'approve');
    await say.vote('clara', 'approve');
    await say.send('bot2', 'POST', '/v1/plans', { ...plan, type: 'revise', base_version: 1 });
    await say.ask('bot', ask('plan.revise', 'plan/2'));
    expect(say.ticket.slots.map((slot: any) => slot.id)).toEqual(['planner']);
    await say.vote('paul', 'approve');
    const louder = { ...plan.payload, creative_themes: ['calm evenings', 'loud mornings'] };
    await say.send('bot2', 'POST', '/v1/plans', { type: 'replan', base_version: 2, payload: louder });
    await say.ask('bot', ask('plan.replan', 'plan/3'));
    await say.vote('clara', 'reject', { comment: 'Not loud.' });
    expect(say.lines).toEqual([
      'bot2 POST /v1/plans → 201',
      'bot asks plan.execute plan/1 → review A1:pending plan.creative_themes plan.not_approved',
      'paul approves → A1 pending',
      'clara approves → A1 consumed',
      'bot2 POST /v1/plans → 201',
      'bot asks plan.revise plan/2 → review A5:pending revision.needs_approval',
      'paul approves → A5 consumed',
      'bot2 POST /v1/plans → 201',
      'bot asks plan.replan plan/3 → review A5:pending revision.creative_themes revision.needs_approval',
      'clara rejects → A5 rejected',
    ]);
  });
});

describe('a mandate', () => {
  /** Raises the budget as far as the answer allows, with the operator's approval and a report. */
  async function raise(agency: Agency, after: number, status: 'applied' | 'failed' = 'applied') {
    const asked = (await must(node.call(agency.tokens.bot, 'POST', '/v1/decisions', budget('c1', after)), 200)).body;
    const slots = asked.ticket.slots.map((slot: any) => slot.id).join('+');
    if (slots === 'operator') {
      await must(vote(node.call, agency.tokens.olga, asked.ticket, 'approve'), 201);
      const question = budget('c1', after, asked.ticket.ticket_id);
      const allowed = await must(node.call(agency.tokens.bot, 'POST', '/v1/decisions', question), 200);
      expect(allowed.body.effect).toBe('allow');
      await must(
        node.call(agency.tokens.bot, 'POST', `/v1/decisions/${allowed.body.decision_id}/outcome`, { status }),
        201,
      );
    }
    return slots;
  }

  it('stands in for the client until it is drawn down, and begins anew each month', async () => {
    const agency = await openWorkingAgency(node, 'month');
    const { tokens } = agency;
    expect(await raise(agency, 11_500)).toBe('operator+client');
    const granted = await node.call(tokens.clara, 'POST', '/v1/mandates', mandate({ note: 'spring' }));
    expect(granted).toMatchObject({ status: 201, body: { granted_by: 'clara', campaign_ids: null } });

    expect(await raise(agency, 11_500)).toBe('operator');
    expect(await raise(agency, 12_001)).toBe('operator+client');
    expect(await raise(agency, 12_000, 'failed')).toBe('operator');
    expect(await raise(agency, 12_000)).toBe('operator');
    expect(await raise(agency, 12_500)).toBe('operator+client');

    clock.advance({ days: 2 });
    expect(await raise(agency, 14_400)).toBe('operator');
    expect(await raise(agency, 14_500)).toBe('operator+client');

    const path = `/v1/mandates/${granted.body.mandate_id}`;
    const { body } = await node.call(tokens.clara, 'GET', path);
    expect(body.uses.map((use: any) => [use.month, use.amount_minor, use.returned_at !== null])).toEqual([
      ['2026-04', 2400, false],
      ['2026-03', 500, false],
      ['2026-03', 500, true],
      ['2026-03', 1500, false],
    ]);
    expect(gist(await node.call(tokens.olga, 'POST', `${path}/revocation`))).toMatch(/^403/);
    expect((await node.call(tokens.clara, 'POST', `${path}/revocation`)).body).toMatchObject({ revoked_by: 'clara' });
    expect(gist(await node.call(tokens.clara, 'POST', `${path}/revocation`))).toBe('409 mandate.revoked');
    const listed = await node.call(tokens.clara, 'GET', '/v1/mandates');
    expect(listed.body.mandates).toHaveLength(1);
  });

  it('that was revoked after the operator’s yes carries nothing: the client is asked', async () => {
    const agency = await openWorkingAgency(node, 'revoked');
    const { tokens } = agency;
    const granted = await must(node.call(tokens.clara, 'POST', '/v1/mandates', mandate()), 201);
    const say = createTranscript(node.call, agency);
    await say.ask('bot', budget('c1', 12_000));
    await say.vote('olga', 'approve');
    await must(node.call(tokens.clara, 'POST', `/v1/mandates/${granted.body.mandate_id}/revocation`), 201);
    await say.ask('bot', budget('c1', 12_000, say.ticket.ticket_id));
    expect(say.lines.at(-1)).toMatch(/→ deny .*approval.slot_missing/);

    const approved = say.ticket.ticket_id;
    const again = (await must(node.call(tokens.bot, 'POST', '/v1/decisions', budget('c1', 12_000)), 200)).body;
    expect(again.reasons.map((reason: any) => reason.code)).toContain('approval.insufficient');
    expect(again.reasons[0].message).toBe(
      `Ticket ${approved} is approved, but lacks the approval of client; a new ticket asks for what policy needs now.`,
    );
    expect(again.ticket.slots.map((slot: any) => slot.id)).toEqual(['operator', 'client']);
    expect((await node.call(tokens.olga, 'GET', `/v1/tickets/${approved}`)).body.state).toBe('superseded');
  });

  it('of another campaign is none', async () => {
    const agency = await openWorkingAgency(node, 'other', ['c1', 'c2']);
    await must(node.call(agency.tokens.clara, 'POST', '/v1/mandates', mandate({ campaign_ids: ['c2'] })), 201);
    expect(await raise(agency, 12_000)).toBe('operator+client');
  });

  it('is spent once, whatever is asked at the same time on two nodes', async () => {
    const other = await openNode(database.url, { clock });
    const agency = await openWorkingAgency(node, 'race', ['c1']);
    const { tokens } = agency;
    await must(node.call(tokens.clara, 'POST', '/v1/mandates', mandate({ max_increase_pct: 15 })), 201);
    // Two questions, each within the mandate, both approved by the operator: together they are more than it holds.
    const questions = [11_200, 11_300];
    const approved = await Promise.all(
      questions.map(async (after, i) => {
        const { body } = await must(
          (i ? other : node).call(tokens.bot, 'POST', '/v1/decisions', budget('c1', after)),
          200,
        );
        await must(vote(node.call, tokens.olga, body.ticket, 'approve'), 201);
        return budget('c1', after, body.ticket.ticket_id);
      }),
    );
    const answers = await Promise.all(
      approved.map((question, i) => (i ? other : node).call(tokens.bot, 'POST', '/v1/decisions', question)),
    );
    await other.close();
    expect(answers.map(({ body }) => body.effect).sort()).toEqual(['allow', 'deny']);
  });

  it('is given by a client only, as far as policy lets it, to campaigns that there are', async () => {
    const agency = await openWorkingAgency(node, 'given');
    const { tokens } = agency;
    const give = async (who: 'clara' | 'anna' | 'bot', more: object) =>
      gist(await node.call(tokens[who], 'POST', '/v1/mandates', mandate(more)));
    expect(await give('anna', {})).toBe('403 operation.forbidden access.not_permitted');
    expect(await give('bot', {})).toBe('403 operation.forbidden access.not_permitted');
    expect(await give('clara', { max_increase_pct: 25.01 })).toBe('403 mandate.refused mandate.too_much');
    expect(await give('clara', { expires_at: '2026-01-01T00:00:00Z' })).toBe('403 mandate.refused mandate.past');
    expect(await give('clara', { expires_at: '2027-12-31T00:00:00Z' })).toBe('400 request.invalid');
    expect(await give('clara', { campaign_ids: ['nope'] })).toBe('404 not_found');
    expect(await give('clara', { campaign_ids: [] })).toBe('400 request.invalid');
    for (let i = 0; i < 20; i++) expect(await give('clara', {})).toBe('201');
    expect(await give('clara', {})).toBe('409 mandate.too_many');
  });
});
