import { isDeepStrictEqual } from 'node:util';
import type { Entry } from '../audit/entry.ts';
import type { Tx } from '../audit/view.ts';
import { Problem } from '../contract/problem.ts';
import type { Decision, DecisionAnswer, DecisionRequest } from '../contract/types.ts';
import { drawMandates } from '../plans/mandates.ts';
import type { AppliedOp } from '../plans/optimization.ts';
import { DECISION_ENTRYPOINT, type Policy } from '../policy/policy.ts';
import type { Caller } from '../tenants/tokens.ts';
import { consumePermit, endTicket, openTicket, reviseTicket } from '../tickets/lifecycle.ts';
import { openChanges, unmetChanges } from '../tickets/changes.ts';
import { refreshCoverage } from '../tickets/coverage.ts';
import { payloadOf, previewDiff } from '../tickets/subject.ts';
import { termsOf } from '../tickets/terms.ts';
import type { TicketRow } from '../tickets/tables.ts';
import { revisableTicket } from '../tickets/verdicts.ts';
import { type Gathered, gatherFacts } from './facts.ts';
import { carryOut, earlierDecision } from './runs.ts';
import { type DecisionRow, decisionByKey, decisionTable, idempotencyIndexKey } from './tables.ts';

/** The caller's own name for a question, and the hash of what was asked under it. */
export interface Idempotency {
  key: string;
  requestHash: string;
}

/** A decision made now, or the position of the one that answered this key before. */
export type Decided = { decision: Decision } | { earlier: number };

/**
 * Decides one question: facts, policy, and everything that follows, as one set of writes.
 * @param idempotency null when the caller gave no key
 * @throws Problem 409 `idempotency.conflict` when the key was used for another question
 */
export function decide(
  tx: Tx,
  policy: Policy,
  caller: Caller,
  request: DecisionRequest,
  idempotency: Idempotency | null,
): Decided {
  if (idempotency) {
    const earlier = tx.find(decisionTable, decisionByKey, idempotencyIndexKey(caller.id, idempotency.key))[0];
    if (earlier && earlier.request_hash !== idempotency.requestHash)
      throw new Problem(
        409,
        'idempotency.conflict',
        `This Idempotency-Key was used for another question, answered by D-${earlier.seq}.`,
      );
    if (earlier) return { earlier: earlier.seq };
  }
  const earlier = earlierDecision(tx, caller, request);
  if (earlier !== undefined) return { earlier };
  const gathered = gatherFacts(tx, caller, request);
  return { decision: commitAnswer(tx, policy, caller, request, gathered, idempotency, null) };
}

/**
 * Puts a new revision of a waiting ticket before policy. What policy now sends to the same approvers becomes the
 * ticket's next revision; what it allows or routes otherwise supersedes the ticket; what it denies leaves it as it was.
 * @throws Problem 409 `ticket.other_action`; `ticket.changes_unmet` while it does not satisfy what approvers asked for
 */
export function revise(tx: Tx, policy: Policy, caller: Caller, ticketId: string, request: DecisionRequest): Decision {
  const ticket = revisableTicket(tx, policy, caller, ticketId);
  if (request.action.name !== ticket.action || request.resource.type !== ticket.subject.resource.type)
    throw new Problem(
      409,
      'ticket.other_action',
      `A revision of ${ticketId} must ask for ${ticket.action} on a ${ticket.subject.resource.type}.`,
    );
  const gathered = gatherFacts(tx, caller, request, ticket);
  refuseUnmet(tx, ticket, request, gathered);
  return commitAnswer(tx, policy, caller, request, gathered, null, ticket);
}

/** A human does not see again what does not satisfy the changes that were asked for. */
function refuseUnmet(tx: Tx, ticket: TicketRow, { action, resource }: DecisionRequest, { held }: Gathered): void {
  const payload = payloadOf(tx, held);
  const unmet = unmetChanges(openChanges(ticket), { action, resource, ...(payload && { payload }) });
  if (unmet.length === 0) return;
  const pointers = [...new Set(unmet.map((one) => one.pointer))].join(', ');
  throw new Problem(409, 'ticket.changes_unmet', `Changes that were asked for are not made: ${pointers}.`, {
    ticket_id: ticket.ticket_id,
    state: ticket.state,
    unmet,
  });
}

/** Is the decision within the caller's scope? One's own is what one asked, or what was asked about one. */
export function isVisible(caller: Caller, decision: Pick<DecisionRow, 'subject_id' | 'caller_id'>): boolean {
  return caller.scope === 'all' || [decision.subject_id, decision.caller_id].includes(caller.id);
}

function commitAnswer(
  tx: Tx,
  policy: Policy,
  caller: Caller,
  request: DecisionRequest,
  gathered: Gathered,
  idempotency: Idempotency | null,
  revised: TicketRow | null,
): Decision {
  const input = JSON.stringify(gathered.input);
  const answer = policy.decide(input);
  const seq = tx.seq;
  const resource = `${request.resource.type}/${request.resource.id}`;
  if (answer.consume_permit && gathered.approval?.state !== 'approved')
    throw new Error('policy uses up a permit that does not stand');
  const ticketId = ticketIdOf(answer, gathered, revised, seq);
  const entry = tx.append({
    action: 'decision.made',
    actor: { type: request.subject.type, id: request.subject.id },
    resource,
    planVersion: gathered.held.planVersion,
    effect: answer.effect,
    policy: policy.revision,
    payload: `{"answer":${JSON.stringify(answer)},"entrypoint":"${DECISION_ENTRYPOINT}","input":${input},"ticket_id":${JSON.stringify(ticketId)}}`,
  });
  const followed =
    followUp(tx, policy, caller, request, answer, gathered, revised, seq) ??
    carryOut(tx, policy, caller, request, gathered.input.facts, answer, seq);
  // Opened or revised just now: is there somebody for each slot?
  const ticket = followed && followed.updated_seq > seq ? refreshCoverage(tx, policy, followed) : followed;
  if (answer.draws.length > 0) drawMandates(tx, answer.draws, seq, request.resource.id, gathered.held.facts.change!);
  const reference = ticket ? ticketReference(ticket) : null;
  const row: DecisionRow = {
    seq,
    at: tx.now,
    effect: answer.effect,
    action: request.action.name,
    resource,
    subject_id: request.subject.id,
    caller_id: caller.id,
    ticket_id: ticket?.ticket_id ?? null,
    ticket: reference && JSON.stringify(reference),
    idempotency_key: idempotency?.key ?? null,
    request_hash: idempotency?.requestHash ?? null,
    on_applied: answer.effect === 'allow' && answer.on_applied.length > 0 ? appliedOps(answer, request) : null,
  };
  tx.insert(decisionTable, row);
  return toDecision(answer, policy.revision, receiptOf(tx.log, entry), reference);
}

/** What policy has the record show, with the change set that the question names. */
function appliedOps({ on_applied }: DecisionAnswer, { action }: DecisionRequest): AppliedOp[] {
  const { change_set_id, undoes } = action.properties ?? {};
  const named = { ...(change_set_id !== undefined && { change_set_id }), ...(undoes !== undefined && { undoes }) };
  return on_applied.map((op) => (op.op === 'campaign.set_live' ? { ...op, ...named } : op));
}

/** What the effect does to tickets. Which ticket, with which slots, is policy's answer. */
function followUp(
  tx: Tx,
  policy: Policy,
  caller: Caller,
  request: DecisionRequest,
  answer: DecisionAnswer,
  gathered: Gathered,
  revised: TicketRow | null,
  seq: number,
): TicketRow | undefined {
  const actor = { type: request.subject.type, id: request.subject.id };
  const ended = new Map(gathered.dead.map((one) => [one.ticket.ticket_id, one]));
  let ticket: TicketRow | undefined;
  if (answer.effect === 'allow') {
    if (revised) ended.set(revised.ticket_id, { ticket: revised, state: 'superseded' });
    if (answer.consume_permit) ticket = consumePermit(tx, actor, gathered.approval!, seq);
  } else if (answer.effect === 'review') {
    const { open, subject, hash, held, input } = gathered;
    ticket = reusableTicket(answer, gathered, revised);
    if (!ticket) {
      const opening = {
        spec: answer.ticket!,
        reasons: answer.reasons,
        subject: { ...subject, diff: previewDiff(tx, request, held), requester_kind: request.subject.type },
        hash: hash(),
        caller: caller.id,
        held,
        vertical: input.tenant.vertical,
        changeSetId: request.action.properties?.change_set_id ?? null,
      };
      const next = revised?.type === answer.ticket!.type ? revised : null;
      ticket = next ? reviseTicket(tx, policy, actor, next, opening) : openTicket(tx, actor, opening);
      if (open && open.ticket_id !== ticket.ticket_id) ended.set(open.ticket_id, { ticket: open, state: 'superseded' });
    }
    if (revised && ticket.ticket_id !== revised.ticket_id)
      ended.set(revised.ticket_id, { ticket: revised, state: 'superseded' });
  }
  for (const { ticket, state } of ended.values()) endTicket(tx, actor, ticket, state, { decision_id: `D-${seq}` });
  return ticket;
}

/**
 * The living ticket that already asks for what policy asks for now. An approved one that was named and did not suffice
 * (policy has become stricter since) is no answer: the approvers have to be asked again.
 */
function reusableTicket(
  answer: DecisionAnswer,
  { open, approval }: Gathered,
  revised: TicketRow | null,
): TicketRow | undefined {
  if (!open || open.ticket_id === revised?.ticket_id) return undefined;
  if (open.state === 'approved' && approval?.ticket_id === open.ticket_id) return undefined;
  const asksTheSame = open.type === answer.ticket!.type && isDeepStrictEqual(open.spec.slots, answer.ticket!.slots);
  return asksTheSame ? open : undefined;
}

/** The ticket that the decision will refer to. One opened for it has the next place in the log, and its id from there. */
function ticketIdOf(answer: DecisionAnswer, gathered: Gathered, revised: TicketRow | null, seq: number): string | null {
  if (answer.effect === 'deny') return null;
  if (answer.effect === 'allow') return answer.consume_permit ? gathered.approval!.ticket_id : null;
  if (revised?.type === answer.ticket!.type) return revised.ticket_id;
  return reusableTicket(answer, gathered, revised)?.ticket_id ?? `${answer.ticket!.type}-${seq + 1}`;
}

/** The decision as callers get it, from what policy answered and where it stands in the log. */
export function toDecision(
  answer: Pick<DecisionAnswer, 'effect' | 'reasons' | 'obligations' | 'counters'>,
  revision: string,
  receipt: Decision['receipt'],
  ticket: Decision['ticket'] | null,
): Decision {
  return {
    decision_id: `D-${receipt.seq}`,
    effect: answer.effect,
    reasons: answer.reasons,
    obligations: answer.obligations,
    ...(answer.counters && { counters: answer.counters }),
    ...(ticket && { ticket }),
    policy: { revision, entrypoint: DECISION_ENTRYPOINT },
    receipt,
  };
}

/** What a decision says of its ticket. */
function ticketReference(ticket: TicketRow): NonNullable<Decision['ticket']> {
  const { ticket_id, type, state, revision, subject_hash, spec, due_at, expires_at } = ticket;
  const terms = termsOf(ticket);
  return {
    ticket_id,
    type,
    state,
    revision,
    subject_hash,
    slots: spec.slots,
    due_at,
    expires_at,
    url: `/v1/tickets/${ticket_id}`,
    ...(terms.length > 0 && { terms }),
  };
}

function receiptOf(log: string, { seq, leafHash, tip, timestamp }: Entry): Decision['receipt'] {
  return { log, seq, leaf_hash: leafHash.toString('hex'), tip: tip.toString('hex'), timestamp };
}
