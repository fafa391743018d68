import { type Index, defineTable } from '../audit/table.ts';
import type { Tx } from '../audit/view.ts';
import type { Principal } from '../contract/types.ts';
import { type TokenRow, goodTokens, tokenTable } from './tables.ts';

/** A way to sign in that has not been revoked. */
interface PersonCredential {
  /** Null: by the identity provider, with the roles that it gave at the last sign-in. */
  token_id: string | null;
  roles: Principal['roles'];
  expires_at: string | null;
}

export interface PersonRow {
  person_id: string;
  name: string;
  email: string | null;
  /** IANA name; null means the tenant's. */
  time_zone: string | null;
  /** Of the credentials that were good when this row was written. What holds now is told by {@link rolesAt}. */
  roles: Principal['roles'];
  /** Had a way to sign in when this row was written. */
  active: boolean;
  credentials: PersonCredential[];
  away_from: string | null;
  away_until: string | null;
  /** Who stands in from `away_from` to `away_until`. */
  delegate_to: string | null;
  /** When what this person may do changed or will change by time: waiting tickets are looked at again from then on. */
  recheck_at: string | null;
  created_at: string;
}

/** All people with a way to sign in. Few a tenant, and asked for whenever a ticket looks for approvers. Served by person's primary key. */
export const activePeople: Index<PersonRow> = {
  name: 'person/active',
  keys: (row) => (row.active ? [''] : []),
  where: `k.key = '' and t.active`,
};

/** People whose abilities have to be looked at again. Read in commands only with what a sweep has found. */
export const personTable = defineTable<PersonRow>({
  name: 'person',
  columns: {
    person_id: 'text',
    name: 'text',
    email: 'text',
    time_zone: 'text',
    roles: 'json',
    active: 'bool',
    credentials: 'json',
    away_from: 'time',
    away_until: 'time',
    delegate_to: 'text',
    recheck_at: 'time',
    created_at: 'time',
  },
  key: ['person_id'],
  indexes: [activePeople],
});

/**
 * Notes who a human is by the ways to sign in that are good now: without any, they cannot act. The entry is the caller's:
 * what gave or took the way.
 * @param provided roles by the identity provider, when it has just signed the person in
 */
export function notePerson(tx: Tx, id: string, provided?: Principal['roles']): void {
  const known = tx.get(personTable, id) ?? { ...NOBODY, person_id: id, name: id, created_at: tx.now };
  const byToken = tx
    .find(tokenTable, goodTokens, id)
    .filter((token) => isGood(token, tx.now))
    .map(({ token_id, roles, expires_at }) => ({ token_id, roles, expires_at }));
  const byProvider = provided
    ? [{ token_id: null, roles: provided, expires_at: null }]
    : known.credentials.filter((one) => one.token_id === null);
  const credentials = [...byProvider, ...byToken];
  tx.put(personTable, {
    ...known,
    credentials,
    roles: unionOf(credentials),
    active: credentials.length > 0,
    recheck_at: tx.now,
  });
}

/** The roles that the person can act with at a time; none when no credential is good then. */
export function rolesAt(person: Pick<PersonRow, 'credentials'>, now: string): Principal['roles'] {
  return unionOf(person.credentials.filter((one) => isGood(one, now)));
}

export function canActAt(person: Pick<PersonRow, 'credentials'>, now: string): boolean {
  return person.credentials.some((one) => isGood(one, now));
}

export function isAwayAt({ away_from, away_until }: PersonRow, now: string): boolean {
  return away_from !== null && away_until !== null && away_from <= now && now < away_until;
}

/** People of the tenant who can act now, those who are away included. */
export function peopleWhoCanAct(tx: Tx): PersonRow[] {
  return tx.find(personTable, activePeople, '').filter((person) => canActAt(person, tx.now));
}

/** For whom a person stands in now, with the roles of those. Whether they may be lent is policy's to say. */
export function standsInFor(people: PersonRow[], personId: string, now: string) {
  return people
    .filter((one) => one.delegate_to === personId && isAwayAt(one, now))
    .map((one) => ({ person: one.person_id, roles: rolesAt(one, now) }));
}

/** The row with what its credentials give now, to be looked at again when that next changes by itself. */
export function asOfNow(person: PersonRow, now: string): PersonRow {
  const roles = rolesAt(person, now);
  return { ...person, roles, active: canActAt(person, now), recheck_at: nextChange(person, now) };
}

/** When the person's abilities next change by themselves; null when they do not. */
function nextChange(person: PersonRow, now: string): string | null {
  const times = [person.away_from, person.away_until, ...person.credentials.map((one) => one.expires_at)];
  return (
    times
      .filter((time) => time !== null && time > now)
      .sort()
      .at(0) ?? null
  );
}

function isGood({ expires_at }: Pick<TokenRow, 'expires_at'>, now: string): boolean {
  return expires_at === null || expires_at > now;
}

function unionOf(credentials: PersonCredential[]): Principal['roles'] {
  return [...new Set(credentials.flatMap((one) => one.roles))].sort();
}

const NOBODY = {
  credentials: [],
  email: null,
  time_zone: null,
  away_from: null,
  away_until: null,
  delegate_to: null,
};
