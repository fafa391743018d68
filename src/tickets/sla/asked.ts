import type { Tx } from '../../audit/view.ts';
import type { Role } from '../../contract/types.ts';
import type { Policy } from '../../policy/policy.ts';
import { type PersonRow, isAwayAt, peopleWhoCanAct, rolesAt } from '../../tenants/people.ts';
import type { TicketRow } from '../tables.ts';
import { verdictInput } from '../verdict-input.ts';

/** Ids of those who are to act on a ticket, and of those who are only to know. */
export interface Addressees {
  asked: string[];
  told: string[];
}

/**
 * Whom the ticket waits for: the agent after a request for changes, else all who could fill an empty slot by policy's
 * rules of verdicts. Who is away is asked once the circle was widened, or when nobody else is left.
 */
export function addressees(tx: Tx, policy: Policy, ticket: TicketRow, roles: Role[] = []): Addressees {
  const people = peopleWhoCanAct(tx);
  const asked = askedPeople(tx, policy, ticket, people);
  const told = people
    .filter(
      (person) => !asked.includes(person.person_id) && rolesAt(person, tx.now).some((role) => roles.includes(role)),
    )
    .map((person) => person.person_id);
  return { asked, told };
}

function askedPeople(tx: Tx, policy: Policy, ticket: TicketRow, people: PersonRow[]): string[] {
  if (ticket.sla.clock === null) return [];
  if (ticket.sla.clock === 'agent') return [ticket.requester];
  // Of a red flag: who could take it on, were it new.
  const [seen, action] = ticket.red_flag
    ? [{ ...ticket, state: 'open' as const }, 'acknowledge' as const]
    : [ticket, 'approve' as const];
  const able = people.filter((person) => {
    const voter = { kind: 'human', id: person.person_id, roles: rolesAt(person, tx.now) } as const;
    return policy.verdict(verdictInput(tx, seen, voter, { action })).effect === 'allow';
  });
  const present = ticket.sla.widened ? able : able.filter((person) => !isAwayAt(person, tx.now));
  return present.map((person) => person.person_id);
}
