import type { Tx } from '../../audit/view.ts';
import type { EscalationStep } from '../../contract/types.ts';
import type { Policy } from '../../policy/policy.ts';
import { endTicket } from '../lifecycle.ts';
import { type TicketRow, ticketTable } from '../tables.ts';
import { addressees } from './asked.ts';
import { type Due, latestRepeat, nextDue, noteSpent } from './clock.ts';
import { SYSTEM, appendBreach, appendStep } from './entries.ts';
import { lapsesAt, withTimer } from './turn.ts';

/**
 * Does everything that has come due on a ticket, in the order in which it came due, each once: breach, steps of the
 * ladder, the end of the request or of the permit. Whoever comes second, on whichever node, finds nothing left to do.
 * @returns the ticket after it; null when nothing was due
 */
export function advanceTicket(tx: Tx, policy: Policy, ticketId: string): TicketRow | null {
  const found = tx.get(ticketTable, ticketId);
  if (!found || found.timer_at === null || found.timer_at > tx.now) return null;
  let ticket = found;
  for (;;) {
    const due = nextDue(ticket.spec.sla, ticket.sla);
    const lapse = lapsesAt(ticket);
    if (lapse !== null && lapse <= tx.now && (due === null || lapse <= due.at))
      return endTicket(tx, SYSTEM, ticket, 'expired');
    if (due === null || due.at > tx.now) break;
    ticket = due.kind === 'breach' ? breach(tx, policy, ticket) : climb(tx, policy, ticket, due);
  }
  const row = withTimer(ticket);
  tx.put(ticketTable, row);
  return row;
}

function breach(tx: Tx, policy: Policy, ticket: TicketRow): TicketRow {
  const row = withTimer({ ...ticket, sla: noteSpent(ticket.spec.sla, ticket.sla, tx.now), updated_seq: tx.seq });
  const { spent_at, round } = row.sla;
  appendBreach(tx, row, { at: spent_at.team!, round }, addressees(tx, policy, row));
  return row;
}

/**
 * Takes a step. Where nobody is there to take it, the next one up that somebody can take is taken at once and those
 * between are skipped; where nobody at all is there, the ladder goes on at its own pace, as people may come back.
 */
function climb(tx: Tx, policy: Policy, ticket: TicketRow, due: Extract<Due, { kind: 'step' }>): TicketRow {
  const ladder = ticket.spec.sla.clocks[ticket.sla.clock!].ladder;
  const steps = [due.step, ...ladder.filter(({ at_percent }) => at_percent > due.percent)];
  const reachable = steps.findIndex((step) => {
    const { asked, told } = addressees(tx, policy, taken(ticket, step, due), step.roles);
    return asked.length + told.length > 0;
  });
  let row = ticket;
  for (const step of steps.slice(0, Math.max(reachable, 0) + 1)) {
    const { percent, missed } = step === due.step ? repeated(tx, ticket, due) : { percent: step.at_percent, missed: 0 };
    row = { ...taken(row, step, { percent, at: due.at }), updated_seq: tx.seq };
    appendStep(tx, row, { effect: step.effect, percent, at: due.at, missed }, addressees(tx, policy, row, step.roles));
  }
  return row;
}

function taken(ticket: TicketRow, step: EscalationStep, { percent, at }: { percent: number; at: string }): TicketRow {
  const { sla, spec } = ticket;
  return {
    ...ticket,
    sla: {
      ...noteSpent(spec.sla, sla, at),
      widened: sla.widened || step.effect === 'widen',
      done_percent: { ...sla.done_percent, [sla.clock!]: percent },
    },
  };
}

function repeated(tx: Tx, ticket: TicketRow, { step, percent }: Extract<Due, { kind: 'step' }>) {
  const every = step.repeat_every_percent;
  if (every === undefined) return { percent, missed: 0 };
  const lapse = lapsesAt(ticket);
  const until = lapse !== null && lapse < tx.now ? lapse : tx.now;
  return latestRepeat(ticket.spec.sla, ticket.sla, percent, every, until);
}
