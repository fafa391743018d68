import type { Actor } from '../audit/entry.ts';
import { defineTable } from '../audit/table.ts';
import type { Tx } from '../audit/view.ts';
import type { Counter, DecisionInput, RaisedFlag, Resolution, VerdictInput } from '../contract/types.ts';

/** What all run trees have used of a task: counted in one row, so exactly, however many trees there are. */
interface TaskRow {
  task_id: string;
  /** `closed` by a human, for good. */
  state: 'open' | 'closed';
  epoch: number;
  runs: { run_id: string; at: string }[];
  grants: { at: string; count: number }[];
}

const taskTable = defineTable<TaskRow>({
  name: 'task_use',
  columns: { task_id: 'text', state: 'text', epoch: 'int', runs: 'json', grants: 'json' },
  key: ['task_id'],
});

/** No window of policy's is longer (schemas/flag-input.json). */
const KEPT_MS = 48 * 3_600_000;
const RUNS_MAX = 512;
const GRANTS_MAX = 20;
/** How many runs a red flag shows, the newest. */
const SHOWN_MAX = 50;

/** What policy may know of a task that a run is to enter. */
export function taskFact(tx: Tx, taskId: string): NonNullable<DecisionInput['facts']['task']> {
  const { state, epoch, runs, grants } = taskOf(tx, taskId);
  return {
    id: taskId,
    state,
    epoch,
    run_ages_seconds: runs.map(({ at }) => secondsSince(tx, at)),
    grants: grants.map(({ at, count }) => ({ age_seconds: secondsSince(tx, at), count })),
  };
}

/** Counts a run that policy let enter the task. The entry of the run explains it. */
export function enterTask(tx: Tx, taskId: string, runId: string): void {
  const row = taskOf(tx, taskId);
  tx.put(taskTable, { ...row, runs: [...row.runs, { run_id: runId, at: tx.now }].slice(-RUNS_MAX) });
}

/** What an A8 shows of a task that is begun anew again and again. */
export function taskFlag(
  tx: Tx,
  taskId: string,
  counter: Counter,
  windowHours: number,
): { epoch: number; task: NonNullable<RaisedFlag['task']> } {
  const { epoch, runs } = taskOf(tx, taskId);
  return { epoch, task: { counter, window_hours: windowHours, runs: runs.slice(-SHOWN_MAX) } };
}

/** Of such an A8, the task as it is now: what policy judges a resolution by. */
export function taskLoop(tx: Tx, { run, task }: RaisedFlag): NonNullable<VerdictInput['ticket']['loop']> {
  const { epoch, runs, grants } = taskOf(tx, run.task_id);
  const recent = ({ at }: { at: string }) => secondsSince(tx, at) < task!.window_hours * 3600;
  const granted = grants.filter(recent).reduce((sum, { count }) => sum + count, 0);
  const none = { used: 0, granted: 0 };
  const counters = { qc_correction: none, tool_round: none, orchestrator_retry: none, global: none };
  const task_runs = { used: runs.filter(recent).length, granted };
  return { epoch, exhausted: ['task_runs'], counters: { ...counters, task_runs } };
}

/** Opens the task's next epoch, with the runs that a human granted for one window, or closes it for good. */
export function resolveTask(
  tx: Tx,
  actor: Actor,
  ticketId: string,
  { run: { task_id } }: RaisedFlag,
  { kind, allowance }: Resolution,
): void {
  const row = taskOf(tx, task_id);
  const granted = kind === 'raise_allowance' ? (allowance?.task_runs ?? 0) : 0;
  const after: TaskRow =
    kind === 'abort'
      ? { ...row, state: 'closed' }
      : {
          ...row,
          epoch: row.epoch + 1,
          grants: granted > 0 ? [...row.grants, { at: tx.now, count: granted }].slice(-GRANTS_MAX) : row.grants,
        };
  tx.put(taskTable, after);
  tx.append({
    action: kind === 'abort' ? 'task.closed' : 'task.epoch_opened',
    actor,
    resource: `task/${task_id}`,
    payload: JSON.stringify({ task_id, epoch: after.epoch, granted, ticket_id: ticketId }),
  });
}

/** The task without what no window covers any more. */
function taskOf(tx: Tx, taskId: string): TaskRow {
  const row = tx.get(taskTable, taskId) ?? { task_id: taskId, state: 'open', epoch: 1, runs: [], grants: [] };
  const kept = ({ at }: { at: string }) => Date.parse(tx.now) - Date.parse(at) < KEPT_MS;
  return { ...row, runs: row.runs.filter(kept), grants: row.grants.filter(kept) };
}

function secondsSince(tx: Tx, at: string): number {
  return Math.max(0, Math.floor((Date.parse(tx.now) - Date.parse(at)) / 1000));
}
