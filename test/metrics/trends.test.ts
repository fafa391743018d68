import { describe, expect, test } from 'vitest';
import { bucketStarts, stepsFor } from '../../src/metrics/trends.ts';

const from = '2026-03-04T10:20:00.000Z';

describe('buckets', () => {
  test('begin with the window, then with every full step in UTC, weeks on Mondays', () => {
    const to = (time: string) => ({ from, to: time });
    expect(bucketStarts(to('2026-03-04T12:00:00.000Z'), 'hour')).toEqual([from, '2026-03-04T11:00:00.000Z']);
    expect(bucketStarts(to('2026-03-06T00:00:00.001Z'), 'day')).toEqual([
      from,
      '2026-03-05T00:00:00.000Z',
      '2026-03-06T00:00:00.000Z',
    ]);
    expect(bucketStarts(to('2026-03-17T00:00:00.000Z'), 'week')).toEqual([
      from,
      '2026-03-09T00:00:00.000Z',
      '2026-03-16T00:00:00.000Z',
    ]);
  });

  test('are never more than a picture holds', () => {
    for (const days of [0.01, 1, 2, 4, 7, 30, 90, 200, 366]) {
      const window = { from, to: new Date(Date.parse(from) + days * 86_400_000).toISOString() };
      for (const step of stepsFor(window)) expect(bucketStarts(window, step).length).toBeLessThanOrEqual(101);
    }
    expect(stepsFor({ from, to: '2026-03-05T10:20:00.000Z' })).toEqual(['hour']);
  });
});
