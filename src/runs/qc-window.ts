import type { QcInput } from '../contract/types.ts';
import type { GrainRow } from './qc-tables.ts';

// The window of a grain is kept as counts per quarter of an hour, so that its size does not grow with the traffic: it
// covers the quarter of now and as many before it as make up window_hours.

type Quarters = GrainRow['quarters'];

const QUARTER_MS = 15 * 60_000;
const QUARTERS_PER_HOUR = 4;

/** The counts that are still within the window. */
export function within(quarters: Quarters, now: string, windowHours: number): Quarters {
  const oldest = quarterOf(now) - windowHours * QUARTERS_PER_HOUR;
  return Object.fromEntries(Object.entries(quarters).filter(([quarter]) => Number(quarter) > oldest));
}

/** Is a time within the window that ends now? */
export function isWithin(at: string, now: string, windowHours: number): boolean {
  return quarterOf(at) > quarterOf(now) - windowHours * QUARTERS_PER_HOUR;
}

/** The counts with one more result at a time of the window. */
export function counted(quarters: Quarters, at: string, pass: boolean): Quarters {
  const quarter = String(quarterOf(at));
  const [total, passed] = quarters[quarter] ?? [0, 0];
  return { ...quarters, [quarter]: [total + 1, passed + (pass ? 1 : 0)] };
}

/** The window now, and as each of its quarters leaves it, with when that is. */
export function windowsOf(quarters: Quarters, windowHours: number): { windows: QcInput['windows']; turns: string[] } {
  const inOrder = Object.entries(quarters).sort(([a], [b]) => Number(a) - Number(b));
  let window = { total: 0, passed: 0 };
  for (const [, [total, passed]] of inOrder) window = { total: window.total + total, passed: window.passed + passed };
  const windows = [window];
  const turns: string[] = [];
  for (const [quarter, [total, passed]] of inOrder) {
    window = { total: window.total - total, passed: window.passed - passed };
    windows.push(window);
    turns.push(new Date((Number(quarter) + windowHours * QUARTERS_PER_HOUR) * QUARTER_MS).toISOString());
  }
  return { windows, turns };
}

function quarterOf(time: string): number {
  return Math.floor(Date.parse(time) / QUARTER_MS);
}
