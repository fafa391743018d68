import type { Tx } from '../audit/view.ts';
import type { DecisionInput, DecisionRequest, Principal } from '../contract/types.ts';
import { type Held, heldFacts } from '../plans/facts.ts';
import { currentTenant } from '../tenants/tenants.ts';
import { type Ending, isLapsed } from '../tickets/lifecycle.ts';
import { asAsked, beyondTerms, termsOf } from '../tickets/terms.ts';
import { currentSubjectHash, subjectHash, subjectOf } from '../tickets/subject.ts';
import { qcAlerts, runBlockKeys, runFacts } from './runs.ts';
import { type Subject, type TicketRow, livingByResource, ticketTable, waitingByBlock } from '../tickets/tables.ts';

export interface Gathered {
  input: DecisionInput;
  held: Held;
  subject: Subject;
  /** The question's subject_hash. Worked out when first needed: most questions meet no ticket. */
  hash(): string;
  /** The living ticket for exactly this question. */
  open: TicketRow | undefined;
  /** The ticket named in context.approval. */
  approval: TicketRow | undefined;
  /** Living tickets on the resource whose time is over or whose basis is gone: no facts any more, and ended in the same commit. */
  dead: { ticket: TicketRow; state: Ending }[];
}

/** Everything policy may know of a question: what was asked, and what the service itself holds. */
export function gatherFacts(tx: Tx, caller: Principal, request: DecisionRequest, revised?: TicketRow): Gathered {
  const { tenant, config } = currentTenant(tx);
  const held = heldFacts(tx, request);
  const runs = runFacts(tx, request);
  const subject = subjectOf(request, held);
  let known: string | undefined;
  const hash = () => (known ??= subjectHash(tx.log, subject));
  const resource = `${request.resource.type}/${request.resource.id}`;
  const others = tx
    .find(ticketTable, livingByResource, resource)
    .filter((ticket) => ticket.ticket_id !== revised?.ticket_id);
  const dead = others.slice(0, CHECKED_MAX).flatMap((ticket) => {
    const state = endOf(tx, ticket);
    return state ? [{ ticket, state }] : [];
  });
  const gone = new Set([revised?.ticket_id, ...dead.map(({ ticket }) => ticket.ticket_id)]);
  const open = others.find((ticket) => !gone.has(ticket.ticket_id) && ticket.subject_hash === hash());
  const approvalId = request.context?.approval?.ticket_id;
  const approval = approvalId === undefined ? undefined : tx.get(ticketTable, approvalId);
  const input: DecisionInput = {
    now: tx.now,
    tenant: { id: tx.log, vertical: tenant.vertical, config: config.config, config_version: config.version },
    caller: { kind: caller.kind, id: caller.id, roles: caller.roles },
    subject: request.subject,
    action: request.action,
    resource: request.resource,
    context: request.context ?? {},
    facts: {
      ...held.facts,
      ...runs,
      ...qcAlerts(tx, request, runs.run),
      blocked_by: blockers(tx, [resource, ...taskKey(request), ...runBlockKeys(runs)], gone).map(reference),
      ...(open && { open_ticket: { ...reference(open), slots: open.spec.slots, ...someTerms(open) } }),
      ...(approvalId !== undefined && {
        approval: approval
          ? {
              ...reference(approval),
              found: true,
              ...carries(tx, approval, request, held, hash),
              requester_matches: approval.requester === request.subject.id,
              expired: isLapsed(approval, tx.now),
              slots: approval.spec.slots,
            }
          : { ticket_id: approvalId, found: false },
      }),
    },
  };
  return { input, held, subject, hash, open, approval, dead };
}

/**
 * Is the approval one of this question? With tighter terms, the question may differ from what was asked where the terms
 * are, and nowhere else; whether it keeps to them there is told beside.
 */
function carries(tx: Tx, approval: TicketRow, request: DecisionRequest, held: Held, hash: () => string) {
  const terms = termsOf(approval);
  if (terms.length === 0) return { subject_matches: approval.subject_hash === hash() };
  const { subject, action, resource } = request;
  const asked = subjectOf(asAsked(terms, { subject, action, resource }, approval.subject), held);
  return {
    subject_matches: subjectHash(tx.log, asked) === approval.subject_hash,
    terms,
    beyond_terms: beyondTerms(terms, request),
  };
}

function someTerms(ticket: TicketRow): { terms?: ReturnType<typeof termsOf> } {
  const terms = ticket.state === 'approved' ? termsOf(ticket) : [];
  return terms.length > 0 ? { terms } : {};
}

/** How a living ticket ends if its time is over or what it was based on has changed. */
function endOf(tx: Tx, ticket: TicketRow): Ending | null {
  if (isLapsed(ticket, tx.now)) return 'expired';
  return currentSubjectHash(tx, ticket.subject) === ticket.subject_hash ? null : 'superseded';
}

/** How many living tickets a decision checks. The others are checked by the next one, or when a verdict is cast on them. */
const CHECKED_MAX = 16;

function taskKey({ context }: DecisionRequest): string[] {
  return context?.task_id === undefined ? [] : [`task/${context.task_id}`];
}

/** Waiting tickets that block the resource, the run tree, or the task that the agent works on. */
function blockers(tx: Tx, keys: string[], gone: Set<string | undefined>): TicketRow[] {
  const found = [...new Set(keys)]
    .flatMap((key) => tx.find(ticketTable, waitingByBlock, key))
    .filter((ticket) => !gone.has(ticket.ticket_id) && !isLapsed(ticket, tx.now));
  const perType = new Map<string, number>();
  return [...new Map(found.map((ticket) => [ticket.ticket_id, ticket])).values()].filter(({ type }) => {
    const nth = (perType.get(type) ?? 0) + 1;
    perType.set(type, nth);
    return nth <= BLOCKERS_PER_TYPE_MAX;
  });
}

/**
 * Some of each type, since it is the type that says what is blocked: a bound over all would let a hundred tickets that
 * block little hide the one that blocks everything. More than one, since the question's own ticket does not count.
 */
const BLOCKERS_PER_TYPE_MAX = 4;

function reference({ ticket_id, type, state }: TicketRow) {
  return { ticket_id, type, state };
}
