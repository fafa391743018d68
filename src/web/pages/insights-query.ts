import type { Context } from 'hono';
import { invalid } from '../../contract/problem.ts';
import { type Step, STEPS, stepsFor } from '../../metrics/trends.ts';
import { queryChoice } from '../body.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const DAYS_MAX = 366;

export const WINDOWS = { '24h': 1, '7d': 7, '30d': 30, '90d': 90 } as const;
export const GRAINS = ['main_task', 'agent', 'model'] as const;
export type Grain = (typeof GRAINS)[number];

/** The metrics page as its URL says it. */
export interface InsightsQuery {
  window: keyof typeof WINDOWS | null;
  /** Days in UTC, both included; set where `window` is null. */
  since: string | null;
  until: string | null;
  step: Step | null;
  grain: Grain;
  /** Beside the window of the same length before. It is counted only where asked for. */
  compare: boolean;
}

/** What the query means now. */
export interface Shown {
  from: string;
  to: string;
  step: Step;
  steps: Step[];
}

/** @throws Problem 400 that names the parameter */
export function readInsights(context: Context): InsightsQuery {
  const given = (name: string) => context.req.query(name) || null;
  const [since, until] = [readDay(given('since'), 'since'), readDay(given('until'), 'until')];
  const custom = since !== null && until !== null;
  if (custom) {
    const days = (Date.parse(until) - Date.parse(since)) / DAY_MS + 1;
    if (!(days >= 1 && days <= DAYS_MAX))
      throw invalid([
        { field: '?since', code: 'query.range', message: `must be before \`until\`, by at most ${DAYS_MAX} days` },
      ]);
  }
  return {
    window: custom
      ? null
      : (given('window') && queryChoice(context, 'window', Object.keys(WINDOWS) as (keyof typeof WINDOWS)[])) || '7d',
    since: custom ? since : null,
    until: custom ? until : null,
    step: (given('step') && queryChoice(context, 'step', STEPS)) || null,
    grain: (given('grain') && queryChoice(context, 'grain', GRAINS)) || 'main_task',
    compare: given('compare') !== null,
  };
}

/** A window of a fixed length ends with the last full minute; a long one with the last ten, so that it can be counted for all who look. */
export function shownBy({ window, since, until, step }: InsightsQuery, now: Date): Shown {
  const full = window === '24h' || window === '7d' ? MINUTE_MS : 10 * MINUTE_MS;
  const to =
    window === null ? new Date(Date.parse(until!) + DAY_MS) : new Date(Math.floor(now.getTime() / full) * full);
  const from = window === null ? new Date(since!) : new Date(to.getTime() - WINDOWS[window] * DAY_MS);
  const range = { from: from.toISOString(), to: to.toISOString() };
  const steps = stepsFor(range);
  const usual = steps.includes('day') && WINDOWS[window ?? '90d'] < 90 ? 'day' : steps.at(-1)!;
  return { ...range, steps, step: step && steps.includes(step) ? step : usual };
}

/** The window of the same length before. */
export function timeBefore({ from, to, ...more }: Shown): Shown {
  const begins = new Date(2 * Date.parse(from) - Date.parse(to)).toISOString();
  return { ...more, from: begins, to: from };
}

/** The URL of the page as it is, but for what changes. */
export function insightsUrl(query: InsightsQuery, change: Partial<InsightsQuery>): string {
  const { window, since, until, step, grain, compare } = { ...query, ...change };
  const params = new URLSearchParams();
  if (window !== null) params.set('window', window);
  else {
    params.set('since', since!);
    params.set('until', until!);
  }
  if (step) params.set('step', step);
  if (grain !== 'main_task') params.set('grain', grain);
  if (compare) params.set('compare', 'yes');
  return `/insights?${params}`;
}

function readDay(text: string | null, name: string): string | null {
  if (text === null) return null;
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || Number.isNaN(Date.parse(text)))
    throw invalid([{ field: `?${name}`, code: 'query.day', message: 'must be a day, such as 2026-03-31' }]);
  return text;
}
