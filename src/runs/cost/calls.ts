import type { PriceList } from '../prices/list.ts';
import type { PriceRow, Priced, Unpriced } from '../prices/answers.ts';
import { priceUsage } from '../prices/price.ts';
import { normalizeUsage } from '../usage/normalize.ts';
import type { CallUsage, PartUsage, Tokens } from './tables.ts';

/** What somebody says of a call, as it was sent: a provider's own usage, counts by unit, or an amount. */
export interface Said {
  provider?: string | undefined;
  model?: string | undefined;
  tier?: string | undefined;
  usage?: unknown;
  tokens?: Tokens | undefined;
  pico_usd?: string | undefined;
}

/** A report as usage of a call of which nothing else is known. */
export function readReport(said: Said, at: string): CallUsage {
  const own: PartUsage = { model: said.model ?? null, tier: said.tier ?? null, tokens: sorted(said.tokens ?? {}) };
  const none = { provider: said.provider ?? null, beside: [], pico_usd: said.pico_usd ?? null, at, unpriced: null };
  if (said.usage === undefined) return { ...own, ...none, unreadable: null };
  const read = normalizeUsage(said.usage, { provider: said.provider });
  if ('unpriced' in read) return { ...own, ...none, unreadable: `${read.unpriced}: ${read.detail}` };
  const [call, ...beside] = read.calls.map((one): PartUsage => ({
    model: one.model ?? own.model,
    tier: said.tier ?? one.tier,
    tokens: sorted(one.usage),
  }));
  return { ...none, ...call!, beside: beside.sort(byPart), unreadable: null };
}

/**
 * Joins what two reports say of one call: of each unit the most, of times the earliest, of names the longer. Usage of a call
 * only grows, so this is what its last snapshot says, in whatever order and however often they come; a stream whose first
 * part counts the input and whose last counts the output adds up to both.
 */
export function joinUsage(one: CallUsage, other: CallUsage): CallUsage {
  const keys = new Map<string, PartUsage[]>();
  for (const part of [...one.beside, ...other.beside]) keys.set(keyOf(part), [...(keys.get(keyOf(part)) ?? []), part]);
  return {
    ...joinPart(one, other),
    provider: longer(one.provider, other.provider),
    beside: [...keys.values()].map((parts) => parts.reduce(joinPart)).sort(byPart),
    pico_usd: mostOf(one.pico_usd, other.pico_usd),
    at: one.at < other.at ? one.at : other.at,
    unreadable: longer(one.unreadable, other.unreadable),
    unpriced: one.unpriced ?? other.unpriced,
  };
}

/** What a call costs as far as it is known, and the rows of the list that it was priced by. */
export type CallCost = { pico_usd: bigint; rows: PriceRow[]; list_hash: string | null } | Unpriced;

/**
 * The larger of what its tokens cost by the list and the amount that was reported; the latter alone when there are no tokens
 * or no price for them. Never 0 for want of a price.
 */
export function costOf(prices: PriceList, usage: CallUsage): CallCost {
  const amount = usage.pico_usd === null ? null : BigInt(usage.pico_usd);
  const byTokens = tokensCost(prices, usage);
  if (byTokens === null || 'unpriced' in byTokens) {
    if (amount !== null) return { pico_usd: amount, rows: [], list_hash: null };
    return byTokens ?? { unpriced: 'usage.empty', detail: 'the report counts nothing' };
  }
  return { ...byTokens, pico_usd: amount !== null && amount > byTokens.pico_usd ? amount : byTokens.pico_usd };
}

function tokensCost(prices: PriceList, usage: CallUsage): CallCost | null {
  if (usage.unreadable !== null) return { unpriced: 'usage.shape_unknown', detail: usage.unreadable };
  const parts = [usage, ...usage.beside].filter(({ tokens }) => Object.keys(tokens).length > 0);
  if (parts.length === 0) return null;
  const priced: Priced[] = [];
  for (const { model, tier, tokens } of parts) {
    if (model === null) return { unpriced: 'price.model_unknown', detail: 'the report names no model' };
    const { provider, at } = usage;
    const one = priceUsage(prices, {
      ...(provider !== null && { provider }),
      model,
      at,
      ...(tier !== null && { tier }),
      usage: tokens,
    });
    if ('unpriced' in one) return one;
    priced.push(one);
  }
  return {
    pico_usd: priced.reduce((sum, one) => sum + one.pico_usd, 0n),
    rows: priced.map(({ row }) => row),
    list_hash: priced[0]!.list_hash,
  };
}

function joinPart(one: PartUsage, other: PartUsage): PartUsage {
  const tokens: Tokens = { ...one.tokens };
  for (const [unit, count] of Object.entries(other.tokens)) tokens[unit] = Math.max(tokens[unit] ?? 0, count);
  const tier =
    one.tier === 'standard'
      ? (other.tier ?? one.tier)
      : other.tier === 'standard'
        ? one.tier
        : longer(one.tier, other.tier);
  return { model: longer(one.model, other.model), tier: tier ?? other.tier, tokens: sorted(tokens) };
}

/** The one that comes later in the alphabet: of an alias and the dated name that begins with it, the dated name. */
function longer(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return one > other ? one : other;
}

function mostOf(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return BigInt(one) > BigInt(other) ? one : other;
}

function keyOf({ model, tier }: PartUsage): string {
  return `${model ?? ''} ${tier ?? ''}`;
}

function byPart(a: PartUsage, b: PartUsage): number {
  return keyOf(a) < keyOf(b) ? -1 : 1;
}

/** By name, so that the same counts are the same bytes. */
function sorted(tokens: Tokens): Tokens {
  return Object.fromEntries(Object.entries(tokens).sort(([a], [b]) => (a < b ? -1 : 1)));
}
