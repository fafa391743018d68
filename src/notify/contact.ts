import type { Actor } from '../audit/entry.ts';
import type { Tx } from '../audit/view.ts';
import { invalid, notFound } from '../contract/problem.ts';
import type { Contact, ContactRequest } from '../contract/types.ts';
import { personTable } from '../tenants/people.ts';
import { DEFAULTS } from './audience.ts';
import { isTimeZone } from './digest.ts';
import { EVENTS } from './events.ts';
import { preferenceTable } from './tables.ts';

/** Where and of what a person is told. @throws Problem 404 for who is nobody of the tenant's people */
export function contactOf(tx: Tx, personId: string): Contact {
  const person = tx.get(personTable, personId);
  if (!person) throw notFound('person');
  const { types, digest } = tx.get(preferenceTable, personId) ?? DEFAULTS;
  return { person_id: personId, name: person.name, email: person.email, time_zone: person.time_zone, types, digest };
}

/** Changes what is given and keeps the rest. The log says that it was changed, not to what: an address is personal data. */
export function setContact(tx: Tx, actor: Actor, personId: string, request: ContactRequest): Contact {
  const now = contactOf(tx, personId);
  if (request.time_zone !== undefined && request.time_zone !== null && !isTimeZone(request.time_zone))
    throw invalid([{ field: '/time_zone', code: 'time_zone.unknown', message: 'must be an IANA name' }]);
  const unknown = (request.types ?? []).filter((type) => !(type in EVENTS));
  if (unknown.length > 0)
    throw invalid([{ field: '/types', code: 'event.unknown', message: `has no event ${unknown.join(', ')}` }]);
  const contact = { ...now, ...request };
  const { name, email, time_zone, types, digest } = contact;
  tx.put(personTable, { ...tx.get(personTable, personId)!, name, email, time_zone });
  tx.put(preferenceTable, { person_id: personId, types, digest, updated_at: tx.now });
  tx.append({
    action: 'person.contact_set',
    actor,
    resource: `person/${personId}`,
    payload: JSON.stringify({ person_id: personId, fields: Object.keys(request).sort(), types, digest }),
  });
  return contact;
}
