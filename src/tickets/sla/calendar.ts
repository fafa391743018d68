import { Temporal } from 'temporal-polyfill';
import type { WeekDay, WorkCalendar } from '../../contract/types.ts';

// Working time between instants. Wall-clock times become instants by one rule, whatever the zone does that day: a time of
// day is the first instant at which the clock on the wall shows it or a later one. So an interval that begins in an hour
// that is skipped begins when the clock jumps, and the hour that comes twice belongs to whom it finds at work. Intervals
// that touch on paper touch in time, and every millisecond counts once.

/** Working milliseconds from one instant to another; 0 when `to` is not after `from`. */
export function workingMs(calendar: WorkCalendar, from: number, to: number): number {
  let sum = 0;
  for (const [start, end] of periods(calendar, from)) {
    if (start >= to) break;
    sum += Math.min(end, to) - start;
  }
  return sum;
}

/**
 * The first instant by which that much working time has passed since `from`. Nothing is passed at once, also outside of
 * working hours.
 * @throws RangeError when the calendar does not hold that much within ten years
 */
export function addWorkingMs(calendar: WorkCalendar, from: number, ms: number): number {
  if (ms <= 0) return from;
  let left = ms;
  for (const [start, end] of periods(calendar, from)) {
    if (end - start >= left) return start + left;
    left -= end - start;
  }
  throw new RangeError(`no ${ms} ms of working time in ${DAYS_MAX} days`);
}

const DAY_MS = 86_400_000;
const DAYS_MAX = 3660;

/** Working time from an instant on, in order, each millisecond once. */
function* periods({ time_zone, intervals, holidays }: WorkCalendar, from: number): Generator<[number, number]> {
  const closed = new Set(holidays);
  const first = localDay(time_zone, from) - 1; // the night before may reach into it
  let done = from;
  for (let day = first; day < first + DAYS_MAX; day++) {
    if (closed.has(isoDay(day))) continue;
    const weekday = WEEK_DAYS[(((day + 3) % 7) + 7) % 7]!;
    for (const { start, end } of intervalsOf(intervals, weekday)) {
      const until = wallInstant(time_zone, day, end);
      const since = Math.max(done, wallInstant(time_zone, day, start));
      if (until <= since) continue;
      yield [since, until];
      done = until;
    }
  }
}

const WEEK_DAYS: WeekDay[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** The day's intervals by their beginning, in minutes from its midnight; an end on the next day is beyond 1440. */
function intervalsOf(intervals: WorkCalendar['intervals'], weekday: WeekDay): { start: number; end: number }[] {
  return intervals
    .filter(({ days }) => days.includes(weekday))
    .map(({ from, to }) => {
      const [start, end] = [minuteOf(from), minuteOf(to)];
      return { start, end: end > start ? end : end + 1440 };
    })
    .sort((a, b) => a.start - b.start);
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

/** Days since 1970-01-01 of the date on the wall. */
function localDay(zone: string, instant: number): number {
  const { year, month, day } = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
  return Date.UTC(year, month - 1, day) / DAY_MS;
}

function isoDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

// A zone's rules do not change while the process runs, and the same days are asked for again and again.
const known = new Map<string, number>();
const KNOWN_MAX = 50_000;

/** The first instant at which the wall shows this minute of the day or a later one. */
function wallInstant(zone: string, day: number, minute: number): number {
  const key = `${zone} ${day * 1440 + minute}`;
  let instant = known.get(key);
  if (instant === undefined) {
    if (known.size >= KNOWN_MAX) known.clear();
    known.set(
      key,
      (instant = findWallInstant(zone, new Date(day * DAY_MS + minute * 60_000).toISOString().slice(0, 19))),
    );
  }
  return instant;
}

function findWallInstant(zone: string, wall: string): number {
  const wanted = Temporal.PlainDateTime.from(wall);
  const found = wanted.toZonedDateTime(zone, { disambiguation: 'earlier' });
  if (found.toPlainDateTime().equals(wanted)) return found.epochMilliseconds;
  // A time that the wall never shows: `earlier` lies before the jump, and the jump is what comes next.
  return found.getTimeZoneTransition('next')!.epochMilliseconds;
}
