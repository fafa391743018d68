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
