import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import { Problem, invalid } from '../../contract/problem.ts';
import type { Reader } from '../../notify/events.ts';
import { readerOf } from '../../notify/reader.ts';
import { authorize } from '../../tenants/tokens.ts';
import type { Deps } from '../context.ts';
import { sendEvents, textsOf } from '../events.ts';
import { readSession } from '../session/cookie.ts';
import { type Place, type Visitor, everywhere, inside, visitInside } from '../session/visit.ts';
import { RedFlags } from './components/red-flags.tsx';
import { type Frame, frameOf } from './frame.ts';
import { merge } from './merge.ts';
import type { Site } from '../site-settings.ts';

/** What happens, as it happens, for the agency's pages: of all tenants that the sign-in opened. */
export function eventPages(deps: Deps, site: Site): Hono {
  return new Hono()
    .get('/', (context) =>
      followEvents(deps, site, context, async () => {
        const { visitor } = await visitInside(deps, site, context, 'event.read', () => null);
        return { visitor, places: inside(await everywhere(deps, visitor, 'event.read')) };
      }),
    )
    .get('/flags', async (context) => {
      const { visitor } = await visitInside(deps, site, context, 'ticket.list', () => null);
      return context.html(<FlagsPage frame={await frameOf(deps, site, context, visitor)} />);
    });
}

/**
 * The feed of `GET /v1/events`, by session: whoever `ask` lets in is told what policy lets them know in each of these places. Whoever is
 * signed out gets 401 and not the way to the sign-in page: a script asks here.
 */
export async function followEvents(
  deps: Deps,
  site: Site,
  context: Context,
  ask: () => Promise<{ visitor: Visitor; places: Place[] }>,
): Promise<Response> {
  const after = readPositions(context.req.query('after'));
  const gone = new AbortController();
  const signal = AbortSignal.any([context.req.raw.signal, gone.signal]);
  try {
    const { visitor, places } = await ask();
    const follow = (place: Place) => {
      const reader = async () => {
        readSession(site, context, deps.clock());
        return readerIn(deps, visitor, place);
      };
      return followOne(deps, place, after.get(place.tenant) ?? null, reader, signal);
    };
    return sendEvents(context, merge(await Promise.all(places.map(follow)), gone), gone);
  } catch (error) {
    gone.abort();
    if (error instanceof Problem && error.status === 401) return context.body(null, 401);
    throw error;
  }
}

/** The events of one tenant; the id of each is `<tenant>:<position>`. */
async function followOne(
  { feed }: Deps,
  { tenant, caller }: Place,
  after: number | null,
  reader: () => Promise<Reader>,
  signal: AbortSignal,
): Promise<AsyncGenerator<string>> {
  const principal = `${caller.kind}/${caller.id}`;
  const pieces = await feed.follow({ tenant, principal, after, types: [], ticketId: undefined, reader }, signal);
  return textsOf(pieces, (seq) => `${tenant}:${seq}`);
}

/** What the visitor may know there as of now. @throws Problem 401 when they have been signed out */
function readerIn({ ledger, policy }: Deps, { credential }: Visitor, { tenant }: Place): Promise<Reader> {
  return ledger.submit(tenant, (tx) =>
    readerOf(policy, authorize(tx, policy, { ...credential, tenant }, 'event.read')),
  );
}

const TENANTS_MAX = 500;

/** Where a page left off in each tenant: `acme:120 rival:7`. @throws Problem 400 */
function readPositions(text = ''): Map<string, number> {
  const parts = text.split(' ').filter((part) => part !== '');
  if (parts.length > TENANTS_MAX || parts.some((part) => !/^[a-z0-9-]{1,63}:[0-9]{1,15}$/.test(part)))
    throw invalid([{ field: '?after', code: 'query.pattern', message: 'must be positions, such as acme:120 rival:7' }]);
  return new Map(parts.map((part) => [part.split(':')[0]!, Number(part.split(':')[1])]));
}

/** The strip alone, with its count in the title, for pages of which nothing else changes. */
function FlagsPage({ frame }: { frame: Frame }) {
  const count = frame.flagCount > 0 ? `(${frame.flagCount}) ` : '';
  return html`<!doctype html>${(
      <html lang="en">
        <head>
          <title>{`${count}Placet`}</title>
        </head>
        <body data-tenant={frame.visitor!.tenant} data-person={frame.visitor!.caller.id}>
          <input type="hidden" name="csrf" value={frame.visitor!.csrf} />
          <RedFlags frame={frame} />
        </body>
      </html>
    )}`;
}
