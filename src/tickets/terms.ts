import { canonicalHash } from '../contract/canonical.ts';
import { Problem } from '../contract/problem.ts';
import type { AgreedTerm, AgreedTerms, Bound, NarrowingRule, Term } from '../contract/types.ts';
import { isComparable } from './changes.ts';
import { isAmong, valueAt, withValueAt } from './pointer.ts';
import type { Subject, TicketRow } from './tables.ts';

// Approve with tighter terms. What was asked for says, field by field, which values would have been within the request:
// of a number or date those from the value asked towards its other end, of a list its parts. A term is kept as such a set
// of its own, and proven to be a part of that one. So is every meet of terms, and what lies within those was asked for.

/**
 * The terms as they stand for what was asked, proven to be no wider. How a field is tightened is policy's rule.
 * @throws Problem 422 `terms.wider`, `terms.not_asked`, `terms.empty` or `terms.twice`, naming the pointer
 */
export function narrowTerms(rules: NarrowingRule[], asked: Subject, terms: Term[]): AgreedTerms {
  const agreed = terms.map((term) => {
    const rule = rules.find((one) => one.pointer === term.pointer);
    if (!rule) throw refused('terms.unknown', term, 'policy says nothing of how to tighten it');
    return narrowOne(rule, asked, term);
  });
  const twice = agreed.find((one, i) => agreed.findIndex(({ pointer }) => pointer === one.pointer) !== i);
  if (twice) throw refused('terms.twice', twice, 'say it once');
  return agreed.sort(byPointer);
}

/**
 * What all the terms allow together.
 * @throws Problem 422 `terms.empty` when they leave nothing
 */
export function meetTerms(all: AgreedTerms): AgreedTerms {
  const met = new Map<string, AgreedTerm>();
  for (const term of all) {
    const other = met.get(term.pointer);
    met.set(term.pointer, other ? meetOne(other, term) : term);
  }
  return [...met.values()].sort(byPointer);
}

/** The terms of the approvals that count, together. */
export function termsOf(ticket: Pick<TicketRow, 'votes' | 'revision'>): AgreedTerms {
  const standing = ticket.votes.filter((vote) => vote.revision === ticket.revision && vote.verdict === 'approve');
  return meetTerms(standing.flatMap((vote) => vote.terms ?? []));
}

/** What the permit is bound to besides the subject_hash; null without terms. */
export function termsHash(ticket: Pick<TicketRow, 'votes' | 'revision' | 'subject_hash'>): string | null {
  const terms = termsOf(ticket);
  return terms.length === 0 ? null : canonicalHash({ v: 1, subject_hash: ticket.subject_hash, terms });
}

/** Pointers at which a question lies beyond the terms. What is not there is beyond: its absence was not asked for. */
export function beyondTerms(terms: AgreedTerms, question: object): string[] {
  return terms.filter((term) => !isWithin(term, valueAt(question, term.pointer))).map((term) => term.pointer);
}

/** The question with what was asked where terms stand: equal to what was asked exactly when it differs there only. */
export function asAsked<Q extends object>(terms: AgreedTerms, question: Q, asked: Subject): Q {
  return terms.reduce((whole, { pointer }) => withValueAt(whole, pointer, valueAt(asked, pointer)), question);
}

export function isWithin(term: AgreedTerm, value: unknown): boolean {
  if (term.subset_of) return isPartOf(value, term.subset_of);
  const { at_least: low, at_most: high } = term;
  if (low === undefined || high === undefined) return false;
  return isComparable(value, low) && isComparable(value, high) && low <= value && value <= high;
}

function narrowOne(rule: NarrowingRule, asked: Subject, term: Term): AgreedTerm {
  const value = valueAt(asked, term.pointer);
  if (rule.kind === 'list') return narrowList(value, term);
  const end = (rule.towards === undefined ? undefined : valueAt(asked, rule.towards)) ?? rule.floor;
  if (term.subset_of || !isBound(value) || !isBound(end) || !isComparable(end, value) || !isComparable(value, end))
    throw refused('terms.not_asked', term, 'what was asked has no number or date there that could be bounded');
  const [low, high] = value < end ? [value, end] : [end, value];
  for (const bound of [term.at_least, term.at_most])
    if (bound !== undefined && !(isComparable(bound, low) && low <= bound && bound <= high))
      throw refused('terms.wider', term, `what was asked lies between ${low} and ${high}`);
  return interval(term, term.at_least ?? low, term.at_most ?? high);
}

function narrowList(value: unknown, term: Term): AgreedTerm {
  if (!term.subset_of || !Array.isArray(value) || value.length === 0)
    throw refused('terms.not_asked', term, 'what was asked has no list there of which a part could be approved');
  if (!isPartOf(term.subset_of, value)) throw refused('terms.wider', term, 'not all of it was asked for');
  return { pointer: term.pointer, subset_of: [...new Set(term.subset_of)].sort() };
}

function meetOne(a: AgreedTerm, b: AgreedTerm): AgreedTerm {
  if (a.subset_of && b.subset_of) {
    const both = a.subset_of.filter((one) => b.subset_of!.includes(one));
    if (both.length === 0) throw refused('terms.empty', a, 'the terms of the approvals have nothing in common');
    return { pointer: a.pointer, subset_of: both };
  }
  const low = a.at_least! > b.at_least! ? a.at_least! : b.at_least!;
  const high = a.at_most! < b.at_most! ? a.at_most! : b.at_most!;
  return interval(a, low, high);
}

function interval({ pointer }: { pointer: string }, low: Bound, high: Bound): AgreedTerm {
  if (low > high) throw refused('terms.empty', { pointer }, `nothing lies between ${low} and ${high}`);
  return { pointer, at_least: low, at_most: high };
}

/** A list with entries, all of them in the other. An empty one often means everything, so it is a part of none. */
function isPartOf(value: unknown, whole: unknown[]): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((one) => isAmong(one, whole));
}

function isBound(value: unknown): value is Bound {
  return typeof value === 'number' || typeof value === 'string';
}

const byPointer = (a: AgreedTerm, b: AgreedTerm): number => (a.pointer < b.pointer ? -1 : 1);

function refused(code: string, { pointer }: { pointer: string }, why: string): Problem {
  return new Problem(422, code, `${pointer}: ${why}.`, { pointer });
}
