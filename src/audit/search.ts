import type { Sql } from '../db/postgres.ts';
import { type EntrySearch, type FoundEntry, positionAt, searchEntries } from './queries.ts';

// Most filters have no index: a log is written far more than it is searched, and each index would be paid for by every
// decision. So one page looks at a bounded stretch of the log, and says how far it came.

/** Positions that one page looks at. 20,000 take 50 ms when none fits and the rows hold their payloads. */
const LOOKED_AT_MAX = 20_000;
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
): Promise<EntryPage> {
  const [floor, ceiling] = await Promise.all([
    search.since ? positionAt(sql, log, new Date(search.since.getTime() - SKEW_MS), size) : 0,
    search.until ? positionAt(sql, log, new Date(search.until.getTime() + SKEW_MS), size) : size,
  ]);
  const reach = search.resource?.startsWith('ticket/') ? size : LOOKED_AT_MAX;
  const stretch = stretchOf(floor, ceiling, cursor, reach);
  const found = await searchEntries(sql, log, search, { ...stretch, limit: limit + 1 });
  return pageOf(found, stretch, { floor, ceiling, limit });
}

interface Stretch {
  low: number;
  high: number;
  newestFirst: boolean;
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
