import type { Tx } from '../audit/view.ts';
import { Problem, invalid, notFound } from '../contract/problem.ts';
import type { AbsenceRequest } from '../contract/types.ts';
import { type PersonRow, canActAt, isAwayAt, personTable, rolesAt } from './people.ts';
import { type Caller, actorOf } from './tokens.ts';

const ABSENCE_DAYS_MAX = 366;

/**
 * A person is away from–until, perhaps with a stand-in. What the stand-in may do for them is policy's to say.
 * @param personId `me` or a person; one's own only, unless the caller's scope is all
 * @throws Problem 400 for times that make no absence, 403 for someone else's, 404, 422 `absence.stand_in_unknown`
 */
export function setAbsence(tx: Tx, caller: Caller, personId: string, request: AbsenceRequest): PersonRow {
  const person = personOf(tx, caller, personId);
  const from = request.from === undefined ? tx.now : new Date(request.from).toISOString();
  const until = new Date(request.until).toISOString();
  if (until <= from || until <= tx.now)
    throw invalid([{ field: '/until', code: 'absence.order', message: 'must be after the beginning and after now' }]);
  if (Date.parse(until) - Date.parse(from) > ABSENCE_DAYS_MAX * 86_400_000)
    throw invalid([
      { field: '/until', code: 'absence.length', message: `must be within ${ABSENCE_DAYS_MAX} days of the beginning` },
    ]);
  const standIn = request.stand_in ?? null;
  if (standIn !== null) {
    if (standIn === person.person_id)
      throw invalid([{ field: '/stand_in', code: 'absence.stand_in', message: 'must be another person' }]);
    const other = tx.get(personTable, standIn);
    if (!other || !canActAt(other, tx.now))
      throw new Problem(422, 'absence.stand_in_unknown', `${standIn} is no person of this tenant who can act.`);
  }
  return keep(tx, caller, 'person.absence_set', {
    ...person,
    away_from: from,
    away_until: until,
    delegate_to: standIn,
  });
}

/** The person is back. @throws Problem 403, 404 */
export function endAbsence(tx: Tx, caller: Caller, personId: string): PersonRow {
  const person = personOf(tx, caller, personId);
  if (person.away_until === null) return person;
  return keep(tx, caller, 'person.absence_ended', { ...person, away_from: null, away_until: null, delegate_to: null });
}

/** A person as the API shows them. */
export function personView(person: PersonRow, now: string) {
  const { person_id, name, email, time_zone, away_from, away_until, delegate_to } = person;
  return {
    person_id,
    name,
    email,
    time_zone,
    roles: rolesAt(person, now),
    active: canActAt(person, now),
    away: isAwayAt(person, now),
    absence:
      away_from === null || away_until === null || away_until <= now
        ? null
        : { from: away_from, until: away_until, stand_in: delegate_to },
  };
}

function personOf(tx: Tx, caller: Caller, personId: string): PersonRow {
  const id = personId === 'me' ? caller.id : personId;
  if (id !== caller.id && caller.scope !== 'all')
    throw new Problem(403, 'absence.not_own', 'Only an admin sets the absence of someone else.');
  const person = tx.get(personTable, id);
  if (!person) throw notFound('person');
  return person;
}

function keep(tx: Tx, caller: Caller, action: string, person: PersonRow): PersonRow {
  const row = { ...person, recheck_at: tx.now };
  const { person_id, away_from, away_until, delegate_to } = row;
  tx.put(personTable, row);
  tx.append({
    action,
    actor: actorOf(caller),
    resource: `person/${person_id}`,
    payload: JSON.stringify({ person_id, away_from, away_until, stand_in: delegate_to }),
  });
  return row;
}
