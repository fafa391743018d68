import { canonicalHash } from '../../contract/canonical.ts';
import type { HashedOverrides, Override, Overrides, PriceList } from './list.ts';

/** The list as one tenant sees it. */
export function withOverrides(list: PriceList, overrides: Overrides): PriceList {
  return {
    ...list,
    overrides: { ...overrides, overrides_hash: canonicalHash({ list: list.list_hash, ...overrides }) },
  };
}

/** The row for the most exact name of the model; of several the one in force latest. */
export function findOverride(
  overrides: HashedOverrides | undefined,
  asked: { providers: (string | undefined)[]; models: (string | undefined)[]; tier: string; at: string },
): { override: Override; version: number; overrides_hash: string } | undefined {
  if (!overrides) return undefined;
  const at = new Date(asked.at);
  const providers = asked.providers.map((name) => name?.trim().toLowerCase());
  for (const model of asked.models) {
    if (model === undefined) continue;
    const rows = overrides.rows
      .filter((row) => providers.includes(row.provider.toLowerCase()) && row.tier === asked.tier)
      .filter((row) => row.model.toLowerCase() === model.trim().toLowerCase() && new Date(row.from) <= at)
      .sort((a, b) => Date.parse(a.from) - Date.parse(b.from));
    if (rows.length > 0)
      return { override: rows.at(-1)!, version: overrides.version, overrides_hash: overrides.overrides_hash };
  }
  return undefined;
}
