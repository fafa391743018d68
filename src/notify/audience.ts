import type { Tx } from '../audit/view.ts';
import type { Policy } from '../policy/policy.ts';
import { type PersonRow, activePeople, canActAt, isAwayAt, personTable, rolesAt } from '../tenants/people.ts';
import { addressees } from '../tickets/sla/asked.ts';
import { ticketTable } from '../tickets/tables.ts';
import type { Addressed } from './deliveries.ts';
import { digestEnd } from './digest.ts';
import { EVENTS, type Source, mayKnow, payloadOf } from './events.ts';
import { readerOf } from './reader.ts';
import { type PreferenceRow, preferenceTable } from './tables.ts';

/** What is older was mailed, or is no longer worth a mail: nobody wants a month of them when a server is back. */
const AGE_MS_MAX = 24 * 3_600_000;

/** Who gets which of these events by mail, and when: who is asked, or asked for it, and may know of it. */
export function addressMail(tx: Tx, policy: Policy, sources: Source[]): Addressed[] {
  return sources.flatMap((source) => {
    if (Date.parse(tx.now) - Date.parse(source.at) > AGE_MS_MAX) return [];
    return withStandIns(tx, concerned(tx, policy, source)).flatMap((id): Addressed[] => {
      const person = tx.get(personTable, id);
      if (!person || person.email === null || !mayBeMailed(policy, person, source, tx.now)) return [];
      const preference = tx.get(preferenceTable, id) ?? DEFAULTS;
      if (preference.types !== null && !preference.types.includes(source.action)) return [];
      return [{ seq: source.seq, recipient: id, collectUntil: collectUntil(tx.now, person, preference, source) }];
    });
  });
}

/** May this person know of it, with what their credentials give now? */
export function mayBeMailed(policy: Policy, person: PersonRow, source: Source, now: string): boolean {
  if (!canActAt(person, now)) return false;
  return mayKnow(readerOf(policy, { kind: 'human', id: person.person_id, roles: rolesAt(person, now) }), source);
}

/** Each once, and beside who is away their stand-in: whether that one may know is asked for as of anybody else. */
function withStandIns(tx: Tx, people: string[]): string[] {
  const standIns = people.flatMap((id) => {
    const person = tx.get(personTable, id);
    return person && isAwayAt(person, tx.now) && person.delegate_to !== null ? [person.delegate_to] : [];
  });
  return [...new Set([...people, ...standIns])];
}

export const DEFAULTS: Pick<PreferenceRow, 'types' | 'digest'> = { types: null, digest: 'hourly' };

/** Ids of those whom the event asks something of, or whose question it answers. Some are agents, and get no mail. */
function concerned(tx: Tx, policy: Policy, source: Source): string[] {
  const then = payloadOf(source);
  const { ticket } = source;
  switch (EVENTS[source.action]?.to) {
    case 'approvers': {
      // The entries of the clock name whom they are for.
      const named = [...ids(then['asked']), ...ids(then['told'])];
      if (Array.isArray(then['asked'])) return named;
      const row = ticket && tx.get(ticketTable, ticket.ticket_id);
      return row ? addressees(tx, policy, row).asked : [];
    }
    case 'requester':
      return ticket ? [ticket.requester, ...(ticket.on_behalf_of === null ? [] : [ticket.on_behalf_of])] : [];
    case 'mentioned':
      // Of an edit: those whom the wording before did not name.
      return ids(then['mentioned_anew'] ?? then['mentions']).filter((id) => id !== then['author_id']);
    case 'admins':
      return tx
        .find(personTable, activePeople, '')
        .filter((person) => rolesAt(person, tx.now).includes('admin'))
        .map(({ person_id }) => person_id);
    default:
      return [];
  }
}

/** What is neither urgent nor risky can wait for the others of its kind. */
function collectUntil(
  now: string,
  { time_zone }: PersonRow,
  { digest }: Pick<PreferenceRow, 'digest'>,
  { action, ticket }: Source,
): string | null {
  const canWait = EVENTS[action]?.urgency === 'low' && ticket?.risk !== 'high' && !ticket?.red_flag;
  return canWait && digest !== 'off' ? digestEnd(now, digest, time_zone) : null;
}

function ids(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string').slice(0, 200) : [];
}
