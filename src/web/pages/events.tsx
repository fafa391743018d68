import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import { Problem } from '../../contract/problem.ts';
import type { Reader } from '../../notify/events.ts';
import { readerOf } from '../../notify/reader.ts';
import { queryNumber } from '../body.ts';
import type { Deps } from '../context.ts';
import { lastEventId, sendEvents } from '../events.ts';
import { type Visited, visitInside } from '../session/visit.ts';
import { RedFlags } from './components/red-flags.tsx';
import { type Frame, frameOf } from './frame.ts';
import type { Site } from '../site-settings.ts';

/** What happens, as it happens, for the agency's pages. */
export function eventPages(deps: Deps, site: Site): Hono {
  return new Hono()
    .get('/', (context) =>
      followEvents(deps, context, () =>
        visitInside(deps, site, context, 'event.read', (_, caller) => readerOf(deps.policy, caller)),
      ),
    )
    .get('/flags', async (context) => {
      const { visitor } = await visitInside(deps, site, context, 'ticket.list', () => null);
      return context.html(<FlagsPage frame={await frameOf(deps, site, context, visitor)} />);
    });
}

/**
 * The feed of `GET /v1/events`, by session: whoever `ask` lets in is told what policy lets them know. Whoever is signed out gets 401 and
 * not the way to the sign-in page: a script asks here.
 */
export async function followEvents(
  deps: Deps,
  context: Context,
  ask: () => Promise<Visited<Reader>>,
): Promise<Response> {
  const after = lastEventId(context) ?? queryNumber(context, 'after', 0, Number.MAX_SAFE_INTEGER) ?? null;
  try {
    const { visitor } = await ask();
    const gone = new AbortController();
    const pieces = await deps.feed.follow(
      {
        tenant: visitor.tenant,
        principal: `${visitor.caller.kind}/${visitor.caller.id}`,
        after,
        types: [],
        ticketId: undefined,
        reader: async () => (await ask()).result,
      },
      AbortSignal.any([context.req.raw.signal, gone.signal]),
    );
    return sendEvents(context, pieces, gone);
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return context.body(null, 401);
    throw error;
  }
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
