import { Word } from './text.tsx';

/** Amounts are whole minor units on the wire. A currency has 2 decimals unless Intl knows better (JPY 0, KWD 3). */
export function money(minor: number, currency: string | null): string {
  if (currency === null) return (minor / 100).toLocaleString('en', { minimumFractionDigits: 2 });
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

/** What a field is called: `/live/daily_budget_minor` → `Live · daily budget`. */
export function fieldName(path: string): string {
  const steps = path
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const words = steps.map((step) =>
    /^[0-9]+$/.test(step) ? `#${Number(step) + 1}` : step.replace(/_minor$/, '').replaceAll('_', ' '),
  );
  const text = words.join(' · ') || 'everything';
  return text[0]!.toUpperCase() + text.slice(1);
}

/** One value of a change, in the form in which people compare it. */
export function Value({ path, value, currency }: { path: string; value: unknown; currency: string | null }) {
  if (value === undefined) return <span class="absent">none</span>;
  if (typeof value === 'number')
    return <span class="number">{path.endsWith('_minor') ? money(value, currency) : value.toLocaleString('en')}</span>;
  if (typeof value === 'boolean') return <span>{value ? 'yes' : 'no'}</span>;
  if (value === null) return <span class="absent">null</span>;
  if (typeof value === 'string') return <Word>{value}</Word>;
  return <Word>{plain(value, currency)}</Word>;
}

/** How much a number moves, and which way: `+25.0 %`. */
export function moved(before: unknown, after: unknown): string | null {
  if (typeof before !== 'number' || typeof after !== 'number' || before === 0 || before === after) return null;
  const percent = ((after - before) / before) * 100;
  return `${percent > 0 ? '+' : '−'}${Math.abs(percent).toFixed(1)} %`;
}

/** Objects and lists in a line of words: `platform meta, start 2026-04-01, budget $10,000.00`. */
function plain(value: unknown, currency: string | null): string {
  if (Array.isArray(value)) return value.map((one) => plain(one, currency)).join('; ');
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([key, part]) => {
        const shown =
          typeof part === 'number' && key.endsWith('_minor') ? money(part, currency) : plain(part, currency);
        return `${key.replace(/_minor$/, '').replaceAll('_', ' ')} ${shown}`;
      })
      .join(', ');
  return String(value);
}
