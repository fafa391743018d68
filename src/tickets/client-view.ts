import type { CommentVisibility } from '../contract/types.ts';
import type { Caller } from '../tenants/tokens.ts';
import { clientDueAt } from './client-due.ts';
import type { TicketRow } from './tables.ts';
import { ticketView } from './ticket-view.ts';

// What the portal shows of a ticket: what is asked of the client, in words, and what it said itself. Fields are named one
// by one, so that what is added to the agency's view stays the agency's until somebody decides otherwise.

const CLIENT = 'client';

/** The ticket as this caller may see it. */
export function viewFor({ scope }: Pick<Caller, 'scope'>, tenant: string, ticket: TicketRow, now: Date) {
  return scope === 'client' ? clientTicketView(tenant, ticket, now) : ticketView(tenant, ticket, now);
}

/** A ticket as its client sees it: no other slots, no names of the agency's people, no internal reasons. */
function clientTicketView(tenant: string, ticket: TicketRow, now: Date) {
  const { ticket_id, number, type, state, title, summary, diff, revision, subject_hash, ...whole } = ticketView(
    tenant,
    ticket,
    now,
  );
  const votes = whole.votes.filter(isClients);
  const own = whole.slots.filter((slot) => slot.any_of.includes(CLIENT));
  const awaitsClient = own.some((slot) => !slot.filled);
  return {
    ticket_id,
    number,
    tenant,
    type,
    state,
    title,
    summary,
    platform: whole.platform,
    plan_version: whole.plan_version,
    resource: { type: whole.resource.type, id: whole.resource.id },
    diff,
    revision,
    subject_hash,
    slots: own.map(({ id, filled, by, at }) => ({
      id,
      filled,
      by: votes.some((vote) => vote.voter === by) ? by : null,
      at,
    })),
    votes,
    terms: whole.terms,
    waits_for_client: whole.waits_for_client,
    opened_at: ticket.opened_at,
    answer_due_at: clientDueAt(ticket, awaitsClient),
    request_expires_at: whole.request_expires_at,
    permit_expires_at: whole.permit_expires_at,
    resolved_at: whole.resolved_at,
    resolved_by_client: votes.some((vote) => vote.voter === whole.resolved_by),
  };
}

/** The thread as the client sees it: what was written for it, what it asked for in each revision, and what happened when. */
export function clientThread<
  Comment extends { visibility: CommentVisibility },
  Revision extends { revision: number; subject_hash: string; seq: number },
  History extends { seq: number; timestamp: string; action: string; leaf_hash: string },
>(thread: { comments: Comment[]; revisions: Revision[]; history: History[] }) {
  return {
    comments: thread.comments.filter((comment) => comment.visibility === 'shared'),
    revisions: thread.revisions.map(({ revision, subject_hash, seq }) => ({ revision, subject_hash, seq })),
    history: thread.history
      .filter(({ action }) => TOLD.has(action))
      .map(({ seq, timestamp, action, leaf_hash }) => ({ seq, timestamp, action, leaf_hash })),
  };
}

/** What of a ticket's history is the client's business. */
const TOLD = new Set(
  'opened revised approved rejected expired superseded cancelled revoked consumed'
    .split(' ')
    .map((what) => `ticket.${what}`),
);

/** Cast by one who held the client's role then. */
function isClients({ roles }: { roles: readonly string[] }): boolean {
  return roles.includes(CLIENT);
}
