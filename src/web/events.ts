import { type Context, Hono } from 'hono';
import { invalid } from '../contract/problem.ts';
import { EVENTS } from '../notify/events.ts';
import type { Piece } from '../notify/feed.ts';
import { readerOf } from '../notify/reader.ts';
import { queryNumber } from './body.ts';
import { type Deps, asCaller } from './context.ts';

const TYPES_MAX = 50;
/** How long a reader may leave what it was sent unread before it is let go, in milliseconds. */
const STALL_MS_MAX = 60_000;

/** Events as server-sent events (WHATWG HTML, section 9.2), each with its position in the log as its id. */
export function eventRoutes(deps: Deps): Hono {
  return new Hono().get('/', async (context) => {
    const types = queryTypes(context);
    const after = lastEventId(context) ?? queryNumber(context, 'after', 0, Number.MAX_SAFE_INTEGER) ?? null;
    const ask = () =>
      asCaller(deps, context, 'event.read', (tx, caller) => ({
        tenant: tx.log,
        principal: `${caller.kind}/${caller.id}`,
        reader: readerOf(deps.policy, caller),
      }));
    const { tenant, principal } = await ask();
    const gone = new AbortController();
    const pieces = await deps.feed.follow(
      {
        tenant,
        principal,
        after,
        types,
        ticketId: context.req.query('ticket'),
        reader: async () => (await ask()).reader,
      },
      AbortSignal.any([context.req.raw.signal, gone.signal]),
    );
    return sendEvents(context, textsOf(pieces, String), gone);
  });
}

/** @param gone is aborted when the reader does not read */
export function sendEvents(context: Context, pieces: AsyncGenerator<string>, gone: AbortController): Response {
  // A proxy that collects the answer would hold the events back.
  return context.body(streamOf(pieces, gone), 200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
}

/** Reads on only as fast as the other side takes. Ends without an error when the way in has ended: coming back tells why. */
function streamOf(pieces: AsyncGenerator<string>, gone: AbortController): ReadableStream<Uint8Array> {
  let stalled: ReturnType<typeof setTimeout> | undefined;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(Buffer.from('retry: 2000\n\n'));
    },
    async pull(controller) {
      clearTimeout(stalled);
      const next = await pieces.next().catch(() => ({ done: true }) as const);
      if (next.done) return controller.close();
      controller.enqueue(Buffer.from(next.value));
      stalled = setTimeout(() => {
        gone.abort();
        controller.error(new Error('the reader does not read'));
      }, STALL_MS_MAX).unref();
    },
    async cancel() {
      clearTimeout(stalled);
      gone.abort();
      await pieces.return(undefined);
    },
  });
}

/**
 * Pieces as they go over the wire. An id without data moves the position from which the reader resumes, and is no event.
 * @param idOf the id of a position
 */
export async function* textsOf(pieces: AsyncGenerator<Piece>, idOf: (seq: number) => string): AsyncGenerator<string> {
  for await (const piece of pieces)
    if ('at' in piece) yield `id: ${idOf(piece.at)}\n\n`;
    else
      yield piece.told
        .map(({ seq, event }) => `id: ${idOf(seq)}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
        .join('');
}

/** Where a reader resumes. @throws Problem 400 */
function lastEventId(context: Context): number | undefined {
  const text = context.req.header('last-event-id');
  if (text === undefined || text === '') return undefined;
  if (!/^[0-9]{1,15}$/.test(text))
    throw invalid([{ field: 'Last-Event-ID', code: 'header.pattern', message: 'must be the id of an event' }]);
  return Number(text);
}

/** `type=a,b` and `type=a&type=b` mean the same. */
function queryTypes(context: Context): string[] {
  const types = (context.req.queries('type') ?? []).flatMap((text) => text.split(','));
  const unknown = types.filter((type) => !(type in EVENTS));
  if (unknown.length > 0 || types.length > TYPES_MAX)
    throw invalid([{ field: '?type', code: 'query.choice', message: `must be of ${Object.keys(EVENTS).join(', ')}` }]);
  return types;
}
