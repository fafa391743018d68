import { defineTable } from '../audit/table.ts';
import type { GrainKind } from '../contract/types.ts';

/** The work that a quality signal is about. */
export interface Work {
  run_id: string;
  task_id: string;
  main_task_id: string;
  agent: string;
  model: string;
}

interface Reported extends Work {
  at: string;
  reported_by: string;
  request_hash: string;
  seq: number;
}

export interface ResultRow extends Reported {
  result_id: string;
  pass: boolean;
  failure_codes: string[];
  /** False for a result that was older than the window when it arrived: kept, and no part of any rate. */
  in_window: boolean;
}

const WORK = { run_id: 'text', task_id: 'text', main_task_id: 'text', agent: 'text', model: 'text' } as const;
const REPORTED = { ...WORK, at: 'time', reported_by: 'text', request_hash: 'text', seq: 'int' } as const;

export const resultTable = defineTable<ResultRow>({
  name: 'agent_qc_results',
  columns: { result_id: 'text', ...REPORTED, pass: 'bool', failure_codes: 'json', in_window: 'bool' },
  key: ['result_id'],
  appendOnly: true,
});

export interface LoopRow extends Reported {
  loop_id: string;
  depth: number;
  causes: string[];
  tokens: number;
  resolved: boolean;
}

export const loopTable = defineTable<LoopRow>({
  name: 'agent_qc_loops',
  columns: { loop_id: 'text', ...REPORTED, depth: 'int', causes: 'json', tokens: 'int', resolved: 'bool' },
  key: ['loop_id'],
  appendOnly: true,
});

export interface GrainRow {
  kind: GrainKind;
  /** The main task, agent or model; of a subtask `<main task> / <task>`, which no id holds. */
  name: string;
  /** Results per quarter of an hour: `{"<quarters since 1970>": [total, passed]}`. */
  quarters: Record<string, [number, number]>;
  alert: boolean;
  alert_since: string | null;
  alerts_total: number;
  /** Of the configuration that it was last judged by. */
  config_version: number;
  /** When the alert begins or ends by time alone, if nothing more is reported. */
  turns_at: string | null;
  updated_at: string;
}

export const grainTable = defineTable<GrainRow>({
  name: 'qc_grain',
  columns: {
    kind: 'text',
    name: 'text',
    quarters: 'json',
    alert: 'bool',
    alert_since: 'time',
    alerts_total: 'int',
    config_version: 'int',
    turns_at: 'time',
    updated_at: 'time',
  },
  key: ['kind', 'name'],
});
