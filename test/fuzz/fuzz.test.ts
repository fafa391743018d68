import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import {
  type Agency,
  type Answer,
  type Node,
  type Person,
  CREATIVE,
  addCampaign,
  ask,
  budget,
  checkLog,
  must,
  openNode,
  openWorkingAgency,
} from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';
import { type Hints, mutated, toText, valid } from './arbitrary.ts';

// Whatever is sent, the answer is a 2xx or a 4xx that says what is wrong. The same run each time; FUZZ_SEED and FUZZ_RUNS
// search elsewhere and longer.

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 300);
const parameters = { numRuns: RUNS, seed: Number(process.env['FUZZ_SEED'] ?? 1), endOnFailure: true };

let database: TestDatabase;
let node: Node;
let agency: Agency;
let ticket: any;
let decision: string;

beforeAll(async () => {
  database = await createDatabase();
  node = await openNode(database.url);
  agency = await openWorkingAgency(node, 'acme');
  await addCampaign(node.call, agency, 'c2');
  await must(node.call(agency.tokens.bot, 'POST', '/v1/creatives', CREATIVE), 201);
  const asked = await must(node.call(agency.tokens.bot, 'POST', '/v1/decisions', budget('c1', 12_500)), 200);
  ({ ticket, decision_id: decision } = asked.body);
});
afterAll(async () => {
  await checkLog(database.sql, 'acme');
  await node.close();
  await database.drop();
});

function expectSettled(answer: Answer, sent: string): void {
  const { status, headers, body, text } = answer;
  const shown = `${status} ${text.slice(0, 500)}\nfor ${sent.slice(0, 500)}`;
  expect(status, shown).toBeLessThan(500);
  expect(status, shown).toBeGreaterThanOrEqual(200);
  if (status < 400) return;
  expect(headers.get('content-type'), shown).toBe('application/problem+json');
  expect(body, shown).toMatchObject({
    status,
    code: expect.stringMatching(/^[a-z_]+(\.[a-z_]+)*$/),
    title: expect.any(String),
    detail: expect.any(String),
  });
  if (body.code !== 'request.invalid') return;
  expect(body.errors.length, shown).toBeGreaterThan(0);
  for (const { field, code, message } of body.errors) {
    expect(field, shown).toMatch(/^(|\/[\s\S]*|\?[\s\S]*|[A-Z][A-Za-z-]+)$/);
    expect([typeof code, typeof message], shown).toEqual(['string', 'string']);
  }
}

const question: Hints = {
  subject: fc.constantFrom(
    { type: 'agent', id: 'bid-bot' },
    { type: 'agent', id: 'bid-bot', properties: { on_behalf_of: 'clara' } },
  ),
  'action.name': fc.constantFrom(
    'plan.execute',
    'campaign.launch',
    'budget.change',
    'optimization.apply',
    'access.grant',
    'onboarding.complete',
    'plan.revise',
    'plan.replan',
    'reconciliation.override',
    'creative.launch',
  ),
  'action.properties.field': fc.constantFrom('daily_budget_minor', 'bid_minor', 'other_minor'),
  resource: fc.constantFrom(
    { type: 'plan', id: '1' },
    { type: 'campaign', id: 'c1' },
    { type: 'campaign', id: 'c2' },
    { type: 'creative', id: 'cr-1' },
    { type: 'access', id: 'a', properties: { onboarding_id: 'o', platform: 'meta' } },
    { type: 'onboarding', id: 'o' },
    { type: 'reconciliation', id: 'r' },
  ),
  'context.approval.ticket_id': fc.constantFrom('A3-18', 'A1-14'),
};
const words = fc
  .array(
    fc.constantFrom(
      'cures',
      'cancer',
      'lose',
      '20 pounds',
      'clinically proven',
      'guaranteed',
      'you',
      'your',
      'supports',
      'sleep',
      'FDA',
      'risk-free',
      'free',
      '100%',
      'before and after',
      'drink',
      'under 18',
      'returns',
      'ＣＵＲＥ',
      'c\u200bures',
      'ö',
      '😀',
      ' ',
    ),
    { maxLength: 60 },
  )
  .map((list) => list.join(' '));
const creative: Hints = {
  id: fc.constantFrom('cr-1', 'cr-2'),
  headline: words,
  body: words,
  campaign_id: fc.constantFrom('c1', 'nowhere'),
};
const seen: Hints = { revision: fc.constant(1), subject_hash: fc.constant('0'.repeat(64)) };

const routes: [string, Person, () => string, string, Hints][] = [
  ['POST', 'bot', () => '/v1/decisions', 'decision-request.json', question],
  [
    'POST',
    'bot',
    () => '/v1/decisions/batch',
    'decision-batch-request.json',
    Object.fromEntries(Object.entries(question).map(([path, one]) => [`decisions[].${path}`, one])),
  ],
  ['POST', 'bot', () => `/v1/decisions/${decision}/outcome`, 'outcome-request.json', {}],
  ['POST', 'olga', () => `/v1/tickets/${ticket.ticket_id}/verdicts`, 'verdict-request.json', seen],
  ['POST', 'bot', () => `/v1/tickets/${ticket.ticket_id}/revisions`, 'decision-request.json', question],
  ['POST', 'bot2', () => `/v1/tickets/${ticket.ticket_id}/cancellation`, 'ticket-note-request.json', {}],
  ['POST', 'omar', () => `/v1/tickets/${ticket.ticket_id}/revocation`, 'ticket-note-request.json', {}],
  ['POST', 'clara', () => `/v1/tickets/${ticket.ticket_id}/comments`, 'ticket-note-request.json', {}],
  ['POST', 'bot', () => '/v1/plans', 'plan.json', { base_version: fc.constant(1) }],
  ['POST', 'bot', () => '/v1/campaigns', 'campaign.json', { plan_version: fc.constant(1) }],
  ['POST', 'bot', () => '/v1/creatives', 'creative.json', creative],
  ['PUT', 'anna', () => '/v1/tenant/config', 'tenant-config.json', {}],
  ['POST', 'bot', () => '/v1/runs/r1/steps', 'run-step-request.json', {}],
  ['POST', 'desk', () => '/v1/qc/results', 'qc-result.json', { run_id: fc.constant('r1') }],
];

describe.each(routes)('%s as %s to route %#', (method, who, path, file, hints) => {
  const send = async (text: string, headers = {}) => {
    const answer = await node.call(agency.tokens[who], method, path(), text, headers);
    expectSettled(answer, text);
    return answer;
  };

  test(`what ${file} allows is never refused for its shape`, async () => {
    await fc.assert(
      fc.asyncProperty(valid(file, hints), async (value) => {
        const { status, body } = await send(toText(value));
        if (status !== 400) return;
        const codes: string[] = (body.errors ?? [{ code: body.code }]).map((error: any) => error.code);
        // The arbitrary puts things into open fields that no JSON reader keeps, and flights in any order.
        expect(
          codes.filter(
            (code) =>
              ![
                'value.inexact_number',
                'value.not_text',
                'body.too_deep',
                'flight.order',
                'plan.base_version',
                'plan.flights_over_total',
                'campaign.flight',
                'outcome.values',
                'schema.uniqueitems',
                'schema.if',
                'schema.maxproperties',
              ].includes(code),
          ),
          toText(value),
        ).toEqual([]);
      }),
      parameters,
    );
  });

  test(`what is wrong somewhere gets an answer that says where`, async () => {
    await fc.assert(
      fc.asyncProperty(mutated(valid(file, hints)), async (value) => {
        await send(toText(value));
      }),
      parameters,
    );
  });

  test('bytes that are anything', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom('application/json', 'application/yaml', 'text/plain', ''),
        async (bytes, type) => {
          const answer = await node.call(agency.tokens[who], method, path(), bytes, { 'content-type': type });
          expectSettled(answer, Buffer.from(bytes).toString('latin1'));
        },
      ),
      { ...parameters, numRuns: Math.ceil(RUNS / 3) },
    );
  });
});

test('a configuration in YAML', async () => {
  const yaml = fc.oneof(
    mutated(valid('tenant-config.json')).map((value) => stringify(value)),
    fc.string({ unit: fc.constantFrom(...'ab:-?[]{}#&*!|>\'"%@` \n\t,0.1~<\u0000\u0085'), maxLength: 60 }),
  );
  await fc.assert(
    fc.asyncProperty(yaml, async (text) => {
      expectSettled(
        await node.call(agency.tokens.anna, 'PUT', '/v1/tenant/config', text, { 'content-type': 'application/yaml' }),
        text,
      );
    }),
    parameters,
  );
});

/** What a header can hold at all: fetch and Node refuse the rest. */
const headerValue = fc.oneof(
  fc.string({
    unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code === 0x7f ? 0x20 : code)),
    maxLength: 300,
  }),
  fc.constantFrom('"', '""', '"1', 'W/"1"', '*', '-1', 'NaN', '1e3', 'Bearer', 'Bearer ', 'chunked', 'x'.repeat(8_000)),
);

test('headers', async () => {
  const name = fc.constantFrom(
    'idempotency-key',
    'if-match',
    'if-none-match',
    'accept',
    'content-length',
    'content-type',
    'x-forwarded-for',
    'last-event-id',
  );
  await fc.assert(
    fc.asyncProperty(fc.dictionary(name, headerValue, { maxKeys: 3 }), async (headers) => {
      const shown = JSON.stringify(headers);
      expectSettled(
        await node.call(agency.tokens.bot, 'POST', '/v1/decisions', ask('plan.execute', 'plan/1'), headers),
        shown,
      );
      expectSettled(
        await node.call(agency.tokens.olga, 'GET', `/v1/tickets/${ticket.ticket_id}`, undefined, headers),
        shown,
      );
      expectSettled(await node.call(agency.tokens.olga, 'GET', '/v1/tenant/config', undefined, headers), shown);
    }),
    parameters,
  );
});

test('tokens: all that is not one of ours is 401', async () => {
  const part = fc.oneof(
    fc.constantFrom('acme', 'bot', 'Bearer placet', '', '__proto__', 'constructor', '0123456789abcdef'),
    fc.stringMatching(/^[\x20-\x7e]{0,30}$/),
  );
  const token = fc.oneof(
    headerValue,
    fc.array(part, { maxLength: 5 }).map((parts) => parts.join('.')),
    fc
      .tuple(
        fc.stringMatching(/^[a-z0-9-]{1,20}$/),
        fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/),
        fc.stringMatching(/^[A-Za-z0-9_-]{16,40}$/),
      )
      .map((parts) => `Bearer placet.${parts.join('.')}`),
  );
  await fc.assert(
    fc.asyncProperty(token, async (authorization) => {
      const answer = await node.call(null, 'POST', '/v1/decisions', ask('plan.execute', 'plan/1'), { authorization });
      expectSettled(answer, authorization);
      expect(answer.status, authorization).toBe(401);
    }),
    parameters,
  );
});

test('query parameters and paths', async () => {
  const value = fc.oneof(
    fc.constantFrom(
      '0',
      '1',
      '-1',
      '101',
      '1e9',
      '999999999999999',
      '99999999999999999999',
      '%00',
      '%',
      '%ff',
      '%F0%9F%98%80',
      "' or 1=1 --",
      'pending',
      'A3',
      'true',
      'client',
      '../..',
      '%2e%2e',
      '%1f',
      '__proto__',
    ),
    fc.string({ unit: 'binary', maxLength: 30 }).map((text) => encodeURIComponent(text.toWellFormed())),
  );
  const name = fc.constantFrom(
    'limit',
    'before',
    'after',
    'state',
    'type',
    'role',
    'platform',
    'requester',
    'red_flag',
    'from',
    'action',
    'resource',
    'actor',
    'wait',
    'state[]',
    '%00',
    '__proto__',
  );
  const path = fc.oneof(
    fc.constantFrom(
      '/v1/tickets',
      '/v1/plans',
      '/v1/campaigns',
      '/v1/creatives',
      '/v1/audit/entries',
      '/v1/audit/head',
      '/v1/tenant/config',
      '/v1/decisions',
      '/openapi.json',
    ),
    fc
      .tuple(fc.constantFrom('tickets', 'plans', 'campaigns', 'creatives', 'decisions'), value)
      .map((parts) => `/v1/${parts.join('/')}`),
  );
  const query = fc
    .array(fc.tuple(name, value), { maxLength: 4 })
    .map((pairs) => pairs.map((pair) => pair.join('=')).join('&'));
  await fc.assert(
    fc.asyncProperty(path, query, fc.constantFrom<Person>('anna', 'bot', 'clara'), async (path, query, who) => {
      // A list does not wait; a ticket would, for as long as it is asked to.
      const url = `${path}?${query.replaceAll(/wait=(\d+)/g, 'wait=0')}`;
      expectSettled(await node.call(agency.tokens[who], 'GET', url), url);
    }),
    { ...parameters, numRuns: RUNS * 3 },
  );
});
