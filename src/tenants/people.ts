import type { Tx } from '../audit/view.ts';
import { type Index, defineTable } from '../audit/table.ts';
import type { Principal } from '../contract/types.ts';

export interface PersonRow {
  person_id: string;
  name: string;
  email: string | null;
  /** IANA name; null means the tenant's. */
  time_zone: string | null;
  roles: Principal['roles'];
  /** May still act: has a way to sign in. */
  active: boolean;
  away_from: string | null;
  away_until: string | null;
  /** Who stands in from `away_from` to `away_until`. */
  delegate_to: string | null;
  created_at: string;
}

/** All people who may act. Few a tenant, and asked for whenever a ticket looks for approvers. Served by person's primary key. */
export const activePeople: Index<PersonRow> = {
  name: 'person/active',
  keys: (row) => (row.active ? [''] : []),
  where: `k.key = '' and t.active`,
};

/** The people of a tenant. Who may do what is told by roles, and by policy; this says who there is. */
export const personTable = defineTable<PersonRow>({
  name: 'person',
  columns: {
    person_id: 'text',
    name: 'text',
    email: 'text',
    time_zone: 'text',
    roles: 'json',
    active: 'bool',
    away_from: 'time',
    away_until: 'time',
    delegate_to: 'text',
    created_at: 'time',
  },
  key: ['person_id'],
  indexes: [activePeople],
});

/** Notes a human who got a way to sign in, with the roles of that. The entry is the caller's: what gave the way. */
export function notePerson(tx: Tx, { id, roles }: Principal): void {
  const known = tx.get(personTable, id);
  tx.put(
    personTable,
    known ? { ...known, roles, active: true } : { ...NOBODY, person_id: id, name: id, roles, created_at: tx.now },
  );
}

const NOBODY = { email: null, time_zone: null, active: true, away_from: null, away_until: null, delegate_to: null };
