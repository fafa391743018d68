import type { WorkCalendar } from '../../src/contract/types.ts';
import type { Oracle } from '../tickets/working-time-oracle.ts';

// What the SLA figures of a ticket have to be, from what happened to it, counted minute by minute. Written from the
// specification (docs/sla.md) and apart from the product: other arithmetic, other structure, none of its code.

export const MINUTE = 60_000;

export type Party = 'team' | 'agent' | 'client';

/** One party's rules: its calendar with a count of its minutes, its target, and what happens at which per cent. */
export interface Rules {
  calendar: WorkCalendar;
  oracle: Oracle;
  target: number;
  steps: { percent: number; effect: string }[];
  /** The last step comes again after so many per cent. */
  repeat?: number;
}

/** A time in which one party was awaited. `to` is null while it lasts. */
export interface Stretch {
  party: Party;
  round: number;
  from: number;
  to: number | null;
}

export interface History {
  rules: Record<Party, Rules>;
  stretches: Stretch[];
  /** When the request lapses, if nobody answers. */
  lapses: number | null;
  /** When it was noticed that it had, and whether by the sweep or by somebody who came too late. */
  lapsed: { at: number; swept: boolean } | null;
}

export interface Expected {
  round: number;
  party: Party | null;
  /** Working minutes of the round, by party. */
  elapsed: Record<Party, number>;
  /** When the time of the party that is awaited, or was last, is used up. */
  due: number;
  breaches: number;
}

/** The figures as of an instant. */
export function expectedFigures(history: History, now: number): Expected {
  const upto = history.lapses === null ? now : Math.min(now, history.lapses);
  const last = history.stretches.at(-1)!;
  const elapsed = { team: 0, agent: 0, client: 0 };
  for (const stretch of currentStretches(history)) {
    const { calendar, oracle } = history.rules[stretch.party];
    elapsed[stretch.party] += oracle.minutes(calendar, stretch.from, Math.min(stretch.to ?? upto, upto));
  }
  const rounds = Array.from({ length: last.round }, (_, i) => i + 1);
  return {
    round: last.round,
    party: last.to === null ? last.party : null,
    elapsed,
    due: usedUp(history, last.party, last.round, 100, stretchesOf(history, last).at(-1)!)!,
    breaches: rounds.filter((round) => breachOf(history, round, upto) !== null).length,
  };
}

export interface ExpectedEntry {
  kind: 'reminded' | 'escalated' | 'breached';
  party: Party;
  round: number;
  percent: number;
  effect: string;
  /** When it was due. */
  at: number;
  /** When the log has to have it. */
  logged: number;
  missed: number;
}

/**
 * Everything that the log has to say, given when somebody looked after timers. What was due in a stretch in which nobody
 * looked waits for the next stretch of the same party in the same round; a breach is told all the same.
 */
export function expectedEntries(history: History, sweeps: number[], now: number): ExpectedEntry[] {
  const entries: ExpectedEntry[] = [];
  const groups = new Map<string, Stretch[]>();
  for (const stretch of history.stretches) {
    const group = stretchesOf(history, stretch);
    groups.set(group.map(({ from }) => from).join(), group);
  }
  for (const group of groups.values()) {
    const { party, round } = group[0]!;
    const rules = history.rules[party];
    let pending = 0;
    const stepAt = (n: number) => {
      const last = rules.steps.length - 1;
      const step = rules.steps[Math.min(n, last)]!;
      return n <= last ? step : rules.repeat ? { ...step, percent: step.percent + (n - last) * rules.repeat } : null;
    };
    for (const stretch of group) {
      const until = Math.min(stretch.to ?? now, history.lapses ?? now);
      const lapses = stretch === history.stretches.at(-1) ? history.lapsed : null;
      // A sweep of the instant in which a stretch began came before it.
      const looks = sweeps.filter((sweep) => sweep > stretch.from && sweep <= (stretch.to ?? now));
      if (lapses && lapses.swept && lapses.at > stretch.to!) looks.push(lapses.at);
      for (const look of looks) {
        for (let step = stepAt(pending); step; step = stepAt(pending)) {
          const at = Math.max(usedUp(history, party, round, step.percent, stretch) ?? Infinity, stretch.from);
          if (at > look || (lapses && at >= history.lapses!) || at > until) break;
          let missed = 0;
          if (rules.repeat && pending >= rules.steps.length - 1)
            for (let next = stepAt(pending + missed + 1)!; ; next = stepAt(pending + missed + 1)!) {
              const nextAt = usedUp(history, party, round, next.percent, stretch);
              if (nextAt === null || nextAt > Math.min(look, until)) break;
              missed++;
            }
          const { percent } = stepAt(pending + missed)!;
          const kind = step.effect === 'remind' ? 'reminded' : 'escalated';
          entries.push({ kind, party, round, percent, effect: step.effect, at, logged: look, missed });
          pending += missed + 1;
        }
      }
    }
    if (party === 'team') {
      const at = breachOf(history, round, now);
      if (at === null) continue;
      const stretch = group.find(({ from, to }) => at >= from && at <= (to ?? now))!;
      const seen = sweeps.find((sweep) => sweep >= at && sweep > stretch.from) ?? Infinity;
      // Whoever changes the ticket finds the breach as well.
      const changed = stretch === history.stretches.at(-1) && history.lapsed ? history.lapsed.at : stretch.to;
      const logged = Math.min(seen, changed ?? Infinity);
      entries.push({ kind: 'breached', party, round, percent: 100, effect: '', at, logged, missed: 0 });
    }
  }
  return entries;
}

/** When the team's time of a round was used up; null when it was not. */
function breachOf(history: History, round: number, now: number): number | null {
  const group = history.stretches.filter((one) => one.party === 'team' && one.round === round);
  for (const stretch of group) {
    const at = usedUp(history, 'team', round, 100, stretch);
    const end = Math.min(stretch.to ?? now, history.lapses ?? Infinity);
    if (at !== null && at <= end) return at;
  }
  return null;
}

/** When a party has used up that much by the end of a stretch that goes on for ever; null when that was before it. */
function usedUp(history: History, party: Party, round: number, percent: number, stretch: Stretch): number | null {
  const { calendar, oracle, target } = history.rules[party];
  let left = (target * percent) / 100;
  for (const one of stretchesOf(history, { ...stretch, party, round })) {
    if (one.from === stretch.from) {
      if (left <= 0) return one.from;
      return oracle.add(calendar, one.from, left);
    }
    const used = oracle.minutes(calendar, one.from, one.to!);
    if (used >= left && left > 0 && percent === 100) return oracle.add(calendar, one.from, left);
    left -= used;
  }
  return null;
}

/** The stretches whose time is counted together: of a round, but each request for changes by itself. */
function stretchesOf(history: History, { party, round, from }: Stretch): Stretch[] {
  return history.stretches.filter(
    (one) => one.party === party && (party === 'agent' ? one.from === from : one.round === round),
  );
}

/** Those that the figures of now are about. */
function currentStretches(history: History): Stretch[] {
  const { round } = history.stretches.at(-1)!;
  const agent = history.stretches.filter((one) => one.party === 'agent').at(-1);
  return history.stretches.filter((one) => (one.party === 'agent' ? one === agent : one.round === round));
}
