import type { Sql } from '../db/postgres.ts';
import { selectList } from '../audit/store.ts';
import { type PersonRow, personTable } from './people.ts';
import { type SessionRow, sessionTable } from './sessions.ts';

/** A page of people in the order of their ids. Keyset on person's primary key. */
export async function listPeople(sql: Sql, tenant: string, after: string | null, limit: number): Promise<PersonRow[]> {
  const rows = await sql.unsafe(
    `select ${selectList(personTable)} from person t where t.tenant_id = $1 and t.person_id > $2 order by t.person_id limit $3`,
    [tenant, after ?? '', limit],
    { prepare: true },
  );
  return rows as unknown as PersonRow[];
}

/**
 * Sessions that go on, of one person or of all, in the order of people and then of ids. Keyset on (person_id, session_id); served by
 * session_living_person.
 */
export async function listSessions(
  sql: Sql,
  tenant: string,
  filter: { person: string | null; after: { person: string; session: string } | null; now: string; limit: number },
): Promise<SessionRow[]> {
  const { person, after, now, limit } = filter;
  const rows = await sql`
    select ${sql.unsafe(selectList(sessionTable))} from session t
    where t.tenant_id = ${tenant} and t.ended_at is null and t.expires_at > ${now}
    ${person === null ? sql`` : sql`and t.person_id = ${person}`}
    ${after === null ? sql`` : sql`and (t.person_id, t.session_id) > (${after.person}, ${after.session})`}
    order by t.person_id, t.session_id limit ${limit}`;
  return rows as unknown as SessionRow[];
}
