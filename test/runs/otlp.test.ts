import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readJsonTraces, readProtobufTraces, statusResponse, traceResponse } from '../../src/runs/otlp/traces.ts';
import { fieldsOf } from '../../src/runs/otlp/protobuf.ts';

// Written by OpenTelemetry's own encoders, read by ours; and the other way about.

type ReadableSpan = Parameters<typeof ProtobufTraceSerializer.serializeRequest>[0][number];

const hexId = (length: number) =>
  fc
    .uint8Array({ minLength: length, maxLength: length })
    .map((bytes) => Buffer.from(bytes.fill(7, 0, 1)).toString('hex'));
const attributes = fc
  .dictionary(
    fc.string({ minLength: 1, maxLength: 20 }).filter((key) => key !== '__proto__'),
    fc.oneof(
      fc.string(),
      fc.boolean(),
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Number.isInteger(value)),
    ),
  )
  .map((one) => ({ ...one }));
const spans = fc.array(
  fc.record({
    traceId: hexId(16),
    spanId: hexId(8),
    seconds: fc.integer({ min: 1, max: 2 ** 32 }),
    nanos: fc.integer({ min: 0, max: 999_999_999 }),
    attributes,
    resource: attributes,
    failed: fc.boolean(),
  }),
  { maxLength: 5 },
);

type Made = typeof spans extends fc.Arbitrary<(infer One)[]> ? One : never;

function readable({ traceId, spanId, seconds, nanos, attributes, resource, failed }: Made): ReadableSpan {
  const time: [number, number] = [seconds, nanos];
  return {
    name: 'chat',
    kind: 2,
    spanContext: () => ({ traceId, spanId, traceFlags: 1 }),
    startTime: time,
    endTime: time,
    duration: [0, 0],
    ended: true,
    status: { code: failed ? 2 : 0, message: failed ? 'no' : '' },
    attributes,
    links: [],
    events: [{ name: 'said', time, attributes: { text: 'é' } }],
    resource: { attributes: resource } as never,
    instrumentationScope: { name: 'test' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

const expected = (made: Made) => ({
  trace_id: made.traceId,
  span_id: made.spanId,
  started_at: new Date(made.seconds * 1000 + Math.floor(made.nanos / 1e6)).toISOString(),
  failed: made.failed,
  attributes: made.attributes,
  resource: made.resource,
});
const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

describe('what the official encoders write is read as it was meant', () => {
  test('protobuf', () => {
    fc.assert(
      fc.property(spans, (made) => {
        const bytes = ProtobufTraceSerializer.serializeRequest(made.map(readable))!;
        expect(plain(readProtobufTraces(bytes))).toEqual(plain(made.map(expected)));
      }),
    );
  });

  test('JSON', () => {
    fc.assert(
      fc.property(spans, (made) => {
        const bytes = JsonTraceSerializer.serializeRequest(made.map(readable))!;
        expect(plain(readJsonTraces(Buffer.from(bytes).toString('utf8')))).toEqual(plain(made.map(expected)));
      }),
    );
  });

  test('whole numbers of 64 bits, as text in JSON', () => {
    const attribute = (key: string, value: object) => ({ key, value });
    const span = {
      traceId: 'AA'.repeat(16),
      spanId: 'bb'.repeat(8),
      startTimeUnixNano: '1700000000123456789',
      attributes: [
        attribute('a', { intValue: '12345' }),
        attribute('b', { intValue: 7 }),
        attribute('c', { arrayValue: {} }),
      ],
      unknownField: { deep: [] },
    };
    expect(readJsonTraces(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }))).toMatchObject([
      { trace_id: 'aa'.repeat(16), started_at: '2023-11-14T22:13:20.123Z', attributes: { a: 12345, b: 7 } },
    ]);
  });
});

test('bytes that are no message are refused, and never hang or throw anything else', () => {
  expect(() => readProtobufTraces(Buffer.from('0a05', 'hex'))).toThrow(/cut off/);
  expect(() => readProtobufTraces(Buffer.from('ff'.repeat(11), 'hex'))).toThrow(/ten bytes/);
  expect(() => readProtobufTraces(Buffer.from('0b', 'hex'))).toThrow(/wire type 3/);
  expect(() => readJsonTraces('[')).toThrow(/not JSON/);
  expect(() => readJsonTraces('[]')).toThrow(/ExportTraceServiceRequest/);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      try {
        expect(readProtobufTraces(bytes)).toBeInstanceOf(Array);
      } catch (error) {
        expect((error as Error).constructor.name).toBe('OtlpError');
      }
    }),
  );
  fc.assert(fc.property(fc.jsonValue(), (value) => void attempt(() => readJsonTraces(JSON.stringify(value)))));
});

test('a span without ids or time is named, beside those that are whole', () => {
  const good = { traceId: '01'.repeat(16), spanId: '01'.repeat(8), startTimeUnixNano: '1' };
  const list = [
    { ...good, traceId: '00'.repeat(16) },
    { ...good, spanId: 'xx' },
    { ...good, startTimeUnixNano: '' },
    good,
  ];
  const read = readJsonTraces(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: list }] }] }));
  expect(read.map((one) => 'invalid' in one)).toEqual([true, true, true, false]);
});

test('the official clients read our answers', () => {
  const bytes = (answer: string | Uint8Array) => (typeof answer === 'string' ? Buffer.from(answer) : answer);
  for (const [type, serializer] of [
    ['protobuf', ProtobufTraceSerializer],
    ['json', JsonTraceSerializer],
  ] as const) {
    expect(serializer.deserializeResponse(bytes(traceResponse(type, 0, '')))).toEqual({});
    const partial = serializer.deserializeResponse(bytes(traceResponse(type, 300, 'no run')))!.partialSuccess!;
    expect([Number(partial.rejectedSpans), partial.errorMessage]).toEqual([300, 'no run']);
  }
  expect(statusResponse('json', 3, 'bad')).toBe('{"code":3,"message":"bad"}');
  expect([...fieldsOf(statusResponse('protobuf', 3, 'bad') as Uint8Array)]).toEqual([
    { number: 1, value: 3n },
    { number: 2, value: new Uint8Array(Buffer.from('bad')) },
  ]);
});

function attempt(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if ((error as Error).constructor.name === 'OtlpError') return undefined;
    throw error;
  }
}
