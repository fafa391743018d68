import { selectList } from '../../audit/store.ts';
import type { AuditExportEntry } from '../../contract/types.ts';
import type { Sql } from '../../db/postgres.ts';
import { type EstimateRow, type UnpricedRow, estimateTable, unpricedTable } from './tables.ts';

/** What the tree's open holds reserve, by whether their time is over. Served by the index cost_hold_open. */
export async function readReserved(sql: Sql, tenant: string, root: string, now: string) {
  const [row] = await sql<{ held: string; uncertain: string }[]>`
    select coalesce(sum(rest) filter (where not doubtful), 0)::text as held, coalesce(sum(rest) filter (where doubtful), 0)::text as uncertain
    from (
      select greatest(pico_usd - charged, 0) as rest, state = 'uncertain' or expires_at <= ${now} as doubtful
      from cost_hold where tenant_id = ${tenant} and root_run_id = ${root} and state in ('held', 'uncertain')
    ) as open`;
  return row!;
}

/** Served by the index cost_unpriced_tree. */
export async function listUnpriced(sql: Sql, tenant: string, root: string, limit: number): Promise<UnpricedRow[]> {
  const rows = await sql.unsafe(
    `select ${selectList(unpricedTable)} from cost_unpriced t
     where t.tenant_id = $1 and t.root_run_id = $2 and t.state = 'open' order by t.seq limit $3`,
    [tenant, root, limit],
  );
  return rows as unknown as UnpricedRow[];
}

/** Charges by the minute in which they were committed, since a time. Served by the index cost_charge_time. */
export async function readSpendPerMinute(sql: Sql, tenant: string, root: string, since: string) {
  return sql<{ minute: string; pico_usd: string; charges: number }[]>`
    select to_char(date_trunc('minute', created_at at time zone 'UTC'), 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as minute,
      coalesce(sum(pico_usd), 0)::text as pico_usd, count(*)::int as charges
    from cost_charge where tenant_id = ${tenant} and root_run_id = ${root} and created_at >= ${since}
    group by 1 order by 1`;
}

/** What was charged in so many minutes up to the last charge, in pico-USD. Served by the index cost_charge_time. */
export async function readPace(sql: Sql, tenant: string, root: string, minutes: number): Promise<string> {
  const [row] = await sql<{ pico_usd: string }[]>`
    select coalesce(sum(pico_usd), 0)::text as pico_usd from cost_charge where tenant_id = ${tenant} and root_run_id = ${root}
      and created_at > (select max(created_at) from cost_charge where tenant_id = ${tenant} and root_run_id = ${root})
        - make_interval(mins => ${minutes})`;
  return row!.pico_usd;
}

/** Served by cost_estimate's primary key. */
export async function listEstimates(sql: Sql, tenant: string, root: string, limit: number): Promise<EstimateRow[]> {
  const rows = await sql.unsafe(
    `select ${selectList(estimateTable)} from cost_estimate t where t.tenant_id = $1 and t.root_run_id = $2 order by t.version limit $3`,
    [tenant, root, limit],
  );
  return rows as unknown as EstimateRow[];
}

/** Holds past their time, of all tenants. Served by the index cost_hold_expiry. */
export async function listExpired(sql: Sql, now: string, limit: number) {
  return sql<{ tenant_id: string; run_id: string; hold_id: string }[]>`
    select tenant_id, run_id, hold_id from cost_hold where state = 'held' and expires_at <= ${now} order by expires_at limit ${limit}`;
}

/**
 * The entries that moved a tree's committed spend or its estimate, up to a position, in their order. Served by the indexes
 * cost_charge_time and cost_unpriced_tree and the primary keys of cost_estimate and audit_entry.
 */
export async function listCostEntries(
  sql: Sql,
  tenant: string,
  root: string,
  tripSeq: number,
  limit: number,
): Promise<AuditExportEntry[]> {
  return sql<AuditExportEntry[]>`
    select e.seq, convert_from(e.leaf, 'UTF8') as leaf, encode(e.leaf_hash, 'hex') as leaf_hash, encode(e.tip, 'hex') as tip,
      encode(e.salt, 'hex') as salt, convert_from(e.payload, 'UTF8') as payload
    from (
      select seq from cost_charge where tenant_id = ${tenant} and root_run_id = ${root} and seq <= ${tripSeq}
      union select seq from cost_estimate where tenant_id = ${tenant} and root_run_id = ${root} and seq <= ${tripSeq}
      union select resolved_seq from cost_unpriced where tenant_id = ${tenant} and root_run_id = ${root} and resolved_seq <= ${tripSeq}
      union select ${tripSeq}::bigint
    ) as k(seq) join audit_entry e on e.tenant_id = ${tenant} and e.seq = k.seq
    order by e.seq limit ${limit}`;
}
