import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type Context, Hono } from 'hono';
import { Problem } from '../contract/problem.ts';
import type { SpendEvent } from '../contract/types.ts';
import {
  OtlpError,
  type Span,
  readJsonTraces,
  readProtobufTraces,
  statusResponse,
  traceResponse,
} from '../runs/otlp/traces.ts';
import { type SpanCall, spanCall } from '../runs/usage/span.ts';
import { type Credential, readCredential } from '../tenants/tokens.ts';
import { readBytes } from './body.ts';
import { type Deps, whoAsks } from './context.ts';
import { reportEvent } from './cost.ts';

const BODY_BYTES_MAX = 4 * 1024 * 1024;
const UNPACKED_BYTES_MAX = 16 * 1024 * 1024;
const CALLS_MAX = 1_000;
const REASONS_MAX = 5;
const TYPES = { 'application/x-protobuf': 'protobuf', 'application/json': 'json' } as const;

type Encoding = (typeof TYPES)[keyof typeof TYPES];

/**
 * Traces over OTLP/HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp): model calls among the spans are reports of spend, known by
 * trace and span id, so that an exporter may send them again. Other spans are taken and not kept: a collector sends what it has.
 */
export function otlpRoutes(deps: Deps): Hono {
  return new Hono()
    .use(async (context, next) => {
      await next();
      if (context.res.headers.get('content-type') === 'application/problem+json') context.res = await statusOf(context);
    })
    .post('/v1/traces', async (context) => {
      const encoding = encodingOf(context);
      if (!encoding)
        throw new Problem(415, 'body.media_type', `Send ${Object.keys(TYPES).join(' or ')}, as it is or with gzip.`);
      await whoAsks(deps, context, 'spend.report');
      const spans = await readSpans(context, encoding);
      const answer = await takeCalls(deps, readCredential(context.req.header('authorization')), spans);
      const body = traceResponse(encoding, answer.rejected, answer.message);
      return context.body(body as string, 200, { 'content-type': context.req.header('content-type')!.split(';')[0]! });
    });
}

type ReadSpans = ReturnType<typeof readJsonTraces>;

async function readSpans(context: Context, encoding: Encoding): Promise<ReadSpans> {
  const bytes = await unpack(await readBytes(context, BODY_BYTES_MAX), context.req.header('content-encoding'));
  try {
    return encoding === 'json' ? readJsonTraces(Buffer.from(bytes).toString('utf8')) : readProtobufTraces(bytes);
  } catch (error) {
    if (error instanceof OtlpError) throw new Problem(400, 'body.not_otlp', error.message);
    throw error;
  }
}

/** Reports each call. What is wrong with one is said of it; what stops all, such as a database that is away, is thrown: then the exporter sends all again. */
async function takeCalls(
  deps: Deps,
  credential: Credential,
  spans: ReadSpans,
): Promise<{ rejected: number; message: string }> {
  const refused: string[] = [];
  const events: { name: string; event: SpendEvent }[] = [];
  for (const span of spans) {
    if ('invalid' in span) {
      refused.push(span.invalid);
      continue;
    }
    const call = spanCall(span);
    const name = `${span.trace_id}/${span.span_id}`;
    if (call && 'invalid' in call) refused.push(`${name}: ${call.invalid}`);
    else if (call) events.push({ name, event: eventOf(span, call) });
  }
  if (events.length > CALLS_MAX)
    throw new Problem(413, 'otlp.too_many_calls', `Send at most ${CALLS_MAX} model calls at once.`);
  const settled = await Promise.allSettled(events.map(({ event }) => reportEvent(deps, credential, event)));
  for (const [at, result] of settled.entries()) {
    if (result.status === 'fulfilled') continue;
    if (!(result.reason instanceof Problem) || result.reason.status >= 500) throw result.reason;
    refused.push(`${events[at]!.name}: ${result.reason.message}`);
  }
  if (refused.length === 0) return { rejected: 0, message: '' };
  const more = refused.length > REASONS_MAX ? `; and ${refused.length - REASONS_MAX} more` : '';
  return { rejected: refused.length, message: `${refused.slice(0, REASONS_MAX).join('; ')}${more}` };
}

/** The same span makes the same words: sent again, it is the same report. */
function eventOf(span: Span, { run_id, usage, ...call }: SpanCall): SpendEvent {
  return {
    event_id: `otlp/${span.trace_id}/${span.span_id}`,
    run_id,
    ...call,
    tokens: usage,
    at: span.started_at,
    // A call that failed may have used more than it counted.
    status: span.failed ? 'aborted' : 'final',
  } as SpendEvent;
}

async function unpack(bytes: Uint8Array, encoding = 'identity'): Promise<Uint8Array> {
  if (encoding === 'identity') return bytes;
  if (encoding !== 'gzip') throw new Problem(415, 'body.encoding', 'Send it as it is or with gzip.');
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: UNPACKED_BYTES_MAX });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new Problem(413, 'body.too_large', `The body unpacks to more than ${UNPACKED_BYTES_MAX} bytes.`);
    throw new Problem(400, 'body.not_gzip', 'The body is not gzip.');
  }
}

function encodingOf(context: Context): Encoding | undefined {
  const type = (context.req.header('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
  return (TYPES as Record<string, Encoding>)[type];
}

/** A refusal as OTLP wants it: a google.rpc.Status in the encoding of the request. */
async function statusOf(context: Context): Promise<Response> {
  const { status } = context.res;
  const { code, detail } = (await context.res.json()) as { code: string; detail: string };
  const encoding = encodingOf(context) ?? 'json';
  const type = encoding === 'json' ? 'application/json' : 'application/x-protobuf';
  const body = statusResponse(encoding, RPC_CODES[status] ?? INTERNAL, `${code}: ${detail}`);
  return new Response(body as string, { status, headers: { 'content-type': type } });
}

// Of google.rpc.Code: INVALID_ARGUMENT, UNAUTHENTICATED, PERMISSION_DENIED, RESOURCE_EXHAUSTED, UNAVAILABLE; INTERNAL otherwise.
const RPC_CODES: Record<number, number> = { 400: 3, 401: 16, 403: 7, 413: 8, 415: 3, 503: 14 };
const INTERNAL = 13;
