import type { Tx } from '../audit/view.ts';
import type { Run } from '../contract/types.ts';
import type { Policy } from '../policy/policy.ts';
import { currentTenant } from '../tenants/tenants.ts';
import { countsOf, findRoot } from './runs.ts';
import { type RunRow, type StepRow, flagTable, stepTable, stepsByRoot } from './tables.ts';

/** A run as the API shows it; undefined when nobody started it. */
export function runView(tx: Tx, policy: Policy, runId: string): Run | undefined {
  const found = findRoot(tx, runId);
  if (!found) return undefined;
  const { run, tree } = found;
  const { caller: _caller, request_hash: _hash, decision_seq, ...shown } = run;
  const { loop_policy } = currentTenant(tx).config.config;
  return {
    ...shown,
    decision_id: `D-${decision_seq}`,
    tree: {
      state: tree.state,
      epoch: tree.epoch,
      runs_total: tree.runs_total,
      steps_total: tree.steps_total,
      red_flag: tx.get(flagTable, tree.root_run_id, 'loop.exhausted', tree.epoch)?.ticket_id ?? null,
    },
    counters: policy.ceiling({ loop_policy, counters: countsOf(tx, tree, run.task_id) }).counters,
    steps: tx
      .find(stepTable, stepsByRoot, tree.root_run_id)
      .filter((step) => step.run_id === runId)
      .sort((a, b) => a.decision_seq - b.decision_seq)
      .map(stepView),
  };
}

/** Is the run within the caller's scope? */
export function isOwnRun(callerId: string, run: Pick<RunRow, 'agent' | 'requested_by' | 'caller'>): boolean {
  return [run.agent, run.requested_by, run.caller].includes(callerId);
}

function stepView({ step_id, kind, cause_code, cause_detail, epoch, decision_seq, at }: StepRow): Run['steps'][number] {
  const detail = cause_detail === null ? {} : { detail: cause_detail };
  const cause = cause_code === null ? null : { code: cause_code, ...detail };
  return { step_id, kind, cause, epoch, decision_id: `D-${decision_seq}`, at };
}
