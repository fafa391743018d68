import type { Actor } from '../audit/entry.ts';
import { type Index, defineTable } from '../audit/table.ts';
import type { Tx } from '../audit/view.ts';
import { Problem, notFound } from '../contract/problem.ts';
import type { Principal } from '../contract/types.ts';
import { type PersonRow, canActAt, notePerson, personTable, rolesAt } from './people.ts';
import { tenantTable } from './tables.ts';

/** A tenant that a sign-in opens. */
export interface Membership {
  tenant: string;
  /** As the identity provider told them; none where the record alone counts. */
  roles: Principal['roles'];
}

export interface SessionRow {
  session_id: string;
  person_id: string;
  method: 'oidc' | 'link';
  /** What the browser called itself. It can say anything. */
  browser: string | null;
  /** All tenants that the sign-in was about, this one too: it has a session of the same id in each that let the person in. */
  memberships: Membership[];
  started_at: string;
  /** Ends here whatever happens; being idle ends it sooner. */
  expires_at: string;
  ended_at: string | null;
  ended_because: string | null;
}

/** Sessions of a person that nobody ended. Served by session_living_person. */
const livingByPerson: Index<SessionRow> = {
  name: 'session/living_by_person',
  keys: (row) => (row.ended_at === null ? [row.person_id] : []),
  where: 't.person_id = k.key and t.ended_at is null',
};

export const sessionTable = defineTable<SessionRow>({
  name: 'session',
  columns: {
    session_id: 'text',
    person_id: 'text',
    method: 'text',
    browser: 'text',
    memberships: 'json',
    started_at: 'time',
    expires_at: 'time',
    ended_at: 'time',
    ended_because: 'text',
  },
  key: ['session_id'],
  indexes: [livingByPerson],
});

/** What a session cookie says, once its signature was checked and it was not idle for too long. */
export interface SessionCredential {
  tenant: string;
  sessionId: string;
}

export interface NewSession {
  sessionId: string;
  personId: string;
  method: SessionRow['method'];
  browser: string | null;
  memberships: Membership[];
  /** What the identity provider said of the person; absent where the record alone counts. */
  profile?: { name: string; email: string | null; roles: Principal['roles'] };
}

const SESSION_HOURS_MAX = 12;
const LIVING_PER_PERSON_MAX = 20;

/**
 * Signs a person in. The id is new by construction or used once: a second session of the same id is refused, which is what makes
 * a one-time link one.
 * @throws Problem 404 for an unknown tenant or person; 403 `session.person_inactive`; 409 `session.used`
 */
export function startSession(tx: Tx, session: NewSession): SessionRow {
  if (!tx.get(tenantTable, '')) throw notFound('tenant');
  if (tx.get(sessionTable, session.sessionId))
    throw new Problem(409, 'session.used', 'This sign-in link was used already. Each link opens one session.');
  const person = notedPerson(tx, session);
  const row: SessionRow = {
    session_id: session.sessionId,
    person_id: person.person_id,
    method: session.method,
    browser: session.browser,
    memberships: session.memberships,
    started_at: tx.now,
    expires_at: new Date(Date.parse(tx.now) + SESSION_HOURS_MAX * 3_600_000).toISOString(),
    ended_at: null,
    ended_because: null,
  };
  const living = tx.find(sessionTable, livingByPerson, person.person_id);
  tx.put(sessionTable, row);
  tx.append({
    action: 'session.started',
    actor: { type: 'human', id: person.person_id },
    resource: `session/${row.session_id}`,
    payload: JSON.stringify({
      session_id: row.session_id,
      person_id: row.person_id,
      method: row.method,
      roles: rolesAt(person, tx.now),
      expires_at: row.expires_at,
    }),
  });
  // Browsers forget sessions without ending them: the oldest make room, and those that lapsed are tidied up.
  living.sort((a, b) => (a.started_at < b.started_at ? -1 : 1));
  for (const old of living.filter(
    (one, i) => one.expires_at <= tx.now || i < living.length + 1 - LIVING_PER_PERSON_MAX,
  ))
    end(tx, { type: 'service', id: 'placet' }, old, old.expires_at <= tx.now ? 'lapsed' : 'too_many');
  return row;
}

/** Signs out: the next request with the cookie is refused, on every node. Ending twice is once. */
export function endSession(tx: Tx, actor: Actor, sessionId: string, because: string): void {
  const row = tx.get(sessionTable, sessionId);
  if (!row) throw notFound('session');
  if (row.ended_at === null) end(tx, actor, row, because);
}

/** Signs a person out everywhere in this tenant. @returns how many sessions were ended */
export function endSessionsOf(tx: Tx, actor: Actor, personId: string, because: string): number {
  const living = tx.find(sessionTable, livingByPerson, personId);
  for (const row of living) end(tx, actor, row, because);
  return living.length;
}

/**
 * Who is signed in, by the record as it is now: a role taken away is gone with the next request.
 * @throws Problem 401 `session.unknown`, `session.ended`, `session.expired` or `session.person_inactive`
 */
export function identifySession(tx: Tx, { sessionId }: SessionCredential): Principal {
  const session = tx.get(sessionTable, sessionId);
  if (!session) throw signedOut('session.unknown', 'You are not signed in.');
  if (session.ended_at !== null) throw signedOut('session.ended', `You were signed out at ${session.ended_at}.`);
  if (session.expires_at <= tx.now) throw signedOut('session.expired', 'Your session is over; sign in again.');
  const person = tx.get(personTable, session.person_id);
  if (!person || !canActAt(person, tx.now))
    throw signedOut('session.person_inactive', 'You may not act here any more.');
  return { kind: 'human', id: person.person_id, roles: rolesAt(person, tx.now) };
}

/** The person as the record has it after this sign-in. A person that was put aside here stays so, whatever the provider says. */
function notedPerson(tx: Tx, { personId, profile }: NewSession): PersonRow {
  const known = tx.get(personTable, personId);
  if (known && !canActAt(known, tx.now))
    throw new Problem(403, 'session.person_inactive', `${personId} may not act here.`);
  if (profile) {
    notePerson(tx, personId, profile.roles);
    const { name, email } = profile;
    tx.put(personTable, { ...tx.get(personTable, personId)!, name, email });
  }
  const person = tx.get(personTable, personId);
  if (!person) throw notFound('person');
  return person;
}

function end(tx: Tx, actor: Actor, row: SessionRow, because: string): void {
  tx.put(sessionTable, { ...row, ended_at: tx.now, ended_because: because });
  tx.append({
    action: 'session.ended',
    actor,
    resource: `session/${row.session_id}`,
    payload: JSON.stringify({ session_id: row.session_id, person_id: row.person_id, because }),
  });
}

function signedOut(code: string, detail: string): Problem {
  return new Problem(401, code, detail);
}
