import { Problem } from '../../contract/problem.ts';
import type { Bound, Term } from '../../contract/types.ts';
import { isComparable } from '../../tickets/changes.ts';
import type { TicketRow } from '../../tickets/tables.ts';
import { type Field, fieldAt, valueOf } from './fields.ts';

// Tighter terms as the forms of the dashboard and of the portal send them: `term.at_most.<pointer>` with a number or a date,
// `term.subset_of.<pointer>` once for each item that is kept, and `term.list` with the pointer of each list that was offered, since
// of a list of which nothing is kept a browser sends nothing.

/**
 * What the form narrows; a list of which all is kept says nothing.
 * @throws Problem 400 `terms.unreadable`, 422 `terms.nothing_kept`, naming the pointer
 */
export function readTerms(form: URLSearchParams, row: TicketRow, currency: string | null): Term[] {
  const terms = new Map<string, Term>();
  const put = (pointer: string, more: object) => terms.set(pointer, { ...terms.get(pointer), pointer, ...more });
  for (const [name, text] of form) {
    const match = /^term\.(at_least|at_most)\.(\/.+)$/.exec(name);
    if (!match || text.trim() === '') continue;
    const [, rule, pointer] = match as unknown as [string, 'at_least' | 'at_most', string];
    put(pointer, { [rule]: boundOf(fieldAt(row, pointer, currency), text.trim()) });
  }
  for (const pointer of form.getAll('term.list')) {
    const asked = fieldAt(row, pointer, currency).value;
    const kept = form.getAll(`term.subset_of.${pointer}`);
    if (kept.length === 0)
      throw new Problem(422, 'terms.nothing_kept', 'Keep at least one, or turn the whole of it down.', { pointer });
    if (!(Array.isArray(asked) && asked.length === kept.length)) put(pointer, { subset_of: kept });
  }
  return [...terms.values()];
}

function boundOf(field: Field, text: string): Bound {
  const bound = valueOf(field, typeof field.value === 'number' ? bareNumber(text) : text) as Bound;
  if (field.value !== undefined && !isComparable(bound, field.value as Bound))
    throw new Problem(
      400,
      'terms.unreadable',
      typeof field.value === 'number' ? 'Give a number, such as 110 or 110.50.' : 'Give a date, such as 2026-12-31.',
      { pointer: field.pointer },
    );
  return bound;
}

/** `$1,200.50` and `1200.50 USD` as what they mean; anything else as it is. */
function bareNumber(text: string): string {
  const match = /^[^\d.,-]{0,4}(\d{1,3}(?:,\d{3})+|\d+)([.]\d+)?[^\d.,-]{0,4}$/.exec(text);
  return match ? match[1]!.replaceAll(',', '') + (match[2] ?? '') : text;
}
