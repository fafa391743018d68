import type { Tx } from '../audit/view.ts';
import { Problem, invalid, notFound } from '../contract/problem.ts';
import type { VerdictRequest } from '../contract/types.ts';
import { baseChanges } from '../plans/drafts.ts';
import type { Policy } from '../policy/policy.ts';
import { personTable, rolesAt } from '../tenants/people.ts';
import { type Caller, actorOf } from '../tenants/tokens.ts';
import { refreshCoverage } from './coverage.ts';
import { acknowledgeFlag, approveTicket, endTicket, isLapsed, keepVote, resolveFlag } from './lifecycle.ts';
import { SYSTEM } from './sla/entries.ts';
import { currentSubjectHash } from './subject.ts';
import { FLAGGING, type TicketRow, type Vote, WAITING, claimAt, ticketTable } from './tables.ts';
import { narrowTerms, termsOf } from './terms.ts';
import { askVerdict } from './verdict-input.ts';

/** What became of a ticket. A refusal may have changed it as well: a lapsed ticket expires, a stale one is superseded. */
export interface Resolution {
  ticket: TicketRow;
  refusal?: Problem;
  /** What one who gave a verdict should know. */
  warnings?: { code: string; message: string }[];
}

/**
 * The ticket, if this caller may know that it exists.
 * @throws Problem 404
 */
export function visibleTicket(tx: Tx, caller: Caller, ticketId: string): TicketRow {
  const ticket = tx.get(ticketTable, ticketId);
  if (!ticket || !isVisible(caller, ticket)) throw notFound('ticket');
  return ticket;
}

/** Is the ticket within the caller's scope? `client`: policy lets the client act on it, and it keeps seeing what became of it. */
export function isVisible(caller: Caller, ticket: Pick<TicketRow, 'requester' | 'caller' | 'spec'>): boolean {
  if (caller.scope === 'all') return true;
  if (caller.scope === 'own') return ticket.requester === caller.id || ticket.caller === caller.id;
  return caller.scope === 'client' && ticket.spec.client_visible;
}

/**
 * Casts a verdict on what its author saw. Policy says whether this human may and what follows; of two that race, the
 * second finds the ticket resolved.
 */
export function castVerdict(
  tx: Tx,
  policy: Policy,
  caller: Caller,
  ticketId: string,
  request: VerdictRequest,
): Resolution {
  const ticket = visibleTicket(tx, caller, ticketId);
  const actor = actorOf(caller);
  if (isLapsed(ticket, tx.now))
    return refused(
      endTicket(tx, SYSTEM, ticket, 'expired'),
      'ticket.expired',
      `The request lapsed at ${ticket.expires_at}.`,
    );
  if (ticket.state === 'superseded')
    return refused(ticket, 'ticket.superseded', whoDecided(ticket), baseChanges(tx, ticket.subject.resource));
  if (ticket.red_flag && !FLAGGING.includes(ticket.state))
    return refused(ticket, 'ticket.not_open', whoDecided(ticket));
  if (!ticket.red_flag && ticket.state !== 'pending') return refused(ticket, 'ticket.not_pending', whoDecided(ticket));
  if (currentSubjectHash(tx, ticket.subject) !== ticket.subject_hash)
    return refused(
      endTicket(tx, SYSTEM, ticket, 'superseded', { because: 'base_changed' }),
      'ticket.superseded',
      'What the request was based on has changed since; the agent has to ask again.',
    );
  if (request.revision !== ticket.revision || request.subject_hash !== ticket.subject_hash)
    return refused(
      ticket,
      'ticket.stale_view',
      `You saw revision ${request.revision}; the ticket is at revision ${ticket.revision}.`,
    );

  if (request.changes && request.verdict !== 'request_changes') throw notWith('/changes', request.verdict);
  if (request.terms && request.verdict !== 'approve') throw notWith('/terms', request.verdict);
  const answer = askVerdict(tx, policy, caller, ticket, {
    action: request.verdict,
    ...(request.slot !== undefined && { slot: request.slot }),
    ...(request.terms?.length && { terms: request.terms.map((term) => term.pointer) }),
    ...(request.resolution !== undefined && { resolution: request.resolution }),
    commented: request.comment !== undefined && request.comment.trim() !== '',
  });
  const vote: Vote = {
    seq: tx.seq,
    revision: ticket.revision,
    subject_hash: ticket.subject_hash,
    verdict: request.verdict,
    slot: request.verdict === 'approve' ? answer.slot! : null,
    voter: caller.id,
    roles: caller.roles,
    comment: request.comment ?? null,
    ...(request.verdict === 'resolve' && { resolution: request.resolution! }),
    at: tx.now,
    ...(answer.on_behalf_of !== undefined && { on_behalf_of: inStead(tx, answer.on_behalf_of) }),
    ...(request.changes?.length && { changes: request.changes }),
    ...(request.terms?.length && { terms: narrowTerms(answer.narrowing ?? [], ticket.subject, request.terms) }),
  };
  const voted = { ...ticket, votes: [...ticket.votes, vote] };
  termsOf(voted); // Refuses terms that leave nothing together with those of other approvers.
  const warnings = warningsOf(ticket, caller, tx.now);
  if (answer.outcome === 'approved') return { ticket: approveTicket(tx, actor, voted), warnings };
  if (answer.outcome === 'rejected') return { ticket: endTicket(tx, actor, voted, 'rejected', { vote }), warnings };
  if (answer.outcome === 'pending' || answer.outcome === 'changes_requested')
    return { ticket: refreshCoverage(tx, policy, keepVote(tx, policy, actor, voted, answer.outcome)), warnings };
  if (answer.outcome === 'acknowledged') return { ticket: acknowledgeFlag(tx, actor, voted), warnings };
  if (answer.outcome === 'resolved') return { ticket: resolveFlag(tx, actor, voted, request.resolution!), warnings };
  throw new Error(`policy gave ${request.verdict} the outcome ${answer.outcome}`);
}

/** Takes a request back (`cancel`), or an approval not yet used (`revoke`). */
export function withdrawTicket(
  tx: Tx,
  policy: Policy,
  caller: Caller,
  ticketId: string,
  action: 'cancel' | 'revoke',
  comment: string,
): Resolution {
  const ticket = visibleTicket(tx, caller, ticketId);
  if (isLapsed(ticket, tx.now))
    return refused(endTicket(tx, SYSTEM, ticket, 'expired'), 'ticket.expired', 'Its time was over already.');
  const from = action === 'cancel' ? WAITING : ['approved'];
  if (!from.includes(ticket.state)) return refused(ticket, `ticket.not_${from[0]}`, whoDecided(ticket));
  askVerdict(tx, policy, caller, ticket, { action });
  const state = action === 'cancel' ? 'cancelled' : 'revoked';
  return { ticket: endTicket(tx, actorOf(caller), ticket, state, { comment }) };
}

/**
 * May this caller put a new revision before the approvers?
 * @throws Problem 403, 404, 409
 */
export function revisableTicket(tx: Tx, policy: Policy, caller: Caller, ticketId: string): TicketRow {
  const ticket = visibleTicket(tx, caller, ticketId);
  if (!WAITING.includes(ticket.state) || isLapsed(ticket, tx.now))
    throw new Problem(409, 'ticket.not_pending', whoDecided(ticket), {
      ticket_id: ticket.ticket_id,
      state: ticket.state,
    });
  askVerdict(tx, policy, caller, ticket, { action: 'revise' });
  return ticket;
}

/** For whom a slot was filled, with the roles that person holds now. */
function inStead(tx: Tx, person: string): NonNullable<Vote['on_behalf_of']> {
  const absent = tx.get(personTable, person)!;
  return { person, roles: rolesAt(absent, tx.now) };
}

/** A claim binds nobody, but who decides beside it should know. */
function warningsOf(ticket: TicketRow, caller: Caller, now: string) {
  const claim = claimAt(ticket, now);
  // Who works at the agency is not a client's business.
  if (!claim || claim.by === caller.id || caller.scope === 'client') return [];
  return [{ code: 'ticket.claimed', message: `${claim.by} has been working on this ticket since ${claim.at}.` }];
}

function notWith(field: string, verdict: string): Problem {
  return invalid([{ field, code: 'verdict.not_with', message: `is not for the verdict ${verdict}` }]);
}

function refused(ticket: TicketRow, code: string, detail: string, more: Record<string, unknown> = {}): Resolution {
  const { ticket_id, state, revision, subject_hash, resolved_at, resolved_by } = ticket;
  return {
    ticket,
    refusal: new Problem(409, code, detail, {
      ticket_id,
      state,
      revision,
      subject_hash,
      resolved_at,
      resolved_by,
      ...more,
    }),
  };
}

function whoDecided({ state, resolved_by, resolved_at }: TicketRow): string {
  return resolved_at ? `The ticket is ${state}: ${resolved_by} decided at ${resolved_at}.` : `The ticket is ${state}.`;
}
