import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { revokeToken } from '../../src/tenants/tokens.ts';
import { recheckCoverage } from '../../src/tickets/recheck.ts';
import {
  type Clock,
  type Node,
  type Person,
  OPERATOR,
  PLAN,
  ask,
  budget,
  createClock,
  createTranscript,
  gist,
  issueToken,
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

async function working() {
  const agency = await openWorkingAgency(node, `people-${tenants++}`);
  const say = createTranscript(node.call, agency);
  const send = (who: Person, method: string, path: string, body?: unknown) =>
    node.call(agency.tokens[who], method, path, body);
  return {
    agency,
    say,
    send,
    view: async (id = say.ticket.ticket_id) => (await send('anna', 'GET', `/v1/tickets/${id}`)).body,
    eligible: async () => (await send('anna', 'GET', `/v1/tickets/${say.ticket.ticket_id}/eligible`)).body,
    away: (who: Person, stand_in?: string, hours = 8, whose = 'me') =>
      send(who, 'PUT', `/v1/people/${whose}/absence`, { until: at(hours), ...(stand_in && { stand_in }) }),
    revoke: (tokenId: string) =>
      node.ledger.submit(agency.tenant, (tx) => revokeToken(tx, OPERATOR, tokenId)).then(() => sweep()),
  };
}

const at = (hours: number) => new Date(clock().getTime() + hours * 3_600_000).toISOString();
const sweep = () => recheckCoverage(node.sql, node.ledger, node.policy, clock);

describe('people', () => {
  test('are those with a token, as long as it is good; their roles are those of all their tokens', async () => {
    const { agency, send, revoke } = await working();
    const list = async () =>
      (await send('olga', 'GET', '/v1/people?limit=100')).body.people.map((one: any) => [
        one.person_id,
        one.roles.join(),
        one.active,
      ]);
    expect(await list()).toEqual([
      ['aldo', 'auditor', true],
      ['anna', 'admin', true],
      ['clara', 'client', true],
      ['lena', 'legal', true],
      ['olga', 'operator', true],
      ['omar', 'operator', true],
      ['paul', 'planner', true],
      ['petra', 'planner', true],
    ]);
    await issueToken(node, agency.tenant, 'omar2', { kind: 'human', id: 'omar', roles: ['legal'] }, at(1));
    await revoke('petra');
    expect((await list()).slice(5)).toEqual([
      ['omar', 'legal,operator', true],
      ['paul', 'planner', true],
      ['petra', '', false],
    ]);
    clock.advance({ hours: 2 });
    await revoke('omar');
    expect((await list())[5]).toEqual(['omar', '', false]);
  });

  test('page by page, and not for agents or clients', async () => {
    const { send } = await working();
    const { body } = await send('desk', 'GET', '/v1/people?limit=5');
    expect(body.next_after).toBe('olga');
    const rest = await send('desk', 'GET', '/v1/people?limit=5&after=olga');
    expect(rest.body).toMatchObject({ people: [{}, {}, {}], next_after: null });
    for (const who of ['bot', 'clara'] as const)
      expect(gist(await send(who, 'GET', '/v1/people'))).toBe('403 operation.forbidden access.not_permitted');
  });

  test('say that they are away, and who stands in', async () => {
    const { send, away } = await working();
    expect((await away('olga', 'paul')).body).toMatchObject({
      person_id: 'olga',
      away: true,
      absence: { stand_in: 'paul' },
    });
    expect((await send('olga', 'DELETE', '/v1/people/me/absence')).body).toMatchObject({ away: false, absence: null });
    expect((await away('anna', 'omar', 8, 'olga')).body).toMatchObject({ person_id: 'olga', away: true });
    clock.advance({ hours: 8 });
    const { body } = await send('anna', 'GET', '/v1/people');
    expect(body.people.find((one: any) => one.person_id === 'olga')).toMatchObject({ away: false, absence: null });
  });

  test.each([
    ['olga', 'me', { stand_in: 'olga' }, '400 request.invalid'],
    ['olga', 'me', { stand_in: 'nobody' }, '422 absence.stand_in_unknown'],
    ['olga', 'me', { stand_in: 'bid-bot' }, '422 absence.stand_in_unknown'],
    ['olga', 'me', { until: '2020-01-01T00:00:00Z' }, '400 request.invalid'],
    ['olga', 'me', { from: '2999-01-01T00:00:00Z' }, '400 request.invalid'],
    ['olga', 'me', { until: '2999-01-01T00:00:00Z' }, '400 request.invalid'],
    ['olga', 'me', { reason: 'sun' }, '400 request.invalid'],
    ['olga', 'omar', {}, '403 absence.not_own'],
    ['anna', 'nobody', {}, '404 not_found'],
    ['bot', 'me', {}, '403 operation.forbidden access.not_permitted'],
  ] as const)('%s sets the absence of %s with %j: %s', async (who, whose, more, wanted) => {
    const { send } = await working();
    expect(gist(await send(who, 'PUT', `/v1/people/${whose}/absence`, { until: at(4), ...more }))).toBe(wanted);
  });
});

describe('a stand-in', () => {
  test('fills the slot of who is away, on record as such, and only as long', async () => {
    const { say, away, view, send } = await working();
    await say.ask('bot', budget('c1', 8_000));
    await say.vote('paul', 'approve');
    await away('olga', 'paul');
    await say.vote('paul', 'approve');
    expect(say.lines.slice(1)).toEqual([
      'paul approves → 403 verdict.refused verdict.role_missing',
      'paul approves → A3 approved',
    ]);
    expect((await view()).votes).toMatchObject([
      { voter: 'paul', roles: ['planner'], on_behalf_of: { person: 'olga', roles: ['operator'] } },
    ]);
    expect((await view()).slots).toMatchObject([{ by: 'paul', on_behalf_of: 'olga' }]);
    await say.ask('bot', budget('c1', 8_100));
    await send('olga', 'DELETE', '/v1/people/me/absence');
    await say.vote('paul', 'approve');
    expect(say.lines.at(-1)).toBe('paul approves → 403 verdict.refused verdict.role_missing');
  });

  test('never approves what is their own, fills no second slot, and borrows no client’s word', async () => {
    const { say, away } = await working();
    await away('olga', 'paul');
    await away('clara', 'paul');
    const question = { ...budget('c1', 12_500), subject: { type: 'human', id: 'paul' } };
    await say.ask('paul', question);
    await say.vote('paul', 'approve');
    await say.ask('bot', budget('c1', 12_600));
    await say.vote('paul', 'approve');
    await say.vote('paul', 'approve');
    await say.vote('paul', 'approve', { slot: 'client' });
    await say.vote('olga', 'approve');
    expect(say.lines.filter((line) => !line.includes('asks'))).toEqual([
      'paul approves → 403 verdict.refused verdict.self_approval',
      'paul approves → A3 pending',
      'paul approves → 403 verdict.refused verdict.already_voted verdict.role_missing',
      'paul approves → 403 verdict.refused verdict.already_voted verdict.role_missing',
      'olga approves → 403 verdict.refused verdict.already_voted verdict.role_missing',
    ]);
  });

  test('is lent nothing by who asked, by whom it was asked for, or by the author of the plan', async () => {
    const { say, away, send, eligible } = await working();
    await away('olga', 'paul');
    await say.ask('bot', {
      ...budget('c1', 8_000),
      subject: { type: 'agent', id: 'bid-bot', properties: { on_behalf_of: 'olga' } },
    });
    await say.vote('paul', 'approve');
    const { slots } = await eligible();
    expect(slots[0].eligible.map((one: any) => one.person_id)).toEqual(['omar']);
    await say.vote('omar', 'approve');

    await away('petra', 'omar');
    await send('petra', 'POST', '/v1/plans', { ...PLAN, type: 'revise', base_version: 1 });
    await say.ask('bot', ask('plan.revise', 'plan/2'));
    await say.vote('omar', 'approve');
    await say.vote('paul', 'approve');
    expect(say.lines.filter((line) => !line.includes('asks'))).toEqual([
      'paul approves → 403 verdict.refused verdict.role_missing verdict.stead_of_party',
      'omar approves → A3 approved',
      'omar approves → 403 verdict.refused verdict.role_missing verdict.stead_of_party',
      'paul approves → A5 consumed',
    ]);
  });

  test('of one whose last token was revoked stands for nobody', async () => {
    const { say, away, revoke } = await working();
    await away('olga', 'paul');
    await revoke('olga');
    await say.ask('bot', budget('c1', 8_000));
    await say.vote('paul', 'approve');
    expect(say.lines.at(-1)).toBe('paul approves → 403 verdict.refused verdict.role_missing');
  });
});

describe('coverage', () => {
  test('says who could fill each empty slot, and why the others cannot', async () => {
    const { say, away, eligible } = await working();
    await away('omar', 'petra');
    await say.ask('bot', {
      ...budget('c1', 12_500),
      subject: { type: 'agent', id: 'bid-bot', properties: { on_behalf_of: 'olga' } },
    });
    const answer = await eligible();
    expect(answer).toMatchObject({ state: 'pending', uncovered: false });
    expect(answer.slots.map((slot: any) => [slot.id, slot.covered, slot.eligible])).toEqual([
      ['operator', true, [{ person_id: 'petra', name: 'petra', on_behalf_of: 'omar' }]],
      ['client', true, [{ person_id: 'clara', name: 'clara', on_behalf_of: null }]],
    ]);
    const why = Object.fromEntries(answer.slots[0].ineligible.map((one: any) => [one.person_id, one.codes.join()]));
    expect(why).toEqual({
      aldo: 'verdict.role_missing',
      anna: 'verdict.role_missing',
      clara: 'verdict.role_missing',
      lena: 'verdict.role_missing',
      olga: 'verdict.self_approval',
      omar: 'verdict.away',
      paul: 'verdict.role_missing',
    });
    await say.vote('petra', 'approve');
    expect((await eligible()).slots.map((slot: any) => slot.id)).toEqual(['client']);
  });

  test('raises a flag in the commit that opens a ticket nobody could fill, and lowers it when somebody can', async () => {
    const { agency, say, view, send, revoke } = await working();
    await revoke('olga');
    await revoke('omar');
    await say.ask('bot', budget('c1', 8_000));
    expect(await view()).toMatchObject({ uncovered: true });
    expect((await view()).history.map((one: any) => one.action)).toEqual(['ticket.opened', 'ticket.uncovered']);
    const flagged = (await send('anna', 'GET', '/v1/tickets?uncovered=true')).body.tickets;
    expect(flagged.map((one: any) => one.ticket_id)).toEqual([say.ticket.ticket_id]);
    expect((await send('anna', 'GET', '/v1/tickets?uncovered=false&state=pending')).body.tickets).toEqual([]);
    await issueToken(node, agency.tenant, 'olga3', { kind: 'human', id: 'olga', roles: ['operator'] });
    await sweep();
    expect(await view()).toMatchObject({ uncovered: false });
    expect((await view()).history.at(-1)).toMatchObject({ action: 'ticket.covered' });
  });

  test('follows people who go away and come back, at once or by the clock', async () => {
    const { say, away, view, send } = await working();
    await say.ask('bot', budget('c1', 8_000));
    await away('olga');
    expect(await view()).toMatchObject({ uncovered: false });
    await away('omar');
    expect(await view()).toMatchObject({ uncovered: true });
    await send('omar', 'DELETE', '/v1/people/me/absence');
    expect(await view()).toMatchObject({ uncovered: false });
    await send('omar', 'PUT', '/v1/people/me/absence', { from: at(1), until: at(3) });
    expect(await view()).toMatchObject({ uncovered: false });
    clock.advance({ hours: 2 });
    await sweep();
    expect(await view()).toMatchObject({ uncovered: true });
    clock.advance({ hours: 2 });
    await sweep();
    expect(await view()).toMatchObject({ uncovered: false });
    expect(await sweep()).toBe(0);
  });

  test('follows a token that expires by itself', async () => {
    const { agency, say, view, revoke } = await working();
    await revoke('omar');
    await revoke('olga');
    await issueToken(node, agency.tenant, 'olga4', { kind: 'human', id: 'olga', roles: ['operator'] }, at(1));
    await sweep();
    await say.ask('bot', budget('c1', 8_000));
    expect(await view()).toMatchObject({ uncovered: false });
    clock.advance({ hours: 1 });
    await sweep();
    expect(await view()).toMatchObject({ uncovered: true });
  });

  test('needs another human for each slot', async () => {
    const { agency, say, view, revoke, eligible } = await working();
    for (const token of ['olga', 'omar', 'clara']) await revoke(token);
    await issueToken(node, agency.tenant, 'both', { kind: 'human', id: 'olga', roles: ['operator', 'client'] });
    await say.ask('bot', budget('c1', 12_500));
    expect(await view()).toMatchObject({ uncovered: true });
    expect((await eligible()).slots.map((slot: any) => [slot.eligible.length, slot.covered])).toEqual([
      [1, true],
      [1, false],
    ]);
  });

  test('is looked at once, though two nodes sweep', async () => {
    const { say, view, away } = await working();
    await say.ask('bot', budget('c1', 8_000));
    await Promise.all([away('olga'), away('omar')]);
    await Promise.all([sweep(), recheckCoverage(other.sql, other.ledger, other.policy, clock)]);
    expect((await view()).history.filter((one: any) => one.action === 'ticket.uncovered')).toHaveLength(1);
  });

  test('is not for agents or clients to ask about', async () => {
    const { say, send } = await working();
    await say.ask('bot', budget('c1', 12_500));
    for (const who of ['bot', 'clara'] as const)
      expect((await send(who, 'GET', `/v1/tickets/${say.ticket.ticket_id}/eligible`)).status).toBe(403);
    expect((await send('olga', 'GET', '/v1/tickets/A3-9999/eligible')).status).toBe(404);
  });
});
