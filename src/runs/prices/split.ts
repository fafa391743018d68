import type { Unpriced, Usage } from './answers.ts';
import { type Unit, UNITS, isPartOf, overlapOf } from './units.ts';

/** How many of a unit are charged by the unit's own price and by no finer one. */
export interface Leaf {
  unit: Unit;
  count: number;
}

/**
 * Splits totals into parts that are charged once each: input tokens less those from the cache, less those of audio, and so on,
 * down to the units that have a price.
 * @param priced the units that have a price, with everything that they are part of
 */
export function splitUsage(usage: Usage, priced: Unit[]): Leaf[] | Unpriced {
  const wrong = usageWrong(usage);
  if (wrong) return wrong;
  const leaves: Leaf[] = [];
  const finestFirst = priced
    .filter(({ unit }) => unit !== 'requests')
    .sort((a, b) => Object.keys(b.dimensions).length - Object.keys(a.dimensions).length);
  for (const unit of finestFirst) {
    const total = totalOf(usage, unit);
    if (typeof total !== 'number') return total;
    const finer = leaves.filter((leaf) => isPartOf(leaf.unit, unit)).reduce((sum, leaf) => sum + leaf.count, 0);
    if (finer > total)
      return { unpriced: 'usage.inconsistent', detail: `the parts of ${unit.unit} are ${finer}, it is ${total}` };
    leaves.push({ unit, count: total - finer });
  }
  return leaves.reverse();
}

/** What is wrong with counts by themselves. */
function usageWrong(usage: Usage): Unpriced | null {
  const names = Object.keys(usage);
  if (names.length === 0) return { unpriced: 'usage.empty', detail: 'nothing was counted' };
  const unknown = names.find((name) => !UNITS.has(name));
  if (unknown !== undefined)
    return { unpriced: 'usage.unit_unknown', detail: `there is no unit ${unknown.slice(0, 64)}` };
  for (const name of names) {
    const count = usage[name]!;
    if (!Number.isSafeInteger(count) || count < 0)
      return { unpriced: 'usage.count_invalid', detail: `${name} is ${count}` };
    for (const other of names)
      if (count > usage[other]! && isPartOf(UNITS.get(name)!, UNITS.get(other)!))
        return { unpriced: 'usage.inconsistent', detail: `${name} is ${count}, of ${other} there are ${usage[other]}` };
  }
  return null;
}

function totalOf(usage: Usage, unit: Unit): number | Unpriced {
  const total = usage[unit.unit];
  if (total !== undefined) return total;
  const used = Object.keys(usage).filter((name) => usage[name]! > 0);
  for (const name of used) {
    const part = UNITS.get(name)!;
    if (isPartOf(part, unit))
      return { unpriced: 'usage.incomplete', detail: `${name} is counted, ${unit.unit} is not` };
    // Tokens of audio, and tokens from a cache, and a price for audio from a cache: how many were both nobody said.
    for (const other of used)
      if (overlapOf(part, UNITS.get(other)!)?.unit === unit)
        return { unpriced: 'usage.overlap_unknown', detail: `how many of ${name} are ${other} too is not said` };
  }
  return 0;
}
