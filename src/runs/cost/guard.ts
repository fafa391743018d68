// The Cost Guard's arithmetic: whole numbers of pico-USD (10⁻¹² USD) and nothing else. No clock, no I/O, no floating point.

/** A decimal with at most two places, as a fraction over a power of ten: 2.75 is 275 / 100. */
export interface Multiplier {
  numerator: bigint;
  denominator: bigint;
}

/** `left ≥ right` or `left < right` in whole numbers, so that anyone can do the sum again. */
export interface Inequality {
  left: string;
  relation: '>=' | '<';
  right: string;
  holds: boolean;
}

/** What the guard weighs, of one run tree. `reserved`: of calls that were admitted and are not settled yet. */
export interface Amounts {
  estimate: bigint | null;
  multiplier: Multiplier;
  committed: bigint;
  reserved: bigint;
}

/**
 * The multiplier of a configuration, exactly as it is written.
 * @throws RangeError when it is no decimal above 0 with at most two places
 */
export function exactMultiplier(value: number | string): Multiplier {
  const match = /^([0-9]{1,4})(?:\.([0-9]{1,2}))?$/.exec(String(value));
  const fraction = match?.[2] ?? '';
  const numerator = BigInt((match?.[1] ?? '0') + fraction);
  if (numerator === 0n) throw new RangeError(`${value} is no decimal above 0 with at most two places`);
  return { numerator, denominator: 10n ** BigInt(fraction.length) };
}

/** Trip ⇔ committed × 10ᵏ ≥ estimate × multiplier × 10ᵏ. Without an estimate above 0 there is nothing to measure against. */
export function tripInequality({ committed, estimate, multiplier }: Amounts): Inequality | null {
  if (estimate === null || estimate <= 0n) return null;
  const left = committed * multiplier.denominator;
  const right = estimate * multiplier.numerator;
  return { left: String(left), relation: '>=', right: String(right), holds: left >= right };
}

export function isOverLimit(amounts: Amounts): boolean {
  return tripInequality(amounts)?.holds ?? false;
}

/**
 * A call may begin ⇔ (committed + reserved) × 10ᵏ < estimate × multiplier × 10ᵏ, its own hold excluded: so what is spent
 * and reserved stays under the limit and one hold, whatever the concurrency. A correction that takes the sum of charges
 * below zero gives no more room than there was.
 */
export function admissionInequality({ committed, reserved, estimate, multiplier }: Amounts): Inequality | null {
  if (estimate === null || estimate <= 0n) return null;
  const left = (notNegative(committed) + reserved) * multiplier.denominator;
  const right = estimate * multiplier.numerator;
  return { left: String(left), relation: '<', right: String(right), holds: left < right };
}

/** What a call may cost without what is spent and reserved going over the limit, in whole pico-USD. Null: there is no limit yet. */
export function roomLeft(amounts: Amounts): bigint | null {
  const limit = limitOf(amounts);
  if (!limit) return null;
  const used = (notNegative(amounts.committed) + amounts.reserved) * limit.denominator;
  return used >= limit.numerator ? 0n : (limit.numerator - used) / limit.denominator;
}

/** A fraction of whole numbers in lowest terms. */
export interface Fraction {
  numerator: string;
  denominator: string;
}

/** The spend at which the guard trips, exactly. */
export function limitOf({ estimate, multiplier }: Amounts): { numerator: bigint; denominator: bigint } | null {
  if (estimate === null || estimate <= 0n) return null;
  return { numerator: estimate * multiplier.numerator, denominator: multiplier.denominator };
}

export function limitFraction(amounts: Amounts): Fraction | null {
  const limit = limitOf(amounts);
  return limit && fraction(limit.numerator, limit.denominator);
}

/** Committed ÷ estimate. */
export function ratioOf({ committed, estimate }: Amounts): Fraction | null {
  return estimate === null || estimate <= 0n ? null : fraction(committed, estimate);
}

/** @param denominator above 0 */
function fraction(numerator: bigint, denominator: bigint): Fraction {
  let [a, b] = [numerator < 0n ? -numerator : numerator, denominator];
  while (b > 0n) [a, b] = [b, a % b];
  return { numerator: String(numerator / a), denominator: String(denominator / a) };
}

function notNegative(amount: bigint): bigint {
  return amount < 0n ? 0n : amount;
}
