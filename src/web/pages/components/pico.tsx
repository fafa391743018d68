import { usdOf } from '../../../runs/prices/amount.ts';
import { Usd, shortUsd } from './usd.tsx';

const PICO = 1e12;

/** Pico-USD as money to read, with the exact amount on hover. */
export function Pico({ of }: { of: string | bigint | null }) {
  if (of === null) return <span class="absent">none</span>;
  return <Usd>{usdOf(BigInt(of))}</Usd>;
}

export function usdText(pico: bigint): string {
  return shortUsd(Number(pico) / PICO);
}

/** How many times the estimate, in hundredths, rounded down as the guard does. */
export function timesText(committed: bigint, estimate: bigint): string {
  const hundredths = (committed * 100n) / estimate;
  return `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')} ×`;
}
