import { type Context, Hono } from 'hono';
import { Problem } from '../../contract/problem.ts';
import { type InboxFilter, type InboxRow, VIEWS, type View } from '../../tickets/inbox.ts';
import { listInbox, overviewInbox } from '../../tickets/queries.ts';
import { queryChoice } from '../body.ts';
import type { Deps } from '../context.ts';
import { inside, visitInside } from '../session/visit.ts';
import type { Site } from '../site-settings.ts';
import { BulkBar } from './components/bulk-bar.tsx';
import { ALL_TENANTS, Filters, InboxList, Pager, Scope, Views } from './components/inbox-list.tsx';
import { Empty, Notice } from './components/states.tsx';
import { TicketArticle } from './components/ticket-article.tsx';
import { frameOf } from './frame.ts';
import { STATES, TYPES } from '../ticket-choices.ts';
import { type InboxQuery, withQuery } from './inbox-query.ts';
import { Layout } from './layout.tsx';
import { DONE, type TicketPage, loadTicket, ticketFacts } from './ticket-facts.ts';

const PAGE = 50;

/** What waits for people, on the left; the one they look at, on the right. All of it is in the URL. */
export function inboxPages(deps: Deps, site: Site): Hono {
  return new Hono().get('/', async (context) => {
    const query = readQuery(context);
    const { visitor, result } = await visitInside(deps, site, context, 'ticket.list', (tx, caller) =>
      query.ticket === undefined ? null : ticketFactsOrNull(() => ticketFacts(tx, deps.policy, caller, query.ticket!)),
    );
    const now = deps.clock();
    const { sql } = deps;
    const framed = frameOf(deps, site, context, visitor);
    const desks = query.across ? inside((await framed).places) : [visitor];
    const [frame, rows, overview, page] = await Promise.all([
      framed,
      listInbox(sql, desks, { ...filterOf(query), limit: PAGE + 1 }, now),
      overviewInbox(sql, desks, now),
      result ? loadTicket(deps, visitor, result) : null,
    ]);
    const shown = rows.slice(0, PAGE);
    const next = rows.length > PAGE ? shown.at(-1)! : null;
    return context.html(
      <Layout
        frame={frame}
        title={page ? `${page.ticket.ticket_id} · Inbox` : 'Inbox'}
        section="Inbox"
        wide
        extra={['inbox.css', 'inbox.js']}
      >
        <h1 class="visually-hidden">Inbox</h1>
        <Arrivals />
        <div class={page || query.ticket ? 'inbox has-ticket' : 'inbox'} id="inbox" data-across={query.across}>
          <section class="list" aria-label="Tickets">
            <div class="list-head">
              <Scope query={query} frame={frame} />
              <Views query={query} overview={overview} />
              <Filters query={query} choices={overview} frame={frame} />
            </div>
            <BulkBar frame={frame} back={withQuery(query, { ticket: undefined })} />
            <p class="list-news" aria-live="polite">
              <button type="button" id="news" hidden></button>
            </p>
            <div class="list-body">
              {shown.length === 0 ? (
                <NothingThere query={query} />
              ) : (
                <InboxList rows={shown} query={query} frame={frame} />
              )}
              <Pager query={query} next={next && cursorOf(next)} />
            </div>
          </section>
          <section
            class="detail"
            id="detail"
            aria-label={page ? `Ticket ${page.ticket.ticket_id}` : 'Ticket'}
            tabindex={-1}
          >
            <Detail page={page} query={query} context={context} frame={frame} />
          </section>
        </div>
      </Layout>,
    );
  });
}

/** What assets/inbox.js says when it has gone to another list, or could not. In the document from the start, as screen readers need it. */
function Arrivals() {
  return (
    <>
      <p class="visually-hidden" id="arrived" role="status"></p>
      <p class="not-loaded" id="not-loaded" role="alert" hidden>
        This could not be loaded. Is there a connection? <a href="/inbox">Try again</a>
      </p>
    </>
  );
}

function Detail({
  page,
  query,
  context,
  frame,
}: {
  page: TicketPage | null;
  query: InboxQuery;
  context: Context;
  frame: Awaited<ReturnType<typeof frameOf>>;
}) {
  if (!page)
    return query.ticket === undefined ? (
      <Empty title="Pick a ticket">
        <p class="muted">First comes what does harm soonest by waiting, then what is due.</p>
      </Empty>
    ) : (
      <Empty title="There is no such ticket">
        <p class="muted">It may be another tenant’s.</p>
      </Empty>
    );
  const done = DONE[context.req.query('done') ?? ''];
  return (
    <>
      <a class="to-list" href={withQuery(query, { ticket: undefined })}>
        ← Inbox
      </a>
      {done && <Notice tone="good" title={done} />}
      <TicketArticle page={page} frame={frame} level={2} />
    </>
  );
}

function NothingThere({ query }: { query: InboxQuery }) {
  const filtered = query.view !== 'all' || query.type || query.vertical || query.platform || query.agent || query.state;
  return filtered ? (
    <Empty title="Nothing fits these filters">
      <a href="/inbox">Show all that wait</a>
    </Empty>
  ) : (
    <Empty title="Nothing waits for anyone">
      <p class="muted">Agents work within their guardrails. What needs a human will be here.</p>
    </Empty>
  );
}

function readQuery(context: Context): InboxQuery {
  const text = (name: string) => context.req.query(name) || undefined;
  // Every tenant is none in particular.
  const isAcross = text('tenant') === ALL_TENANTS || text('across') !== undefined;
  const choice = <T extends string>(name: string, choices: readonly T[]) =>
    text(name) === undefined ? undefined : queryChoice(context, name, choices);
  return {
    view: choice('view', VIEWS) ?? 'all',
    across: isAcross ? 'yes' : undefined,
    tenant: text('tenant') === ALL_TENANTS ? undefined : text('tenant')?.slice(0, 63),
    state: choice('state', [...STATES, 'any'] as const),
    type: choice('type', TYPES),
    vertical: text('vertical')?.slice(0, 100),
    platform: text('platform')?.slice(0, 100),
    agent: text('agent')?.slice(0, 128),
    after: text('after'),
    ticket: text('ticket')?.slice(0, 40),
  };
}

function filterOf({ view, state, type, vertical, platform, agent, after }: InboxQuery): Omit<InboxFilter, 'limit'> {
  return {
    view: view as View,
    state,
    type,
    vertical,
    platform,
    requester: agent,
    after: after ? readCursor(after) : undefined,
  };
}

function cursorOf({ harm_at, due_at, tenant, number }: InboxRow): string {
  return `${harm_at}_${due_at}_${tenant}_${number}`;
}

const CURSOR = /^([0-9T:.-]{23}Z)_([0-9T:.-]{23}Z)_([a-z0-9-]{1,63})_([0-9]{1,15})$/;

function readCursor(text: string): NonNullable<InboxFilter['after']> {
  const [, harm = '', due = '', tenant = '', number] = CURSOR.exec(text) ?? [];
  if (Number.isNaN(Date.parse(harm)) || Number.isNaN(Date.parse(due)))
    throw new Problem(
      400,
      'request.invalid',
      'This page of the inbox cannot be found by its address. Start from the first.',
    );
  return { harm, due, tenant, number: Number(number) };
}

/** A list is shown whether or not the ticket beside it can be. */
function ticketFactsOrNull<T>(facts: () => T): T | null {
  try {
    return facts();
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}
