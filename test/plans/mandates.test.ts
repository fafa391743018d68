import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unusedOf } from '../../src/plans/mandates.ts';

const amount = fc.integer({ min: 0, max: 1_000_000_000_000 });

test('what is used of a draw is the increase that took place, of what was allowed', () => {
  fc.assert(
    fc.property(amount, fc.integer({ min: 1, max: 1_000_000_000_000 }), amount, (before, increase, set) => {
      const allowed = before + increase;
      const used = increase - unusedOf(increase, { allowed, set });
      const wanted = set <= before ? 0 : set >= allowed ? increase : set - before;
      expect(used).toBe(wanted);
    }),
  );
});

test('what was not done at all comes back whole', () => {
  expect(unusedOf(700, undefined)).toBe(700);
  expect(unusedOf(700, { allowed: 10_700, set: undefined })).toBe(700);
});
