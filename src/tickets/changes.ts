import type { Bound, ChangeRequest, Constraint } from '../contract/types.ts';
import type { TicketRow } from './tables.ts';
import { isAmong, valueAt } from './pointer.ts';

/** What was asked for, and by whom. */
export interface OpenChange extends ChangeRequest {
  by: string;
}

/** A change asked for that what is resubmitted does not satisfy. `actual` is absent where nothing is. */
export interface UnmetChange extends OpenChange {
  actual?: unknown;
}

/** What constraints may speak about: the question, and the payload on record of what it is about. */
export interface Resubmission {
  action: object;
  resource: object;
  payload?: object;
}

/**
 * What a resubmission of the ticket must satisfy: of each who requested changes, what they asked for last. An earlier
 * revision that satisfied it does not end it, or the next one could take it back.
 */
export function openChanges(ticket: Pick<TicketRow, 'votes'>): OpenChange[] {
  const last = new Map<string, OpenChange[]>();
  for (const { verdict, voter, changes } of ticket.votes)
    if (verdict === 'request_changes')
      last.set(
        voter,
        (changes ?? []).map((change) => ({ ...change, by: voter })),
      );
  return [...last.values()].flat();
}

/** Of the changes, those that the document does not satisfy, each with what it found. */
export function unmetChanges(changes: OpenChange[], document: Resubmission): UnmetChange[] {
  return changes.flatMap((change) => {
    const actual = valueAt(document, change.pointer);
    return isMet(change.constraint, actual) ? [] : [{ ...change, ...(actual !== undefined && { actual }) }];
  });
}

function isMet(constraint: Constraint, actual: unknown): boolean {
  return Object.entries(constraint).every(([rule, wanted]) => RULES[rule as keyof Constraint](actual, wanted as never));
}

const RULES: { [Rule in keyof Constraint]-?: (actual: unknown, wanted: NonNullable<Constraint[Rule]>) => boolean } = {
  eq: (actual, wanted) => isAmong(actual, [wanted]),
  ne: (actual, wanted) => !isAmong(actual, [wanted]),
  at_most: (actual, wanted) => isComparable(actual, wanted) && actual <= wanted,
  at_least: (actual, wanted) => isComparable(actual, wanted) && actual >= wanted,
  one_of: (actual, wanted) => isAmong(actual, wanted),
  not_one_of: (actual, wanted) => !isAmong(actual, wanted),
  subset_of: (actual, wanted) => Array.isArray(actual) && actual.every((one) => isAmong(one, wanted)),
  max_length: (actual, wanted) =>
    typeof actual === 'string' ? [...actual].length <= wanted : Array.isArray(actual) && actual.length <= wanted,
  non_empty: (actual) =>
    typeof actual === 'string'
      ? actual.trim() !== ''
      : typeof actual === 'object' && actual !== null
        ? Object.keys(actual).length > 0
        : actual !== undefined && actual !== null,
  present: (actual) => actual !== undefined && actual !== null,
  removed: (actual) => actual === undefined,
};

/** Numbers with numbers, dates with dates: any other pair is no order, and so satisfies no bound. */
export function isComparable(actual: unknown, bound: Bound): actual is Bound {
  if (typeof bound === 'number') return typeof actual === 'number';
  return typeof actual === 'string' && actual.length === bound.length && DATE.test(actual);
}

/** Of one form, so that the order of the texts is that of the times. As in schemas/change-request.json#/$defs/bound. */
const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{3})?Z)?$/;
