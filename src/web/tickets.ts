import { type Context, Hono } from 'hono';
import { notFound } from '../contract/problem.ts';
import type { CommentRequest, DecisionRequest, TicketNoteRequest, VerdictRequest } from '../contract/types.ts';
import { parser } from '../contract/validate.ts';
import { revise } from '../decide/decide.ts';
import { segmentsView } from '../tickets/sla/view.ts';
import { listTickets, readRevision, readThread, readTicket } from '../tickets/store.ts';
import { differences } from '../plans/differences.ts';
import type { TicketRow } from '../tickets/tables.ts';
import { addComment } from '../tickets/comments.ts';
import { type Resolution, castVerdict, isVisible, withdrawTicket } from '../tickets/verdicts.ts';
import { clientThread, viewFor } from '../tickets/client-view.ts';
import { queryChoice, queryNumber, readJson } from './body.ts';
import type { Caller } from '../tenants/tokens.ts';
import { type Deps, asCaller, whoAsks } from './context.ts';
import { STATES, TYPES } from './ticket-choices.ts';

const WAIT_SECONDS_MAX = 60;
const PAGE_MAX = 100;
const ROLES = ['planner', 'operator', 'admin', 'legal', 'client'] as const;

const parseVerdict = parser<VerdictRequest>('verdict-request.json');
const parseNote = parser<TicketNoteRequest>('ticket-note-request.json');
const parseComment = parser<CommentRequest>('comment-request.json');
const parseRequest = parser<DecisionRequest>('decision-request.json');

/** Tickets: where humans decide, and where agents wait. */
export function ticketRoutes(deps: Deps): Hono {
  return new Hono()
    .get('/', async (context) => {
      const state = queryChoice(context, 'state', STATES);
      const redFlag = queryChoice(context, 'red_flag', ['true', 'false'] as const);
      const uncovered = queryChoice(context, 'uncovered', ['true', 'false'] as const);
      const limit = queryNumber(context, 'limit', 1, PAGE_MAX) ?? 50;
      const filter = {
        state: state && [state],
        type: queryChoice(context, 'type', TYPES),
        role: queryChoice(context, 'role', ROLES),
        platform: context.req.query('platform'),
        requester: context.req.query('requester'),
        red_flag: redFlag && redFlag === 'true',
        uncovered: uncovered && uncovered === 'true',
        before: queryNumber(context, 'before', 0, Number.MAX_SAFE_INTEGER),
        limit,
      };
      const { tenant, caller } = await whoAsks(deps, context, 'ticket.list');
      const tickets = await listTickets(deps.sql, tenant, caller, filter);
      return context.json({
        tickets: tickets.map((ticket) => viewFor(caller, tenant, ticket, deps.clock())),
        next_before: tickets.length === limit ? tickets.at(-1)!.number : null,
      });
    })
    .get('/:id', async (context) => {
      const { tenant, caller } = await whoAsks(deps, context, 'ticket.read');
      const wait = queryNumber(context, 'wait', 0, WAIT_SECONDS_MAX) ?? 0;
      const ticket = await waitForChange(deps, context, tenant, wait);
      if (!ticket || !isVisible(caller, ticket)) throw notFound('ticket');
      const etag = etagOf(ticket);
      context.header('etag', etag);
      context.header('cache-control', 'no-store');
      if (context.req.header('if-none-match') === etag) return context.body(null, 304);
      const { segments, ...thread } = await readThread(deps.sql, tenant, ticket.ticket_id);
      const view = viewFor(caller, tenant, ticket, deps.clock());
      return context.json({
        ...view,
        ...(caller.scope === 'client' ? clientThread(thread) : { ...thread, segments: segmentsView(segments) }),
      });
    })
    .post('/:id/verdicts', async (context) => {
      const request = parseVerdict(await readJson(context));
      const { tenant, caller, resolution } = await asCaller(deps, context, 'ticket.verdict', (tx, caller) => ({
        tenant: tx.log,
        caller,
        resolution: castVerdict(tx, deps.policy, caller, context.req.param('id'), request),
      }));
      return answer(deps, context, tenant, caller, resolution, request.revision);
    })
    .post('/:id/revisions', async (context) => {
      const request = parseRequest(await readJson(context));
      return context.json(
        await asCaller(deps, context, 'ticket.revise', (tx, caller) =>
          revise(tx, deps.policy, caller, context.req.param('id'), request),
        ),
        201,
      );
    })
    .post('/:id/cancellation', (context) => withdraw(deps, context, 'cancel', 'ticket.cancel'))
    .post('/:id/revocation', (context) => withdraw(deps, context, 'revoke', 'ticket.verdict'))
    .post('/:id/comments', async (context) => {
      const request = parseComment(await readJson(context));
      const added = await asCaller(deps, context, 'ticket.comment', (tx, caller) =>
        addComment(tx, caller, context.req.param('id'), request),
      );
      return context.json(added, 201);
    });
}

/** Reads the ticket; with `wait`, not before it differs from what `If-None-Match` names or the time is over. */
async function waitForChange(
  deps: Deps,
  context: Context,
  tenant: string,
  waitSeconds: number,
): Promise<TicketRow | null> {
  const id = context.req.param('id')!;
  const seen = context.req.header('if-none-match');
  const deadline = performance.now() + waitSeconds * 1000;
  for (;;) {
    const left = deadline - performance.now();
    const stop = new AbortController();
    // Listening begins before the look, so that a change between the two is not missed.
    const change = deps.watch.change(
      tenant,
      id,
      Math.max(left, 0),
      AbortSignal.any([context.req.raw.signal, stop.signal]),
    );
    const ticket = await readTicket(deps.sql, tenant, id);
    const isNews =
      !ticket || (seen === undefined ? !['pending', 'open'].includes(ticket.state) : etagOf(ticket) !== seen);
    if (isNews || left <= 0 || context.req.raw.signal.aborted) {
      stop.abort();
      return ticket;
    }
    await change;
  }
}

async function withdraw(
  deps: Deps,
  context: Context,
  action: 'cancel' | 'revoke',
  operation: string,
): Promise<Response> {
  const { comment } = parseNote(await readJson(context));
  const { tenant, caller, resolution } = await asCaller(deps, context, operation, (tx, caller) => ({
    tenant: tx.log,
    caller,
    resolution: withdrawTicket(tx, deps.policy, caller, context.req.param('id')!, action, comment),
  }));
  return answer(deps, context, tenant, caller, resolution);
}

/** The ticket after what was done to it, or why it could not be done, with the difference to what the caller saw. */
async function answer(
  deps: Deps,
  context: Context,
  tenant: string,
  caller: Caller,
  { ticket, refusal, warnings = [] }: Resolution,
  seenRevision?: number,
): Promise<Response> {
  if (refusal) {
    const isOther = seenRevision !== undefined && seenRevision !== ticket.revision;
    const seen = isOther ? await readRevision(deps.sql, tenant, ticket.ticket_id, seenRevision) : null;
    if (seen) refusal.extra['difference'] = differences(asked(seen.subject), asked(ticket.subject));
    throw refusal;
  }
  context.header('etag', etagOf(ticket));
  const view = viewFor(caller, tenant, ticket, deps.clock());
  return context.json(warnings.length > 0 ? { ...view, warnings } : view, 201);
}

/** Of a revision's subject, what the approval is bound to; the rest is derived from it. */
function asked({ subject, action, resource, base }: TicketRow['subject']): object {
  return { subject, action, resource, base };
}

function etagOf(ticket: TicketRow): string {
  return `"${ticket.updated_seq}"`;
}
