import type { Tx } from '../audit/view.ts';
import type { Problem } from '../contract/problem.ts';
import type { Contact, ContactRequest } from '../contract/types.ts';
import { parser } from '../contract/validate.ts';
import { contactOf, setContact } from '../notify/contact.ts';
import { type Caller, actorOf } from '../tenants/tokens.ts';

// How a person is told of things, as the forms of the dashboard and of the portal say it.

const parseContact = parser<ContactRequest>('contact-request.json');

export type ContactField = 'name' | 'email' | 'time_zone';

/** @throws Problem 400, of which {@link wrongField} tells the field */
export function readContact(form: URLSearchParams): (tx: Tx, caller: Caller) => Contact {
  const text = (name: string) => form.get(name)?.trim() || null;
  const request = parseContact({
    name: text('name') ?? '',
    email: text('email'),
    time_zone: text('time_zone'),
    digest: form.get('digest') ?? 'off',
  });
  return (tx, caller) => {
    const types = typesFor(form.get('mail') === 'yes', contactOf(tx, caller.id).types);
    return setContact(tx, actorOf(caller), caller.id, { ...request, types });
  };
}

/** Who chose kinds of events elsewhere keeps them; no mail is no kind. */
function typesFor(wanted: boolean, types: Contact['types']): Contact['types'] {
  if (!wanted) return [];
  return types === null || types.length === 0 ? null : types;
}

export function wrongField({ extra }: Problem): ContactField | undefined {
  const fields = ((extra['errors'] as { field: string }[] | undefined) ?? []).map(({ field }) => field.slice(1));
  return (['name', 'email', 'time_zone'] as const).find((field) => fields.includes(field));
}

export const ZONES = Intl.supportedValuesOf('timeZone');

export const DIGESTS = [
  ['off', 'comes at once'],
  ['hourly', 'is collected, and comes once an hour'],
  ['daily', 'is collected, and comes every morning'],
] as const;

/** What is wrong with a field, in words. */
export const CONTACT_WRONG: Record<ContactField, string> = {
  name: 'Please give a name.',
  email: 'That does not look like a mail address.',
  time_zone: 'There is no such time zone. Pick one from the list, such as Europe/Berlin.',
};
