import { selectList } from '../audit/store.ts';
import type { Sql } from '../db/postgres.ts';
import { type GrainRow, grainTable } from './qc-tables.ts';

/** Grains of a tenant, those in alert first. Served by qc_grain's primary key. */
export async function listGrains(
  sql: Sql,
  tenant: string,
  kind: string | undefined,
  alert: boolean | undefined,
): Promise<GrainRow[]> {
  const rows = await sql`
    select ${sql.unsafe(selectList(grainTable))} from qc_grain t where t.tenant_id = ${tenant}
    ${kind === undefined ? sql`` : sql`and t.kind = ${kind}`}
    ${alert === undefined ? sql`` : sql`and t.alert = ${alert}`}
    order by t.alert desc, t.kind, t.name limit 1000`;
  return rows as unknown as GrainRow[];
}

/** Grains whose alert turns by time alone, or that were judged by another configuration than the one in force. Served by qc_grain_turns and qc_grain_config. */
export async function listTurning(
  sql: Sql,
  now: string,
  limit: number,
): Promise<(Pick<GrainRow, 'kind' | 'name'> & { tenant_id: string })[]> {
  return sql<(Pick<GrainRow, 'kind' | 'name'> & { tenant_id: string })[]>`
    (select tenant_id, kind, name from qc_grain where turns_at <= ${now} limit ${limit})
    union
    (select g.tenant_id, g.kind, g.name from tenant t join qc_grain g on g.tenant_id = t.tenant_id and g.config_version < t.config_version
     limit ${limit})`;
}
