import type { Sql } from '../db/postgres.ts';
import { selectList } from '../audit/store.ts';
import { type PersonRow, personTable } from './people.ts';

/** A page of people in the order of their ids. Keyset on person's primary key. */
export async function listPeople(sql: Sql, tenant: string, after: string | null, limit: number): Promise<PersonRow[]> {
  const rows = await sql.unsafe(
    `select ${selectList(personTable)} from person t where t.tenant_id = $1 and t.person_id > $2 order by t.person_id limit $3`,
    [tenant, after ?? '', limit],
    { prepare: true },
  );
  return rows as unknown as PersonRow[];
}
