import { isDeepStrictEqual } from 'node:util';
import { type Flight, type Payload, flightKey, flightsTotal } from './payload.ts';

/** What two plans made of one base, each in its own way. A side on which there is nothing has no field. */
export interface Conflict {
  /** Into `merged`. */
  pointer: string;
  base?: unknown;
  theirs?: unknown;
  mine?: unknown;
}

/** How a conflict is settled: by a side, or by a value of its own. */
export type Resolution = { pointer: string } & ({ take: 'base' | 'theirs' | 'mine' } | { value: unknown });

export interface Merged {
  /** Both sides' changes; where they conflict and no resolution says otherwise, mine. */
  merged: Payload;
  /** Those that no resolution settles. */
  conflicts: Conflict[];
  /** Pointers of resolutions that settle nothing. */
  unknown: string[];
}

/**
 * Three-way merge of plan payloads. A value that one side alone changed is taken from it. Flights are told apart by platform
 * and dates, so moving one is a removal and an addition; where that tells not all of them apart, they are one value. Audiences
 * and themes are sets. A total that is the sum of the flights in all three plans stays the sum.
 */
export function mergePayloads(
  base: Payload,
  theirs: Payload,
  mine: Payload,
  resolutions: readonly Resolution[] = [],
): Merged {
  const wanted = new Map(resolutions.map((one) => [one.pointer, one]));
  const conflicts: Conflict[] = [];

  /** The merged value; what was found in conflict is settled by its resolution, or provisionally by `otherwise`. */
  function settle<T>(pointer: string, sides: Sides<T>, otherwise: 'mine' | 'theirs' = 'mine'): T | undefined {
    const side = cleanSide(sides);
    if (side !== null) return sides[side];
    const resolution = wanted.get(pointer);
    if (resolution && ('take' in resolution || isOfKind(resolution.value, sides))) {
      wanted.delete(pointer);
      return 'take' in resolution ? sides[resolution.take] : (resolution.value as T);
    }
    conflicts.push({ pointer, ...defined(sides) });
    return sides[otherwise];
  }

  const flights = mergeFlights(base, theirs, mine, settle);
  const follows = [base, theirs, mine].every((payload) => flightsTotal(payload) === payload.total_budget_minor);
  const field = <K extends keyof Payload>(key: K) =>
    settle<Payload[K]>(`/${key}`, { base: base[key], theirs: theirs[key], mine: mine[key] });
  const merged = { ...defined({ name: field('name'), currency: field('currency') }) } as Payload;
  merged.flights = flights;
  merged.total_budget_minor = follows ? flightsTotal(merged) : field('total_budget_minor')!;
  for (const key of ['audiences', 'creative_themes'] as const) {
    const list = mergeSets({ base: base[key], theirs: theirs[key], mine: mine[key] });
    if (list) merged[key] = list;
  }
  return { merged, conflicts, unknown: [...wanted.keys()] };
}

interface Sides<T> {
  base: T | undefined;
  theirs: T | undefined;
  mine: T | undefined;
}

type Settle = <T>(pointer: string, sides: Sides<T>, otherwise?: 'mine' | 'theirs') => T | undefined;

/** The side that says what becomes of a value; null when both changed it, and not to the same. */
function cleanSide<T>({ base, theirs, mine }: Sides<T>): 'theirs' | 'mine' | null {
  if (isDeepStrictEqual(mine, base) || isDeepStrictEqual(mine, theirs)) return 'theirs';
  return isDeepStrictEqual(theirs, base) ? 'mine' : null;
}

/** Is the value of the kind that stands there? */
function isOfKind(value: unknown, { base, theirs, mine }: Sides<unknown>): boolean {
  const kind = (one: unknown) => (Array.isArray(one) ? 'array' : typeof one);
  return [base, theirs, mine].some((side) => side !== undefined && kind(side) === kind(value));
}

function mergeFlights(base: Payload, theirs: Payload, mine: Payload, settle: Settle): Flight[] {
  const lists = { base: base.flights, theirs: theirs.flights, mine: mine.flights };
  const maps = { base: byKey(lists.base), theirs: byKey(lists.theirs), mine: byKey(lists.mine) };
  // Also keeps the order that its author gave them where one side alone touched them.
  if (cleanSide(lists) !== null || !maps.base || !maps.theirs || !maps.mine) return settle('/flights', lists)!;
  const keys = new Set([...maps.theirs.keys(), ...maps.mine.keys()]);
  const slots: (Flight | undefined)[] = [];
  for (const key of keys) {
    const sides: Sides<Flight> = { base: maps.base.get(key), theirs: maps.theirs.get(key), mine: maps.mine.get(key) };
    const side = cleanSide(sides);
    if (side !== null && !sides[side]) continue;
    const pointer = `/flights/${slots.length}`;
    if (side !== null || !sides.theirs || !sides.mine)
      slots.push(settle(pointer, sides, sides.mine ? 'mine' : 'theirs'));
    else {
      const { theirs: their, mine: my } = sides;
      const budget = { base: sides.base?.budget_minor, theirs: their.budget_minor, mine: my.budget_minor };
      slots.push({ ...their, budget_minor: settle(`${pointer}/budget_minor`, budget)! });
    }
  }
  return slots.filter((flight) => flight !== undefined);
}

/** Null when two of them are told apart by nothing. */
function byKey(flights: Flight[]): Map<string, Flight> | null {
  const map = new Map(flights.map((flight) => [flightKey(flight), flight]));
  return map.size === flights.length ? map : null;
}

/** Sets never conflict: what one side added is in, what one side removed is out. */
function mergeSets(sides: Sides<string[]>): string[] | undefined {
  const side = cleanSide(sides);
  if (side !== null) return sides[side];
  const base = new Set(sides.base);
  const theirs = new Set(sides.theirs);
  const mine = new Set(sides.mine);
  return [...new Set([...theirs, ...mine])].filter((one) => (base.has(one) ? theirs.has(one) && mine.has(one) : true));
}

function defined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as Partial<T>;
}
