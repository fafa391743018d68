import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { DecisionRequest, RunStepRequest, StepCounts } from '../../src/contract/types.ts';
import { decide } from '../../src/decide/decide.ts';
import { type Policy, loadPolicy } from '../../src/policy/policy.ts';
import { findRoot } from '../../src/runs/runs.ts';
import { CONFIG } from '../support/agency.ts';
import { createMemory } from './support.ts';

const HARD = { qc_correction: 2, tool_round: 5, orchestrator_retry: 1, global: 8 };
const KINDS = ['qc_correction', 'tool_round', 'orchestrator_retry', 'step'] as const;
/** The root, a child on the same task, and one on another. */
const RUNS = ['root', 'same', 'other'] as const;
const BOT = { kind: 'agent' as const, id: 'bot', roles: [], scope: 'own' as const };

let policy: Policy;
beforeAll(async () => {
  policy = await loadPolicy(new URL('../../policies/bundle/', import.meta.url));
});

const loopPolicy = fc.record({
  qc_correction_max: fc.integer({ min: 0, max: 2 }),
  tool_rounds_max: fc.integer({ min: 0, max: 5 }),
  orchestrator_retry_max: fc.integer({ min: 0, max: 1 }),
  global_steps_per_run_id_max: fc.integer({ min: 0, max: 8 }),
  on_exhaustion: fc.constant('red_flag_a8'),
});
type LoopPolicy = typeof CONFIG.loop_policy;
const wanted = fc.record({ run: fc.constantFrom(...RUNS), kind: fc.constantFrom(...KINDS) });
type Wanted = { run: (typeof RUNS)[number]; kind: RunStepRequest['kind'] };

/** A tree of three runs, and a way to ask for steps in it. */
function openTree(loop_policy: LoopPolicy) {
  const memory = createMemory(policy, { ...CONFIG, loop_policy });
  const ask = (action: string, id: string, properties: Record<string, unknown>) => {
    const request: DecisionRequest = {
      subject: { type: 'agent', id: 'bot' },
      action: { name: action, properties },
      resource: { type: 'run', id },
    };
    return memory.run((tx) => decide(tx, policy, BOT, request, null));
  };
  const work = { main_task_id: 'm', agent: 'bot', model: 'x' };
  ask('run.start', 'root', { ...work, task_id: 't' });
  ask('run.start', 'same', { ...work, task_id: 't', parent_run_id: 'root' });
  ask('run.start', 'other', { ...work, task_id: 'u', parent_run_id: 'root' });
  return {
    memory,
    /** Is the step admitted now? Null when it was answered before. */
    step({ run, kind }: Wanted, id: number): boolean | null {
      const decided = ask('agent.step', run, { kind, step_id: `s-${id}` });
      return 'decision' in decided ? decided.decision.effect === 'allow' : null;
    },
    tree: () => memory.run((tx) => findRoot(tx, 'root')!.tree),
  };
}

/** The specification, counted by hand: which steps are within every ceiling, up to the first that is not. */
function admissible(steps: Wanted[], ceilings: LoopPolicy): number {
  const used = new Map<string, number>();
  for (const [i, { run, kind }] of steps.entries()) {
    const typed = `${run === 'other' ? 'u' : 't'} ${kind}`;
    const max = {
      qc_correction: ceilings.qc_correction_max,
      tool_round: ceilings.tool_rounds_max,
      orchestrator_retry: ceilings.orchestrator_retry_max,
      step: Infinity,
    }[kind];
    if (i >= ceilings.global_steps_per_run_id_max || (used.get(typed) ?? 0) >= max) return i;
    used.set(typed, (used.get(typed) ?? 0) + 1);
  }
  return steps.length;
}

describe('a tree of runs', () => {
  test('admits every step up to the first that is over a ceiling, raises one A8 for that, and admits none after it', () => {
    fc.assert(
      fc.property(loopPolicy, fc.array(wanted, { maxLength: 14 }), (ceilings, steps) => {
        const { memory, step, tree } = openTree(ceilings);
        const admitted = steps.map((one, i) => step(one, i));
        const count = admissible(steps, ceilings);
        expect(admitted).toEqual(steps.map((_, i) => i < count));
        expect(tree()).toMatchObject({
          steps_total: count,
          state: count < steps.length ? 'exhausted' : 'running',
        });
        const opened = memory.entries.filter((entry) => /"ticket\.opened"/.test(entry.leaf.toString()));
        expect(opened).toHaveLength(count < steps.length ? 1 : 0);
      }),
      { numRuns: 60 },
    );
  });

  test('counts the same whatever the order of the steps and however often each is sent', () => {
    // Within every ceiling in any order: the sum of the specification's own ceilings, 2 + 5 + 1 = 8.
    const full: Wanted[] = [
      ...Array.from({ length: 2 }, () => ({ run: 'root', kind: 'qc_correction' }) as Wanted),
      ...Array.from({ length: 5 }, () => ({ run: 'same', kind: 'tool_round' }) as Wanted),
      { run: 'root', kind: 'orchestrator_retry' },
    ];
    const sent = fc
      .shuffledSubarray(
        full.map((one, i) => ({ one, i })),
        { minLength: 8 },
      )
      .chain((order) =>
        fc
          .array(fc.integer({ min: 0, max: 7 }), { maxLength: 8 })
          .map((again) => [...order, ...again.map((n) => order[n]!)]),
      );
    fc.assert(
      fc.property(sent, (steps) => {
        const { step, tree } = openTree(CONFIG.loop_policy);
        const answers = steps.map(({ one, i }) => step(one, i));
        expect(answers.filter((answer) => answer === true)).toHaveLength(8);
        expect(answers.filter((answer) => answer === false)).toHaveLength(0);
        expect(tree()).toMatchObject({ steps_total: 8, state: 'running' });
        expect(step({ run: 'other', kind: 'step' }, 99)).toBe(false);
      }),
      { numRuns: 30 },
    );
  });

  test.each([
    ['untyped steps', Array.from({ length: 9 }, () => ({ run: 'root', kind: 'step' }) as Wanted)],
    [
      'child runs',
      [
        ...Array.from({ length: 5 }, () => ({ run: 'root', kind: 'tool_round' }) as Wanted),
        ...Array.from({ length: 4 }, () => ({ run: 'other', kind: 'tool_round' }) as Wanted),
      ],
    ],
  ])('reaches the global ceiling by %s', (_, steps) => {
    const { step, tree } = openTree(CONFIG.loop_policy);
    expect(steps.map((one, i) => step(one, i))).toEqual(steps.map((_, i) => i < 8));
    expect(tree()).toMatchObject({ steps_total: 8, state: 'exhausted' });
  });
});

const counts = fc.record(
  Object.fromEntries(
    Object.entries(HARD).map(([kind, max]) => [
      kind,
      fc.record({ used: fc.integer({ min: 0, max: max + 6 }), granted: fc.integer({ min: 0, max: 12 }) }),
    ]),
  ),
) as unknown as fc.Arbitrary<StepCounts>;

describe('ceilings', () => {
  test('a tenant’s only ever deny more than policy’s', () => {
    const anyPolicy = loopPolicy.chain((strict) =>
      fc.record({
        qc_correction_max: fc.integer({ min: 0, max: 1000 }),
        tool_rounds_max: fc.integer({ min: 0, max: 1000 }),
        orchestrator_retry_max: fc.integer({ min: 0, max: 1000 }),
        global_steps_per_run_id_max: fc.integer({ min: 0, max: 1000 }),
        on_exhaustion: fc.constant(strict.on_exhaustion),
      }),
    );
    fc.assert(
      fc.property(anyPolicy, counts, (loop_policy, counters) => {
        const tenant = policy.ceiling({ loop_policy, counters }).counters;
        const hard = policy.ceiling({ loop_policy: CONFIG.loop_policy, counters }).counters;
        for (const kind of Object.keys(HARD) as (keyof typeof HARD)[]) {
          expect(tenant[kind].ceiling).toBeLessThanOrEqual(hard[kind].ceiling);
          expect(tenant[kind].left).toBeLessThanOrEqual(hard[kind].left);
          expect(hard[kind].ceiling).toBe(HARD[kind] + counters[kind].granted);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('no grant that policy lets through leaves more than a fresh run has', () => {
    const allowance = fc.record(
      Object.fromEntries(Object.keys(HARD).map((kind) => [kind, fc.integer({ min: 0, max: 10 })])),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        loopPolicy,
        counts,
        allowance,
        fc.integer({ min: 1, max: 12 }),
        (loop_policy, counters, extra, epoch) => {
          const before = policy.ceiling({ loop_policy, counters }).counters;
          const exhausted = (Object.keys(HARD) as (keyof typeof HARD)[]).filter((kind) => before[kind].left === 0);
          const answer = policy.verdict({
            now: '2026-03-02T09:00:00.000Z',
            tenant: { id: 'acme', config: { ...CONFIG, loop_policy } },
            voter: { kind: 'human', id: 'olga', roles: ['operator'] },
            verdict: { action: 'resolve', commented: true, resolution: { kind: 'raise_allowance', allowance: extra } },
            ticket: {
              id: 'A8-1',
              type: 'A8',
              state: 'open',
              revision: 1,
              slots: [{ id: 'operator_or_admin', any_of: ['operator', 'admin'] }],
              votes: [],
              requester: 'bot',
              caller: 'bot',
              legal_flag: false,
              red_flag: true,
              loop: { epoch, exhausted, counters },
            },
          });
          if (answer.effect !== 'allow') return;
          expect(epoch).toBeLessThan(10);
          for (const kind of Object.keys(HARD) as (keyof typeof HARD)[]) {
            const granted = (extra as Record<string, number>)[kind] ?? 0;
            // What a lower ceiling of the tenant swallows was never left, so a grant is measured on what is.
            if (granted > 0) expect(before[kind].left + granted).toBeLessThanOrEqual(HARD[kind]);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
