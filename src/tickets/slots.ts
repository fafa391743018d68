import type { TicketRow } from './tables.ts';

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
