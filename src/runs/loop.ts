import type { Actor } from '../audit/entry.ts';
import type { Tx } from '../audit/view.ts';
import type { LoopFlag, RaisedFlag, Resolution, RunStepRequest, StepCounts, VerdictInput } from '../contract/types.ts';
import { countsOf, findRoot } from './runs.ts';
import { resolveTask, taskLoop } from './tasks.ts';
import { type StepRow, type TypedKind, counterTable, stepTable, stepsByRoot, treeTable } from './tables.ts';

/** How many steps a red flag shows, the newest. */
const SHOWN_MAX = 50;
const CAUSES_MAX = 20;

/** What an A8 shows of the loop: the step that was not admitted, those that were, and why each was needed. */
export function loopFlag(
  tx: Tx,
  runId: string,
  step: RunStepRequest,
  counters: LoopFlag['counters'],
  exhausted: LoopFlag['exhausted'],
): LoopFlag {
  const { run } = findRoot(tx, runId)!;
  const steps = tx.find(stepTable, stepsByRoot, run.root_run_id).sort((a, b) => a.decision_seq - b.decision_seq);
  const denied = { run_id: runId, ...step, admitted: false, at: tx.now };
  return {
    kind: step.kind,
    exhausted,
    attempt: counters[step.kind === 'step' ? 'global' : step.kind].used + 1,
    counters,
    steps: [...steps.slice(-SHOWN_MAX).map(shown), denied],
    causes: causesOf([...steps.map((one) => one.cause_code), step.cause?.code ?? null]),
  };
}

/** Of an A8, the tree as it is now: what policy judges a resolution by. */
export function loopOf(tx: Tx, flag: RaisedFlag): Pick<VerdictInput['ticket'], 'loop'> {
  const { run, loop, task } = flag;
  if (task) return { loop: taskLoop(tx, flag) };
  const { tree } = findRoot(tx, run.root_run_id)!;
  return { loop: { epoch: tree.epoch, exhausted: loop!.exhausted, counters: countsOf(tx, tree, run.task_id) } };
}

/** Marks the tree as waiting for a human, in the commit that opens its A8. */
export function exhaustLoop(tx: Tx, rootRunId: string): void {
  const { tree } = findRoot(tx, rootRunId)!;
  tx.put(treeTable, { ...tree, state: 'exhausted' });
}

/**
 * Opens the tree's next epoch, or ends it for good. Counters go on from where they are: `resume` leaves the agent what
 * is left of each, `raise_allowance` adds what the human granted, to the counters of the flag's task and of the tree.
 */
export function resolveLoop(tx: Tx, actor: Actor, ticketId: string, flag: RaisedFlag, resolution: Resolution): void {
  if (flag.task) return resolveTask(tx, actor, ticketId, flag, resolution);
  const { root_run_id, task_id } = flag.run;
  const { kind, allowance } = resolution;
  const { tree } = findRoot(tx, root_run_id)!;
  const granted: Partial<Record<keyof StepCounts, number>> = kind === 'raise_allowance' ? allowance! : {};
  for (const [name, count] of Object.entries(granted)) {
    if (name === 'global' || count === 0) continue;
    const row = tx.get(counterTable, root_run_id, task_id, name);
    tx.put(counterTable, {
      root_run_id,
      task_id,
      kind: name as TypedKind,
      used: row?.used ?? 0,
      granted: (row?.granted ?? 0) + count,
    });
  }
  const after =
    kind === 'abort'
      ? { ...tree, state: 'aborted' as const }
      : {
          ...tree,
          state: 'running' as const,
          epoch: tree.epoch + 1,
          steps_granted: tree.steps_granted + (granted.global ?? 0),
        };
  tx.put(treeTable, after);
  tx.append({
    action: kind === 'abort' ? 'run.aborted' : 'run.epoch_opened',
    actor,
    resource: `run/${root_run_id}`,
    payload: JSON.stringify({ root_run_id, task_id, epoch: after.epoch, granted, ticket_id: ticketId }),
  });
}

function shown(row: StepRow): LoopFlag['steps'][number] {
  const { run_id, step_id, kind, cause_code, cause_detail, at } = row;
  const cause = cause_code !== null && {
    cause: { code: cause_code, ...(cause_detail !== null && { detail: cause_detail }) },
  };
  return { run_id, step_id, kind, ...cause, admitted: true, at };
}

/** How often each failure code was given, the most frequent first. */
function causesOf(codes: (string | null)[]): LoopFlag['causes'] {
  const counts = new Map<string, number>();
  for (const code of codes) if (code !== null) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts]
    .map(([code, count]) => ({ code, count }))
    .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1))
    .slice(0, CAUSES_MAX);
}
