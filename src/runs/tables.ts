import { defineTable, type Index } from '../audit/table.ts';
import type { RunStepRequest } from '../contract/types.ts';

export interface RunRow {
  run_id: string;
  /** The run at the top of the tree: itself when it has no parent. */
  root_run_id: string;
  parent_run_id: string | null;
  depth: number;
  children: number;
  task_id: string;
  main_task_id: string;
  agent: string;
  model: string;
  requested_by: string;
  caller: string;
  request_hash: string;
  /** The decision that let it start. */
  decision_seq: number;
  created_at: string;
}

export const runTable = defineTable<RunRow>({
  name: 'run',
  columns: {
    run_id: 'text',
    root_run_id: 'text',
    parent_run_id: 'text',
    depth: 'int',
    children: 'int',
    task_id: 'text',
    main_task_id: 'text',
    agent: 'text',
    model: 'text',
    requested_by: 'text',
    caller: 'text',
    request_hash: 'text',
    decision_seq: 'int',
    created_at: 'time',
  },
  key: ['run_id'],
});

export interface TreeRow {
  root_run_id: string;
  /** `exhausted` while an A8 waits for a human; `aborted` for good. */
  state: 'running' | 'exhausted' | 'aborted';
  /** Grows when a human resolves an A8; counters go on. */
  epoch: number;
  steps_total: number;
  /** Steps that humans granted beyond the ceiling, over all epochs. */
  steps_granted: number;
  runs_total: number;
  created_at: string;
}

export const treeTable = defineTable<TreeRow>({
  name: 'run_tree',
  columns: {
    root_run_id: 'text',
    state: 'text',
    epoch: 'int',
    steps_total: 'int',
    steps_granted: 'int',
    runs_total: 'int',
    created_at: 'time',
  },
  key: ['root_run_id'],
});

export type TypedKind = Exclude<RunStepRequest['kind'], 'step'>;

/** Steps of one kind on one task, over all runs of the tree. */
export interface CounterRow {
  root_run_id: string;
  task_id: string;
  kind: TypedKind;
  used: number;
  granted: number;
}

export const counterTable = defineTable<CounterRow>({
  name: 'run_counter',
  columns: { root_run_id: 'text', task_id: 'text', kind: 'text', used: 'int', granted: 'int' },
  key: ['root_run_id', 'task_id', 'kind'],
});

export interface StepRow {
  run_id: string;
  step_id: string;
  root_run_id: string;
  task_id: string;
  kind: RunStepRequest['kind'];
  cause_code: string | null;
  cause_detail: string | null;
  epoch: number;
  request_hash: string;
  decision_seq: number;
  at: string;
}

/** Admitted steps of a tree: as many as the ceilings and the granted epochs let in. Served by the index run_step_by_root. */
export const stepsByRoot: Index<StepRow> = {
  name: 'run_step/by_root',
  keys: (row) => [row.root_run_id],
  where: 't.root_run_id = k.key',
};

export const stepTable = defineTable<StepRow>({
  name: 'run_step',
  columns: {
    run_id: 'text',
    step_id: 'text',
    root_run_id: 'text',
    task_id: 'text',
    kind: 'text',
    cause_code: 'text',
    cause_detail: 'text',
    epoch: 'int',
    request_hash: 'text',
    decision_seq: 'int',
    at: 'time',
  },
  key: ['run_id', 'step_id'],
  indexes: [stepsByRoot],
  appendOnly: true,
});

export interface FlagRow {
  /** Of `task.exhausted`, which is no tree's, the task. */
  root_run_id: string;
  event: string;
  epoch: number;
  ticket_id: string;
  at: string;
}

/** Which red flag an epoch has had: never a second of the same kind. */
export const flagTable = defineTable<FlagRow>({
  name: 'run_flag',
  columns: { root_run_id: 'text', event: 'text', epoch: 'int', ticket_id: 'text', at: 'time' },
  key: ['root_run_id', 'event', 'epoch'],
  appendOnly: true,
});
