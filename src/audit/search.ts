import type { Sql } from '../db/postgres.ts';
import {
  type EntrySearch,
  type Filter,
  type FoundEntry,
  type Stretch,
  countFitting,
  filtersOf,
  lastLookedAt,
  positionAt,
  searchEntries,
} from './queries.ts';

// What is rare is found in a log of any length: a search follows the index of the filter that fits fewest. Only where all of them
// are frequent does a page look at a bounded part of the log, and say how far it came.

const BOUNDS = {
  /** Entries that one page looks at. 20,000 take 50 ms when none fits and the rows hold their payloads. */
  lookedAtMax: 20_000,
  /** A filter that fits fewer entries is rare. */
  rareMax: 5_000,
};
/** By so much the clocks of nodes may differ, so that a time is found in the log all the same. */
const SKEW_MS = 300_000;

export type Cursor = { before: number } | { from: number } | null;

export interface EntryPage {
  /** The newest first. */
  entries: FoundEntry[];
  /** Positions that were looked at: low ≤ seq < high. */
  low: number;
  high: number;
  older: { before: number } | null;
  newer: { from: number } | null;
}

/** A page of what fits, before a position or from it on; without one, the newest. */
export async function findEntries(
  sql: Sql,
  log: string,
  size: number,
  search: EntrySearch,
  cursor: Cursor,
  limit: number,
  { lookedAtMax, rareMax } = BOUNDS,
): Promise<EntryPage> {
  const [floor, ceiling] = await Promise.all([
    search.since ? positionAt(sql, log, new Date(search.since.getTime() - SKEW_MS), size) : 0,
    search.until ? positionAt(sql, log, new Date(search.until.getTime() + SKEW_MS), size) : size,
  ]);
  const whole = stretchOf(floor, ceiling, cursor, size);
  const followed = await rarest(sql, log, filtersOf(search), whole, rareMax);
  const stretch = followed ? whole : stretchOf(floor, ceiling, cursor, lookedAtMax);
  const bounds = { limit: limit + 1, lookedAtMax };
  const found = await searchEntries(sql, log, search, followed, stretch, bounds);
  const seen = followed && found.length <= limit ? await cutAt(sql, log, followed, stretch, lookedAtMax) : stretch;
  return pageOf(found, seen, { floor, ceiling, limit });
}

/** The filter to follow: the one that fits fewest, or one that is exact, whose entries are in order in its index. */
async function rarest(
  sql: Sql,
  log: string,
  filters: Filter[],
  stretch: Stretch,
  rareMax: number,
): Promise<Filter | null> {
  const exact = filters.find(({ isBeginning }) => !isBeginning) ?? null;
  if (filters.length === 0 || (filters.length === 1 && exact)) return exact;
  const counts = await Promise.all(filters.map((filter) => countFitting(sql, log, filter, stretch, rareMax)));
  const least = Math.min(...counts);
  return least < rareMax ? filters[counts.indexOf(least)]! : exact;
}

/** As much of the stretch as was looked at. */
async function cutAt(sql: Sql, log: string, followed: Filter, stretch: Stretch, lookedAtMax: number): Promise<Stretch> {
  const last = await lastLookedAt(sql, log, followed, stretch, lookedAtMax);
  if (last === null) return stretch;
  return stretch.newestFirst ? { ...stretch, low: last } : { ...stretch, high: last + 1 };
}

function stretchOf(floor: number, ceiling: number, cursor: Cursor, reach: number): Stretch {
  if (cursor && 'from' in cursor) {
    const low = Math.max(cursor.from, floor);
    return { low, high: Math.max(low, Math.min(ceiling, low + reach)), newestFirst: false };
  }
  const high = Math.min(cursor?.before ?? ceiling, ceiling);
  return { low: Math.min(high, Math.max(floor, high - reach)), high, newestFirst: true };
}

function pageOf(
  found: FoundEntry[],
  { low, high, newestFirst }: Stretch,
  { floor, ceiling, limit }: { floor: number; ceiling: number; limit: number },
): EntryPage {
  const more = found.length > limit;
  const shown = found.slice(0, limit);
  const entries = newestFirst ? shown : shown.reverse();
  // Where there are more than fit on the page, what was looked at ends with the last that is shown.
  const last = shown.at(newestFirst ? -1 : 0)?.seq;
  const from = more && newestFirst ? last! : low;
  const to = more && !newestFirst ? last! + 1 : high;
  return {
    entries,
    low: from,
    high: to,
    older: from > floor ? { before: from } : null,
    newer: to < ceiling ? { from: to } : null,
  };
}
