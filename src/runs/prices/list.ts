import { canonicalHash } from '../../contract/canonical.ts';
import { picoPerUnit } from './amount.ts';
import { type Unit, UNITS, UNIT_OF_PRICE, isPartOf, overlapOf } from './units.ts';

/** The price of one unit in USD, by the list's name of it (`input_mtok`): flat, or by the size of the input. */
export type Price = string | { base: string; tiers: { above: number; price: string }[] };

/** Which model ids a row is for. Case is ignored but in a regex. */
export type Match =
  | { equals: string }
  | { starts_with: string }
  | { ends_with: string }
  | { contains: string }
  | { regex: string }
  | { or: Match[] }
  | { and: Match[] };

/** Prices in force from a day (UTC) on, or within hours of each day (UTC, seconds since midnight). */
export interface Period {
  from?: string;
  hours?: { start: number; end: number };
  prices: Record<string, Price>;
}

export interface ModelPrices {
  id: string;
  match: Match;
  /** The last that applies is in force; the first applies always. */
  periods: Period[];
}

export interface ProviderPrices {
  id: string;
  provider_match?: Match;
  model_match?: Match;
  /** Providers whose prices hold for the models that this one does not name. */
  fallback_providers?: string[];
  models: ModelPrices[];
}

/** A price list as it is on disk (`prices/list.json`), made by `npm run prices:build`. */
export interface PriceListFile {
  v: 1;
  source: string;
  /** The day on which its maker published it. */
  dated: string;
  providers: ProviderPrices[];
}

/** A list that prices may be taken from. */
export interface PriceList extends PriceListFile {
  /** SHA-256 of the canonical JSON of the file. */
  list_hash: string;
  /** The tenant's own prices, which come first. */
  overrides?: HashedOverrides;
}

/** A tenant's own price for a model: what it has agreed with a provider, or of a model that the list does not know. */
export interface Override {
  provider: string;
  /** The id that calls name, or the list's id of the model, which then holds for all its names. Case is ignored. */
  model: string;
  tier: string;
  /** From when on, ISO 8601 UTC. */
  from: string;
  prices: Record<string, Price>;
}

/** One version of a tenant's own prices, whole: what it does not name is priced by the list. */
export interface Overrides {
  version: number;
  rows: Override[];
}

/** A tenant's own prices, with the hash that names them together with the list they stand on. */
export type HashedOverrides = Overrides & { overrides_hash: string };

/**
 * Checks a list and names it by its hash.
 * @throws Error naming the row that cannot be used
 */
export function openPriceList(file: PriceListFile): PriceList {
  for (const provider of file.providers)
    for (const model of provider.models) {
      const where = `${provider.id}/${model.id}`;
      if (model.periods.length === 0 || model.periods[0]!.from || model.periods[0]!.hours)
        throw new Error(`${where}: the first period must apply always`);
      for (const period of model.periods) {
        const wrong = pricesWrong(period.prices);
        if (wrong) throw new Error(`${where}: ${wrong}`);
      }
    }
  return { ...file, list_hash: canonicalHash(file) };
}

/**
 * What is wrong with a set of prices, in words; null when nothing is. An amount that is no whole number of pico-USD is not
 * wrong here: it is refused when something is to be charged by it.
 */
export function pricesWrong(prices: Record<string, Price>): string | null {
  const units: Unit[] = [];
  for (const [key, price] of Object.entries(prices)) {
    const unit = UNIT_OF_PRICE.get(key);
    if (!unit) return `there is no price named ${key}`;
    units.push(unit);
    const amounts = typeof price === 'string' ? [price] : [price.base, ...price.tiers.map((tier) => tier.price)];
    try {
      for (const amount of amounts) picoPerUnit(amount, unit.per);
    } catch (error) {
      return `${key}: ${(error as Error).message}`;
    }
    if (typeof price === 'string') continue;
    if (price.tiers.some(({ above }, at) => above < 0 || (at > 0 && above <= price.tiers[at - 1]!.above)))
      return `${key}: tiers must rise`;
  }
  // What is part of a unit can be told apart from the rest only if the rest has a price too, and so can what two units share.
  for (const unit of units) {
    const whole = [...UNITS.values()].find((other) => isPartOf(unit, other) && !units.includes(other));
    if (whole) return `${unit.price_key} needs ${whole.price_key} too`;
    for (const other of units) {
      const overlap = overlapOf(unit, other);
      if (!overlap) continue;
      if (!overlap.unit) return `${unit.price_key} and ${other.price_key} overlap in a unit that has no name`;
      if (!units.includes(overlap.unit))
        return `${unit.price_key} with ${other.price_key} needs ${overlap.unit.price_key} too`;
    }
  }
  return null;
}
