import type { Actor } from '../../audit/entry.ts';
import type { Tx } from '../../audit/view.ts';
import type { Policy } from '../../policy/policy.ts';
import { emptySlots } from '../slots.ts';
import type { TicketRow } from '../tables.ts';
import { type Addressees, addressees } from './asked.ts';
import { type ClockName, elapsedMs, noteSpent } from './clock.ts';

// What the log says of a ticket's time. Each entry carries all that a notification needs: who is asked to act, who is only
// told, why, and until when.

/** Entries for what a change of the ticket did to its clocks: a breach that nobody had noted yet, a pause, a resumption. */
export function explainTurn(tx: Tx, actor: Actor, before: TicketRow, row: TicketRow, policy?: Policy): void {
  if (row.sla.breaches > before.sla.breaches) {
    const { spent_at, round } = noteSpent(before.spec.sla, before.sla, tx.now);
    appendBreach(tx, row, { at: spent_at.team!, round }, NOBODY);
  }
  const [from, to] = [before.sla.clock, row.sla.clock];
  if (from === to || to === null || policy === undefined) return;
  const { asked } = addressees(tx, policy, row);
  if (to === 'team')
    appendEntry(tx, actor, 'ticket.resumed', row, {
      paused_since: before.sla.since,
      asked,
      why: `The agency is awaited again: ${emptySlots(row).join(', ')}.`,
    });
  else if (from === 'team')
    appendEntry(tx, actor, 'ticket.paused', row, {
      asked,
      why: to === 'agent' ? 'Changes are requested of the agent.' : 'Only the client is awaited.',
    });
}

/** The team's target is used up. */
export function appendBreach(tx: Tx, row: TicketRow, which: { at: string; round: number }, to: Addressees): void {
  appendEntry(tx, SYSTEM, 'ticket.breached', row, {
    ...which,
    ...to,
    why: `The ${row.spec.sla.clocks.team.target_minutes} working minutes of the agency are used up.`,
  });
}

export interface Step {
  effect: 'remind' | 'widen' | 'admin';
  percent: number;
  /** When it was due. */
  at: string;
  /** Of a step that comes again and again: how many came due before it while nobody looked. */
  missed: number;
}

/** A step of a ladder was taken, or skipped because nobody is there to take it. */
export function appendStep(tx: Tx, row: TicketRow, step: Step, to: Addressees): void {
  const skipped = to.asked.length + to.told.length === 0;
  const clock = row.sla.clock!;
  const { target_minutes } = row.spec.sla.clocks[clock];
  const spent = `${step.percent} % of ${target_minutes} working minutes (${clock}) are used up.`;
  appendEntry(tx, SYSTEM, step.effect === 'remind' ? 'ticket.reminded' : 'ticket.escalated', row, {
    ...step,
    ...to,
    skipped,
    why: skipped ? `${spent} Nobody is there to be asked, so the step is skipped.` : `${spent} ${waitsFor(row)}`,
  });
}

function appendEntry(tx: Tx, actor: Actor, action: string, row: TicketRow, detail: Record<string, unknown>): void {
  const { ticket_id, revision, state, due_at, plan_version } = row;
  const { clock, round } = row.sla;
  const payload = { ticket_id, revision, state, clock, round, due_at, ...detail, elapsed_minutes: elapsed(tx, row) };
  tx.append({
    action,
    actor,
    resource: `ticket/${ticket_id}`,
    planVersion: plan_version ?? undefined,
    payload: JSON.stringify(payload),
  });
}

function elapsed(tx: Tx, { spec, sla }: TicketRow): Record<ClockName, number> {
  const minutes = (clock: ClockName) => Math.floor(elapsedMs(spec.sla, sla, clock, tx.now) / 60_000);
  return { team: minutes('team'), agent: minutes('agent'), client: minutes('client') };
}

function waitsFor(row: TicketRow): string {
  return row.sla.clock === 'agent' ? 'Changes are requested.' : `Nobody has filled ${emptySlots(row).join(', ')}.`;
}

const NOBODY: Addressees = { asked: [], told: [] };
export const SYSTEM: Actor = { type: 'service', id: 'placet' };
