import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Clock,
  type Node,
  type Person,
  PLAN,
  ask,
  budget,
  createClock,
  createTranscript,
  gist,
  must,
  openNode,
  openWorkingAgency,
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

const AFTER = '/action/properties/after';

async function working() {
  const agency = await openWorkingAgency(node, `work-${tenants++}`);
  const say = createTranscript(node.call, agency);
  const send = (who: Person, method: string, path: string, body?: unknown, at = node) =>
    at.call(agency.tokens[who], method, `/v1/tickets/${say.ticket.ticket_id}${path}`, body);
  return { agency, say, send, view: async (who: Person = 'olga') => (await send(who, 'GET', '')).body };
}

describe('a claim', () => {
  test('is shown, warns, blocks nobody and lapses', async () => {
    const { say, send, view } = await working();
    await say.ask('bot', budget('c1', 12_500));
    expect((await send('olga', 'PUT', '/claim', { minutes: 60 })).body).toMatchObject({ claim: { by: 'olga' } });
    expect(gist(await send('omar', 'PUT', '/claim', { minutes: 60 }))).toBe('409 ticket.claimed');
    expect(gist(await send('omar', 'DELETE', '/claim'))).toBe('403 verdict.refused verdict.not_claimer');
    expect(gist(await send('omar', 'PUT', '/claim', { minutes: 481 }))).toContain('verdict.claim_too_long');
    const { status, body } = await say.vote('omar', 'approve');
    expect([status, body.warnings]).toMatchObject([201, [{ code: 'ticket.claimed' }]]);
    clock.advance({ hours: 1 });
    expect((await view()).claim).toBeNull();
  });

  test('of two at once is one’s', async () => {
    const { say, send } = await working();
    await say.ask('bot', budget('c1', 12_500));
    const both = await Promise.all([
      send('olga', 'PUT', '/claim', { minutes: 5 }),
      send('omar', 'PUT', '/claim', { minutes: 5 }, other),
    ]);
    expect(both.map((one) => one.status).sort()).toEqual([200, 409]);
  });
});

describe('comments', () => {
  test('mention people, keep earlier wordings, and show the client what is shared', async () => {
    const { say, send, view } = await working();
    await say.ask('bot', budget('c1', 12_500));
    const attachments = [
      {
        name: 'a.pdf',
        reference: 'https://files.example/a.pdf',
        sha256: 'a'.repeat(64),
        media_type: 'application/pdf',
        size_bytes: 9,
      },
    ];
    const first = await send('olga', 'POST', '/comments', { comment: 'Ask @paul, or @nobody.', attachments });
    expect(first.body).toMatchObject({ mentions: ['paul'], mentions_unknown: ['nobody'] });
    await send('olga', 'POST', '/comments', { comment: 'For you', visibility: 'shared' });
    await send('clara', 'POST', '/comments', { comment: 'Mine', visibility: 'internal' });
    expect(gist(await send('omar', 'PUT', `/comments/${first.body.seq}`, { comment: 'x' }))).toBe(
      '403 comment.not_own',
    );
    expect((await send('olga', 'PUT', `/comments/${first.body.seq}`, { comment: 'Ask @petra' })).status).toBe(200);
    expect((await view()).comments[0]).toMatchObject({
      body: 'Ask @petra',
      mentions: ['petra'],
      attachments,
      edits: [{ body: 'Ask @paul, or @nobody.' }],
    });
    expect((await view('clara')).comments.map((one: any) => one.body)).toEqual(['For you', 'Mine']);
    expect(
      (
        await send('olga', 'POST', '/comments', {
          comment: 'x',
          attachments: [{ ...attachments[0], reference: 'http://x' }],
        })
      ).status,
    ).toBe(400);
  });
});

describe('changes requested', () => {
  test('must be satisfied before a human sees it again', async () => {
    const { say, send, view } = await working();
    await say.ask('bot', budget('c1', 12_500));
    await say.vote('olga', 'request_changes', {
      changes: [{ pointer: AFTER, constraint: { at_most: 11_500 }, note: 'less' }],
    });
    const refused = await send('bot', 'POST', '/revisions', budget('c1', 12_000));
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'ticket.changes_unmet', unmet: [{ pointer: AFTER, actual: 12_000, by: 'olga' }] },
    });
    expect(await view()).toMatchObject({ state: 'changes_requested', revision: 1 });
    await must(send('bot', 'POST', '/revisions', budget('c1', 11_500)), 201);
    expect(await view()).toMatchObject({ state: 'pending', revision: 2 });
    expect((await view()).revisions[1].difference).toContainEqual({ path: AFTER, before: 12_500, after: 11_500 });
    expect((await send('bot', 'POST', '/revisions', budget('c1', 12_000))).status).toBe(409);
  });

  test('of a plan are met by another draft', async () => {
    const { agency, say, send, view } = await working();
    const draft = (total: number) => ({
      ...PLAN,
      type: 'revise',
      base_version: 1,
      payload: {
        ...PLAN.payload,
        total_budget_minor: total,
        flights: [{ ...PLAN.payload.flights[0], budget_minor: total }],
      },
    });
    for (const total of [990_000, 980_000, 900_000])
      await must(node.call(agency.tokens.bot2, 'POST', '/v1/plans', draft(total)), 201);
    await say.ask('bot', ask('plan.revise', 'plan/2'));
    await say.vote('paul', 'request_changes', {
      changes: [{ pointer: '/payload/total_budget_minor', constraint: { at_most: 950_000 } }],
    });
    expect((await send('bot', 'POST', '/revisions', ask('plan.revise', 'plan/3'))).status).toBe(409);
    await must(send('bot', 'POST', '/revisions', ask('plan.revise', 'plan/4')), 201);
    const ticket = await view();
    expect(ticket).toMatchObject({ state: 'pending', revision: 2, resource: { id: '4' } });
    await say.send('paul', 'GET', `/v1/tickets/${ticket.ticket_id}`);
    await say.vote('paul', 'approve');
    expect(say.lines.at(-1)).toBe('paul approves → A5 consumed');
  });
});

describe('tighter terms', () => {
  const terms = (at_most: number) => ({ terms: [{ pointer: AFTER, at_most }] });

  test('bind the permit: within them it is used, beyond them denied', async () => {
    const { say, view } = await working();
    await say.ask('bot', budget('c1', 15_000));
    const id = say.ticket.ticket_id;
    expect(gist(await say.vote('olga', 'approve', terms(16_000)))).toBe('422 terms.wider');
    await say.vote('olga', 'approve', terms(13_000));
    await say.vote('clara', 'approve', terms(14_000));
    expect(await view()).toMatchObject({
      state: 'approved',
      terms: [{ pointer: AFTER, at_least: 10_000, at_most: 13_000 }],
      terms_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(gist(await say.ask('bot', budget('c1', 15_000, id)))).toContain('approval.beyond_terms');
    const other = budget('c1', 12_000, id);
    other.action.properties.reason = 'another';
    expect(gist(await say.ask('bot', other))).toContain('approval.mismatch');
    const allowed = await say.ask('bot', budget('c1', 12_000, id));
    expect(gist(allowed)).toContain('allow A3:consumed approval.accepted');
    expect(allowed.body.obligations.map((one: any) => one.type)).toContain('keep_terms');
    expect(gist(await say.ask('bot', budget('c1', 12_500, id)))).toContain('approval.consumed');
  });

  test('of a decrease run the other way, and together must leave something', async () => {
    const { say } = await working();
    await say.ask('bot', budget('c1', 5_000));
    expect(gist(await say.vote('olga', 'approve', { terms: [{ pointer: AFTER, at_least: 4_000 }] }))).toBe(
      '422 terms.wider',
    );
    await say.vote('olga', 'approve', { terms: [{ pointer: AFTER, at_least: 8_000 }] });
    expect(gist(await say.ask('bot', budget('c1', 7_000, say.ticket.ticket_id)))).toContain('approval.beyond_terms');
    await say.ask('bot', budget('c1', 20_000));
    await say.vote('olga', 'approve', terms(12_000));
    expect(gist(await say.vote('clara', 'approve', { terms: [{ pointer: AFTER, at_least: 15_000 }] }))).toBe(
      '422 terms.empty',
    );
  });

  test('are not for what applies itself', async () => {
    const { agency, say } = await working();
    await must(node.call(agency.tokens.bot2, 'POST', '/v1/plans', { ...PLAN, type: 'revise', base_version: 1 }), 201);
    await say.ask('bot', ask('plan.revise', 'plan/2'));
    const answer = await say.vote('paul', 'approve', terms(1));
    expect(gist(answer)).toContain('verdict.terms_not_here');
    expect(answer.body.detail).toContain('request changes');
  });

  test('racing a revision on another node are of the one revision or refused', async () => {
    for (let round = 0; round < 4; round++) {
      const { agency, say, view } = await working();
      await say.ask('bot', budget('c1', 8_000));
      const { ticket_id, revision, subject_hash } = say.ticket;
      const [approve] = await Promise.all([
        node.call(agency.tokens.olga, 'POST', `/v1/tickets/${ticket_id}/verdicts`, {
          verdict: 'approve',
          revision,
          subject_hash,
          terms: [{ pointer: AFTER, at_least: 9_000 }],
        }),
        other.call(agency.tokens.bot, 'POST', `/v1/tickets/${ticket_id}/revisions`, budget('c1', 7_000)),
      ]);
      const after = await view();
      if (approve.status === 201)
        expect(after).toMatchObject({ state: 'approved', revision: 1, terms: [{ at_least: 9_000 }] });
      else
        expect([approve.body.code, after.state, after.revision, after.terms]).toEqual([
          'ticket.stale_view',
          'pending',
          2,
          [],
        ]);
    }
  });

  test('request and permit have a clock each', async () => {
    const { say, view } = await working();
    await say.ask('bot', budget('c1', 8_000));
    clock.advance({ hours: 1 });
    expect((await view()).clocks).toMatchObject({ request: { seconds_left: 71 * 3600 }, permit: null });
    await say.vote('olga', 'approve');
    expect((await view()).clocks).toMatchObject({
      request: { seconds_left: null },
      permit: { seconds_left: 8 * 3600 },
    });
  });
});
