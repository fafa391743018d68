import { selectList } from '../audit/store.ts';
import type { Sql } from '../db/postgres.ts';
import { type TenantRow, type TokenRow, tenantTable, tokenTable } from '../tenants/tables.ts';

const { secret_hash: _, ...tokenColumns } = tokenTable.columns;

/** A tenant's tokens without what could be used, oldest first. Served by token's primary key. */
export async function listTokens(sql: Sql, tenant: string): Promise<Omit<TokenRow, 'secret_hash'>[]> {
  const rows = await sql.unsafe(
    `select ${selectList({ ...tokenTable, columns: tokenColumns })} from token t where t.tenant_id = $1
     order by t.created_at, t.token_id`,
    [tenant],
  );
  return rows as unknown as Omit<TokenRow, 'secret_hash'>[];
}

/** All tenants, by id. Scans tenant: for who owns the database, never for a request. */
export async function listTenants(sql: Sql): Promise<(TenantRow & { tenant_id: string })[]> {
  const rows = await sql.unsafe(`select t.tenant_id, ${selectList(tenantTable)} from tenant t order by t.tenant_id`);
  return rows as unknown as (TenantRow & { tenant_id: string })[];
}
