import { selectList } from '../../audit/store.ts';
import type { Sql } from '../../db/postgres.ts';
import { type ChargeRow, type HoldRow, chargeTable, holdTable } from './tables.ts';

/** Open holds of a run tree, the oldest first. Served by the index cost_hold_open. */
export async function listOpenHolds(sql: Sql, tenant: string, root: string, limit: number): Promise<HoldRow[]> {
  const rows = await sql`
    select ${sql.unsafe(selectList(holdTable))} from cost_hold t
    where t.tenant_id = ${tenant} and t.root_run_id = ${root} and t.state in ('held', 'uncertain')
    order by t.admitted_seq limit ${limit}`;
  return rows as unknown as HoldRow[];
}

/** Where a page of charges begins: after this one. */
export interface ChargeCursor {
  at: string;
  seq: number;
}

/** A page of a run tree's charges, newest first. Keyset on the index cost_charge_time. */
export async function listCharges(
  sql: Sql,
  tenant: string,
  root: string,
  before: ChargeCursor | undefined,
  limit: number,
): Promise<ChargeRow[]> {
  const rows = await sql`
    select ${sql.unsafe(selectList(chargeTable))} from cost_charge t
    where t.tenant_id = ${tenant} and t.root_run_id = ${root}
    ${before === undefined ? sql`` : sql`and t.created_at <= ${before.at} and (t.created_at, t.seq) < (${before.at}, ${before.seq})`}
    order by t.created_at desc, t.seq desc limit ${limit}`;
  return rows as unknown as ChargeRow[];
}

export interface SpendPoint {
  at: string;
  /** Committed spend of the tree from then on. */
  committed: string;
}

const POINTS_MAX = 200;

/**
 * Committed spend over time. Of few charges each one; of many, the spend at evenly spaced times, each found by one look at the
 * index cost_charge_time, so that it costs the same whatever the number of charges.
 */
export async function readSpendCurve(sql: Sql, tenant: string, root: string, charges: number): Promise<SpendPoint[]> {
  if (charges <= POINTS_MAX)
    return sql<SpendPoint[]>`
      select to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, committed::text as committed
      from cost_charge where tenant_id = ${tenant} and root_run_id = ${root} order by created_at, seq limit ${POINTS_MAX}`;
  return sql<SpendPoint[]>`
    with span as (
      select min(created_at) as first, max(created_at) as last from cost_charge
      where tenant_id = ${tenant} and root_run_id = ${root}
    )
    select to_char(p.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, c.committed::text as committed
    from span, generate_series(0, ${POINTS_MAX}) as n, lateral (select first + (last - first) * n / ${POINTS_MAX} as at) p,
      lateral (
        select committed from cost_charge
        where tenant_id = ${tenant} and root_run_id = ${root} and created_at <= p.at order by created_at desc, seq desc limit 1
      ) c
    order by p.at`;
}
