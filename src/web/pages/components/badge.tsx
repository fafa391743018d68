import type { Child } from 'hono/jsx';
import type { TicketState, TicketType } from '../../../contract/types.ts';
import { Icon } from './icon.tsx';
import { Time, span } from './time.tsx';

/** What the types are called, as the specification has it. */
export const TYPE_NAMES: Record<TicketType, string> = {
  A1: 'Media plan approval',
  A2: 'Launch confirmation',
  A3: 'Spend guardrail breach',
  A4: 'Access, BM or DNS',
  A5: 'Plan revise or replan',
  A6: 'Manual override',
  A7: 'Compliance review',
  A8: 'Agent loop exhausted',
  A9: 'Cost Guard tripped',
};

/** The type's short name, or an id that begins with it; the long one is read out and shown on hover. */
export function TypeBadge({ type, redFlag, children }: { type: TicketType; redFlag: boolean; children?: Child }) {
  return (
    <abbr class={`type${redFlag ? ' type-red' : ''}`} title={TYPE_NAMES[type]}>
      {redFlag && <Icon name="flag" />}
      {children ?? type}
    </abbr>
  );
}

const TONES: Partial<Record<TicketState, string>> = {
  pending: 'wait',
  changes_requested: 'wait',
  approved: 'good',
  consumed: 'good',
  rejected: 'bad',
  revoked: 'bad',
  open: 'bad',
  acknowledged: 'wait',
  resolved: 'good',
};

export const stateWord = (state: string): string =>
  state === 'consumed' ? 'approved and used' : state.replaceAll('_', ' ');

export function StateBadge({ state }: { state: TicketState }) {
  return <span class={`state state-${TONES[state] ?? 'done'}`}>{stateWord(state)}</span>;
}

/** Word and place, not colour alone. */
export function RiskBadge({ risk }: { risk: 'low' | 'medium' | 'high' }) {
  return <span class={`risk risk-${risk}`}>{risk} risk</span>;
}

/** The SLA timer: what is left, or by how much it is over. Ticks in the browser (assets/time.js). */
export function Sla({ dueAt, resolvedAt, now }: { dueAt: string; resolvedAt: string | null; now: Date }) {
  const left = (Date.parse(dueAt) - Date.parse(resolvedAt ?? now.toISOString())) / 1000;
  if (resolvedAt !== null)
    return <span class={left < 0 ? 'sla sla-late' : 'sla'}>{left < 0 ? `${span(left)} late` : 'in time'}</span>;
  return (
    <span class={left < 0 ? 'sla sla-late' : left < 3600 ? 'sla sla-soon' : 'sla'} data-due={dueAt}>
      <Icon name={left < 0 ? 'warn' : 'clock'} />
      <span>{left < 0 ? `${span(left)} over` : `${span(left)} left`}</span>
      <span class="visually-hidden">
        , due <Time at={dueAt} />
      </span>
    </span>
  );
}
