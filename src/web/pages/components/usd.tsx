/** USD out of a decimal text, short enough to read: cents, or as many digits as a small amount needs. The exact one is on hover. */
export function Usd({ children }: { children: string }) {
  return (
    <data value={children} title={`${children} USD`} class="number">
      {shortUsd(Number(children))}
    </data>
  );
}

export function shortUsd(amount: number): string {
  const digits = Math.abs(amount) >= 0.1 || amount === 0 ? 2 : 2 - Math.floor(Math.log10(Math.abs(amount)));
  return formatOf(Math.min(digits, 12)).format(amount);
}

// Making a format costs more than a thousand uses of it.
const formats = new Map<number, Intl.NumberFormat>();

function formatOf(maximumFractionDigits: number): Intl.NumberFormat {
  const known = formats.get(maximumFractionDigits);
  if (known) return known;
  const format = new Intl.NumberFormat('en', {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits,
  });
  formats.set(maximumFractionDigits, format);
  return format;
}
