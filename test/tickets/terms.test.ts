import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AgreedTerms, NarrowingRule, Term } from '../../src/contract/types.ts';
import { Problem } from '../../src/contract/problem.ts';
import { asAsked, beyondTerms, isWithin, meetTerms, narrowTerms } from '../../src/tickets/terms.ts';
import { openChanges, unmetChanges } from '../../src/tickets/changes.ts';

const AFTER = '/action/properties/after';
const LIST = '/action/properties/countries';
const rules: NarrowingRule[] = [
  { pointer: AFTER, kind: 'interval', towards: '/base/before' },
  { pointer: LIST, kind: 'list' },
];
const subject = (before: number, after: number, countries: string[]): any => ({
  subject: { type: 'agent', id: 'a' },
  action: { name: 'x', properties: { after, countries } },
  resource: { type: 'campaign', id: 'c' },
  base: { before },
});
const amount = fc.integer({ min: 0, max: 60 });
const countries = fc.uniqueArray(fc.constantFrom('AT', 'DE', 'FR', 'US', 'IT'), { minLength: 1 });
const term = fc.oneof(
  fc.record({ pointer: fc.constant(AFTER), at_most: amount }),
  fc.record({ pointer: fc.constant(AFTER), at_least: amount }),
  fc.record({ pointer: fc.constant(AFTER), at_least: amount, at_most: amount }),
  fc.record({ pointer: fc.constant(LIST), subset_of: countries }),
) as fc.Arbitrary<Term>;

/** Independent of the implementation: what the request itself would have allowed. */
const wasAsked = (asked: any, after: number, list: string[]) => {
  const [a, b] = [asked.base.before, asked.action.properties.after].sort((x, y) => x - y);
  return (
    a <= after && after <= b && list.length > 0 && list.every((one) => asked.action.properties.countries.includes(one))
  );
};
const attempt = (make: () => AgreedTerms): AgreedTerms | Problem => {
  try {
    return make();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
};

describe('tighter terms', () => {
  test('allow nothing that was not asked for, alone or met with others', () => {
    let proven = 0;
    fc.assert(
      fc.property(
        amount,
        amount,
        countries,
        fc.array(term, { minLength: 1, maxLength: 3 }),
        amount,
        countries,
        (before, after, list, terms, value, chosen) => {
          const asked = subject(before, after, list);
          const agreed = attempt(() => meetTerms(terms.flatMap((one) => narrowTerms(rules, asked, [one]))));
          if (agreed instanceof Problem) return;
          proven++;
          const question = subject(before, value, chosen);
          const bound = new Set(agreed.map((one) => one.pointer));
          if (beyondTerms(agreed, question).length > 0) return;
          // Where no term stands, the question is still what was asked.
          expect(wasAsked(asked, bound.has(AFTER) ? value : after, bound.has(LIST) ? chosen : list)).toBe(true);
        },
      ),
      { numRuns: 3000 },
    );
    expect(proven).toBeGreaterThan(100);
  });

  test('are refused exactly when they are wider or leave nothing', () => {
    fc.assert(
      fc.property(
        amount,
        amount,
        countries,
        fc.record({ pointer: fc.constant(AFTER), at_least: amount, at_most: amount }),
        (before, after, list, one) => {
          const answer = attempt(() => narrowTerms(rules, subject(before, after, list), [one]));
          const [low, high] = [Math.min(before, after), Math.max(before, after)];
          const wider = [one.at_least, one.at_most].some((bound) => bound < low || bound > high);
          if (wider) expect(answer).toMatchObject({ status: 422, code: 'terms.wider', extra: { pointer: AFTER } });
          else if (one.at_least > one.at_most) expect(answer).toMatchObject({ code: 'terms.empty' });
          else expect(answer).toEqual([one]);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('meet in any order to the same, and no more than each', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(amount, amount), { minLength: 1, maxLength: 5 }), amount, (bounds, value) => {
        const terms = bounds.map(([a, b]) => ({ pointer: AFTER, at_least: Math.min(a, b), at_most: Math.max(a, b) }));
        const there = attempt(() => meetTerms(terms));
        const back = attempt(() => meetTerms([...terms].reverse()));
        if (there instanceof Problem) {
          expect(back).toBeInstanceOf(Problem);
          return;
        }
        expect(back).toEqual(there);
        expect(isWithin(there[0]!, value)).toBe(terms.every((one) => isWithin(one, value)));
      }),
    );
  });

  test.each([null, undefined, '20', [], {}, Number.NaN, true])('have no room for %j', (value) => {
    const question = subject(10, value as any, []);
    expect(
      beyondTerms(
        [
          { pointer: AFTER, at_least: 0, at_most: 100 },
          { pointer: LIST, subset_of: ['DE'] },
        ],
        question,
      ),
    ).toEqual([AFTER, LIST]);
  });

  test('put back what was asked where they stand, and nowhere else', () => {
    const asked = subject(10, 50, ['DE']);
    const question = subject(10, 20, ['FR']);
    const whole = asAsked([{ pointer: AFTER, at_least: 10, at_most: 30 }], question, asked);
    expect(whole.action.properties).toEqual({ after: 50, countries: ['FR'] });
    expect(question.action.properties.after).toBe(20);
  });
});

describe('changes asked for', () => {
  const document = {
    action: { properties: { after: 5, note: ' ', list: ['a', 'b'], none: null, day: '2026-04-02' } },
    resource: {},
  };
  test.each([
    ['after', { at_most: 5 }, true],
    ['after', { at_most: 4 }, false],
    ['after', { at_least: '2026-01-01' }, false],
    ['day', { at_most: '2026-04-02' }, true],
    ['day', { at_least: '2026-04-03' }, false],
    ['gone', { at_most: 5 }, false],
    ['after', { eq: 5 }, true],
    ['after', { ne: 5 }, false],
    ['gone', { ne: 5 }, true],
    ['after', { one_of: [4, 5] }, true],
    ['gone', { one_of: [4, 5] }, false],
    ['gone', { not_one_of: [4] }, true],
    ['note', { non_empty: true }, false],
    ['list', { non_empty: true }, true],
    ['gone', { non_empty: true }, false],
    ['list', { subset_of: ['a', 'b', 'c'] }, true],
    ['list', { subset_of: ['a'] }, false],
    ['list', { max_length: 1 }, false],
    ['note', { max_length: 1 }, true],
    ['gone', { removed: true }, true],
    ['after', { removed: true }, false],
    ['none', { present: true }, false],
    ['constructor', { present: true }, false],
  ])('%s %j: %s', (field, constraint, met) => {
    const change = { pointer: `/action/properties/${field}`, constraint: constraint as any, by: 'olga' };
    expect(unmetChanges([change], document)).toHaveLength(met ? 0 : 1);
  });

  test('stand until the same person asks for others', () => {
    const vote = (voter: string, n: number) => ({
      verdict: 'request_changes',
      voter,
      changes: [{ pointer: AFTER, constraint: { at_most: n } }],
    });
    const votes = [vote('olga', 1), vote('omar', 2), vote('olga', 3)] as any;
    expect(openChanges({ votes }).map((one) => [one.by, one.constraint.at_most])).toEqual([
      ['olga', 3],
      ['omar', 2],
    ]);
  });
});
