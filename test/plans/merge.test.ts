import fc from 'fast-check';
import { expect, test } from 'vitest';
import { comparePayloads } from '../../src/plans/compare.ts';
import { mergePayloads } from '../../src/plans/merge.ts';
import { type Payload, flightKey, flightsTotal } from '../../src/plans/payload.ts';

const flight = fc.record({
  platform: fc.constantFrom('meta', 'google', 'tiktok'),
  start: fc.constantFrom('2026-04-01', '2026-05-01'),
  end: fc.constantFrom('2026-05-31', '2026-06-30'),
  budget_minor: fc.integer({ min: 0, max: 5 }).map((n) => n * 100),
});
const list = fc.option(fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 }), { nil: undefined });

/** Plans whose flights may or may not be told apart, and whose total may or may not be their sum. */
const payload: fc.Arbitrary<Payload> = fc
  .record({
    name: fc.constantFrom('Spring', 'Summer', 'Autumn'),
    currency: fc.constantFrom('USD', 'EUR'),
    flights: fc.oneof(
      fc.uniqueArray(flight, { minLength: 1, maxLength: 5, selector: flightKey }),
      fc.array(flight, { minLength: 1, maxLength: 4 }),
    ),
    reserve: fc.constantFrom(0, 0, 0, 500),
    audiences: list,
    creative_themes: list,
  })
  .map(({ reserve, audiences, creative_themes, ...rest }) => {
    const sum = rest.flights.reduce((total, { budget_minor }) => total + budget_minor, 0);
    return {
      ...rest,
      total_budget_minor: sum + reserve,
      ...(audiences && { audiences }),
      ...(creative_themes && { creative_themes }),
    };
  });

const three = [payload, payload, payload] as const;
const RUNS = { numRuns: 500 };

test('what one side alone changed is that side, to the byte', () => {
  fc.assert(
    fc.property(payload, payload, (base, other) => {
      for (const [theirs, mine] of [
        [base, other],
        [other, base],
        [other, other],
      ] as const)
        expect(mergePayloads(base, theirs, mine)).toEqual({ merged: other, conflicts: [], unknown: [] });
    }),
    RUNS,
  );
});

test('it does not matter who is who: the same places conflict, and without conflict the plans cost and hold the same', () => {
  fc.assert(
    fc.property(...three, (base, theirs, mine) => {
      const [one, other] = [mergePayloads(base, theirs, mine), mergePayloads(base, mine, theirs)];
      expect(other.conflicts).toHaveLength(one.conflicts.length);
      if (one.conflicts.length > 0) return;
      expect(bag(other.merged)).toEqual(bag(one.merged));
    }),
    RUNS,
  );
});

test('nothing is made up: each value of the merged plan is one of the three, and no change of one side is lost without a conflict', () => {
  fc.assert(
    fc.property(...three, (base, theirs, mine) => {
      const { merged, conflicts } = mergePayloads(base, theirs, mine);
      const all = [base, theirs, mine].flatMap(({ flights }) => flights.map((one) => JSON.stringify(one)));
      for (const one of merged.flights) expect(all).toContain(JSON.stringify(one));
      if (conflicts.length > 0) return;
      for (const [side, other] of [
        [mine, theirs],
        [theirs, mine],
      ] as const)
        for (const key of ['name', 'currency'] as const)
          if (side[key] !== base[key]) expect([side[key], other[key]]).toContain(merged[key]);
      for (const one of mine.flights)
        if (!base.flights.some((old) => flightKey(old) === flightKey(one)))
          expect(merged.flights.map(flightKey)).toContain(flightKey(one));
    }),
    RUNS,
  );
});

test('every conflict is settled by taking a side, and a resolution of nothing is named', () => {
  fc.assert(
    fc.property(...three, fc.constantFrom('theirs', 'mine', 'base'), (base, theirs, mine, take) => {
      const { conflicts } = mergePayloads(base, theirs, mine);
      const resolutions = conflicts.map(({ pointer }) => ({ pointer, take }));
      const settled = mergePayloads(base, theirs, mine, [...resolutions, { pointer: '/no/such', take }]);
      expect(settled).toMatchObject({ conflicts: [], unknown: ['/no/such'] });
    }),
    RUNS,
  );
});

test('a total that is the sum of the flights everywhere stays their sum', () => {
  const plan = (...budgets: number[]): Payload => ({
    name: 'P',
    currency: 'USD',
    total_budget_minor: budgets.reduce((a, b) => a + b, 0),
    flights: budgets.map((budget_minor, i) => ({
      platform: ['meta', 'google', 'tiktok'][i]!,
      start: '2026-04-01',
      end: '2026-04-30',
      budget_minor,
    })),
  });
  const merged = mergePayloads(plan(100, 100), plan(150, 100), plan(100, 80, 50));
  expect(merged).toEqual({ merged: plan(150, 80, 50), conflicts: [], unknown: [] });
  const clash = mergePayloads(plan(100, 100), plan(150, 100), plan(120, 100), []);
  expect(clash.conflicts).toEqual([{ pointer: '/flights/0/budget_minor', base: 100, theirs: 150, mine: 120 }]);
  const value = [{ pointer: '/flights/0/budget_minor', value: 135 }];
  expect(mergePayloads(plan(100, 100), plan(150, 100), plan(120, 100), value).merged).toEqual(plan(135, 100));
});

test('a comparison adds up: what the flights gain is what the sum of flights gains, and equal plans have nothing to say', () => {
  fc.assert(
    fc.property(payload, payload, (before, after) => {
      const { flights, total, summary, differences } = comparePayloads(before, after);
      const sum = (list: { budget_minor: number }[]) => list.reduce((all, one) => all + one.budget_minor, 0);
      const moved = flights.changed.reduce((all, one) => all + one.delta_minor, 0);
      expect(sum(flights.added) - sum(flights.removed) + moved).toBe(flightsTotal(after) - flightsTotal(before));
      if (before.currency === after.currency)
        expect(total.delta_minor).toBe(after.total_budget_minor - before.total_budget_minor);
      else expect(total.delta_minor).toBeNull();
      if (differences.length === 0) expect(summary).toEqual([]);
      expect(comparePayloads(after, after).summary).toEqual([]);
    }),
    RUNS,
  );
});

function bag({ flights, audiences, creative_themes, ...rest }: Payload) {
  return {
    ...rest,
    flights: flights.map((one) => JSON.stringify(Object.entries(one).sort())).sort(),
    audiences: [...(audiences ?? [])].sort(),
    creative_themes: [...(creative_themes ?? [])].sort(),
  };
}
