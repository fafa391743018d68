import type { Price } from './list.ts';

/** Counts by unit. Totals include their parts: `input_tokens` holds what was read from a cache, `output_tokens` the reasoning. */
export type Usage = Readonly<Record<string, number>>;

/** What something was charged by: enough to charge it again without the list. */
export interface PriceRow {
  /** `list`, or the version of the tenant's own prices. */
  source: string;
  provider: string;
  model: string;
  tier: string;
  /** From when on it applies; absent when always. */
  from?: string;
  /** Within which seconds of a day (UTC) it applies. */
  hours?: { start: number; end: number };
  prices: Record<string, Price>;
}

/** One addend of a charge. Amounts in pico-USD as decimal text. */
export interface BreakdownLine {
  unit: string;
  count: number;
  each: string;
  pico_usd: string;
}

export interface Priced {
  pico_usd: bigint;
  row: PriceRow;
  list_hash: string;
  breakdown: BreakdownLine[];
}

/** Something that cannot be charged exactly: never taken for free. */
export interface Unpriced {
  unpriced:
    | 'price.provider_unknown'
    | 'price.model_unknown'
    | 'price.tier_unknown'
    | 'price.unit_missing'
    | 'price.inexact'
    | 'usage.shape_unknown'
    | 'usage.empty'
    | 'usage.unit_unknown'
    | 'usage.count_invalid'
    | 'usage.incomplete'
    | 'usage.inconsistent'
    | 'usage.overlap_unknown';
  detail: string;
}
