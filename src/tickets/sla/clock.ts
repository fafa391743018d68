import type { EscalationStep, SlaRules } from '../../contract/types.ts';
import { addWorkingMs, workingMs } from './calendar.ts';

// The clocks of one ticket: whose time runs, how much is used up, and when the next thing is due. All pure.

/** Whose time is measured: the agency's, the agent's who has to change something, or the client's. */
export type ClockName = 'team' | 'agent' | 'client';

/** Where the clocks of a ticket stand. Kept on the ticket's row, and re-derivable from its segments. */
export interface SlaState {
  /** The clock that runs; null when nobody is awaited. */
  clock: ClockName | null;
  /** Since when: the beginning of segment `segment`. */
  since: string;
  segment: number;
  /** Grows when the clocks begin anew with a revision. */
  round: number;
  /** Working time of the closed segments of this round. The agent's begins anew with each request for changes. */
  used_ms: Record<ClockName, number>;
  /** The same of all rounds. */
  total_ms: Record<ClockName, number>;
  /** When the target was used up, once it was. */
  spent_at: Record<ClockName, string | null>;
  /** How far the clock's ladder has been climbed. */
  done_percent: Record<ClockName, number>;
  /** Everyone who could fill an empty slot is asked, also who is away. */
  widened: boolean;
  /** How many rounds the team's target was exceeded in. */
  breaches: number;
}

/** What is due next on the running clock. `breach`: the team's target is used up. */
export type Due = { kind: 'breach'; at: string } | { kind: 'step'; at: string; percent: number; step: EscalationStep };

/** No clock runs yet, and nothing is used up. */
export function newState(now: string): SlaState {
  return {
    clock: null,
    since: now,
    segment: -1,
    round: 1,
    used_ms: { team: 0, agent: 0, client: 0 },
    total_ms: { team: 0, agent: 0, client: 0 },
    spent_at: { team: null, agent: null, client: null },
    done_percent: { team: 0, agent: 0, client: 0 },
    widened: false,
    breaches: 0,
  };
}

/** Ends the segment that runs. */
export function stopClock(rules: SlaRules, state: SlaState, at: string): SlaState {
  const { clock } = state;
  if (clock === null) return state;
  const ms = elapsedMs(rules, state, clock, at) - state.used_ms[clock];
  return {
    ...noteSpent(rules, state, at),
    clock: null,
    used_ms: { ...state.used_ms, [clock]: state.used_ms[clock] + ms },
    total_ms: { ...state.total_ms, [clock]: state.total_ms[clock] + ms },
  };
}

/** Begins a segment of a clock, or of none. The agent's time begins anew whenever it is asked for changes. */
export function startClock(state: SlaState, clock: ClockName | null, at: string): SlaState {
  const begun = { ...state, clock, since: at, segment: state.segment + 1 };
  return clock === 'agent' ? cleared(begun, ['agent']) : begun;
}

/** A new round: team and client have their whole time again. */
export function restartClocks(state: SlaState): SlaState {
  return { ...cleared(state, ['team', 'client']), round: state.round + 1, widened: false };
}

/** Working time of a clock in this round, with that of the segment that runs. */
export function elapsedMs(rules: SlaRules, state: SlaState, clock: ClockName, at: string): number {
  const used = state.used_ms[clock];
  return state.clock === clock
    ? used + workingMs(calendarOf(rules, clock), Date.parse(state.since), Date.parse(at))
    : used;
}

export function targetMs(rules: SlaRules, clock: ClockName): number {
  return rules.clocks[clock].target_minutes * 60_000;
}

/** When the target of the running clock is, or was, used up; null when none runs. */
export function dueAt(rules: SlaRules, state: SlaState): string | null {
  return state.clock === null ? null : (state.spent_at[state.clock] ?? instantOf(rules, state, state.clock, 100));
}

/** What comes next on the running clock: a breach before a step of the same instant. */
export function nextDue(rules: SlaRules, state: SlaState): Due | null {
  const { clock } = state;
  if (clock === null) return null;
  const next = stepAbove(rules.clocks[clock].ladder, state.done_percent[clock]);
  const step: Due | null = next && { kind: 'step', at: instantOf(rules, state, clock, next.percent), ...next };
  if (clock !== 'team' || state.spent_at.team !== null) return step;
  const breach: Due = { kind: 'breach', at: instantOf(rules, state, clock, 100) };
  return step && step.at < breach.at ? step : breach;
}

/** Of a step that comes again and again, the last one that is due by `until`: what was missed meanwhile is one effect. */
export function latestRepeat(
  rules: SlaRules,
  state: SlaState,
  percent: number,
  every: number,
  until: string,
): { percent: number; missed: number } {
  const clock = state.clock!;
  const reached = (elapsedMs(rules, state, clock, until) * 100) / targetMs(rules, clock);
  const missed = Math.max(0, Math.floor((reached - percent) / every));
  return { percent: percent + missed * every, missed };
}

/** Records when the running clock's target was used up, if it is by now. */
export function noteSpent(rules: SlaRules, state: SlaState, at: string): SlaState {
  const { clock } = state;
  if (clock === null || state.spent_at[clock] !== null) return state;
  const spent = instantOf(rules, state, clock, 100);
  if (spent > at) return state;
  const breaches = state.breaches + (clock === 'team' ? 1 : 0);
  return { ...state, spent_at: { ...state.spent_at, [clock]: spent }, breaches };
}

/** The step above what was climbed. The last one of a ladder may repeat. */
function stepAbove(ladder: EscalationStep[], done: number): { percent: number; step: EscalationStep } | null {
  const step = ladder.find(({ at_percent }) => at_percent > done);
  if (step) return { percent: step.at_percent, step };
  const last = ladder.at(-1);
  const every = last?.repeat_every_percent;
  if (!last || every === undefined) return null;
  return { percent: last.at_percent + (Math.floor((done - last.at_percent) / every) + 1) * every, step: last };
}

/** When a part of the running clock's target is used up, if the clock runs on. */
function instantOf(rules: SlaRules, state: SlaState, clock: ClockName, percent: number): string {
  const left = (targetMs(rules, clock) / 100) * percent - state.used_ms[clock];
  return new Date(addWorkingMs(calendarOf(rules, clock), Date.parse(state.since), left)).toISOString();
}

function calendarOf(rules: SlaRules, clock: ClockName) {
  return rules.calendars[rules.clocks[clock].calendar]!;
}

function cleared(state: SlaState, clocks: ClockName[]): SlaState {
  const reset = <T>(values: Record<ClockName, T>, value: T): Record<ClockName, T> => ({
    ...values,
    ...Object.fromEntries(clocks.map((clock) => [clock, value])),
  });
  return {
    ...state,
    used_ms: reset(state.used_ms, 0),
    spent_at: reset(state.spent_at, null),
    done_percent: reset(state.done_percent, 0),
  };
}
