/** `USD 1,250.00` of 125000 minor units, as policy writes it. */
export function moneyText(minor: number, currency: string): string {
  const digits = digitsOf(currency);
  const unit = 10 ** digits;
  const amount = Math.abs(minor);
  const whole = Math.floor(amount / unit)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
  const rest = digits === 0 ? '' : `.${String(amount % unit).padStart(digits, '0')}`;
  return `${minor < 0 ? '-' : ''}${currency} ${whole}${rest}`;
}

// Asking Intl costs more than all else here, and a comparison of two plans asks hundreds of times. Currencies are few.
const known = new Map<string, number>();
const KNOWN_MAX = 200;

function digitsOf(currency: string): number {
  const digits =
    known.get(currency) ??
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits!;
  if (known.size < KNOWN_MAX) known.set(currency, digits);
  return digits;
}

/**
 * How many per cent of `base` a difference is, with up to two decimals, rounded toward zero as policy rounds. Exact: amounts
 * are bounded so that amount × 10⁴ is an integer below 2⁵³. Null on a base of zero.
 */
export function percentText(delta: number, base: number): string | null {
  if (base === 0) return null;
  const hundredths = Number((BigInt(Math.abs(delta)) * 10_000n) / BigInt(base));
  const decimals = String(100 + (hundredths % 100))
    .slice(1)
    .replace(/0+$/, '');
  return `${delta < 0 && hundredths > 0 ? '-' : ''}${Math.floor(hundredths / 100)}${decimals && `.${decimals}`}`;
}
