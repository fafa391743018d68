import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WorkCalendar } from '../../src/contract/types.ts';
import { addWorkingMs, workingMs } from '../../src/tickets/sla/calendar.ts';
import { createOracle } from './working-time-oracle.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;
const ALL = [...WEEKDAYS, 'sat', 'sun'] as const;
const hours = (from: string, to: string, days: readonly (typeof ALL)[number][] = WEEKDAYS) => ({
  days: [...days],
  from,
  to,
});
const calendar = (time_zone: string, intervals: WorkCalendar['intervals'], holidays: string[] = []): WorkCalendar => ({
  time_zone,
  intervals,
  holidays,
});
const at = (text: string) => Date.parse(text);
const iso = (instant: number) => new Date(instant).toISOString();

describe('days that people remember', () => {
  const berlin = calendar('Europe/Berlin', [hours('09:00', '17:00')]);

  test.each<[string, WorkCalendar, string, number, string]>([
    ['within a day', berlin, '2026-03-02T08:30:00Z', 60, '2026-03-02T09:30:00.000Z'],
    ['over night', berlin, '2026-03-02T15:30:00Z', 60, '2026-03-03T08:30:00.000Z'],
    ['the last minute of a day is due that day', berlin, '2026-03-02T15:30:00Z', 30, '2026-03-02T16:00:00.000Z'],
    ['over the weekend in which the clocks go forward', berlin, '2026-03-27T15:30:00Z', 60, '2026-03-30T07:30:00.000Z'],
    ['over the weekend in which they go back', berlin, '2026-10-23T14:30:00Z', 60, '2026-10-26T08:30:00.000Z'],
    ['asked on a Saturday', berlin, '2026-03-07T12:00:00Z', 1, '2026-03-09T08:01:00.000Z'],
    [
      'over Christmas',
      calendar('Europe/Berlin', [hours('09:00', '17:00')], ['2026-12-24', '2026-12-25']),
      '2026-12-23T15:30:00Z',
      60,
      '2026-12-28T08:30:00.000Z',
    ],
    [
      'over lunch',
      calendar('America/New_York', [hours('09:00', '12:00'), hours('13:00', '18:00')]),
      '2026-07-01T15:50:00Z',
      20,
      '2026-07-01T17:10:00.000Z',
    ],
    [
      'a night shift that begins before a holiday ends on it',
      calendar('Asia/Tokyo', [hours('22:00', '06:00', ALL)], ['2026-01-01']),
      '2025-12-31T13:00:00Z',
      480,
      '2025-12-31T21:00:00.000Z',
    ],
    [
      'and the next one begins after it',
      calendar('Asia/Tokyo', [hours('22:00', '06:00', ALL)], ['2026-01-01']),
      '2025-12-31T13:00:00Z',
      481,
      '2026-01-02T13:01:00.000Z',
    ],
    [
      'a night shift of seven hours, as the clock jumps',
      calendar('America/New_York', [hours('22:00', '06:00', ALL)]),
      '2026-03-08T03:00:00Z',
      420,
      '2026-03-08T10:00:00.000Z',
    ],
    [
      'a night shift of nine hours, as an hour comes twice',
      calendar('America/New_York', [hours('22:00', '06:00', ALL)]),
      '2026-11-01T02:00:00Z',
      540,
      '2026-11-01T11:00:00.000Z',
    ],
    [
      'work that begins in an hour that does not exist begins when the clock jumps',
      calendar('America/New_York', [hours('02:30', '05:00', ALL)]),
      '2026-03-08T05:00:00Z',
      1,
      '2026-03-08T07:01:00.000Z',
    ],
    [
      'a summer time of half an hour',
      calendar('Australia/Lord_Howe', [hours('00:00', '08:00', ALL)]),
      '2026-04-04T13:00:00Z',
      510,
      '2026-04-04T21:30:00.000Z',
    ],
    [
      'a day that the island left out',
      calendar('Pacific/Apia', [hours('09:00', '17:00', ALL)]),
      '2011-12-30T03:00:00Z',
      1,
      '2011-12-30T19:01:00.000Z',
    ],
  ])('%s', (_, one, from, minutes, wanted) => {
    expect(iso(addWorkingMs(one, at(from), minutes * MINUTE))).toBe(wanted);
    expect(workingMs(one, at(from), at(wanted))).toBe(minutes * MINUTE);
  });

  test('round the clock every minute counts, whatever the zone does', () => {
    const always = calendar('America/New_York', [hours('00:00', '24:00', ALL)]);
    expect(workingMs(always, at('2026-03-01T00:00:00Z'), at('2026-12-01T00:00:00Z'))).toBe(275 * 24 * HOUR);
  });

  test('nothing is passed at once, and a calendar without time is an error', () => {
    expect(addWorkingMs(berlin, at('2026-03-07T12:00:00Z'), 0)).toBe(at('2026-03-07T12:00:00Z'));
    expect(workingMs(berlin, at('2026-03-03T12:00:00Z'), at('2026-03-02T12:00:00Z'))).toBe(0);
    expect(() => addWorkingMs(calendar('UTC', []), 0, 1)).toThrow(RangeError);
  });
});

describe('against counting minute by minute', () => {
  // Weeks around changes of the clock, a quiet one, and one in which a date was left out.
  const WEEKS: [zone: string, begin: string][] = [
    ['Europe/Berlin', '2026-03-26T00:00:00Z'],
    ['Europe/Berlin', '2026-10-22T00:00:00Z'],
    ['America/New_York', '2026-03-05T00:00:00Z'],
    ['America/New_York', '2026-10-29T00:00:00Z'],
    ['Australia/Lord_Howe', '2026-04-02T00:00:00Z'],
    ['Australia/Lord_Howe', '2026-10-01T00:00:00Z'],
    ['America/Santiago', '2026-04-02T00:00:00Z'],
    ['America/Santiago', '2026-09-03T00:00:00Z'],
    ['Africa/Cairo', '2026-04-21T00:00:00Z'],
    ['Asia/Beirut', '2026-10-22T00:00:00Z'],
    ['Asia/Kathmandu', '2026-06-01T00:00:00Z'],
    ['Pacific/Apia', '2011-12-27T00:00:00Z'],
  ];
  const DAYS = 7;
  const oracles = WEEKS.map(([zone, begin]) => createOracle(zone, at(begin) - 2 * 24 * HOUR, DAYS + 4));

  const minuteOfDay = fc.integer({ min: 0, max: 1439 });
  const interval = fc
    .record({
      days: fc.subarray([...ALL], { minLength: 1 }),
      from: fc.oneof(minuteOfDay, fc.constantFrom(0, 30, 60, 90, 120, 150, 180)),
      to: fc.oneof(fc.integer({ min: 0, max: 1440 }), fc.constantFrom(60, 90, 120, 150, 180, 1440)),
    })
    .map(({ days, from, to }) => ({ days, from: clockText(from), to: clockText(to) }));
  const scene = fc.record({
    week: fc.nat({ max: WEEKS.length - 1 }),
    intervals: fc.array(interval, { minLength: 1, maxLength: 4 }),
    holidays: fc.uniqueArray(fc.nat({ max: DAYS }), { maxLength: 2 }),
    from: fc.integer({ min: 0, max: DAYS * 1440 }),
    span: fc.integer({ min: 0, max: DAYS * 1440 }),
    part: fc.double({ min: 0, max: 1, noNaN: true }),
  });

  function clockText(minute: number): string {
    return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
  }

  test('the sum, its parts and its inverse', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(scene, ({ week, intervals, holidays, from, span, part }) => {
        const [zone, begin] = WEEKS[week]!;
        const start = at(begin) + from * MINUTE;
        const end = Math.min(start + span * MINUTE, at(begin) + DAYS * 24 * HOUR);
        const middle = start + Math.round(((end - start) / MINUTE) * part) * MINUTE;
        const one = calendar(
          zone,
          intervals,
          holidays.map((day) => iso(at(begin) + day * 24 * HOUR).slice(0, 10)),
        );
        const counted = workingMs(one, start, end);
        expect(counted).toBe(oracles[week]!.minutes(one, start, end) * MINUTE);
        expect(workingMs(one, start, middle) + workingMs(one, middle, end)).toBe(counted);
        if (counted > 0) {
          const wanted = Math.max(MINUTE, Math.round((counted / MINUTE) * part) * MINUTE);
          const due = addWorkingMs(one, start, wanted);
          expect(workingMs(one, start, due)).toBe(wanted);
          // The first such instant: a millisecond before, less has passed.
          expect(workingMs(one, start, due - 1)).toBe(wanted - 1);
          expect(due).toBeLessThanOrEqual(end);
        }
      }),
      { numRuns: 400 },
    );
  });
});
