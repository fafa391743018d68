// Money is a whole number of pico-USD (10⁻¹² USD). A price per million tokens with up to six decimals is a whole number of
// pico-USD per token, so a charge is a sum of products of whole numbers and nothing is ever rounded.

const PICO_DIGITS = 12;
const DECIMAL = /^(0|[1-9][0-9]{0,17})(?:\.([0-9]{1,30}))?$/;

/**
 * What one unit costs, of a price in USD per `per` units.
 * @param price decimal text, such as `0.075`
 * @returns null when it is no whole number of pico-USD
 * @throws RangeError when the text is not a decimal of zero or more
 */
export function picoPerUnit(price: string, per: bigint): bigint | null {
  const [numerator, denominator] = parseDecimal(price);
  const scaled = numerator * 10n ** BigInt(PICO_DIGITS);
  const divisor = denominator * per;
  return scaled % divisor === 0n ? scaled / divisor : null;
}

/** Pico-USD as a decimal of USD without trailing zeros: `8229000000n` → `0.008229`. */
export function usdOf(pico: bigint): string {
  const digits = (pico < 0n ? -pico : pico).toString().padStart(PICO_DIGITS + 1, '0');
  const fraction = digits.slice(-PICO_DIGITS).replace(/0+$/, '');
  return `${pico < 0n ? '-' : ''}${digits.slice(0, -PICO_DIGITS)}${fraction && `.${fraction}`}`;
}

/**
 * A decimal of USD as pico-USD.
 * @returns null when it is no whole number of pico-USD
 * @throws RangeError when the text is not a decimal of zero or more
 */
export function picoOf(usd: string): bigint | null {
  return picoPerUnit(usd, 1n);
}

function parseDecimal(text: string): [bigint, bigint] {
  const match = DECIMAL.exec(text);
  if (!match) throw new RangeError(`${text.slice(0, 40)} is not a decimal`);
  const fraction = match[2] ?? '';
  return [BigInt(match[1]! + fraction), 10n ** BigInt(fraction.length)];
}
