import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { revokeToken } from '../../src/tenants/tokens.ts';
import {
  type Agency,
  type Answer,
  type Clock,
  type Node,
  OPERATOR,
  ask,
  budget,
  createClock,
  gist,
  issueToken,
  must,
  openAgency,
  openNode,
  openWorkingAgency,
  vote,
} from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';

let database: TestDatabase;
let clock: Clock;
let node: Node;
let acme: Agency;
let rival: Agency;

beforeAll(async () => {
  database = await createDatabase();
  clock = createClock();
  node = await openNode(database.url, { clock });
  acme = await openWorkingAgency(node, 'acme');
  rival = await openAgency(node, 'rival');
});
afterAll(async () => {
  await node.close();
  await database.drop();
});

describe('a token', () => {
  const question = ask('plan.execute', 'plan/1');
  const send = (authorization: string | undefined, at = node) =>
    at.call(null, 'POST', '/v1/decisions', question, authorization === undefined ? {} : { authorization });

  test.each([
    ['none', () => undefined, 'token.missing'],
    ['an empty one', () => '', 'token.missing'],
    ['another scheme', () => 'Basic YTpi', 'token.malformed'],
    ['no tenant', () => 'Bearer placet..x.0123456789abcdef', 'token.malformed'],
    ['a short secret', () => 'Bearer placet.acme.bot.short', 'token.malformed'],
    ['a tenant that tries SQL', () => `Bearer placet.a'--.bot.0123456789abcdef`, 'token.malformed'],
    ['an unknown id', () => 'Bearer placet.acme.nobody.0123456789abcdef', 'token.unknown'],
    ['an unknown tenant', () => 'Bearer placet.nowhere.bot.0123456789abcdef', 'token.unknown'],
    ['another secret', () => 'Bearer placet.acme.bot.0123456789abcdef0123456789abcdef', 'token.unknown'],
    ['another tenant’s secret', () => `Bearer ${rival.tokens.bot.replace('rival', 'acme')}`, 'token.unknown'],
  ])('is refused: %s', async (_, authorization, code) => {
    const answer = await send(authorization());
    expect(gist(answer)).toBe(`401 ${code}`);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
    expect(answer.text).not.toContain('0123456789abcdef');
  });

  test('that was revoked is refused at once, on another node that has just served it as well', async () => {
    const other = await openNode(database.url, { clock });
    const token = await issueToken(node, 'acme', 'short-lived', { kind: 'agent', id: 'bid-bot', roles: [] });
    expect((await send(`Bearer ${token}`, other)).status).toBe(200);
    expect((await other.call(token, 'GET', '/v1/tickets')).status).toBe(200);
    await node.ledger.submit('acme', (tx) => revokeToken(tx, OPERATOR, 'short-lived'));
    expect(gist(await send(`Bearer ${token}`, other))).toBe('401 token.revoked');
    expect(gist(await other.call(token, 'GET', '/v1/tickets'))).toBe('401 token.revoked');
    await other.close();
  });

  test('expires by the clock, to the millisecond', async () => {
    const expiresAt = new Date(clock().getTime() + 60_000).toISOString();
    const token = await issueToken(node, 'acme', 'an-hour', { kind: 'agent', id: 'bid-bot', roles: [] }, expiresAt);
    expect((await send(`Bearer ${token}`)).status).toBe(200);
    clock.advance({ minutes: 1 });
    expect(gist(await send(`Bearer ${token}`))).toBe('401 token.expired');
  });

  test('gives its holder the operations of its kind and roles', async () => {
    const config = (who: keyof Agency['tokens']) => node.call(acme.tokens[who], 'GET', '/v1/tenant/config');
    const audit = (who: keyof Agency['tokens']) => node.call(acme.tokens[who], 'GET', '/v1/audit/head');
    const lines: string[] = [];
    for (const who of ['bot', 'desk', 'paul', 'clara', 'aldo', 'anna'] as const)
      lines.push(`${who}: config ${gist(await config(who))}, audit ${gist(await audit(who))}`);
    const no = '403 operation.forbidden access.not_permitted';
    expect(lines).toEqual([
      `bot: config ${no}, audit ${no}`,
      `desk: config 200, audit ${no}`,
      `paul: config 200, audit ${no}`,
      `clara: config ${no}, audit ${no}`,
      'aldo: config 200, audit 200',
      'anna: config 200, audit 200',
    ]);
  });
});

describe('another tenant’s things do not exist', () => {
  let ticket: any;
  let decision: string;
  beforeAll(async () => {
    const { body } = await must(node.call(acme.tokens.bot, 'POST', '/v1/decisions', budget('c1', 12_500)), 200);
    ticket = body.ticket;
    decision = body.decision_id;
    await must(
      node.call(acme.tokens.bot, 'POST', '/v1/creatives', {
        id: 'cr',
        name: 'n',
        platform: 'meta',
        headline: 'h',
        body: 'b',
        audience: { age_min: 18 },
      }),
      201,
    );
  });

  const post = (who: keyof Agency['tokens'], path: string, body: unknown) =>
    node.call(rival.tokens[who], 'POST', path, body);
  const get = (path: string) => node.call(rival.tokens.anna, 'GET', path);
  test.each<[string, () => Promise<Answer>]>([
    ['a ticket', () => get(`/v1/tickets/${ticket.ticket_id}`)],
    ['a ticket to wait for', () => get(`/v1/tickets/${ticket.ticket_id}?wait=60`)],
    ['a verdict', () => vote(node.call, rival.tokens.olga, ticket, 'approve')],
    ['a comment', () => post('olga', `/v1/tickets/${ticket.ticket_id}/comments`, { comment: 'x' })],
    ['a cancellation', () => post('bot', `/v1/tickets/${ticket.ticket_id}/cancellation`, { comment: 'x' })],
    ['a revocation', () => post('olga', `/v1/tickets/${ticket.ticket_id}/revocation`, { comment: 'x' })],
    ['a revision', () => post('bot', `/v1/tickets/${ticket.ticket_id}/revisions`, budget('c1', 12_000))],
    ['a decision', () => get(`/v1/decisions/${decision}`)],
    ['an outcome', () => post('bot', `/v1/decisions/${decision}/outcome`, { status: 'applied' })],
    ['a plan', () => get('/v1/plans/1')],
    ['a campaign', () => get('/v1/campaigns/c1')],
    ['a creative', () => get('/v1/creatives/cr')],
    [
      'a base plan',
      () =>
        post('bot', '/v1/plans', {
          type: 'revise',
          base_version: 1,
          payload: {
            name: 'n',
            currency: 'USD',
            total_budget_minor: 1,
            flights: [{ platform: 'meta', start: '2026-04-01', end: '2026-04-02', budget_minor: 1 }],
          },
        }),
    ],
  ])('%s → 404', async (_, send) => {
    expect(gist(await send())).toBe('404 not_found');
  });

  test('lists show none of them, and a question about them is one about nothing', async () => {
    for (const [path, key] of [
      ['/v1/tickets', 'tickets'],
      ['/v1/plans', 'plans'],
      ['/v1/campaigns', 'campaigns'],
      ['/v1/creatives', 'creatives'],
    ] as const)
      expect((await get(path)).body[key], path).toEqual([]);
    const asked = await node.call(rival.tokens.bot, 'POST', '/v1/decisions', budget('c1', 12_500, ticket.ticket_id));
    expect(asked.body.effect).toBe('deny');
    expect(gist(asked)).toContain('resource.unknown');
    const entries = (await get('/v1/audit/entries?limit=1000')).body.entries;
    expect(entries.every((entry: any) => JSON.parse(entry.leaf).log === 'rival')).toBe(true);
  });

  test('the ticket is as it was', async () => {
    expect((await node.call(acme.tokens.olga, 'GET', `/v1/tickets/${ticket.ticket_id}`)).body).toMatchObject({
      state: 'pending',
      votes: [],
      comments: [],
    });
  });
});
