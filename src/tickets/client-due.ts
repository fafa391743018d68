import { addWorkingMs } from './sla/calendar.ts';
import { targetMs } from './sla/clock.ts';
import type { TicketRow } from './tables.ts';

/**
 * By when an answer of the client is wanted; null when none is. Where the agency's own approval is missing too, the client's
 * clock does not run yet: its time is told as if it began with the wait, so that the date stays where it is and is never
 * later than the one that counts.
 */
export function clientDueAt({ state, sla, spec, due_at, expires_at }: TicketRow, awaitsClient: boolean): string | null {
  if (state !== 'pending' || !awaitsClient) return null;
  const due = sla.clock === 'client' ? due_at : targetEnd();
  return due < expires_at ? due : expires_at;

  function targetEnd(): string {
    const rules = spec.sla;
    const calendar = rules.calendars[rules.clocks.client.calendar]!;
    const left = targetMs(rules, 'client') - sla.used_ms.client;
    return new Date(addWorkingMs(calendar, Date.parse(sla.since), left)).toISOString();
  }
}
