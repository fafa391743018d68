import type { Tx } from '../audit/view.ts';
import type { Eligibility } from '../contract/types.ts';
import type { Policy } from '../policy/policy.ts';
import { type PersonRow, peopleWhoCanAct, rolesAt } from '../tenants/people.ts';
import { emptySlots } from './slots.ts';
import { FLAGGING, type TicketRow, ticketTable } from './tables.ts';
import { verdictInput } from './verdict-input.ts';

type SlotEligibility = Eligibility['slots'][number];

/** Who could fill each empty slot of the ticket now: policy is asked for each person, as if they did. */
export function eligibility(tx: Tx, policy: Policy, ticket: TicketRow): Eligibility {
  const slots = waitsForVotes(ticket) ? whoCould(tx, policy, ticket, PEOPLE_MAX) : [];
  return { ticket_id: ticket.ticket_id, state: ticket.state, uncovered: slots.some((slot) => !slot.covered), slots };
}

/**
 * Raises or clears the flag that nobody could fill a slot, in the command that opened or changed the ticket, or in one of
 * its own when people have changed.
 */
export function refreshCoverage(tx: Tx, policy: Policy, ticket: TicketRow): TicketRow {
  if (!waitsForVotes(ticket)) return ticket;
  // With as many for each slot as there are slots, nobody is needed twice.
  const slots = whoCould(tx, policy, ticket, ticket.spec.slots.length);
  const bare = slots.filter((slot) => !slot.covered).map((slot) => slot.id);
  const uncovered = bare.length > 0;
  if (uncovered === ticket.uncovered) return ticket;
  const row = { ...ticket, uncovered, updated_seq: tx.seq };
  tx.put(ticketTable, row);
  tx.append({
    action: uncovered ? 'ticket.uncovered' : 'ticket.covered',
    actor: { type: 'service', id: 'placet' },
    resource: `ticket/${ticket.ticket_id}`,
    planVersion: ticket.plan_version ?? undefined,
    payload: JSON.stringify({ ticket_id: ticket.ticket_id, revision: ticket.revision, slots: bare }),
  });
  return row;
}

/** A ticket that was sent back waits for the agent, not for people. */
function waitsForVotes(ticket: TicketRow): boolean {
  return ticket.state === 'pending' || FLAGGING.includes(ticket.state);
}

/** More people than this are not asked about: each costs an evaluation for each slot. */
const PEOPLE_MAX = 300;

/** @param enough how many to find for each slot before the others need not be asked about */
function whoCould(tx: Tx, policy: Policy, ticket: TicketRow, enough: number): SlotEligibility[] {
  const people = peopleWhoCanAct(tx);
  // Of a red flag: who could take it on, were it new.
  const [seen, action] = ticket.red_flag
    ? [{ ...ticket, state: 'open' as const }, 'acknowledge' as const]
    : [ticket, 'approve' as const];
  const empty = new Set(emptySlots(ticket));
  const slots = ticket.spec.slots
    .filter((slot) => empty.has(slot.id))
    .map((slot): SlotEligibility => {
      const eligible: SlotEligibility['eligible'] = [];
      const ineligible: SlotEligibility['ineligible'] = [];
      const trial = { action, slot: slot.id, trial: true };
      for (const { person_id, name, roles } of likelyFirst(tx, people, slot)) {
        if (eligible.length >= enough) break;
        const voter = { kind: 'human' as const, id: person_id, roles };
        const answer = policy.verdict(verdictInput(tx, seen, voter, trial));
        if (answer.effect === 'allow') eligible.push({ person_id, name, on_behalf_of: answer.on_behalf_of ?? null });
        else ineligible.push({ person_id, name, codes: answer.reasons.map((reason) => reason.code) });
      }
      return { ...slot, covered: false, eligible, ineligible };
    });
  const covered = assign(slots.map((slot) => slot.eligible.map((one) => one.person_id)));
  return slots.map((slot, i) => ({ ...slot, covered: covered[i]! }));
}

/** Those who hold a role of the slot are asked about first: an order that saves questions, and decides nothing. */
function likelyFirst(tx: Tx, people: PersonRow[], slot: TicketRow['spec']['slots'][number]) {
  const known = people.map(({ person_id, name, ...row }) => ({ person_id, name, roles: rolesAt(row, tx.now) }));
  const holds = (one: (typeof known)[number]) => one.roles.some((role) => slot.any_of.includes(role));
  return [...known.filter(holds), ...known.filter((one) => !holds(one))].slice(0, PEOPLE_MAX);
}

/**
 * Gives each slot a human of its own where that is possible, as many as can be: one human fills one slot, so two slots
 * that only the same person could fill are not both covered. Augmenting paths (Kuhn); there are six slots at most.
 * @param wanted of each slot, who could fill it
 * @returns of each slot, whether somebody is left for it
 */
function assign(wanted: string[][]): boolean[] {
  const slotOf = new Map<string, number>();
  const find = (slot: number, tried: Set<string>): boolean =>
    wanted[slot]!.some((person) => {
      if (tried.has(person)) return false;
      tried.add(person);
      const other = slotOf.get(person);
      if (other !== undefined && !find(other, tried)) return false;
      slotOf.set(person, slot);
      return true;
    });
  for (const slot of wanted.keys()) find(slot, new Set());
  const filled = new Set(slotOf.values());
  return wanted.map((_, slot) => filled.has(slot));
}
