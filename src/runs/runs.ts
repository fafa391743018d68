import type { Actor } from '../audit/entry.ts';
import type { Tx } from '../audit/view.ts';
import type { DecisionInput, RunStepRequest, StepCounts } from '../contract/types.ts';
import { recordEstimate } from './estimate.ts';
import { enterTask } from './tasks.ts';
import {
  type RunRow,
  type TreeRow,
  type TypedKind,
  counterTable,
  flagTable,
  runTable,
  stepTable,
  treeTable,
} from './tables.ts';

type Facts = DecisionInput['facts'];

const TYPED: TypedKind[] = ['qc_correction', 'tool_round', 'orchestrator_retry'];

/** The run and the tree that it counts in; undefined for a run that nobody started. */
export function findRoot(tx: Tx, runId: string): { run: RunRow; tree: TreeRow } | undefined {
  const run = tx.get(runTable, runId);
  return run && { run, tree: tx.get(treeTable, run.root_run_id)! };
}

/** What policy may know of a run. */
export function runFact(tx: Tx, runId: string): NonNullable<Facts['run']> | undefined {
  const found = findRoot(tx, runId);
  if (!found) return undefined;
  const { run, tree } = found;
  const flag = [run.root_run_id, 'loop.exhausted', tree.epoch];
  tx.want([...counterKeys(run.root_run_id, run.task_id), { table: flagTable, key: flag }]);
  return {
    id: run.run_id,
    root_run_id: run.root_run_id,
    ...(run.parent_run_id !== null && { parent_run_id: run.parent_run_id }),
    task_id: run.task_id,
    main_task_id: run.main_task_id,
    agent: run.agent,
    model: run.model,
    requested_by: run.requested_by,
    depth: run.depth,
    children: run.children,
    state: tree.state,
    epoch: tree.epoch,
    flagged: tx.get(flagTable, run.root_run_id, 'loop.exhausted', tree.epoch) !== undefined,
    runs_total: tree.runs_total,
    counters: countsOf(tx, tree, run.task_id),
  };
}

/** What a tree has used: each kind on this task, by whichever run, and all of its steps. */
export function countsOf(tx: Tx, tree: TreeRow, taskId: string): StepCounts {
  tx.want(counterKeys(tree.root_run_id, taskId));
  const typed = TYPED.map((kind) => {
    const row = tx.get(counterTable, tree.root_run_id, taskId, kind);
    return [kind, { used: row?.used ?? 0, granted: row?.granted ?? 0 }] as const;
  });
  const global = { used: tree.steps_total, granted: tree.steps_granted };
  return { ...(Object.fromEntries(typed) as Omit<StepCounts, 'global'>), global };
}

function counterKeys(rootRunId: string, taskId: string) {
  return TYPED.map((kind) => ({ table: counterTable, key: [rootRunId, taskId, kind] }));
}

/** A run that stays on its parent's task counts in the tree; any other has counters of its own there. */
export function entersTask(parent: { task_id: string } | undefined, taskId: string): boolean {
  return parent?.task_id !== taskId;
}

/** Records a run that policy let start. The entry comes after the decision's own. */
export function startRun(
  tx: Tx,
  actor: Actor,
  run: Pick<RunRow, 'run_id' | 'caller' | 'request_hash' | 'decision_seq'>,
  start: NonNullable<Facts['run_start']>,
): void {
  const { estimate, parent_run_id, ...work } = start;
  const parent = parent_run_id === undefined ? undefined : findRoot(tx, parent_run_id)!;
  const row: RunRow = {
    ...run,
    ...work,
    root_run_id: parent?.tree.root_run_id ?? run.run_id,
    parent_run_id: parent_run_id ?? null,
    depth: parent ? parent.run.depth + 1 : 0,
    children: 0,
    requested_by: actor.id,
    created_at: tx.now,
  };
  tx.put(runTable, row);
  if (entersTask(parent?.run, row.task_id)) enterTask(tx, row.task_id, run.run_id);
  if (parent) {
    tx.put(runTable, { ...parent.run, children: parent.run.children + 1 });
    tx.put(treeTable, { ...parent.tree, runs_total: parent.tree.runs_total + 1 });
  } else {
    tx.put(treeTable, {
      root_run_id: run.run_id,
      state: 'running',
      epoch: 1,
      steps_total: 0,
      steps_granted: 0,
      runs_total: 1,
      created_at: tx.now,
    });
  }
  tx.append({ action: 'run.started', actor, resource: `run/${run.run_id}`, payload: JSON.stringify(row) });
  if (estimate) recordEstimate(tx, actor, row, estimate);
}

/** Counts a step that policy admitted. The decision's own entry, at `decisionSeq`, explains it. */
export function admitStep(
  tx: Tx,
  runId: string,
  step: RunStepRequest,
  decision: { seq: number; requestHash: string },
): void {
  const { run, tree } = findRoot(tx, runId)!;
  tx.put(treeTable, { ...tree, steps_total: tree.steps_total + 1 });
  if (step.kind !== 'step') {
    const { root_run_id, task_id } = run;
    const row = tx.get(counterTable, root_run_id, task_id, step.kind);
    tx.put(counterTable, {
      root_run_id,
      task_id,
      kind: step.kind,
      used: (row?.used ?? 0) + 1,
      granted: row?.granted ?? 0,
    });
  }
  tx.put(stepTable, {
    run_id: runId,
    step_id: step.step_id,
    root_run_id: run.root_run_id,
    task_id: run.task_id,
    kind: step.kind,
    cause_code: step.cause?.code ?? null,
    cause_detail: step.cause?.detail ?? null,
    epoch: tree.epoch,
    request_hash: decision.requestHash,
    decision_seq: decision.seq,
    at: tx.now,
  });
}
