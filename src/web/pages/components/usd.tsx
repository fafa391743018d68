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
  return amount.toLocaleString('en', {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits: Math.min(digits, 12),
  });
}
