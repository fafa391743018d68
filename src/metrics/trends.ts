import type { Sql } from '../db/postgres.ts';
import { countOnce } from './ops.ts';
import { approvalTrend, exhaustionTrend } from './queries.ts';
import type { Window } from './store.ts';

export const STEPS = ['hour', 'day', 'week'] as const;
export type Step = (typeof STEPS)[number];

const STEP_MS: Record<Step, number> = { hour: 3_600_000, day: 86_400_000, week: 604_800_000 };
const BUCKETS_MAX = 100;
/** 1970-01-05 was a Monday. */
const MONDAY_MS = 4 * 86_400_000;

/**
 * What the ops metrics were over time, in buckets of one length in UTC. Every bucket is there, also those in which nothing was.
 * @param starts as {@link bucketStarts} has them
 */
export async function opsTrends(sql: Sql, window: Window, starts: string[], counted = countOnce(sql, window, starts)) {
  const [approvals, changes, firstPasses, exhaustion] = await Promise.all([
    approvalTrend(sql, window, starts),
    counted.changes,
    counted.firstPasses.then(({ buckets }) => buckets),
    exhaustionTrend(sql, window, starts),
  ]);
  return {
    starts,
    approvals: filled(starts, approvals, { count: 0, mean: null as number | null }),
    changes: filled(starts, changes, { unattended: 0, reviewed: 0 }),
    first_pass: filled(starts, firstPasses, { results: 0, passed: 0, rate: null as number | null }),
    exhaustion: filled(starts, exhaustion, { trees: 0, exhausted: 0 }),
  };
}

export type OpsTrends = Awaited<ReturnType<typeof opsTrends>>;

/** The steps in which a window can be shown: two buckets at least, and not more than a picture holds. */
export function stepsFor({ from, to }: Pick<Window, 'from' | 'to'>): Step[] {
  const length = Date.parse(to) - Date.parse(from);
  const fit = STEPS.filter((step) => length >= 2 * STEP_MS[step] && length <= (BUCKETS_MAX - 1) * STEP_MS[step]);
  return fit.length > 0 ? fit : ['hour'];
}

/** First moments of the buckets: the window's own, then every full step in UTC; weeks begin on Mondays. */
export function bucketStarts({ from, to }: Pick<Window, 'from' | 'to'>, step: Step): string[] {
  const length = STEP_MS[step];
  const offset = step === 'week' ? MONDAY_MS : 0;
  const [begin, end] = [Date.parse(from), Date.parse(to)];
  const starts = [from];
  for (let at = Math.floor((begin - offset) / length) * length + offset + length; at < end; at += length)
    starts.push(new Date(at).toISOString());
  return starts;
}

function filled<T extends object>(starts: string[], rows: ({ bucket: number } & T)[], empty: T): T[] {
  const byBucket = new Map(rows.map(({ bucket, ...row }) => [bucket, row as unknown as T]));
  return starts.map((_, bucket) => byBucket.get(bucket) ?? empty);
}
