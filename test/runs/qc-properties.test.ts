import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { type Policy, loadPolicy } from '../../src/policy/policy.ts';
import { grainTable } from '../../src/runs/qc-tables.ts';
import { reassess, recordResult } from '../../src/runs/qc.ts';
import { CONFIG } from '../support/agency.ts';
import { createMemory } from './support.ts';

let policy: Policy;
beforeAll(async () => {
  policy = await loadPolicy(new URL('../../policies/bundle/', import.meta.url));
});

const QUARTER_MS = 900_000;
const DESK = { kind: 'service' as const, id: 'desk', roles: [] };

interface Event {
  /** Time that passes before it. */
  waitMs: number;
  /** How old the result is when it arrives. */
  ageMs: number;
  pass: boolean;
  /** Send the result before it once more instead. */
  again: boolean;
}

test('success rate and alert are those of the window, by a count from the results themselves', () => {
  const event: fc.Arbitrary<Event> = fc.record({
    waitMs: fc.integer({ min: 0, max: 2 * 3_600_000 }),
    ageMs: fc.integer({ min: 0, max: 6 * 3_600_000 }),
    pass: fc.boolean(),
    again: fc.boolean(),
  });
  const thresholds = fc.record({
    success_floor: fc.constantFrom(0.8, 0.83, 0.9, 0.95, 1),
    window_hours: fc.integer({ min: 1, max: 5 }),
    min_sample_global: fc.integer({ min: 1, max: 6 }),
  });
  fc.assert(
    fc.property(thresholds, fc.array(event, { maxLength: 40 }), (qc_threshold_policy, events) => {
      const memory = createMemory(policy, { ...CONFIG, qc_threshold_policy });
      const { success_floor, window_hours, min_sample_global } = qc_threshold_policy;
      const known: { at: number; pass: boolean }[] = [];
      let now = Date.parse(memory.now);
      let alert = false;
      let last: Parameters<typeof recordResult>[3] | undefined;
      /** Counts from all results, and moves the alert as the specification says. */
      const judge = () => {
        const oldest = Math.floor(now / QUARTER_MS) - window_hours * 4;
        const seen = known.filter(({ at }) => Math.floor(at / QUARTER_MS) > oldest);
        const passed = seen.filter(({ pass }) => pass).length;
        if (seen.length === 0) alert = false;
        else if (seen.length >= min_sample_global) alert = passed * 100 < seen.length * Math.round(success_floor * 100);
        return { total: seen.length, passed };
      };
      for (const [i, { waitMs, ageMs, pass, again }] of events.entries()) {
        // What the sweeper would do meanwhile, at the moment that each grain has named.
        const until = now + waitMs;
        for (;;) {
          const turns = memory.run((tx) => tx.get(grainTable, 'agent', 'writer'))?.turns_at;
          if (!turns || Date.parse(turns) > until) break;
          now = Date.parse(turns);
          memory.now = turns;
          const before = alert;
          judge();
          expect(alert, 'the alert turns when it was said to').toBe(!before);
          memory.run((tx) => reassess(tx, policy, 'agent', 'writer'));
        }
        now = until;
        const before = alert;
        judge();
        expect(alert, 'the alert does not turn unannounced').toBe(before);
        memory.now = new Date(now).toISOString();
        if (!again || !last) {
          const at = now - ageMs;
          last = {
            result_id: `q-${i}`,
            run_id: 'r',
            task_id: 't',
            main_task_id: 'm',
            agent: 'writer',
            model: 'x',
            pass,
            at: new Date(at).toISOString(),
          };
          if (Math.floor(at / QUARTER_MS) > Math.floor(now / QUARTER_MS) - window_hours * 4) known.push({ at, pass });
        }
        const result = last;
        memory.run((tx) => recordResult(tx, policy, DESK, result));
        const { total, passed } = judge();
        const grain = memory.run((tx) => tx.get(grainTable, 'agent', 'writer'));
        if (!grain) continue;
        expect(grain.alert).toBe(alert);
        const oldest = Math.floor(now / QUARTER_MS) - window_hours * 4;
        const kept = Object.entries(grain.quarters).filter(([quarter]) => Number(quarter) > oldest);
        expect([
          kept.reduce((sum, [, [count]]) => sum + count, 0),
          kept.reduce((sum, [, [, count]]) => sum + count, 0),
        ]).toEqual([total, passed]);
      }
    }),
    { numRuns: 100 },
  );
});
