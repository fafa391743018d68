import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluateText } from '../../src/runs/cost/evaluate.ts';
import { foldCost, newAccount } from '../../src/runs/cost/fold.ts';
import {
  type Amounts,
  admissionInequality,
  exactMultiplier,
  isOverLimit,
  ratioOf,
  roomLeft,
} from '../../src/runs/cost/guard.ts';
import { joinUsage, readReport } from '../../src/runs/cost/calls.ts';

const pico = fc.bigInt({ min: 0n, max: 10n ** 22n });
/** 0.01 to 3.00, as a configuration writes it. */
const multiplier = fc.integer({ min: 1, max: 300 }).map((hundredths) => hundredths / 100);
const amounts = fc.record({
  estimate: fc.option(fc.bigInt({ min: -5n, max: 10n ** 22n }), { nil: null }),
  multiplier: multiplier.map(exactMultiplier),
  committed: fc.bigInt({ min: -(10n ** 10n), max: 10n ** 23n }),
  reserved: pico,
});

describe('the multiplier', () => {
  test('is read exactly as it is written', () => {
    expect(exactMultiplier(3)).toEqual({ numerator: 3n, denominator: 1n });
    expect(exactMultiplier(2.75)).toEqual({ numerator: 275n, denominator: 100n });
    expect(exactMultiplier('1.10')).toEqual({ numerator: 110n, denominator: 100n });
    for (const wrong of [0, -1, 1.234, Number.NaN, Infinity, '1e3', ''])
      expect(() => exactMultiplier(wrong)).toThrow(RangeError);
    // Every value that a configuration may have: none is off by what a binary fraction is.
    for (let hundredths = 1; hundredths <= 100_000; hundredths++) {
      const { numerator, denominator } = exactMultiplier(hundredths / 100);
      if (numerator * 100n !== BigInt(hundredths) * denominator)
        throw new Error(`${hundredths / 100} is read as another number`);
    }
  });
});

describe('the boundary', () => {
  test.each([
    ['one under', 2999n, false],
    ['exactly three times', 3000n, true],
    ['one over', 3001n, true],
  ])('%s', (_, committed, trips) => {
    const at = { estimate: 1000n, multiplier: exactMultiplier(3), committed, reserved: 0n };
    expect(isOverLimit(at)).toBe(trips);
    expect(admissionInequality(at)!.holds).toBe(!trips);
  });

  test('is where the product says, one pico-USD to either side, for any estimate and multiplier', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 22n }), multiplier, (estimate, value) => {
        const scaled = estimate * BigInt(Math.round(value * 100));
        // The smallest whole spend that is at or over the limit.
        const limit = (scaled + 99n) / 100n;
        const at = (committed: bigint): Amounts => ({
          estimate,
          multiplier: exactMultiplier(value),
          committed,
          reserved: 0n,
        });
        expect(isOverLimit(at(limit))).toBe(true);
        expect(isOverLimit(at(limit - 1n))).toBe(false);
      }),
    );
  });

  test('only committed spend trips, and a hold counts for the next one', () => {
    const full = { estimate: 1000n, multiplier: exactMultiplier(3), committed: 0n, reserved: 3000n };
    expect(isOverLimit(full)).toBe(false);
    expect(admissionInequality(full)!.holds).toBe(false);
    expect(admissionInequality({ ...full, reserved: 2999n })!.holds).toBe(true);
  });

  test('without an estimate above zero there is no admission, ratio or trip', () => {
    for (const estimate of [null, 0n, -1n]) {
      const none = { estimate, multiplier: exactMultiplier(3), committed: 10n ** 20n, reserved: 0n };
      expect([admissionInequality(none), ratioOf(none), roomLeft(none), isOverLimit(none)]).toEqual([
        null,
        null,
        null,
        false,
      ]);
    }
  });
});

test('a stricter tenant only ever denies more', () => {
  fc.assert(
    fc.property(amounts, multiplier, multiplier, (base, one, other) => {
      const [strict, loose] = [Math.min(one, other), Math.max(one, other)].map((value) => ({
        ...base,
        multiplier: exactMultiplier(value),
      })) as [Amounts, Amounts];
      if (admissionInequality(strict)?.holds) expect(admissionInequality(loose)!.holds).toBe(true);
      if (isOverLimit(loose)) expect(isOverLimit(strict)).toBe(true);
    }),
  );
});

test('what fits never reaches past the limit, and one more would', () => {
  fc.assert(
    fc.property(amounts, (at) => {
      const room = roomLeft(at);
      if (room === null) return;
      const used = (at.committed < 0n ? 0n : at.committed) + at.reserved;
      const limit = at.estimate! * at.multiplier.numerator;
      if (room > 0n) expect((used + room) * at.multiplier.denominator <= limit).toBe(true);
      expect((used + room + 1n) * at.multiplier.denominator > limit).toBe(true);
    }),
  );
});

describe('the pure guard', () => {
  const event = fc.record({
    event_id: fc.integer({ min: 0, max: 30 }).map((n) => `e${n}`),
    amount: fc.bigInt({ min: 0n, max: 10n ** 15n }),
  });
  // One amount for each id, as an honest source sends it.
  const events = fc.array(event, { maxLength: 60 }).map((list) =>
    [...new Map(list.map((one) => [one.event_id, one])).values()].map(({ event_id, amount }) => ({
      event_id,
      pico_usd: String(amount),
    })),
  );
  const request = (list: { event_id: string; pico_usd: string }[], trip_multiplier = 3) => ({
    estimate_pico_usd: '1000000000000000',
    policy: { trip_multiplier },
    events: list,
  });

  test('totals and verdict do not depend on order or on how often a report comes', () => {
    const shuffled = events.chain((list) =>
      fc.tuple(
        fc.constant(list),
        fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
        fc.array(fc.nat()),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([list, permuted, again]) => {
        const repeated = [...permuted, ...(list.length > 0 ? again.map((n) => list[n % list.length]!) : [])];
        const [one, other] = [list, repeated].map((each) => JSON.parse(evaluateText(request(each))));
        for (const name of ['committed', 'verdict', 'tripped', 'trip', 'admission', 'ratio', 'events'])
          expect(other[name]).toEqual(one[name]);
        // An oracle of its own: every digit added by hand.
        expect(one.committed).toBe(addDecimals(list.map((each) => each.pico_usd)));
      }),
    );
  });

  test('a trip is there from the event that crosses on, whatever comes after it, corrections too', () => {
    fc.assert(
      fc.property(
        events,
        fc.array(fc.bigInt({ min: -(10n ** 16n), max: -1n }), { maxLength: 5 }),
        (list, corrections) => {
          const all = [...list, ...corrections.map((amount, i) => ({ event_id: `c${i}`, pico_usd: String(amount) }))];
          let tripped = false;
          for (let n = 0; n <= all.length; n++) {
            const now = JSON.parse(evaluateText(request(all.slice(0, n)))).tripped;
            if (tripped) expect(now).toBe(true);
            tripped ||= now;
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test('gives the same bytes for the same request', () => {
    fc.assert(
      fc.property(
        events,
        multiplier,
        (list, value) => evaluateText(request(list, value)) === evaluateText(structuredClone(request(list, value))),
      ),
    );
  });
});

describe('the account', () => {
  test('is the sum of its charges in any order', () => {
    const charges = fc.array(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 20n }), { maxLength: 40 });
    const both = charges.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length })),
    );
    fc.assert(
      fc.property(both, ([list, permuted]) => {
        const sum = (amounts: bigint[]) =>
          amounts.reduce(
            (account, amount, seq) =>
              foldCost(
                account,
                { type: 'charge', pico_usd: String(amount), reserved: '0', closes: false },
                seq,
                '2026-01-01T00:00:00.000Z',
              ),
            newAccount('r'),
          ).committed;
        expect(sum(permuted)).toBe(sum(list));
      }),
    );
  });
});

describe('reports of one call', () => {
  const report = fc
    .record({
      input: fc.nat(1_000_000),
      output: fc.nat(1_000_000),
      minute: fc.integer({ min: 10, max: 59 }),
      model: fc.constantFrom('gpt-4o', 'gpt-4o-2024-08-06', undefined),
      amount: fc.option(fc.nat(1_000_000_000)),
    })
    .map(({ input, output, minute, model, amount }) =>
      readReport(
        {
          model,
          tokens: { input_tokens: input, output_tokens: output },
          pico_usd: amount === null ? undefined : String(amount),
        },
        `2026-01-01T00:${minute}:00.000Z`,
      ),
    );

  test('join to the same, in whatever order and however often they come', () => {
    const reports = fc.array(report, { minLength: 1, maxLength: 8 });
    const both = reports.chain((list) =>
      fc.tuple(
        fc.constant(list),
        fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
        fc.array(fc.nat(), { maxLength: 5 }),
      ),
    );
    fc.assert(
      fc.property(both, ([list, permuted, again]) => {
        const repeated = [...permuted, ...again.map((n) => list[n % list.length]!)];
        expect(repeated.reduce(joinUsage)).toEqual(list.reduce(joinUsage));
      }),
    );
  });

  test('a stream that counts its input first and its output last adds up to both', () => {
    const first = readReport(
      {
        usage: {
          type: 'message_start',
          message: { model: 'claude-sonnet-4-5', usage: { input_tokens: 2000, output_tokens: 1 } },
        },
      },
      '2026-01-01T00:00:00.000Z',
    );
    const last = readReport(
      {
        model: 'claude-sonnet-4-5',
        usage: { type: 'message_delta', usage: { input_tokens: 2000, output_tokens: 500 } },
      },
      '2026-01-01T00:00:01.000Z',
    );
    expect(joinUsage(last, first)).toMatchObject({
      model: 'claude-sonnet-4-5',
      tokens: { input_tokens: 2000, output_tokens: 500 },
    });
  });
});

/** Adds decimal texts digit by digit: shares nothing with BigInt. */
function addDecimals(texts: string[]): string {
  let digits: number[] = [0];
  for (const text of texts) {
    const other = [...text].reverse().map(Number);
    const sum: number[] = [];
    let carry = 0;
    for (let i = 0; i < Math.max(digits.length, other.length) || carry > 0; i++) {
      const total = (digits[i] ?? 0) + (other[i] ?? 0) + carry;
      sum.push(total % 10);
      carry = Math.floor(total / 10);
    }
    digits = sum;
  }
  return digits
    .reverse()
    .join('')
    .replace(/^0+(?=\d)/, '');
}
