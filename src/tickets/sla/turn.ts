import type { Tx } from '../../audit/view.ts';
import { emptySlots } from '../slots.ts';
import { type TicketRow, WAITING, segmentTable } from '../tables.ts';
import { type ClockName, dueAt, nextDue, restartClocks, startClock, stopClock } from './clock.ts';

/**
 * Turns the clocks to whom the ticket waits for now, and sets its timer. Writes a segment when another clock begins.
 * @param before the ticket before the change; none when it is opened
 */
export function turnClocks(tx: Tx, row: TicketRow, before?: TicketRow): TicketRow {
  const revised = before !== undefined && row.revision > before.revision;
  const restarts = revised && restartsOnRevision(before);
  const clock = awaited(row);
  // A revision may come with other rules, so that a segment never runs under two.
  if (before && !revised && clock === before.sla.clock) return withTimer({ ...row, sla: before.sla });
  const at = instantOfEnd(tx, row, before);
  const stopped = before ? stopClock(before.spec.sla, before.sla, at) : row.sla;
  const sla = startClock(restarts ? restartClocks(stopped) : stopped, clock, at);
  tx.insert(segmentTable, {
    ticket_id: row.ticket_id,
    n: sla.segment,
    kind: clock ?? 'none',
    round: sla.round,
    started_at: at,
    seq: tx.seq,
  });
  return withTimer({ ...row, sla });
}

/** The ticket with the instants that follow from its state. */
export function withTimer(row: TicketRow): TicketRow {
  const rules = row.spec.sla;
  const instants = [lapsesAt(row), nextDue(rules, row.sla)?.at ?? null].filter((at) => at !== null);
  return { ...row, due_at: dueAt(rules, row.sla) ?? row.due_at, timer_at: instants.sort()[0] ?? null };
}

/** When the request, or the permit, is over by itself. */
export function lapsesAt({ state, expires_at, permit_expires_at }: TicketRow): string | null {
  if (WAITING.includes(state)) return expires_at;
  return state === 'approved' ? permit_expires_at : null;
}

/** States in which someone is awaited, and whose time that is as a rule. */
const CLOCK_OF_STATE: Partial<Record<TicketRow['state'], ClockName>> = {
  pending: 'team',
  changes_requested: 'agent',
  open: 'team',
  acknowledged: 'team',
};

/** Whose time runs. The client's only when nobody of the agency could fill any of the empty slots. */
function awaited(row: TicketRow): ClockName | null {
  const clock = CLOCK_OF_STATE[row.state] ?? null;
  if (clock !== 'team') return clock;
  const empty = new Set(emptySlots(row));
  const open = row.spec.slots.filter((slot) => empty.has(slot.id));
  return open.length > 0 && open.every(({ any_of }) => any_of.every((role) => role === 'client')) ? 'client' : 'team';
}

function restartsOnRevision({ state, spec }: TicketRow): boolean {
  const { asked, unasked } = spec.sla.on_revision;
  return (state === 'changes_requested' ? asked : unasked) === 'restart';
}

/** A request that lapsed waited until it lapsed, whenever that is noticed. */
function instantOfEnd(tx: Tx, row: TicketRow, before: TicketRow | undefined): string {
  const lapsed = row.state === 'expired' && before ? lapsesAt(before) : null;
  return lapsed !== null && lapsed < tx.now ? lapsed : tx.now;
}
