import type { Sql } from '../db/postgres.ts';

/** An entry as it is stored: what a verifier needs, and the payload that its hash covers. */
export interface StoredEntry {
  seq: number;
  leaf: Buffer;
  leaf_hash: Buffer;
  tip: Buffer;
  salt: Buffer;
  payload: Buffer;
}

export interface EntryFilter {
  after: number;
  limit: number;
  action?: string | undefined;
  resource?: string | undefined;
  actor?: string | undefined;
}

/** A page of entries in the order of the log. Served by the primary key; the other filters scan from there. */
export async function listEntries(sql: Sql, log: string, filter: EntryFilter): Promise<StoredEntry[]> {
  return sql<StoredEntry[]>`
    select seq, leaf, leaf_hash, tip, salt, payload from audit_entry
    where tenant_id = ${log} and seq > ${filter.after}
    ${filter.action === undefined ? sql`` : sql`and action = ${filter.action}`}
    ${filter.resource === undefined ? sql`` : sql`and resource = ${filter.resource}`}
    ${filter.actor === undefined ? sql`` : sql`and actor_id = ${filter.actor}`}
    order by seq limit ${filter.limit}`;
}

/** Names of all logs, in order. */
export async function listLogs(sql: Sql): Promise<string[]> {
  const rows = await sql<{ tenant_id: string }[]>`select tenant_id from audit_head order by tenant_id`;
  return rows.map((row) => row.tenant_id);
}

export interface EntrySearch {
  /** Exact, or all that begin so where it ends in `*`. */
  action?: string | undefined;
  resource?: string | undefined;
  actor?: string | undefined;
  planVersion?: number | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
}

export interface FoundEntry {
  seq: number;
  leaf: Buffer;
  leaf_hash: Buffer;
}

/** One filter of a search, as an index serves it. */
export interface Filter {
  column: 'action' | 'resource' | 'actor_id' | 'plan_version';
  wanted: string | number;
  /** All values that begin so. */
  isBeginning: boolean;
}

/** The filters of a search, those first that fit few entries as a rule. */
export function filtersOf({ action, resource, actor, planVersion }: EntrySearch): Filter[] {
  const text = (column: Filter['column'], wanted: string | undefined): Filter[] =>
    wanted === undefined ? [] : [{ column, wanted: wanted.replace(/\*$/, ''), isBeginning: wanted.endsWith('*') }];
  return [
    ...text('resource', resource),
    ...(planVersion === undefined
      ? []
      : [{ column: 'plan_version', wanted: planVersion, isBeginning: false } satisfies Filter]),
    ...text('actor_id', actor),
    ...text('action', action),
  ];
}

/** Positions `low ≤ seq < high`, looked at from one end. */
export interface Stretch {
  low: number;
  high: number;
  newestFirst: boolean;
}

/** How many entries of a stretch fit a filter, counted no further than `max`. Served by the filter's index, see {@link fits}. */
export async function countFitting(
  sql: Sql,
  log: string,
  filter: Filter,
  stretch: Stretch,
  max: number,
): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from (
      select from audit_entry where ${within(sql, log, stretch)} ${fits(sql, filter)} limit ${max}
    ) one`;
  return row!.count;
}

/** Position of the entry at which a search that follows a filter stops looking; null when it sees all. Served as {@link countFitting}. */
export async function lastLookedAt(
  sql: Sql,
  log: string,
  filter: Filter,
  stretch: Stretch,
  lookedAtMax: number,
): Promise<number | null> {
  const [row] = await sql<{ seq: number }[]>`
    select seq from audit_entry where ${within(sql, log, stretch)} ${fits(sql, filter)}
    order by seq ${stretch.newestFirst ? sql`desc` : sql`asc`} offset ${lookedAtMax - 1} limit 1`;
  return row?.seq ?? null;
}

/**
 * Entries of a stretch that fit, from one end of it. Looks at no more than so many of those that fit the `followed` filter, by its index
 * (see {@link fits}), or, where none is followed, of all, by the primary key.
 */
export async function searchEntries(
  sql: Sql,
  log: string,
  search: EntrySearch,
  followed: Filter | null,
  stretch: Stretch,
  { limit, lookedAtMax }: { limit: number; lookedAtMax: number },
): Promise<FoundEntry[]> {
  const { since, until } = search;
  const order = stretch.newestFirst ? sql`desc` : sql`asc`;
  const others = filtersOf(search)
    .filter(({ column }) => column !== followed?.column)
    .reduce((all, filter) => sql`${all} ${fits(sql, filter)}`, sql``);
  return sql<FoundEntry[]>`
    select seq, leaf, leaf_hash from (
      select * from audit_entry where ${within(sql, log, stretch)} ${followed === null ? sql`` : fits(sql, followed)}
      order by seq ${order} limit ${lookedAtMax}
    ) looked_at where true ${others}
    ${since === undefined ? sql`` : sql`and at >= ${since.toISOString()}::timestamptz`}
    ${until === undefined ? sql`` : sql`and at < ${until.toISOString()}::timestamptz`}
    order by seq ${order} limit ${limit}`;
}

function within(sql: Sql, log: string, { low, high }: Stretch) {
  return sql`tenant_id = ${log} and seq >= ${low} and seq < ${high}`;
}

/** A filter as audit_entry_action, audit_entry_resource, audit_entry_actor or audit_entry_plan serves it. */
function fits(sql: Sql, { column, wanted, isBeginning }: Filter) {
  const name = sql(column);
  // Decisions are not in audit_entry_action: where they are wanted, the primary key soon comes to one.
  const wantsDecisions = isBeginning ? 'decision.made'.startsWith(String(wanted)) : wanted === 'decision.made';
  const kept = column === 'action' && !wantsDecisions ? sql`and action <> 'decision.made'` : sql``;
  // Byte by byte, as text_pattern_ops has it: no text goes on with the last character that there is.
  return isBeginning
    ? sql`and ${name} ~>=~ ${wanted} and ${name} ~<~ ${`${wanted}\u{10ffff}`} ${kept}`
    : sql`and ${name} = ${wanted} ${kept}`;
}

/**
 * First position whose entry was written at `time` or later, found by halving: some twenty looks at the primary key in one statement.
 * Times rise with positions but for the skew of the nodes' clocks. A missing entry ends the search early, at the lower bound so far.
 */
export async function positionAt(sql: Sql, log: string, time: Date, size: number): Promise<number> {
  const [row] = await sql<{ low: number }[]>`
    with recursive half(low, high) as (
      select 0::bigint, ${size}::bigint
      union all
      select case when e.at < ${time.toISOString()}::timestamptz then h.low + (h.high - h.low) / 2 + 1 else h.low end,
        case when e.at < ${time.toISOString()}::timestamptz then h.high else h.low + (h.high - h.low) / 2 end
      from half h join audit_entry e on e.tenant_id = ${log} and e.seq = h.low + (h.high - h.low) / 2
      where h.low < h.high
    )
    select max(low)::bigint as low from half`;
  return Number(row!.low);
}

/** Whole entries from a position on, as many as hold so many bytes of payload, but one at least. Served by the primary key. */
export async function readStretch(
  sql: Sql,
  log: string,
  { from, count, bytes_max }: { from: number; count: number; bytes_max: number },
): Promise<StoredEntry[]> {
  return sql<StoredEntry[]>`
    select seq, leaf, leaf_hash, tip, salt, payload from (
      select *, sum(octet_length(payload)) over (order by seq) as bytes from audit_entry
      where tenant_id = ${log} and seq >= ${from} and seq < ${from + count}
    ) e where bytes <= ${bytes_max} or seq = ${from} order by seq`;
}

/** Entries without their payloads. Served by the primary key. */
export async function readLinks(
  sql: Sql,
  log: string,
  from: number,
  count: number,
): Promise<(FoundEntry & { tip: Buffer })[]> {
  return sql<(FoundEntry & { tip: Buffer })[]>`
    select seq, leaf, leaf_hash, tip from audit_entry
    where tenant_id = ${log} and seq >= ${from} and seq < ${from + count} order by seq`;
}
