import type { Tx } from '../audit/view.ts';
import { Problem } from '../contract/problem.ts';
import type { Principal, VerdictAnswer, VerdictInput } from '../contract/types.ts';
import type { Policy } from '../policy/policy.ts';
import { isAwayAt, peopleWhoCanAct, standsInFor } from '../tenants/people.ts';
import { currentTenant } from '../tenants/tenants.ts';
import { flagFacts } from './flag-kinds.ts';
import { standingVotes } from './slots.ts';
import { type TicketRow, claimAt } from './tables.ts';

/**
 * Asks policy whether this principal may do this to the ticket.
 * @throws Problem 403 `verdict.refused` with policy's reasons
 */
export function askVerdict(
  tx: Tx,
  policy: Policy,
  voter: Principal,
  ticket: TicketRow,
  verdict: VerdictInput['verdict'],
): VerdictAnswer {
  const answer = policy.verdict(verdictInput(tx, ticket, voter, verdict));
  if (answer.effect === 'allow') return answer;
  const { reasons } = answer;
  const detail = reasons.map((reason) => reason.message).join(' ') || 'Not allowed.';
  throw new Problem(403, 'verdict.refused', detail, { reasons });
}

/** What policy is asked when somebody does, or could do, something to a ticket. */
export function verdictInput(
  tx: Tx,
  ticket: TicketRow,
  voter: Principal,
  verdict: VerdictInput['verdict'],
): VerdictInput {
  const people = peopleWhoCanAct(tx);
  const person = people.find((one) => one.person_id === voter.id);
  const claim = claimAt(ticket, tx.now);
  return {
    now: tx.now,
    tenant: { id: tx.log, config: currentTenant(tx).config.config },
    voter: {
      kind: voter.kind,
      id: voter.id,
      roles: voter.roles,
      away: person !== undefined && isAwayAt(person, tx.now),
      stands_in_for: standsInFor(people, voter.id, tx.now).slice(0, STOOD_IN_FOR_MAX),
    },
    verdict,
    ticket: {
      id: ticket.ticket_id,
      type: ticket.type,
      state: ticket.state,
      revision: ticket.revision,
      action: ticket.action,
      on_approved: ticket.spec.on_approved,
      slots: ticket.spec.slots,
      votes: standingVotes(ticket).map(({ slot, voter, roles, on_behalf_of }) => ({
        slot: slot!,
        voter,
        roles: on_behalf_of?.roles ?? roles,
        ...(on_behalf_of && { on_behalf_of: on_behalf_of.person }),
      })),
      requester: ticket.requester,
      caller: ticket.caller,
      ...(ticket.on_behalf_of !== null && { on_behalf_of: ticket.on_behalf_of }),
      ...(ticket.plan_author !== null && { plan_author: ticket.plan_author }),
      ...(claim && { claimed_by: claim.by }),
      legal_flag: ticket.spec.legal_flag,
      red_flag: ticket.red_flag,
      ...flagFacts(tx, ticket),
    },
  };
}

const STOOD_IN_FOR_MAX = 100;
