import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Agency,
  type Answer,
  type Node,
  CREATIVE,
  PLAN,
  ask,
  budget,
  gist,
  must,
  openNode,
  openWorkingAgency,
} from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';

let database: TestDatabase;
let node: Node;
let agency: Agency;

beforeAll(async () => {
  database = await createDatabase();
  node = await openNode(database.url);
  agency = await openWorkingAgency(node, 'acme');
});
afterAll(async () => {
  await node.close();
  await database.drop();
});

const MiB = 1024 * 1024;
const question = ask('plan.execute', 'plan/1');
const post = (body: unknown, headers: Record<string, string> = {}) =>
  node.call(agency.tokens.bot, 'POST', '/v1/decisions', body, headers);
/** JSON of exactly so many bytes. */
function sized(bytes: number): string {
  const rest = JSON.stringify({ ...question, context: { note: '' } }).length;
  return JSON.stringify({ ...question, context: { note: 'x'.repeat(bytes - rest) } });
}
function streamed(text: string, piece = 64 * 1024): ReadableStream {
  const bytes = Buffer.from(text);
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, (at += piece)));
    },
  });
}
function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = i % 2 ? [value] : { x: value };
  return value;
}

test.each<[string, () => Promise<Answer>, string]>([
  ['1 MiB', () => post(sized(MiB)), 'allow plan.approved'],
  ['1 MiB, announced', () => post(sized(MiB), { 'content-length': String(MiB) }), 'allow plan.approved'],
  ['1 MiB in pieces of no announced length', () => post(streamed(sized(MiB))), 'allow plan.approved'],
  ['a byte more', () => post(sized(MiB + 1)), '413 body.too_large'],
  ['a byte more, announced', () => post(sized(MiB + 1), { 'content-length': String(MiB + 1) }), '413 body.too_large'],
  ['a byte more in pieces', () => post(streamed(sized(MiB + 1))), '413 body.too_large'],
  ['nested 30 deep', () => post({ ...question, context: nested(30 - 1) }), 'allow plan.approved'],
  ['nested 33 deep', () => post({ ...question, context: { x: nested(32) } }), '400 body.too_deep'],
  ['a hundred thousand brackets', () => post('['.repeat(100_000)), '400 body.too_deep'],
  ['brackets in a string', () => post({ ...question, context: { note: '[{'.repeat(100) } }), 'allow plan.approved'],
  ['no body', () => node.call(agency.tokens.bot, 'POST', '/v1/decisions', '', {}), '400 body.not_json'],
  ['half a body', () => post('{"subject":'), '400 body.not_json'],
  ['a body and a half', () => post(`${JSON.stringify(question)}{`), '400 body.not_json'],
  ['bytes that are no UTF-8', () => post(Uint8Array.of(0xff, 0xfe, 0x7b)), '400 body.not_json'],
  ['NaN', () => post('{"subject":NaN}'), '400 body.not_json'],
  ['form data', () => post('a=1', { 'content-type': 'application/x-www-form-urlencoded' }), '415 body.media_type'],
  ['no type', () => post(JSON.stringify(question), { 'content-type': '' }), '415 body.media_type'],
  [
    'JSON with a charset',
    () => post(question, { 'content-type': 'Application/JSON; charset=utf-8' }),
    'allow plan.approved',
  ],
  ['YAML where JSON is wanted', () => post('a: 1', { 'content-type': 'application/yaml' }), '415 body.media_type'],
])('%s', async (_, send, wanted) => {
  expect(gist(await send())).toBe(wanted);
});

test('a body that goes on for ever is cut off at the limit', async () => {
  let sent = 0;
  const endless = new ReadableStream({
    pull(controller) {
      sent += 65_536;
      controller.enqueue(new Uint8Array(65_536).fill(0x20));
    },
  });
  expect(gist(await post(endless))).toBe('413 body.too_large');
  expect(sent).toBeLessThan(2 * MiB);
});

describe('a value that could not be kept as it was sent is refused by its field', () => {
  test.each([
    ['NUL', '{"note":"a\\u0000b"}', '/context/note', 'value.not_text'],
    ['NUL in a name', '{"a\\u0000":1}', '/context/a\ufffd', 'value.not_text'],
    ['half a surrogate pair', '{"note":"\\ud83d"}', '/context/note', 'value.not_text'],
    ['half a pair in a name', '{"\\uDE00":[1]}', '/context/\ufffd', 'value.not_text'],
    ['2^53', '{"n":9007199254740992}', '/context/n', 'value.inexact_number'],
    ['a long id as a number', '{"ids":[1,12345678901234567890]}', '/context/ids/1', 'value.inexact_number'],
    ['1e400', '{"n":1e400}', '/context/n', 'value.inexact_number'],
  ])('%s', async (_, context, field, code) => {
    const { status, body } = await post(`${JSON.stringify(question).slice(0, -1)},"context":${context}}`);
    expect([status, body.errors]).toMatchObject([400, [{ field, code }]]);
  });

  test('and these are kept', async () => {
    const context = {
      pair: '😀',
      escaped: '\\u0000',
      most: Number.MAX_SAFE_INTEGER,
      small: 1e-7,
      none: -0.5,
      ctrl: '\u0001\u001f',
    };
    const { body } = await must(post({ ...question, context }), 200);
    const read = await node.call(agency.tokens.bot, 'GET', `/v1/decisions/${body.decision_id}`);
    expect(read.body.input.context).toEqual(context);
  });
});

describe('names that JavaScript has a meaning for are data', () => {
  test.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'toJSON', 'then'])(
    '%s',
    async (name) => {
      const properties = `{"field":"daily_budget_minor","after":12500,"${name}":{"x":1}}`;
      const text = JSON.stringify(budget('c1', 1)).replace(/"properties":\{[^}]*\}/, `"properties":${properties}`);
      const first = await must(post(text), 200);
      expect(first.body.effect).toBe('review');
      const { body } = await node.call(agency.tokens.bot, 'GET', `/v1/tickets/${first.body.ticket.ticket_id}`);
      expect(Object.getOwnPropertyDescriptor(body.action.properties, name)?.value).toEqual({ x: 1 });
      const plain = await must(post(budget('c1', 12_500)), 200);
      expect(plain.body.ticket.subject_hash).not.toBe(first.body.ticket.subject_hash);
    },
  );

  test('and none of them is a known field', async () => {
    const { body } = await post(
      '{"subject":{"type":"agent","id":"bid-bot"},"action":{"name":"a"},"resource":{"type":"plan","id":"1"},"__proto__":{}}',
    );
    expect(body.errors).toMatchObject([{ field: '/__proto__', code: 'schema.additionalproperties' }]);
  });
});

test('a body full of wrong values takes no longer than any other: only what is short has all its errors listed', async () => {
  const { status, body } = await node.call(
    agency.tokens.bot,
    'POST',
    '/v1/decisions/batch',
    `{"decisions":[${'0,'.repeat(500_000)}0]}`,
  );
  expect([status, body.errors]).toMatchObject([400, [{ field: '/decisions', code: 'schema.maxitems' }]]);
  const plan = { type: 'initial', payload: { flights: Array(300_000).fill({}) } };
  expect((await node.call(agency.tokens.bot, 'POST', '/v1/plans', plan)).body.errors).toHaveLength(1);
});

describe('every error is a problem (RFC 9457)', () => {
  test.each<[string, () => Promise<Answer>]>([
    ['400', () => post({})],
    ['401', () => node.call(null, 'GET', '/v1/tickets')],
    ['403', () => node.call(agency.tokens.bot, 'GET', '/v1/audit/head')],
    ['404', () => node.call(agency.tokens.bot, 'GET', '/v1/tickets/A3-999')],
    ['404', () => node.call(agency.tokens.bot, 'GET', '/v1/nothing/here')],
    ['404', () => node.call(agency.tokens.bot, 'DELETE', '/v1/decisions')],
    ['404', () => node.call(agency.tokens.bot, 'GET', '/../../etc/passwd')],
    [
      '409',
      () =>
        node.call(agency.tokens.bot, 'POST', '/v1/campaigns', {
          id: 'c1',
          name: 'n',
          platform: 'meta',
          plan_version: 1,
          approved: {},
        }),
    ],
    ['413', () => post(sized(MiB + 1))],
    ['415', () => post('x', { 'content-type': 'text/plain' })],
    ['400', () => node.call(agency.tokens.olga, 'GET', '/v1/tickets?platform=%00')],
    ['400', () => node.call(agency.tokens.olga, 'GET', '/v1/tickets/%00')],
    ['400', () => node.call(agency.tokens.anna, 'GET', '/v1/audit/entries?action=a%00b')],
  ])('%s', async (status, send) => {
    const answer = await send();
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body).toMatchObject({
      type: `https://placet.dev/problems/${answer.body.code}`,
      title: expect.stringMatching(/^[A-Z]/),
      status: Number(status),
      code: expect.stringMatching(/^[a-z_]+(\.[a-z_]+)*$/),
      detail: expect.stringMatching(/\.|must|is /),
    });
    expect(answer.status).toBe(Number(status));
  });

  test('with each field that is wrong, by JSON pointer and rule', async () => {
    const { body } = await post({
      subject: { type: 'robot' },
      action: { name: 'No Name' },
      resource: { type: 'plan', id: 7 },
      more: 1,
    });
    expect(body.errors.map(({ field, code }: any) => `${field} ${code}`).sort()).toEqual([
      '/action/name schema.pattern',
      '/more schema.additionalproperties',
      '/resource/id schema.type',
      '/subject/id schema.required',
      '/subject/type schema.enum',
    ]);
  });

  test('and an error of our own says nothing of the inside', async () => {
    const broken = await openNode(database.url);
    broken.policy.decide = () => {
      throw new Error('secret: the bundle is at /srv/x');
    };
    const answer = await broken.call(agency.tokens.bot, 'POST', '/v1/decisions', question);
    await broken.close();
    expect(gist(answer)).toBe('500 internal');
    expect(answer.text).not.toContain('secret');
  });
});

describe('what is registered is checked', () => {
  const register = (noun: string, body: unknown) => node.call(agency.tokens.bot, 'POST', `/v1/${noun}`, body);
  test.each<[string, () => Promise<Answer>, string]>([
    ['a first plan with a base', () => register('plans', { ...PLAN, base_version: 1 }), '/base_version'],
    ['a replan without one', () => register('plans', { ...PLAN, type: 'replan' }), '/base_version'],
    [
      'a flight that ends before it starts',
      () =>
        register('plans', {
          ...PLAN,
          payload: { ...PLAN.payload, flights: [{ ...PLAN.payload.flights[0], end: '2026-03-31' }] },
        }),
      '/payload/flights/0/end',
    ],
    [
      'a day that is none',
      () =>
        register('plans', {
          ...PLAN,
          payload: { ...PLAN.payload, flights: [{ ...PLAN.payload.flights[0], end: '2026-02-30' }] },
        }),
      '/payload/flights/0/end',
    ],
    [
      'a budget below zero',
      () => register('plans', { ...PLAN, payload: { ...PLAN.payload, total_budget_minor: -1 } }),
      '/payload/total_budget_minor',
    ],
    [
      'cents of cents',
      () => register('plans', { ...PLAN, payload: { ...PLAN.payload, total_budget_minor: 0.5 } }),
      '/payload/total_budget_minor',
    ],
    ['an audience of no age', () => register('creatives', { ...CREATIVE, audience: {} }), '/audience/age_min'],
    [
      'a campaign id with a path in it',
      () => register('campaigns', { id: '../x', name: 'n', platform: 'meta', plan_version: 1, approved: {} }),
      '/id',
    ],
  ])('%s', async (_, send, field) => {
    const { status, body } = await send();
    expect([status, body.errors?.map((error: any) => error.field)]).toEqual([400, [field]]);
  });

  test('lists page by key', async () => {
    for (const id of ['p1', 'p2', 'p3']) await must(register('creatives', { ...CREATIVE, id }), 201);
    const page = async (query: string) => (await node.call(agency.tokens.bot, 'GET', `/v1/creatives?${query}`)).body;
    const first = await page('limit=2');
    expect([first.creatives.map((one: any) => one.creative_id), first.next_after]).toEqual([['p1', 'p2'], 'p2']);
    const last = await page(`limit=2&after=${first.next_after}`);
    expect([last.creatives.map((one: any) => one.creative_id), last.next_after]).toEqual([['p3'], null]);
  });
});

test('health, readiness, and the contract', async () => {
  const [health, ready, contract] = await Promise.all(
    ['/healthz', '/readyz', '/openapi.json'].map((path) => node.call(null, 'GET', path)),
  );
  expect(health!.body).toEqual({ status: 'ok' });
  expect(ready!.body).toEqual({ status: 'ready', policy: node.policy.revision });
  expect(contract!.body).toMatchObject({ openapi: expect.stringMatching(/^3\.1/) });
});

test('not ready when the database is gone, and healthy all the same', async () => {
  const lost = await openNode(database.url.replace(/\/[^/]*$/, '/no_such_database'), { patienceMs: 0 });
  const [health, ready, decided] = [
    await lost.call(null, 'GET', '/healthz'),
    await lost.call(null, 'GET', '/readyz'),
    await lost.call(agency.tokens.bot, 'POST', '/v1/decisions', question),
  ];
  await lost.close();
  expect([health, ready, decided].map(gist)).toEqual(['200', '503 storage.unavailable', '503 storage.unavailable']);
  expect(ready.headers.get('retry-after')).toBe('1');
});
