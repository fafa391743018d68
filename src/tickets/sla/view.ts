import type { SegmentRow, TicketRow } from '../tables.ts';
import { type ClockName, elapsedMs, nextDue, targetMs } from './clock.ts';
import { lapsesAt } from './turn.ts';

/** A ticket's time as the API shows it. Seconds are working seconds of the clock's own calendar, in this round. */
export function slaView(ticket: TicketRow, now: Date) {
  const { sla, spec } = ticket;
  const rules = spec.sla;
  const at = [now.toISOString(), lapsesAt(ticket) ?? now.toISOString()].sort()[0]!;
  const clock = (name: ClockName) => {
    const elapsed = elapsedMs(rules, sla, name, at);
    return {
      calendar: rules.clocks[name].calendar,
      time_zone: rules.calendars[rules.clocks[name].calendar]!.time_zone,
      target_minutes: rules.clocks[name].target_minutes,
      elapsed_seconds: seconds(elapsed),
      seconds_left: seconds(targetMs(rules, name) - elapsed),
      spent_at: sla.spent_at[name],
      total_seconds: seconds(sla.total_ms[name] + elapsed - sla.used_ms[name]),
    };
  };
  const clocks = { team: clock('team'), agent: clock('agent'), client: clock('client') };
  const isBreached = sla.breaches > 0 || clocks.team.seconds_left < 0 || (sla.clock === 'team' && ticket.due_at <= at);
  const next = nextDue(rules, sla);
  return {
    clock: sla.clock,
    round: sla.round,
    opened_at: ticket.opened_at,
    due_at: ticket.due_at,
    target_minutes: clocks.team.target_minutes,
    elapsed_seconds: clocks.team.elapsed_seconds,
    seconds_left: sla.clock === null ? null : clocks.team.seconds_left,
    breached: isBreached,
    breached_at: sla.spent_at.team,
    paused_since: sla.clock === 'agent' || sla.clock === 'client' ? sla.since : null,
    clocks,
    escalation: {
      widened: sla.widened,
      next_at: next?.at ?? null,
      next_effect: next && (next.kind === 'step' ? next.step.effect : 'breach'),
    },
  };
}

/** When which clock ran. The last segment is open while somebody is awaited. */
export function segmentsView(segments: SegmentRow[]) {
  return segments
    .map(({ kind, round, started_at }, i) => ({
      clock: kind,
      round,
      started_at,
      ended_at: segments[i + 1]?.started_at ?? null,
    }))
    .filter(({ clock }) => clock !== 'none');
}

function seconds(ms: number): number {
  return Math.round(ms / 1000);
}
