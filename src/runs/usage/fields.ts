import type { Unpriced } from '../prices/answers.ts';

/** Raw usage that cannot be read as counts. Turned into an {@link Unpriced} before it leaves this folder. */
export class UsageError extends Error {
  readonly code: Unpriced['unpriced'];
  constructor(code: Unpriced['unpriced'], detail: string) {
    super(detail);
    this.code = code;
  }
}

export type Raw = Readonly<Record<string, unknown>>;

export function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object inside, under the first of these names that has one; empty when there is none. */
export function inside(raw: Raw, ...names: string[]): Raw {
  for (const name of names) if (isRaw(raw[name])) return raw[name];
  return {};
}

/**
 * A count under the first of these names that has one. Absent and null are the same: providers send either for what they did not count.
 * @throws UsageError `usage.count_invalid`: a count that is no whole number of zero or more is not rounded
 */
export function countOf(raw: Raw, ...names: string[]): number | undefined {
  const name = names.find((one) => raw[one] !== undefined && raw[one] !== null);
  if (name === undefined) return undefined;
  const count = raw[name];
  if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 0)
    throw new UsageError('usage.count_invalid', `${name} is ${JSON.stringify(count)?.slice(0, 40)}`);
  return count;
}

/** A count that the shape cannot be without. */
export function neededCount(raw: Raw, ...names: string[]): number {
  const count = countOf(raw, ...names);
  if (count === undefined) throw new UsageError('usage.incomplete', `${names[0]} is missing`);
  return count;
}

/** Leaves out what was not counted and, but for totals, what was counted as none. */
export function compact(counts: Record<string, number | undefined>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(counts).filter(
      (entry): entry is [string, number] =>
        entry[1] !== undefined && (entry[1] > 0 || entry[0] === 'input_tokens' || entry[0] === 'output_tokens'),
    ),
  );
}

/** What tells the whole by another way than its parts. @throws UsageError `usage.inconsistent` */
export function requireTotal(name: string, total: number | undefined, sum: number): void {
  if (total !== undefined && total !== sum)
    throw new UsageError('usage.inconsistent', `${name} is ${total}, its parts are ${sum}`);
}
