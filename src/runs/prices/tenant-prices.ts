import type { Actor } from '../../audit/entry.ts';
import { defineTable } from '../../audit/table.ts';
import type { Tx } from '../../audit/view.ts';
import { type FieldError, Problem, notFound } from '../../contract/problem.ts';
import type { PriceOverrides, PriceOverridesRequest } from '../../contract/types.ts';
import { picoPerUnit } from './amount.ts';
import { type Override, type PriceList, pricesWrong } from './list.ts';
import { withOverrides } from './overrides.ts';
import { standardPrices } from './standard-list.ts';
import { UNIT_OF_PRICE } from './units.ts';

interface OverrideRow {
  version: number;
  rows: Override[];
  reason: string;
  actor_type: string;
  actor_id: string;
  seq: number;
  created_at: string;
}

const overrideTable = defineTable<OverrideRow>({
  name: 'price_override',
  columns: {
    version: 'int',
    rows: 'json',
    reason: 'text',
    actor_type: 'text',
    actor_id: 'text',
    seq: 'int',
    created_at: 'time',
  },
  // Written once, yet not appendOnly: the one in force is to stay in memory.
  key: ['version'],
});

const currentTable = defineTable<{ version: number }>({ name: 'price_current', columns: { version: 'int' }, key: [] });

// A list with a tenant's prices is hashed once for as long as its row stays in memory.
const lists = new WeakMap<Override[], PriceList>();

/** The price list as the tenant sees it now: its own prices, then the list that ships. */
export function pricesOf(tx: Tx): PriceList {
  const current = tx.get(currentTable, '');
  if (!current) return standardPrices;
  const { version, rows } = tx.get(overrideTable, current.version)!;
  let list = lists.get(rows);
  if (!list) lists.set(rows, (list = withOverrides(standardPrices, { version, rows })));
  return list;
}

/** A tenant's own prices: those in force, or those of a version. @throws Problem 404 */
export function readOverrides(tx: Tx, version?: number): PriceOverrides {
  const current = tx.get(currentTable, '')?.version ?? 0;
  if (version === undefined && current === 0)
    return { version: 0, overrides_hash: null, rows: [], reason: null, created_at: null, created_by: null };
  const row = tx.get(overrideTable, version ?? current);
  if (!row) throw notFound('version of your prices');
  return shown(row);
}

/**
 * Puts a tenant's own prices in force. What was charged keeps the row that it was charged by.
 * @param expected version that the author saw; null to replace whatever stands
 * @throws Problem 409 `price.version_conflict`; 422 `price.invalid` with each row that cannot be charged by
 */
export function replaceOverrides(
  tx: Tx,
  actor: Actor,
  { reason, rows: asked }: PriceOverridesRequest,
  expected: number | null,
): PriceOverrides {
  const current = tx.get(currentTable, '')?.version ?? 0;
  if (expected !== null && expected !== current)
    throw new Problem(409, 'price.version_conflict', `Your prices are at version ${current}.`, { version: current });
  const rows = asked.map((row): Override => ({
    ...row,
    tier: row.tier ?? 'standard',
    from: new Date(row.from).toISOString(),
  }));
  const errors = rowsWrong(rows);
  if (errors.length > 0)
    throw new Problem(422, 'price.invalid', errors.map(({ field, message }) => `${field}: ${message}`).join('; '), {
      errors,
    });
  const row: OverrideRow = {
    version: current + 1,
    rows,
    reason,
    actor_type: actor.type,
    actor_id: actor.id,
    seq: tx.seq,
    created_at: tx.now,
  };
  tx.put(overrideTable, row);
  tx.put(currentTable, { version: row.version });
  const after = shown(row);
  tx.append({
    action: 'prices.replaced',
    actor,
    resource: `prices/${row.version}`,
    payload: JSON.stringify({ ...after, list_hash: standardPrices.list_hash }),
  });
  return after;
}

const ERRORS_MAX = 20;

function rowsWrong(rows: Override[]): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [at, { provider, model, tier, from, prices }] of rows.entries()) {
    const field = `/rows/${at}`;
    const name = JSON.stringify([provider.toLowerCase(), model.toLowerCase(), tier, from]);
    if (seen.has(name)) errors.push({ field, code: 'price.duplicate', message: 'is there before, from the same time' });
    seen.add(name);
    const wrong = pricesWrong(prices);
    if (wrong) errors.push({ field: `${field}/prices`, code: 'price.unusable', message: wrong });
    else
      for (const [key, price] of Object.entries(prices)) {
        const texts = typeof price === 'string' ? [price] : [price.base, ...price.tiers.map((tier) => tier.price)];
        if (texts.some((text) => picoPerUnit(text, UNIT_OF_PRICE.get(key)!.per) === null))
          errors.push({
            field: `${field}/prices/${key}`,
            code: 'price.inexact',
            message: 'must come to a whole number of pico-USD each',
          });
      }
  }
  return errors.slice(0, ERRORS_MAX);
}

function shown({ version, rows, reason, created_at, actor_id }: OverrideRow): PriceOverrides {
  const overrides_hash = withOverrides(standardPrices, { version, rows }).overrides!.overrides_hash;
  return { version, overrides_hash, rows, reason, created_at, created_by: actor_id };
}
