import type { Actor } from '../audit/entry.ts';
import type { Tx } from '../audit/view.ts';
import type { RaisedFlag, Reason, Resolution, TicketSpec, VerdictInput } from '../contract/types.ts';
import { clearCreative } from '../plans/creatives.ts';
import type { Held } from '../plans/facts.ts';
import { approvePlan } from '../plans/plans.ts';
import { loopOf, resolveLoop } from '../runs/loop.ts';
import { type TicketRow, WAITING, livingByPlan, revisionTable, ticketTable } from './tables.ts';

export interface Opening {
  spec: TicketSpec;
  reasons: Reason[];
  subject: TicketRow['subject'];
  hash: string;
  caller: string;
  held: Held;
  vertical: string;
  changeSetId: string | null;
  /** Of a red flag. */
  state?: 'open';
  expiresAt?: string;
}

/** Opens the ticket that a decision asks for. The entry comes after the decision's own. */
export function openTicket(tx: Tx, actor: Actor, opening: Opening): TicketRow {
  const { spec, subject } = opening;
  const number = tx.seq;
  const row: TicketRow = {
    ticket_id: `${spec.type}-${number}`,
    number,
    state: opening.state ?? 'pending',
    revision: 1,
    requester: subject.subject.id,
    caller: opening.caller,
    on_behalf_of: subject.subject.properties?.on_behalf_of ?? null,
    votes: [],
    opened_at: tx.now,
    ...asked(tx, opening),
    ...UNRESOLVED,
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

/** Opens a red flag. It has no time after which it lapses. */
export function openFlag(tx: Tx, actor: Actor, opening: Opening & { flag: RaisedFlag }): TicketRow {
  return openTicket(tx, actor, {
    ...opening,
    subject: { ...opening.subject, flag: opening.flag },
    state: 'open',
    expiresAt: NEVER,
  });
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
function asked(tx: Tx, { spec, reasons, subject, hash, held, vertical, changeSetId, expiresAt }: Opening) {
  return {
    type: spec.type,
    subject_hash: hash,
    plan_author: held.facts.plan?.author ?? null,
    vertical,
    platform: held.platform ?? subject.resource.properties?.platform ?? null,
    plan_version: held.planVersion ?? null,
    plan_base: held.planBase ?? null,
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
    expires_at: expiresAt ?? after(tx.now, spec.request_ttl_minutes),
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
    resolved_at: tx.now,
    resolved_by: actor.id,
    permit_expires_at: applies ? null : after(tx.now, ticket.spec.permit_ttl_minutes),
    updated_seq: tx.seq,
  };
  tx.put(ticketTable, row);
  appendAndKeep(tx, actor, 'ticket.approved', row, {
    vote: ticket.votes.at(-1),
    permit_expires_at: row.permit_expires_at,
  });
  applies?.(tx, actor, row);
  return row;
}

/** Someone has seen the red flag and works on it. It goes on blocking. */
export function acknowledgeFlag(tx: Tx, actor: Actor, ticket: TicketRow): TicketRow {
  const row: TicketRow = { ...ticket, state: 'acknowledged', updated_seq: tx.seq };
  tx.put(ticketTable, row);
  return appendAndKeep(tx, actor, 'ticket.acknowledged', row, { vote: ticket.votes.at(-1) });
}

/** Ends a red flag, and changes what its kind stands for in the same commit. */
export function resolveFlag(tx: Tx, actor: Actor, ticket: TicketRow, resolution: Resolution): TicketRow {
  const row: TicketRow = {
    ...ticket,
    state: 'resolved',
    resolved_at: tx.now,
    resolved_by: actor.id,
    updated_seq: tx.seq,
  };
  tx.put(ticketTable, row);
  appendAndKeep(tx, actor, 'ticket.resolved', row, { vote: ticket.votes.at(-1), resolution });
  flagKind(row).resolve(tx, actor, row.ticket_id, row.subject.flag!, resolution);
  return row;
}

/** What policy needs to know of a red flag beyond the ticket, to judge a resolution. */
export function flagFacts(tx: Tx, ticket: TicketRow): Partial<VerdictInput['ticket']> {
  return ticket.red_flag ? flagKind(ticket).facts(tx, ticket.subject.flag!) : {};
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
  'plan.approve': (tx, actor, ticket) => {
    const version = Number(ticket.subject.resource.id);
    endTicketsOn(tx, approvePlan(tx, actor, version, ticket.ticket_id), version);
  },
  none: undefined,
  'creative.clear': (tx, actor, ticket) => clearCreative(tx, actor, ticket.subject.resource.id, ticket.ticket_id),
};

/**
 * Another plan is in force: whatever living ticket rested on the one before, whether it is about that plan, a campaign under
 * it or a draft made from it, would approve what no longer is. A fact, so no policy is asked.
 */
function endTicketsOn(tx: Tx, before: number | null, version: number): void {
  for (const ticket of tx.find(ticketTable, livingByPlan, String(before ?? 0)))
    endTicket(tx, PLACET, ticket, 'superseded', { because: 'plan_superseded', plan_version: before, by: version });
}

const PLACET: Actor = { type: 'service', id: 'placet' };

/** A kind of red flag: what policy is told of it, and what its resolution changes. */
interface FlagKind {
  facts(tx: Tx, flag: RaisedFlag): Partial<VerdictInput['ticket']>;
  resolve(tx: Tx, actor: Actor, ticketId: string, flag: RaisedFlag, resolution: Resolution): void;
}

/** What `on_resolved` of a red flag's spec names. */
const FLAG_KINDS: Record<NonNullable<TicketSpec['on_resolved']>, FlagKind | undefined> = {
  'run.loop': { facts: loopOf, resolve: resolveLoop },
  'run.cost': undefined,
};

function flagKind({ ticket_id, spec }: TicketRow): FlagKind {
  const kind = spec.on_resolved && FLAG_KINDS[spec.on_resolved];
  if (!kind) throw new Error(`${ticket_id} is a red flag of a kind that nothing resolves`);
  return kind;
}

const NEVER = '9999-12-31T23:59:59.999Z';

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
