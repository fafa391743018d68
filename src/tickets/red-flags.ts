import type { RaisedFlag, TicketState } from '../contract/types.ts';

/** An open red flag as the strip above every page shows it, with what it costs to leave it waiting. */
export interface RedFlagRow {
  tenant: string;
  ticket_id: string;
  type: 'A8' | 'A9';
  state: TicketState;
  summary: string;
  flag: Omit<RaisedFlag, 'loop'> & { loop?: Omit<NonNullable<RaisedFlag['loop']>, 'steps'> };
  /** Agents that work in the run tree, and stand still with it. */
  agents: number;
  /** Tickets that those agents opened and that wait. */
  held_up: number;
  /** What the run tree spent in {@link PACE_MINUTES} up to its last charge. */
  pace_pico_usd: string;
  opened_at: string;
  due_at: string;
}

/** Over how many minutes up to the last charge the spend per minute is taken. */
export const PACE_MINUTES = 10;

/** What a ticket that is held up is worth a minute for each hour that it waits, so that loops and money are in one order. */
const HELD_UP_USD = 0.01;

/** The pace at which the run tree spent when it was stopped, in USD a minute. */
export function spendPerMinute({ pace_pico_usd }: Pick<RedFlagRow, 'pace_pico_usd'>): number {
  return Number(pace_pico_usd) / 1e12 / PACE_MINUTES;
}

/**
 * The cost of waiting, in USD a minute: what the run tree spent a minute, for each agent that stands still with it, and what is
 * held up, the more the longer it waits. The one place where the order of red flags is defined; it decides nothing else.
 */
function costOfWaiting(flag: RedFlagRow, now: Date): number {
  const hours = Math.max(0, now.getTime() - Date.parse(flag.opened_at)) / 3_600_000;
  return spendPerMinute(flag) * Math.max(1, flag.agents) + HELD_UP_USD * (1 + flag.held_up) * hours;
}

/** The dearest to leave waiting first; of two that cost the same, the older. */
export function byCostOfWaiting(flags: RedFlagRow[], now: Date): RedFlagRow[] {
  const cost = new Map(flags.map((flag) => [flag, costOfWaiting(flag, now)]));
  return flags.toSorted(
    (a, b) => cost.get(b)! - cost.get(a)! || (a.opened_at < b.opened_at ? -1 : a.opened_at > b.opened_at ? 1 : 0),
  );
}
