import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Taken, proposePayload } from '../../src/plans/mapping.ts';
import { percentText } from '../../src/plans/money-text.ts';
import type { Payload } from '../../src/plans/payload.ts';
import type { CampaignRow } from '../../src/plans/tables.ts';

const payload: Payload = {
  name: 'P',
  currency: 'USD',
  total_budget_minor: 5_000_000,
  flights: [
    { platform: 'meta', start: '2026-04-01', end: '2026-04-30', budget_minor: 2_000_000 },
    { platform: 'google', start: '2026-04-10', end: '2026-05-10', budget_minor: 2_000_000 },
  ],
};

const campaign = (campaign_id: string, platform: string): CampaignRow => ({
  campaign_id,
  name: campaign_id,
  platform,
  plan_version: 1,
  approved: {},
  live: {},
  platform_ids: {},
  flight: null,
  drift_since: {},
  set_by: {},
  launched_at: null,
  created_at: '2026-01-01T00:00:00.000Z',
});
const campaigns = new Map([
  ['m', campaign('m', 'meta')],
  ['g', campaign('g', 'google')],
]);

const change = fc.record({
  change_set_id: fc.constant('cs'),
  campaign_id: fc.constantFrom('m', 'g'),
  field: fc.constantFrom('daily_budget_minor', 'lifetime_budget_minor', 'bid_minor'),
  before_value: fc.integer({ min: 0, max: 10_000 }),
  after_value: fc.integer({ min: 0, max: 10_000 }),
  applied_at: fc
    .integer({ min: 0, max: 90 * 24 })
    .map((hours) => new Date(Date.parse('2026-03-01T00:00:00.000Z') + hours * 3_600_000).toISOString()),
});

test('a daily budget counts for each day of the flight on which it stood: what is spent by the day, added up', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
      const proposal = proposePayload({ version: 1, payload }, changes, campaigns);
      expect(proposal.unmapped).toEqual([]);
      for (const [at, id] of ['m', 'g'].entries()) {
        const flight = payload.flights[at]!;
        let expected = flight.budget_minor;
        // The independent way: walk the days of the flight and add what each change is worth on each.
        for (const one of changes.filter((each) => each.campaign_id === id)) {
          if (one.field === 'lifetime_budget_minor') expected += one.after_value - one.before_value;
          if (one.field !== 'daily_budget_minor') continue;
          for (let day = Date.parse(flight.start); day <= Date.parse(flight.end); day += 86_400_000)
            if (new Date(day).toISOString().slice(0, 10) >= one.applied_at.slice(0, 10))
              expected += one.after_value - one.before_value;
        }
        expect(proposal.payload.flights[at]!.budget_minor).toBe(expected);
      }
      const moved = proposal.taken.reduce((sum: number, one: Taken) => sum + one.flight_delta_minor, 0);
      expect(proposal.payload.total_budget_minor).toBe(payload.total_budget_minor + moved);
      expect(proposal.taken.length + proposal.leftOut.length).toBe(changes.length);
    }),
  );
});

test.each([
  [1, 3, '33.33'],
  [-1, 3, '-33.33'],
  [500, 10_000, '5'],
  [5, 10_000, '0.05'],
  [-1, 1_000_000, '0'],
  [899_999_999_999, 900_000_000_000, '99.99'],
  [900_000_000_000, 1, '90000000000000'],
  [1, 0, null],
])('%d of %d is %s per cent', (delta, base, text) => {
  expect(percentText(delta, base)).toBe(text);
});
