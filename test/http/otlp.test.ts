import { gzipSync } from 'node:zlib';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fieldsOf } from '../../src/runs/otlp/protobuf.ts';
import { type Agency, type Node, type Person, createClock, must, openAgency, openNode } from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';

let database: TestDatabase;
let node: Node;
let other: Node;
let agency: Agency;
const clock = createClock();
const PROTOBUF = 'application/x-protobuf';

beforeAll(async () => {
  database = await createDatabase();
  node = await openNode(database.url, { clock });
  other = await openNode(database.url, { clock });
  agency = await openAgency(node, 'acme');
  for (const run of ['r1', 'r2', 'r3', 'r4']) {
    const request = { run_id: run, task_id: `task-${run}`, main_task_id: 'copy', agent: 'bid-bot', model: 'gpt-4o' };
    await must(node.call(agency.tokens.bot, 'POST', '/v1/runs', request), 201);
    await must(node.call(agency.tokens.bot, 'POST', `/v1/runs/${run}/estimate`, { usd: '1' }), 201);
  }
});
afterAll(async () => {
  await node.close();
  await other.close();
  await database.drop();
});

type ReadableSpan = Parameters<typeof ProtobufTraceSerializer.serializeRequest>[0][number];

const CALL = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o',
  'gen_ai.usage.input_tokens': 1000,
  'gen_ai.usage.output_tokens': 10,
};
/** gpt-4o: 2.50 USD in and 10.00 USD out for a million tokens. */
const CALL_PICO = 2_600_000_000n;

function span(n: number, attributes: object, { failed = false, run = 'r1' } = {}): ReadableSpan {
  const seconds = clock().getTime() / 1000;
  const time: [number, number] = [seconds, 0];
  return {
    name: 'chat gpt-4o',
    kind: 2,
    spanContext: () => ({ traceId: 'a'.repeat(32), spanId: n.toString(16).padStart(16, '0'), traceFlags: 1 }),
    startTime: time,
    endTime: time,
    duration: [0, 0],
    ended: true,
    status: { code: failed ? 2 : 0 },
    attributes: { ...attributes },
    links: [],
    events: [],
    resource: { attributes: { 'service.name': 'agent', 'placet.run.id': run } } as never,
    instrumentationScope: { name: 'test' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

async function send(body: Uint8Array, headers: Record<string, string>, who: Person | null = 'bot', at = node) {
  const response = await at.app.request('/v1/otlp/v1/traces', {
    method: 'POST',
    body: body as unknown as string,
    headers: { ...(who && { authorization: `Bearer ${agency.tokens[who]}` }), ...headers },
  });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    bytes: new Uint8Array(await response.arrayBuffer()),
    headers: response.headers,
  };
}

const protobuf = (spans: ReadableSpan[]) => ProtobufTraceSerializer.serializeRequest(spans)!;
const committed = async (run: string) =>
  BigInt((await must(node.call(agency.tokens.olga, 'GET', `/v1/runs/${run}/cost-guard`), 200)).body.committed);

test('protobuf, JSON and gzip say the same, and a span counts once, on whichever node it comes again', async () => {
  const spans = [span(1, CALL), span(2, CALL)];
  const body = protobuf(spans);
  const first = await send(body, { 'content-type': PROTOBUF });
  expect([first.status, first.type, first.bytes.length]).toEqual([200, PROTOBUF, 0]);
  expect(await committed('r1')).toBe(2n * CALL_PICO);
  const gzip = { 'content-encoding': 'gzip' };
  await send(gzipSync(body), { 'content-type': PROTOBUF, ...gzip }, 'bot', other);
  const json = JsonTraceSerializer.serializeRequest(spans)!;
  for (const at of [node, other]) {
    const answer = await send(json, { 'content-type': 'application/json; charset=utf-8' }, 'bot', at);
    expect([answer.status, answer.type, Buffer.from(answer.bytes).toString()]).toEqual([200, 'application/json', '{}']);
  }
  await send(gzipSync(json), { 'content-type': 'application/json', ...gzip });
  expect(await committed('r1')).toBe(2n * CALL_PICO);
});

test('agents, tools and other spans are taken and not counted', async () => {
  const before = await committed('r2');
  const spans = ['invoke_agent', 'execute_tool'].map((operation, n) =>
    span(10 + n, { ...CALL, 'gen_ai.operation.name': operation }, { run: 'r2' }),
  );
  const answer = await send(protobuf([...spans, span(12, { 'http.route': '/' }, { run: 'r2' })]), {
    'content-type': PROTOBUF,
  });
  expect([answer.status, answer.bytes.length]).toEqual([200, 0]);
  expect(await committed('r2')).toBe(before);
});

test('what is wrong with one call is said in partial success, and the others count', async () => {
  const spans = [
    span(20, CALL, { run: 'r2' }),
    span(21, CALL, { run: 'nobody' }),
    span(22, { 'gen_ai.operation.name': 'chat' }, { run: 'r2' }),
    span(23, { ...CALL, 'placet.hold.id': 'no-hold' }, { run: 'r2' }),
    span(24, { ...CALL, 'gen_ai.usage.input_tokens': -5 }, { run: 'r2' }),
  ];
  const before = await committed('r2');
  const answer = await send(protobuf(spans), { 'content-type': PROTOBUF });
  const { rejectedSpans, errorMessage } = ProtobufTraceSerializer.deserializeResponse(answer.bytes)!.partialSuccess!;
  expect([answer.status, Number(rejectedSpans)]).toEqual([200, 4]);
  expect(errorMessage).toContain('/0000000000000016: a chat span without');
  expect(errorMessage).toContain('There is no such run');
  expect(await committed('r2')).toBe(before + CALL_PICO);
  // The same id with other words is a conflict, and what was charged stays.
  const changed = span(20, { ...CALL, 'gen_ai.usage.output_tokens': 0 }, { run: 'r2' });
  const again = await send(JsonTraceSerializer.serializeRequest([changed])!, { 'content-type': 'application/json' });
  expect(JSON.parse(Buffer.from(again.bytes).toString()).partialSuccess.rejectedSpans).toBe('1');
  expect(await committed('r2')).toBe(before + CALL_PICO);
});

test('spend over OTLP trips the guard like any other', async () => {
  const dear = { ...CALL, 'gen_ai.usage.input_tokens': 1_200_000, 'gen_ai.usage.output_tokens': 0 };
  await send(protobuf([span(30, dear, { run: 'r3' })]), { 'content-type': PROTOBUF });
  const { body } = await must(node.call(agency.tokens.olga, 'GET', '/v1/runs/r3/cost-guard'), 200);
  expect(body).toMatchObject({ state: 'tripped', committed: '3000000000000' });
});

test('a model without a price is unpriced, never free', async () => {
  const call = { ...CALL, 'gen_ai.request.model': 'llm-9000' };
  const answer = await send(protobuf([span(40, call, { run: 'r4' })]), { 'content-type': PROTOBUF });
  expect([answer.status, answer.bytes.length]).toEqual([200, 0]);
  const hold = { hold_id: 'h', model: 'gpt-4o', input_tokens: 1, max_output_tokens: 1 };
  const { body } = await must(node.call(agency.tokens.bot, 'POST', '/v1/runs/r4/holds', hold), 200);
  expect(body.admitted).toBe(false);
  expect(body.reasons.map((one: any) => one.code)).toContain('cost.unpriced_usage');
});

test('every refusal is a google.rpc.Status in the encoding of the request', async () => {
  const body = protobuf([span(50, CALL)]);
  const statuses = [
    await send(body, { 'content-type': PROTOBUF }, null),
    await send(body, { 'content-type': PROTOBUF }, 'clara'),
    await send(Buffer.from('0a05', 'hex'), { 'content-type': PROTOBUF }),
    await send(body, { 'content-type': PROTOBUF, 'content-encoding': 'gzip' }),
    await send(gzipSync(Buffer.alloc(20_000_000)), { 'content-type': PROTOBUF, 'content-encoding': 'gzip' }),
    await send(Buffer.alloc(5_000_000), { 'content-type': PROTOBUF }),
    await send(body, { 'content-type': PROTOBUF, 'content-encoding': 'br' }),
  ];
  expect(statuses.map(({ status, type, bytes }) => [status, type, Number([...fieldsOf(bytes)][0]!.value)])).toEqual([
    [401, PROTOBUF, 16],
    [403, PROTOBUF, 7],
    [400, PROTOBUF, 3],
    [400, PROTOBUF, 3],
    [413, PROTOBUF, 8],
    [413, PROTOBUF, 8],
    [415, PROTOBUF, 3],
  ]);
  expect(statuses[0]!.headers.get('www-authenticate')).toContain('Bearer');
  const json = await send(Buffer.from('{'), { 'content-type': 'application/json' });
  expect(JSON.parse(Buffer.from(json.bytes).toString())).toEqual({
    code: 3,
    message: expect.stringContaining('body.not_otlp'),
  });
  const text = await send(body, { 'content-type': 'text/plain' });
  expect([text.status, text.type]).toEqual([415, 'application/json']);
});
