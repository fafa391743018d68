import { type Context, Hono } from 'hono';
import { notFound } from '../contract/problem.ts';
import type { ClaimRequest, CommentEditRequest } from '../contract/types.ts';
import { parser } from '../contract/validate.ts';
import { claimTicket, releaseTicket } from '../tickets/claims.ts';
import { editComment } from '../tickets/comments.ts';
import { eligibility } from '../tickets/coverage.ts';
import type { TicketRow } from '../tickets/tables.ts';
import { ticketView } from '../tickets/ticket-view.ts';
import { visibleTicket } from '../tickets/verdicts.ts';
import { readJson } from './body.ts';
import { type Deps, asCaller } from './context.ts';

const parseClaim = parser<ClaimRequest>('claim-request.json');
const parseEdit = parser<CommentEditRequest>('comment-edit-request.json');

/** Working on tickets: who is on it, who could be, and second thoughts about what was said. */
export function ticketWorkRoutes(deps: Deps): Hono {
  return new Hono()
    .put('/:id/claim', async (context) => {
      const { minutes } = parseClaim(await readJson(context));
      return show(
        deps,
        context,
        await asCaller(deps, context, 'ticket.claim', (tx, caller) => ({
          tenant: tx.log,
          ticket: claimTicket(tx, deps.policy, caller, context.req.param('id'), minutes),
        })),
      );
    })
    .delete('/:id/claim', async (context) =>
      show(
        deps,
        context,
        await asCaller(deps, context, 'ticket.claim', (tx, caller) => ({
          tenant: tx.log,
          ticket: releaseTicket(tx, deps.policy, caller, context.req.param('id')),
        })),
      ),
    )
    .get('/:id/eligible', async (context) => {
      const answer = await asCaller(deps, context, 'ticket.eligible', (tx, caller) =>
        eligibility(tx, deps.policy, visibleTicket(tx, caller, context.req.param('id'))),
      );
      context.header('cache-control', 'no-store');
      return context.json(answer);
    })
    .put('/:id/comments/:seq', async (context) => {
      const request = parseEdit(await readJson(context));
      const seq = context.req.param('seq');
      if (!/^[0-9]{1,15}$/.test(seq)) throw notFound('comment');
      return context.json(
        await asCaller(deps, context, 'ticket.comment', (tx, caller) =>
          editComment(tx, caller, context.req.param('id'), Number(seq), request),
        ),
      );
    });
}

function show(deps: Deps, context: Context, { tenant, ticket }: { tenant: string; ticket: TicketRow }): Response {
  context.header('etag', `"${ticket.updated_seq}"`);
  return context.json(ticketView(tenant, ticket, deps.clock()));
}
