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

/**
 * Entries at positions `low ≤ seq < high` that fit, from one end of the stretch. Served by the primary key, which bounds what is
 * looked at; a ticket's entries by audit_entry_ticket.
 */
export async function searchEntries(
  sql: Sql,
  log: string,
  { action, resource, actor, planVersion, since, until }: EntrySearch,
  stretch: { low: number; high: number; newestFirst: boolean; limit: number },
): Promise<FoundEntry[]> {
  const fits = (column: string, wanted: string) =>
    wanted.endsWith('*')
      ? sql`and starts_with(${sql(column)}, ${wanted.slice(0, -1)})`
      : sql`and ${sql(column)} = ${wanted}`;
  return sql<FoundEntry[]>`
    select seq, leaf, leaf_hash from audit_entry
    where tenant_id = ${log} and seq >= ${stretch.low} and seq < ${stretch.high}
    ${action === undefined ? sql`` : fits('action', action)}
    ${resource === undefined ? sql`` : fits('resource', resource)}
    ${resource?.startsWith('ticket/') ? sql`and resource like 'ticket/%'` : sql``}
    ${actor === undefined ? sql`` : fits('actor_id', actor)}
    ${planVersion === undefined ? sql`` : sql`and plan_version = ${planVersion}`}
    ${since === undefined ? sql`` : sql`and at >= ${since.toISOString()}::timestamptz`}
    ${until === undefined ? sql`` : sql`and at < ${until.toISOString()}::timestamptz`}
    order by seq ${stretch.newestFirst ? sql`desc` : sql`asc`} limit ${stretch.limit}`;
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
