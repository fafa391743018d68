import type { Actor } from '../audit/entry.ts';
import type { Tx } from '../audit/view.ts';
import type { RaisedFlag, Reason, Resolution, TicketSpec } from '../contract/types.ts';
import { clearCreative } from '../plans/creatives.ts';
import type { Held } from '../plans/facts.ts';
import { approvePlan } from '../plans/plans.ts';
import type { Policy } from '../policy/policy.ts';
import { flagKind } from './flag-kinds.ts';
import { harmAt } from './harm.ts';
import { newState } from './sla/clock.ts';
import { explainTurn } from './sla/entries.ts';
import { lapsesAt, turnClocks } from './sla/turn.ts';
import { emptySlots } from './slots.ts';
import { type TicketRow, livingByPlan, revisionTable, ticketTable } from './tables.ts';
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
  /** Of a red flag. */
  state?: 'open';
  expiresAt?: string;
}

/** Opens the ticket that a decision asks for. The entry comes after the decision's own. */
export function openTicket(tx: Tx, actor: Actor, opening: Opening): TicketRow {
  const { spec, subject } = opening;
  const number = tx.seq;
  const row = turnClocks(tx, {
    ticket_id: `${spec.type}-${number}`,
    number,
    state: opening.state ?? 'pending',
    revision: 1,
    requester: subject.subject.id,
    caller: opening.caller,
    on_behalf_of: subject.subject.properties?.on_behalf_of ?? null,
    votes: [],
    opened_at: tx.now,
    sla: newState(tx.now),
    due_at: tx.now,
    timer_at: null,
    ...asked(tx, opening),
    ...UNRESOLVED,
    claim: null,
    uncovered: false,
    updated_seq: number,
  });
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
export function reviseTicket(tx: Tx, policy: Policy, actor: Actor, ticket: TicketRow, opening: Opening): TicketRow {
  const row: TicketRow = {
    ...ticket,
    state: 'pending',
    revision: ticket.revision + 1,
    ...asked(tx, opening),
    ...UNRESOLVED,
    updated_seq: tx.seq,
  };
  record(tx, row);
  return keep(
    tx,
    actor,
    'ticket.revised',
    ticket,
    row,
    { revision: row.revision, subject: row.subject, subject_hash: row.subject_hash },
    policy,
  );
}

/** What policy and the record say of the question, in the ticket's own columns. */
function asked(tx: Tx, { spec, reasons, subject, hash, held, vertical, changeSetId, expiresAt }: Opening) {
  const expires_at = expiresAt ?? after(tx.now, spec.request_ttl_minutes);
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
    expires_at,
    harm_at: harmAt(tx.now, subject, { redFlag: spec.red_flag, expiresAt: expires_at }),
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
  return keep(tx, actor, `ticket.${state}`, ticket, row, detail);
}

/** Takes a vote that does not end the ticket: an approval while slots are empty, or a request for changes. */
export function keepVote(
  tx: Tx,
  policy: Policy,
  actor: Actor,
  ticket: TicketRow,
  state: 'pending' | 'changes_requested',
): TicketRow {
  const row = { ...ticket, state, waits_for_client: waitsForClient(ticket), updated_seq: tx.seq };
  const action = state === 'pending' ? 'ticket.vote_cast' : 'ticket.changes_requested';
  return keep(tx, actor, action, ticket, row, { vote: ticket.votes.at(-1) }, policy);
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
    approved_at: tx.now,
    resolved_at: tx.now,
    resolved_by: actor.id,
    permit_expires_at: applies ? null : after(tx.now, ticket.spec.permit_ttl_minutes),
    updated_seq: tx.seq,
  };
  const kept = keep(tx, actor, 'ticket.approved', ticket, row, {
    vote: ticket.votes.at(-1),
    permit_expires_at: row.permit_expires_at,
    terms: termsOf(row),
    terms_hash: termsHash(row),
  });
  applies?.(tx, actor, kept);
  return kept;
}

/** Someone has seen the red flag and works on it. It goes on blocking. */
export function acknowledgeFlag(tx: Tx, actor: Actor, ticket: TicketRow): TicketRow {
  const row: TicketRow = { ...ticket, state: 'acknowledged', updated_seq: tx.seq };
  return keep(tx, actor, 'ticket.acknowledged', ticket, row, { vote: ticket.votes.at(-1) });
}

/** Ends a red flag, and changes what its kind stands for in the same commit. */
export function resolveFlag(tx: Tx, actor: Actor, ticket: TicketRow, resolution: Resolution): TicketRow {
  const row: TicketRow = {
    ...ticket,
    state: 'resolved',
    uncovered: false,
    approved_at: tx.now,
    resolved_at: tx.now,
    resolved_by: actor.id,
    updated_seq: tx.seq,
  };
  const kept = keep(tx, actor, 'ticket.resolved', ticket, row, { vote: ticket.votes.at(-1), resolution });
  flagKind(kept).resolve(tx, actor, kept.ticket_id, kept.subject.flag!, resolution);
  return kept;
}

/** Uses up the permit, in the commit of the decision that allows. */
export function consumePermit(tx: Tx, actor: Actor, ticket: TicketRow, decisionSeq: number): TicketRow {
  const row: TicketRow = { ...ticket, state: 'consumed', consumed_by: decisionSeq, updated_seq: tx.seq };
  return keep(tx, actor, 'ticket.consumed', ticket, row, { decision_id: `D-${decisionSeq}` });
}

/** Is the time of the request, or of the permit, over? */
export function isLapsed(ticket: TicketRow, now: string): boolean {
  const at = lapsesAt(ticket);
  return at !== null && at <= now;
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

const NEVER = '9999-12-31T23:59:59.999Z';

const UNRESOLVED = {
  approved_at: null,
  permit_expires_at: null,
  resolved_at: null,
  resolved_by: null,
  consumed_by: null,
};

function waitsForClient(ticket: TicketRow): boolean {
  const empty = new Set(emptySlots(ticket));
  return ticket.spec.slots.some((slot) => empty.has(slot.id) && slot.any_of.includes('client'));
}

function record(tx: Tx, { ticket_id, revision, subject_hash, subject }: TicketRow): void {
  tx.insert(revisionTable, { ticket_id, revision, subject_hash, subject, seq: tx.seq });
}

/** Writes a ticket after what was done to it, with its clocks turned, and the entries that explain both. */
function keep(
  tx: Tx,
  actor: Actor,
  action: string,
  before: TicketRow,
  changed: TicketRow,
  detail: Record<string, unknown>,
  policy?: Policy,
): TicketRow {
  const row = turnClocks(tx, changed, before);
  tx.put(ticketTable, row);
  tx.append({
    action,
    actor,
    resource: `ticket/${row.ticket_id}`,
    planVersion: row.plan_version ?? undefined,
    payload: JSON.stringify({ ticket_id: row.ticket_id, revision: row.revision, state: row.state, ...detail }),
  });
  explainTurn(tx, actor, before, row, policy);
  return row;
}

function after(now: string, minutes: number): string {
  return new Date(Date.parse(now) + minutes * 60_000).toISOString();
}
