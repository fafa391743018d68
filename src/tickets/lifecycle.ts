import type { Actor } from '../audit/entry.ts';
import type { Tx } from '../audit/view.ts';
import type { Reason, TicketSpec } from '../contract/types.ts';
import type { Held } from '../plans/facts.ts';
import { approvePlan, clearCreative } from '../plans/plans.ts';
import { type TicketRow, WAITING, revisionTable, ticketTable } from './tables.ts';
import { termsHash, termsOf } from './terms.ts';

export interface Opening {
  spec: TicketSpec;
  reasons: Reason[];
  subject: TicketRow['subject'];
  hash: string;
  caller: string;
  held: Held;
  vertical: string;
  changeSetId: string | null;
}

/** Opens the ticket that a decision asks for. The entry comes after the decision's own. */
export function openTicket(tx: Tx, actor: Actor, opening: Opening): TicketRow {
  const { spec, subject } = opening;
  const number = tx.seq;
  const row: TicketRow = {
    ticket_id: `${spec.type}-${number}`,
    number,
    state: 'pending',
    revision: 1,
    requester: subject.subject.id,
    caller: opening.caller,
    on_behalf_of: subject.subject.properties?.on_behalf_of ?? null,
    votes: [],
    opened_at: tx.now,
    ...asked(tx, opening),
    ...UNRESOLVED,
    claim: null,
    uncovered: false,
    updated_seq: number,
  };
  tx.insert(ticketTable, row);
  record(tx, row);
  tx.append({
    action: 'ticket.opened',
    actor,
    resource: `ticket/${row.ticket_id}`,
    planVersion: row.plan_version ?? undefined,
    payload: JSON.stringify(row),
  });
  return row;
}

/** A new revision of the same ticket: approvals of the earlier one no longer count. */
export function reviseTicket(tx: Tx, actor: Actor, ticket: TicketRow, opening: Opening): TicketRow {
  const row: TicketRow = {
    ...ticket,
    state: 'pending',
    revision: ticket.revision + 1,
    ...asked(tx, opening),
    ...UNRESOLVED,
    updated_seq: tx.seq,
  };
  tx.put(ticketTable, row);
  record(tx, row);
  return appendAndKeep(tx, actor, 'ticket.revised', row, {
    revision: row.revision,
    subject: row.subject,
    subject_hash: row.subject_hash,
  });
}

/** What policy and the record say of the question, in the ticket's own columns. */
function asked(tx: Tx, { spec, reasons, subject, hash, held, vertical, changeSetId }: Opening) {
  return {
    type: spec.type,
    subject_hash: hash,
    plan_author: held.facts.plan?.author ?? null,
    vertical,
    platform: held.platform ?? subject.resource.properties?.platform ?? null,
    plan_version: held.planVersion ?? null,
    change_set_id: changeSetId,
    action: subject.action.name,
    resource: `${subject.resource.type}/${subject.resource.id}`,
    risk: spec.risk,
    red_flag: spec.red_flag,
    waits_for_client: spec.slots.some((slot) => slot.any_of.includes('client')),
    blocks: spec.blocks,
    spec,
    subject,
    reasons,
    due_at: after(tx.now, spec.sla_minutes),
    expires_at: after(tx.now, spec.request_ttl_minutes),
  };
}

export type Ending = 'rejected' | 'expired' | 'superseded' | 'cancelled' | 'revoked';

/** Ends a ticket other than by approval. `detail` goes into the log with it. */
export function endTicket(
  tx: Tx,
  actor: Actor,
  ticket: TicketRow,
  state: Ending,
  detail: Record<string, unknown> = {},
): TicketRow {
  const row = {
    ...ticket,
    state,
    waits_for_client: false,
    uncovered: false,
    resolved_at: tx.now,
    resolved_by: actor.id,
    updated_seq: tx.seq,
  };
  tx.put(ticketTable, row);
  return appendAndKeep(tx, actor, `ticket.${state}`, row, detail);
}

/** Takes a vote that does not end the ticket: an approval while slots are empty, or a request for changes. */
export function keepVote(tx: Tx, actor: Actor, ticket: TicketRow, state: 'pending' | 'changes_requested'): TicketRow {
  const row = { ...ticket, state, waits_for_client: waitsForClient(ticket), updated_seq: tx.seq };
  tx.put(ticketTable, row);
  return appendAndKeep(tx, actor, state === 'pending' ? 'ticket.vote_cast' : 'ticket.changes_requested', row, {
    vote: ticket.votes.at(-1),
  });
}

/**
 * The last slot is filled. Kinds that change state apply themselves at once; the others become a permit, whose time
 * starts now, for the agent that asks again.
 */
export function approveTicket(tx: Tx, actor: Actor, ticket: TicketRow): TicketRow {
  const applies = APPLY[ticket.spec.on_approved];
  const row: TicketRow = {
    ...ticket,
    state: applies ? 'consumed' : 'approved',
    waits_for_client: false,
    uncovered: false,
    resolved_at: tx.now,
    resolved_by: actor.id,
    permit_expires_at: applies ? null : after(tx.now, ticket.spec.permit_ttl_minutes),
    updated_seq: tx.seq,
  };
  tx.put(ticketTable, row);
  appendAndKeep(tx, actor, 'ticket.approved', row, {
    vote: ticket.votes.at(-1),
    permit_expires_at: row.permit_expires_at,
    terms: termsOf(row),
    terms_hash: termsHash(row),
  });
  applies?.(tx, actor, row);
  return row;
}

/** Uses up the permit, in the commit of the decision that allows. */
export function consumePermit(tx: Tx, actor: Actor, ticket: TicketRow, decisionSeq: number): TicketRow {
  const row: TicketRow = { ...ticket, state: 'consumed', consumed_by: decisionSeq, updated_seq: tx.seq };
  tx.put(ticketTable, row);
  return appendAndKeep(tx, actor, 'ticket.consumed', row, { decision_id: `D-${decisionSeq}` });
}

/** Is the time of the request, or of the permit, over? */
export function isLapsed(ticket: TicketRow, now: string): boolean {
  if (ticket.state === 'approved') return ticket.permit_expires_at !== null && ticket.permit_expires_at <= now;
  return WAITING.includes(ticket.state) && ticket.expires_at <= now;
}

/** Approvals that count: those of the revision that stands. */
export function standingVotes(ticket: TicketRow) {
  return ticket.votes.filter(
    (vote) => vote.revision === ticket.revision && vote.verdict === 'approve' && vote.slot !== null,
  );
}

/** Ids of the slots that nobody has filled yet. */
export function emptySlots(ticket: TicketRow): string[] {
  const filled = new Set(standingVotes(ticket).map((vote) => vote.slot));
  return ticket.spec.slots.map((slot) => slot.id).filter((id) => !filled.has(id));
}

/** What `on_approved` of a ticket's spec does; `permit` does nothing by itself. */
const APPLY: Record<TicketSpec['on_approved'], ((tx: Tx, actor: Actor, ticket: TicketRow) => void) | undefined> = {
  permit: undefined,
  'plan.approve': (tx, actor, ticket) => approvePlan(tx, actor, Number(ticket.subject.resource.id), ticket.ticket_id),
  'creative.clear': (tx, actor, ticket) => clearCreative(tx, actor, ticket.subject.resource.id, ticket.ticket_id),
};

const UNRESOLVED = { permit_expires_at: null, resolved_at: null, resolved_by: null, consumed_by: null };

function waitsForClient(ticket: TicketRow): boolean {
  const empty = new Set(emptySlots(ticket));
  return ticket.spec.slots.some((slot) => empty.has(slot.id) && slot.any_of.includes('client'));
}

function record(tx: Tx, { ticket_id, revision, subject_hash, subject }: TicketRow): void {
  tx.insert(revisionTable, { ticket_id, revision, subject_hash, subject, seq: tx.seq });
}

function appendAndKeep(
  tx: Tx,
  actor: Actor,
  action: string,
  row: TicketRow,
  detail: Record<string, unknown>,
): TicketRow {
  tx.append({
    action,
    actor,
    resource: `ticket/${row.ticket_id}`,
    planVersion: row.plan_version ?? undefined,
    payload: JSON.stringify({ ticket_id: row.ticket_id, revision: row.revision, state: row.state, ...detail }),
  });
  return row;
}

function after(now: string, minutes: number): string {
  return new Date(Date.parse(now) + minutes * 60_000).toISOString();
}
