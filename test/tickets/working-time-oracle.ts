import type { WorkCalendar } from '../../src/contract/types.ts';

// Working time counted minute by minute, from the clock on the wall as Intl tells it. Shares nothing with the product:
// neither its arithmetic of dates nor its library.

const MINUTE = 60_000;
const DAY_NAMES: Record<string, string> = {
  Mon: 'mon',
  Tue: 'tue',
  Wed: 'wed',
  Thu: 'thu',
  Fri: 'fri',
  Sat: 'sat',
  Sun: 'sun',
};

export interface Oracle {
  /** Working minutes from one whole minute to another. */
  minutes(calendar: WorkCalendar, from: number, to: number): number;
  /** The first whole minute by which so many working minutes have passed. */
  add(calendar: WorkCalendar, from: number, minutes: number): number;
}

/** Reads the wall clock of every minute of some days once. `begin` must lie two days before anything that is asked for. */
export function createOracle(zone: string, begin: number, days: number): Oracle {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  const count = days * 1440;
  // The wall clock as a text that sorts, and the first minute at which the wall shows each text or a later one.
  const walls: string[] = [];
  let latest = '';
  const firsts: { wall: string; minute: number }[] = [];
  for (let i = 0; i < count; i++) {
    const parts = Object.fromEntries(format.formatToParts(begin + i * MINUTE).map(({ type, value }) => [type, value]));
    const wall = `${parts['year']}-${parts['month']}-${parts['day']} ${parts['hour']}:${parts['minute']}`;
    walls.push(wall);
    if (wall > latest) firsts.push({ wall: (latest = wall), minute: i });
  }

  function firstAt(wall: string): number {
    let [low, high] = [0, firsts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (firsts[middle]!.wall < wall) low = middle + 1;
      else high = middle;
    }
    return firsts[low]?.minute ?? count;
  }

  const kept = new Map<string, Uint8Array>();
  function working(calendar: WorkCalendar): Uint8Array {
    const key = JSON.stringify(calendar);
    const known = kept.get(key);
    if (known) return known;
    const on = new Uint8Array(count);
    const dates = [...new Set(walls.map((wall) => wall.slice(0, 10)))].flatMap((date) => [date, plus(date, 1)]);
    for (const date of new Set(dates)) {
      if (calendar.holidays.includes(date)) continue;
      const name =
        DAY_NAMES[new Date(`${date}T12:00:00Z`).toLocaleDateString('en-US', { weekday: 'short', timeZone: 'UTC' })]!;
      for (const { days, from, to } of calendar.intervals) {
        if (!(days as string[]).includes(name)) continue;
        const end = to === '24:00' ? `${plus(date, 1)} 00:00` : `${to <= from ? plus(date, 1) : date} ${to}`;
        on.fill(1, firstAt(`${date} ${from}`), firstAt(end));
      }
    }
    if (kept.size > 50) kept.clear();
    kept.set(key, on);
    return on;
  }

  return {
    minutes(calendar, from, to) {
      const on = working(calendar);
      let sum = 0;
      for (let i = (from - begin) / MINUTE; i < (to - begin) / MINUTE; i++) sum += on[i]!;
      return sum;
    },
    add(calendar, from, minutes) {
      const on = working(calendar);
      let i = (from - begin) / MINUTE;
      for (let left = minutes; left > 0; i++) {
        if (i >= count) throw new Error('beyond the days of the oracle');
        left -= on[i]!;
      }
      return begin + i * MINUTE;
    },
  };
}

function plus(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 24 * 60 * MINUTE).toISOString().slice(0, 10);
}
