import { type Field, ProtobufError, encodeMessage, fieldsOf } from './protobuf.ts';

/** What an attribute says, of the kinds that are read. Lists, maps and bytes are not, and are left out. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface Span {
  /** Lower-case hex: 32 and 16 digits. */
  trace_id: string;
  span_id: string;
  /** ISO 8601. */
  started_at: string;
  /** The operation ended in an error. */
  failed: boolean;
  attributes: Attributes;
  resource: Attributes;
}

/** A span, or what is wrong with it. */
export type ReadSpan = Span | { invalid: string };

/** Not an OTLP request at all: nothing of it was taken. */
export class OtlpError extends Error {}

/**
 * The spans of an ExportTraceServiceRequest in protobuf, by the field numbers of opentelemetry-proto 1.x, which are stable
 * (https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto).
 * @throws OtlpError
 */
export function readProtobufTraces(body: Uint8Array): ReadSpan[] {
  const spans: ReadSpan[] = [];
  try {
    for (const resourceSpans of messages(body, 1)) {
      const resource = Object.assign({}, ...messages(resourceSpans, 1).map((one) => attributesOf(messages(one, 1))));
      for (const scopeSpans of messages(resourceSpans, 2))
        for (const bytes of messages(scopeSpans, 2)) spans.push(protobufSpan(bytes, resource as Attributes));
    }
  } catch (error) {
    if (error instanceof ProtobufError)
      throw new OtlpError(`The body is no ExportTraceServiceRequest: ${error.message}.`);
    throw error;
  }
  return spans;
}

/**
 * The same in JSON: lowerCamelCase, ids in hex, 64-bit numbers as text or number, unknown fields ignored
 * (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding).
 * @throws OtlpError
 */
export function readJsonTraces(text: string): ReadSpan[] {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw new OtlpError(`The body is not JSON: ${(error as Error).message.slice(0, 200)}`);
  }
  if (!isObject(body)) throw new OtlpError('The body is no ExportTraceServiceRequest.');
  return objects(body.resourceSpans).flatMap((resourceSpans) => {
    const resource = jsonAttributes(isObject(resourceSpans.resource) ? resourceSpans.resource.attributes : undefined);
    return objects(resourceSpans.scopeSpans).flatMap((scope) =>
      objects(scope.spans).map((span) => jsonSpan(span, resource)),
    );
  });
}

/** An ExportTraceServiceResponse; `rejected` spans were not taken, and the message says why. */
export function traceResponse(type: 'json' | 'protobuf', rejected: number, message: string): string | Uint8Array {
  if (type === 'json')
    return JSON.stringify(
      message === '' ? {} : { partialSuccess: { rejectedSpans: String(rejected), errorMessage: message } },
    );
  return encodeMessage(message === '' ? {} : { 1: encodeMessage({ 1: BigInt(rejected), 2: message }) });
}

/** A google.rpc.Status, which OTLP wants as the body of every 4xx and 5xx. @param code of google.rpc.Code */
export function statusResponse(type: 'json' | 'protobuf', code: number, message: string): string | Uint8Array {
  return type === 'json' ? JSON.stringify({ code, message }) : encodeMessage({ 1: BigInt(code), 2: message });
}

function protobufSpan(bytes: Uint8Array, resource: Attributes): ReadSpan {
  const raw = { trace: '', span: '', start: 0n, failed: false, attributes: [] as Uint8Array[] };
  for (const { number, value } of fieldsOf(bytes)) {
    if (number === 1) raw.trace = hex(value);
    else if (number === 2) raw.span = hex(value);
    else if (number === 7 && typeof value === 'bigint') raw.start = value;
    else if (number === 9 && typeof value !== 'bigint') raw.attributes.push(value);
    else if (number === 15 && typeof value !== 'bigint')
      raw.failed = [...fieldsOf(value)].some((field) => field.number === 3 && field.value === STATUS_ERROR);
  }
  return spanOf(raw.trace, raw.span, raw.start, raw.failed, attributesOf(raw.attributes), resource);
}

function jsonSpan(span: Record<string, unknown>, resource: Attributes): ReadSpan {
  const status = isObject(span.status) ? span.status.code : undefined;
  const start = /^[0-9]{1,20}$/.test(String(span.startTimeUnixNano)) ? BigInt(String(span.startTimeUnixNano)) : 0n;
  const failed = status === Number(STATUS_ERROR) || status === 'STATUS_CODE_ERROR';
  const [trace, id] = [span.traceId, span.spanId].map((one) => (typeof one === 'string' ? one.toLowerCase() : ''));
  return spanOf(trace!, id!, start, failed, jsonAttributes(span.attributes), resource);
}

function spanOf(
  trace_id: string,
  span_id: string,
  start: bigint,
  failed: boolean,
  attributes: Attributes,
  resource: Attributes,
): ReadSpan {
  if (!/^[0-9a-f]{32}$/.test(trace_id) || /^0*$/.test(trace_id))
    return { invalid: 'a trace id is 16 bytes, not all zero' };
  if (!/^[0-9a-f]{16}$/.test(span_id) || /^0*$/.test(span_id)) return { invalid: 'a span id is 8 bytes, not all zero' };
  const time = new Date(Number(start / 1_000_000n));
  if (start === 0n || Number.isNaN(time.getTime())) return { invalid: 'a span needs its start time' };
  return { trace_id, span_id, started_at: time.toISOString(), failed, attributes, resource };
}

const STATUS_ERROR = 2n;

/** The embedded messages of a field. */
function messages(bytes: Uint8Array, wanted: number): Uint8Array[] {
  return [...fieldsOf(bytes)].flatMap(({ number, value }) =>
    number === wanted && typeof value !== 'bigint' ? [value] : [],
  );
}

/** KeyValue: key = 1, value = 2. Of the same key the last counts. */
function attributesOf(pairs: Uint8Array[]): Attributes {
  const attributes = bag();
  for (const pair of pairs) {
    let [key, value]: [string, Attributes[string] | undefined] = ['', undefined];
    for (const field of fieldsOf(pair)) {
      if (field.number === 1) key = text(field.value);
      else if (field.number === 2 && typeof field.value !== 'bigint')
        for (const one of fieldsOf(field.value)) value = anyValue(one);
    }
    if (value !== undefined) attributes[key] = value;
  }
  return attributes;
}

/** AnyValue: string = 1, bool = 2, int = 3, double = 4. */
function anyValue({ number, value }: Field): Attributes[string] | undefined {
  if (number === 1) return text(value);
  if (typeof value !== 'bigint') return undefined;
  if (number === 2) return value !== 0n;
  if (number === 3) return Number(BigInt.asIntN(64, value));
  if (number === 4) return new Float64Array(BigUint64Array.of(value).buffer)[0];
  return undefined;
}

function jsonAttributes(list: unknown): Attributes {
  const attributes = bag();
  for (const { key, value } of objects(list)) {
    if (typeof key !== 'string' || !isObject(value)) continue;
    const { stringValue, boolValue, intValue, doubleValue } = value;
    if (typeof stringValue === 'string') attributes[key] = stringValue;
    else if (typeof boolValue === 'boolean') attributes[key] = boolValue;
    else if (typeof intValue === 'number' || (typeof intValue === 'string' && /^-?[0-9]{1,19}$/.test(intValue)))
      attributes[key] = Number(intValue);
    else if (typeof doubleValue === 'number') attributes[key] = doubleValue;
  }
  return attributes;
}

/** Keys come from outside: there is no `__proto__` to be set. */
function bag(): Record<string, Attributes[string]> {
  return Object.create(null) as Record<string, Attributes[string]>;
}

function text(value: Field['value']): string {
  return typeof value === 'bigint' ? '' : Buffer.from(value).toString('utf8');
}

function hex(value: Field['value']): string {
  return typeof value === 'bigint' ? '' : Buffer.from(value).toString('hex');
}

function objects(list: unknown): Record<string, unknown>[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
