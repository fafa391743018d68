import type { Sql } from '../db/postgres.ts';
import { selectList } from '../audit/store.ts';
import type { Table } from '../audit/table.ts';
import type { MandateRecord } from '../contract/types.ts';
import { type MonthRow, type UseRow, mandateTable, monthTable, useTable } from './mandates.ts';

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

/** Rows by their keys, those that there are. Served by the table's primary key. */
export async function readRows<Row extends object>(
  sql: Sql,
  table: Table<Row>,
  tenant: string,
  keys: (string | number)[],
): Promise<Row[]> {
  if (keys.length === 0) return [];
  const key = table.key[0]!;
  const type = table.columns[key as keyof Row & string] === 'int' ? 'bigint' : 'text';
  const rows = await sql.unsafe(
    `select ${selectList(table)} from ${table.name} t where t.tenant_id = $1 and t.${key} = any($2::${type}[])`,
    [tenant, keys as string[]],
  );
  return rows as unknown as Row[];
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

/** Mandates, those in force first, then the newest. Few a tenant: served by the primary key. */
export async function listMandates(sql: Sql, tenant: string, limit: number): Promise<MandateRecord[]> {
  const rows = await sql.unsafe(
    `select ${selectList(mandateTable)} from mandate t where t.tenant_id = $1
     order by t.revoked_at is not null, t.expires_at desc, t.mandate_id limit $2`,
    [tenant, limit],
    { prepare: true },
  );
  return rows as unknown as MandateRecord[];
}

const MONTHS_MAX = 500;

/** What was drawn in a month under the mandates in force. Served by the primary keys of mandate and mandate_month. */
export async function listMonths(sql: Sql, tenant: string, month: string): Promise<MonthRow[]> {
  const rows = await sql.unsafe(
    `select ${selectList(monthTable)} from mandate_month t join mandate m using (tenant_id, mandate_id)
     where t.tenant_id = $1 and t.month = $2 and m.revoked_at is null order by t.campaign_id, t.field limit ${MONTHS_MAX}`,
    [tenant, month],
    { prepare: true },
  );
  return rows as unknown as MonthRow[];
}
