import { picoPerUnit } from './amount.ts';
import type { BreakdownLine, PriceRow, Priced, Unpriced, Usage } from './answers.ts';
import type { Override, Price, PriceList } from './list.ts';
import { findModel, findProvider, periodAt } from './match.ts';
import { findOverride } from './overrides.ts';
import { type Leaf, splitUsage } from './split.ts';
import { type Unit, UNITS, UNIT_OF_PRICE, isPartOf } from './units.ts';

export interface Ask {
  /** As the caller calls it; absent to go by the model's name alone. */
  provider?: string | undefined;
  model: string;
  /** When the call was made, ISO 8601. */
  at: string;
  /** The provider's service tier; `standard` when absent. */
  tier?: string | undefined;
}

/** What a call's usage cost by the list, exactly, as the sum of its breakdown. */
export function priceUsage(list: PriceList, ask: Ask & { usage: Usage }): Priced | Unpriced {
  const found = findRow(list, ask);
  if ('unpriced' in found) return found;
  const { row, list_hash } = found;
  const priced = Object.keys(row.prices).map((key) => UNIT_OF_PRICE.get(key)!);
  const leaves = splitUsage(ask.usage, priced);
  if ('unpriced' in leaves) return leaves;
  const missing = unpricedUnit(ask.usage, priced);
  if (missing)
    return { unpriced: 'price.unit_missing', detail: `${row.provider}/${row.model} has no price for ${missing}` };

  const breakdown: BreakdownLine[] = [];
  let pico_usd = 0n;
  for (const { unit, count } of [...leaves, ...onePerCall(priced)]) {
    if (count === 0) continue;
    const each = rateOf(row.prices[unit.price_key]!, unit, ask.usage.input_tokens ?? 0);
    if (each === null) return inexact(row, unit);
    const amount = each * BigInt(count);
    pico_usd += amount;
    breakdown.push({ unit: unit.unit, count, each: String(each), pico_usd: String(amount) });
  }
  return { pico_usd, row, list_hash, breakdown };
}

/** The most that a call's tokens can cost each, before it is made. */
export interface CallRates {
  /** Pico-USD for each input token, were it written to the dearest cache. */
  input_each: bigint;
  output_each: bigint;
  per_call: bigint;
  row: PriceRow;
  list_hash: string;
}

/**
 * What to hold for a call of text: the dearest of what its tokens may turn out to be. Not for audio, images or tools that are
 * charged apart: price those with {@link priceUsage}.
 * @param ask.input_tokens decides the tier by input size
 */
export function callRates(list: PriceList, ask: Ask & { input_tokens: number }): CallRates | Unpriced {
  const found = findRow(list, ask);
  if ('unpriced' in found) return found;
  const { row, list_hash } = found;
  for (const needed of ['input_mtok', 'output_mtok'])
    if (row.prices[needed] === undefined)
      return { unpriced: 'price.unit_missing', detail: `${row.provider}/${row.model} has no ${needed}` };

  const rates = { input_each: 0n, output_each: 0n, per_call: 0n };
  for (const [key, price] of Object.entries(row.prices)) {
    const unit = UNIT_OF_PRICE.get(key)!;
    const side = sideOf(unit);
    if (!side) continue;
    const each = rateOf(price, unit, ask.input_tokens);
    // What is not exact cannot be charged either: usage of it will be unpriced.
    if (each === null && (key === 'input_mtok' || key === 'output_mtok')) return inexact(row, unit);
    if (each !== null && each > rates[side]) rates[side] = each;
  }
  return { ...rates, row, list_hash };
}

/** What one of each unit costs by a row, for a call of this many input tokens. Null where that is no whole number of pico-USD. */
export function ratesOf({ prices }: PriceRow, input_tokens: number): Record<string, bigint | null> {
  return Object.fromEntries(
    Object.entries(prices).map(([key, price]) => {
      const unit = UNIT_OF_PRICE.get(key)!;
      return [unit.unit, rateOf(price, unit, input_tokens)];
    }),
  );
}

/** The row in force for a model at a time, the tenant's own before the list's. */
export function findRow(list: PriceList, ask: Ask): { row: PriceRow; list_hash: string } | Unpriced {
  const tier = ask.tier ?? 'standard';
  const provider = findProvider(list, ask.provider, ask.model);
  const model = provider && findModel(list, provider, ask.model);
  const own = findOverride(list.overrides, {
    providers: [provider?.id, ask.provider],
    models: [ask.model, model?.id],
    tier,
    at: ask.at,
  });
  if (own) return { row: rowOfOverride(own.override, own.version), list_hash: own.overrides_hash };
  if (!provider)
    return {
      unpriced: 'price.provider_unknown',
      detail: ask.provider ? `no provider ${ask.provider}` : `no provider whose models are called like ${ask.model}`,
    };
  if (!model) return { unpriced: 'price.model_unknown', detail: `${provider.id} has no model ${ask.model}` };
  // The list holds what providers charge in their standard tier. Batch is cheaper and priority dearer: neither is guessed.
  if (tier !== 'standard')
    return { unpriced: 'price.tier_unknown', detail: `${provider.id}/${model.id} has no prices for the tier ${tier}` };
  const { period } = periodAt(model, ask.at);
  const { prices, ...when } = period;
  return {
    row: { source: 'list', provider: provider.id, model: model.id, tier, ...when, prices },
    list_hash: list.list_hash,
  };
}

function rowOfOverride({ provider, model, tier, from, prices }: Override, version: number): PriceRow {
  return { source: `overrides/${version}`, provider, model, tier, from, prices };
}

/** Pico-USD for one. A tier applies to the whole call, output too, once the input is larger than its threshold. */
function rateOf(price: Price, unit: Unit, input_tokens: number): bigint | null {
  if (typeof price === 'string') return picoPerUnit(price, unit.per);
  const tier = price.tiers.findLast(({ above }) => input_tokens > above);
  return picoPerUnit(tier ? tier.price : price.base, unit.per);
}

function onePerCall(priced: Unit[]): Leaf[] {
  return priced.filter(({ unit }) => unit === 'requests').map((unit) => ({ unit, count: 1 }));
}

/** A unit that was used and is in no price: neither by itself nor in what it is part of. */
function unpricedUnit(usage: Usage, priced: Unit[]): string | undefined {
  return Object.keys(usage).find((name) => {
    const unit = UNITS.get(name)!;
    if (usage[name] === 0) return false;
    // Writing for an hour costs more than for five minutes: the price of the shorter is no price for it.
    if (name === 'cache_write_1h_tokens' && priced.some((one) => one.unit === 'cache_write_tokens'))
      return !priced.includes(unit);
    return !priced.some((one) => isPartOf(unit, one));
  });
}

function sideOf({ unit, dimensions }: Unit): 'input_each' | 'output_each' | 'per_call' | null {
  if (unit === 'requests') return 'per_call';
  if (dimensions.family !== 'tokens' || dimensions.modality || dimensions.type === 'tool') return null;
  return dimensions.direction === 'input' ? 'input_each' : 'output_each';
}

function inexact(row: PriceRow, { price_key }: Unit): Unpriced {
  const detail = `${row.provider}/${row.model} ${price_key} ${JSON.stringify(row.prices[price_key])} is no whole number of pico-USD each`;
  return { unpriced: 'price.inexact', detail };
}
