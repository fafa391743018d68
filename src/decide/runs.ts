import type { Tx } from '../audit/view.ts';
import { canonicalHash } from '../contract/canonical.ts';
import { Problem } from '../contract/problem.ts';
import type { DecisionAnswer, DecisionInput, DecisionRequest, EstimateRequest, Principal } from '../contract/types.ts';
import { checker } from '../contract/validate.ts';
import type { Policy } from '../policy/policy.ts';
import { estimatedMicroUsd } from '../runs/cost/estimates.ts';
import { pricesOf } from '../runs/prices/tenant-prices.ts';
import { exhaustLoop, loopFlag } from '../runs/loop.ts';
import { alertsOf, grainsOf } from '../runs/qc.ts';
import { admitStep, entersTask, runFact, startRun } from '../runs/runs.ts';
import { runTable, stepTable } from '../runs/tables.ts';
import { taskFact, taskFlag } from '../runs/tasks.ts';
import { type TicketRow } from '../tickets/tables.ts';
import { raiseFlag } from './flags.ts';

type Facts = Pick<DecisionInput['facts'], 'run' | 'parent_run' | 'run_start' | 'step' | 'estimate_micro_usd' | 'task'>;

const startErrors = checker('run-request.json#/$defs/run_start');
const stepErrors = checker('run-step-request.json');

/** What the service holds about the run that the question is about, or is asked in. By resource type only: what follows from it is policy's. */
export function runFacts(tx: Tx, { action, resource, context }: DecisionRequest): Facts {
  if (resource.type !== 'run') {
    const run = context?.run_id === undefined ? undefined : runFact(tx, context.run_id);
    return run ? { run } : {};
  }
  const properties = action.properties ?? {};
  const run = runFact(tx, resource.id);
  const start = valid<NonNullable<Facts['run_start']>>(startErrors, properties);
  const step = valid<NonNullable<Facts['step']>>(stepErrors, properties);
  const parent = start?.parent_run_id === undefined ? undefined : runFact(tx, start.parent_run_id);
  return {
    ...(run && { run }),
    ...(parent && { parent_run: parent }),
    ...(start && { run_start: start }),
    ...(step && { step }),
    ...(start && entersTask(parent, start.task_id) && { task: taskFact(tx, start.task_id) }),
    ...(start?.estimate && estimateFact(tx, start.estimate)),
  };
}

function estimateFact(tx: Tx, estimate: EstimateRequest): Pick<Facts, 'estimate_micro_usd'> {
  const amount = estimatedMicroUsd(pricesOf(tx), estimate, tx.now);
  return amount === null ? {} : { estimate_micro_usd: amount };
}

/** Grains in alert that the question belongs to: those of its run, else that of the agent that asks. */
export function qcAlerts(
  tx: Tx,
  { subject }: DecisionRequest,
  run: Facts['run'],
): Pick<DecisionInput['facts'], 'qc_alerts'> {
  const grains = run ? grainsOf(run) : subject.type === 'agent' ? [{ kind: 'agent' as const, name: subject.id }] : [];
  const alerts = alertsOf(tx, grains);
  if (alerts.length === 0) return {};
  return { qc_alerts: alerts.map(({ kind, name, alert_since }) => ({ kind, name, since: alert_since! })) };
}

/** Under which keys tickets block what the question is about: the tree and the task of its run, and of the run that it wants to start. */
export function runBlockKeys({ run, parent_run, run_start }: Facts): string[] {
  return [
    ...(run ? [`run/${run.root_run_id}`, `task/${run.task_id}`] : []),
    ...(parent_run ? [`run/${parent_run.root_run_id}`, `task/${parent_run.task_id}`] : []),
    ...(run_start ? [`task/${run_start.task_id}`] : []),
  ];
}

/**
 * The decision that this very question about a run had before: a run starts once, and a step is admitted once.
 * @throws Problem 409 `step.conflict` when the step id was used for another step
 */
export function earlierDecision(tx: Tx, caller: Principal, request: DecisionRequest): number | undefined {
  const { resource, action } = request;
  if (resource.type !== 'run') return undefined;
  const hash = runRequestHash(caller, request);
  const step = valid<NonNullable<Facts['step']>>(stepErrors, action.properties ?? {});
  if (step) {
    const known = tx.get(stepTable, resource.id, step.step_id);
    if (known && known.request_hash !== hash)
      throw new Problem(
        409,
        'step.conflict',
        `Step ${step.step_id} of run ${resource.id} was admitted as something else, by D-${known.decision_seq}.`,
      );
    return known?.decision_seq;
  }
  const run = tx.get(runTable, resource.id);
  return run?.request_hash === hash ? run.decision_seq : undefined;
}

/** Records what policy wants recorded with the decision at `seq`. @returns the red flag that it raised */
export function carryOut(
  tx: Tx,
  policy: Policy,
  caller: Principal,
  request: DecisionRequest,
  { run, run_start, step }: Facts,
  { on_decided = [], counters }: DecisionAnswer,
  seq: number,
): TicketRow | undefined {
  const actor = { type: request.subject.type, id: request.subject.id };
  const runId = request.resource.id;
  let flag: TicketRow | undefined;
  for (const one of on_decided) {
    const requestHash = runRequestHash(caller, request);
    if (one.op === 'run.started')
      startRun(
        tx,
        actor,
        { run_id: runId, caller: caller.id, request_hash: requestHash, decision_seq: seq },
        run_start!,
      );
    else if (one.op === 'run.step_admitted') admitStep(tx, runId, step!, { seq, requestHash });
    else if (one.op === 'task.exhausted') {
      const { task_id, main_task_id, agent, model } = run_start!;
      const { epoch, task } = taskFlag(tx, task_id, one.task_runs, one.window_hours);
      const raised = raiseFlag(tx, policy, actor, {
        flag: {
          event: one.op,
          run: { root_run_id: runId, run_id: runId, task_id, main_task_id, agent, model, epoch },
          task,
        },
        caller: caller.id,
        diff: task.runs.map(({ run_id, at }) => ({
          path: `/runs/${run_id.replaceAll('~', '~0').replaceAll('/', '~1')}`,
          after: at,
        })),
      });
      flag = raised?.ticket;
    } else {
      const { root_run_id, task_id, main_task_id, agent, model, epoch } = run!;
      const loop = loopFlag(tx, runId, step!, counters!, one.exhausted);
      const raised = raiseFlag(tx, policy, actor, {
        flag: {
          event: one.op,
          run: { root_run_id, run_id: runId, task_id, main_task_id, agent, model, epoch },
          loop,
        },
        caller: caller.id,
        diff: loop.steps.map(({ step_id, ...after }) => ({ path: `/steps/${step_id.replaceAll('/', '~1')}`, after })),
      });
      if (raised?.isNew) exhaustLoop(tx, root_run_id);
      flag = raised?.ticket;
    }
  }
  return flag;
}

/** Who asked what, without the circumstances: what may be answered again. */
function runRequestHash(caller: Principal, { subject, action, resource }: DecisionRequest): string {
  return canonicalHash({ caller: caller.id, subject, action, resource });
}

function valid<T>(errors: (value: unknown) => unknown[], value: unknown): T | undefined {
  return errors(value).length === 0 ? (value as T) : undefined;
}
