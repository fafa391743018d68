import type { Sql } from '../db/postgres.ts';
import { selectList } from '../audit/store.ts';
import type { Table } from '../audit/table.ts';
import { type UseRow, useTable } from './mandates.ts';

/** One row of what the service holds, by key. Served by the table's primary key. */
export async function readRow<Row extends object>(
  sql: Sql,
  table: Table<Row>,
  tenant: string,
  key: string | number,
): Promise<Row | null> {
  const [row] = await sql.unsafe(
    `select ${selectList(table)} from ${table.name} t where t.tenant_id = $1 and t.${table.key[0]} = $2`,
    [tenant, key],
    { prepare: true },
  );
  return (row as Row | undefined) ?? null;
}

/** A page of rows in the order of their key. Keyset on the table's primary key. */
export async function listRows<Row extends object>(
  sql: Sql,
  table: Table<Row>,
  tenant: string,
  after: string | number | null,
  limit: number,
): Promise<Row[]> {
  const key = table.key[0]!;
  const rows =
    after === null
      ? await sql.unsafe(
          `select ${selectList(table)} from ${table.name} t where t.tenant_id = $1 order by t.${key} limit $2`,
          [tenant, limit],
        )
      : await sql.unsafe(
          `select ${selectList(table)} from ${table.name} t where t.tenant_id = $1 and t.${key} > $2 order by t.${key} limit $3`,
          [tenant, after, limit],
        );
  return rows as unknown as Row[];
}

/** The last uses of a mandate, newest first. Served by the index mandate_use_mandate. */
export async function listUses(sql: Sql, tenant: string, mandateId: string) {
  const rows = await sql.unsafe(
    `select ${selectList(useTable)} from mandate_use t where t.tenant_id = $1 and t.mandate_id = $2
     order by t.decision_seq desc limit 200`,
    [tenant, mandateId],
    { prepare: true },
  );
  return (rows as unknown as UseRow[]).map(({ decision_seq, mandate_id: _, ...use }) => ({
    decision_id: `D-${decision_seq}`,
    ...use,
  }));
}
