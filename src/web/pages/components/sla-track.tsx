import { segmentsView } from '../../../tickets/sla/view.ts';
import type { Frame } from '../frame.ts';
import type { TicketPage } from '../ticket-facts.ts';
import { lasting } from './metric.tsx';
import { Time } from './time.tsx';

const WHOSE: Record<string, string> = { team: 'the team', agent: 'the agent', client: 'the client' };

/** What the ladder does next. */
const NEXT: Record<string, string> = {
  remind: 'a reminder',
  widen: 'more people are told',
  admin: 'admins are told',
  breach: 'the breach',
};

/** Which hours count. */
const counted = ({ calendar, time_zone }: { calendar: string; time_zone: string }): string =>
  calendar === 'always' ? 'counted at any hour' : `counted in the hours of ${calendar}, ${time_zone}`;

/** Whose time ran when: the team's clock stands while agent or client are awaited. Drawn to scale, with the same in words beneath. */
export function SlaTrack({ page: { ticket, thread }, frame }: { page: TicketPage; frame: Frame }) {
  const segments = segmentsView(thread.segments);
  if (segments.length === 0) return null;
  const now = frame.now.getTime();
  const start = Date.parse(segments[0]!.started_at);
  const due = Date.parse(ticket.sla.due_at);
  const stop = ticket.resolved_at === null ? Math.max(now, due) : Date.parse(ticket.resolved_at);
  const at = (time: number) => (Math.min(1, Math.max(0, (time - start) / Math.max(stop - start, 1))) * 100).toFixed(2);
  const ends = segments.map((one) => (one.ended_at === null ? Math.min(now, stop) : Date.parse(one.ended_at)));
  const { clocks, clock } = ticket.sla;
  return (
    <div class="track">
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <rect class="track-all" width="100" height="6" />
        {segments.map((one, i) => (
          <rect
            class={`track-${one.clock}`}
            x={at(Date.parse(one.started_at))}
            width={String(Math.max(0.3, Number(at(ends[i]!)) - Number(at(Date.parse(one.started_at)))))}
            height="6"
          />
        ))}
        {due >= start && due <= stop && <rect class="track-due" x={at(due)} width="0.6" height="6" />}
      </svg>
      <ul class="track-words">
        {segments.map((one, i) => (
          <li>
            <span class={`track-key track-key-${one.clock}`}></span>
            {WHOSE[one.clock]}
            {one.clock !== 'team' && <span class="muted"> (the team’s clock stands)</span>}:{' '}
            {lasting((ends[i]! - Date.parse(one.started_at)) / 1000)}
            <span class="muted">
              {' '}
              from <Time at={one.started_at} form="short" />
              {one.ended_at === null && ticket.resolved_at === null && ', running'}
            </span>
          </li>
        ))}
      </ul>
      <p class="muted small">
        {(['team', 'agent', 'client'] as const)
          .filter((name) => name === clock || clocks[name].elapsed_seconds > 0)
          .map(
            (name) =>
              `${WHOSE[name]} used ${lasting(clocks[name].elapsed_seconds)} of ${lasting(clocks[name].target_minutes * 60)}, ${counted(clocks[name])}`,
          )
          .join('; ')}
        {ticket.sla.escalation.next_at !== null && (
          <>
            {' · next: '}
            {NEXT[ticket.sla.escalation.next_effect ?? 'breach']}{' '}
            <Time at={ticket.sla.escalation.next_at} form="short" />
          </>
        )}
      </p>
    </div>
  );
}
