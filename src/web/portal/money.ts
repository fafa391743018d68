/** An amount as people say it: `$400`, `$399.50`. In a currency that is not known, the bare number. */
export function money(minor: number, currency: string | null): string {
  if (currency === null) return (minor / 100).toLocaleString('en');
  const format = formatOf(currency);
  return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

const formats = new Map<string, Intl.NumberFormat>();

/** Formats are dear to make, and few. */
function formatOf(currency: string): Intl.NumberFormat {
  let format = formats.get(currency);
  if (!format) {
    format = new Intl.NumberFormat('en', { style: 'currency', currency, trailingZeroDisplay: 'stripIfInteger' });
    formats.set(currency, format);
  }
  return format;
}

/** How much it moves: `25 % more`, `3.5 % less`; null where no per cent of nothing is. */
export function moved(before: number, after: number): string | null {
  if (before === 0 || before === after) return null;
  const percent = Number((Math.abs((after - before) / before) * 100).toFixed(1));
  return `${percent.toLocaleString('en')}\u00a0% ${after > before ? 'more' : 'less'}`;
}

/** What a recorded number is called, and the time it is for: `daily budget`, `a day`. */
export function fieldWords(field: string): { name: string; per: string } {
  const known = FIELDS[field];
  return known ?? { name: field.replace(/_minor$/, '').replaceAll('_', ' '), per: '' };
}

const FIELDS: Record<string, { name: string; per: string } | undefined> = {
  daily_budget_minor: { name: 'daily budget', per: ' a day' },
  weekly_budget_minor: { name: 'weekly budget', per: ' a week' },
  monthly_budget_minor: { name: 'monthly budget', per: ' a month' },
  lifetime_budget_minor: { name: 'whole budget', per: ' in total' },
  total_budget_minor: { name: 'whole budget', per: ' in total' },
  budget_minor: { name: 'budget', per: ' in total' },
};

/** A value of a recorded field, as money where it is money, with the time it is for. */
export function amount(field: string, value: number, currency: string | null): string {
  return `${bare(field, value, currency)}${fieldWords(field).per}`;
}

/** The same without the time it is for. */
export function bare(field: string, value: number, currency: string | null): string {
  return field.endsWith('_minor') ? money(value, currency) : value.toLocaleString('en');
}
