import type { Actor } from '../audit/entry.ts';
import type { Tx } from '../audit/view.ts';
import { canonicalHash } from '../contract/canonical.ts';
import { Problem } from '../contract/problem.ts';
import type { Principal, QcLoop, QcResult } from '../contract/types.ts';
import type { Policy } from '../policy/policy.ts';
import { currentTenant } from '../tenants/tenants.ts';
import { actorOf } from '../tenants/tokens.ts';
import { type GrainRow, type Work, grainTable, loopTable, resultTable } from './qc-tables.ts';
import { counted, isWithin, windowsOf, within } from './qc-window.ts';
import { runTable } from './tables.ts';

/** What became of one quality signal. */
export interface Taken {
  status: 'recorded' | 'known';
  seq: number;
}

/** How far clocks may differ. */
const SKEW_MS = 5 * 60_000;

/**
 * Takes one check of an agent's work, and what follows from it for the alerts of its four grains, in one commit.
 * @throws Problem 403 `qc.refused` with policy's reasons; 409 `qc.conflict` when the id was used for another result
 */
export function recordResult(tx: Tx, policy: Policy, caller: Principal, result: QcResult): Taken {
  const hash = canonicalHash(result);
  const known = settled(tx.get(resultTable, result.result_id), hash, result.result_id);
  if (known) return known;
  const work = workOf(result);
  refuseUnfit(tx, policy, caller, work, result.at);
  const { window_hours } = currentTenant(tx).config.config.qc_threshold_policy;
  const at = instantOf(result.at, tx.now);
  const seq = tx.seq;
  const row = {
    ...work,
    result_id: result.result_id,
    pass: result.pass,
    failure_codes: result.failure_codes ?? [],
    at,
    in_window: isWithin(at, tx.now, window_hours),
    reported_by: caller.id,
    request_hash: hash,
    seq,
  };
  const actor = actorOf(caller);
  tx.want(grainsOf(work).map(({ kind, name }) => ({ table: grainTable, key: [kind, name] })));
  tx.put(resultTable, row);
  tx.append({
    action: 'qc.result_recorded',
    actor,
    resource: `qc_result/${result.result_id}`,
    payload: JSON.stringify(row),
  });
  if (row.in_window)
    for (const { kind, name } of grainsOf(work)) {
      const grain = tx.get(grainTable, kind, name) ?? newGrain(kind, name);
      assess(tx, policy, actor, { ...grain, quarters: counted(grain.quarters, at, result.pass) });
    }
  return { status: 'recorded', seq };
}

/** Takes one correction loop. @throws Problem as {@link recordResult} */
export function recordLoop(tx: Tx, policy: Policy, caller: Principal, loop: QcLoop): Taken {
  const hash = canonicalHash(loop);
  const known = settled(tx.get(loopTable, loop.loop_id), hash, loop.loop_id);
  if (known) return known;
  const work = workOf(loop);
  refuseUnfit(tx, policy, caller, work, loop.at);
  const seq = tx.seq;
  const row = {
    ...work,
    loop_id: loop.loop_id,
    depth: loop.depth,
    causes: loop.causes ?? [],
    tokens: loop.tokens ?? 0,
    resolved: loop.resolved ?? false,
    at: instantOf(loop.at, tx.now),
    reported_by: caller.id,
    request_hash: hash,
    seq,
  };
  tx.put(loopTable, row);
  tx.append({
    action: 'qc.loop_recorded',
    actor: actorOf(caller),
    resource: `qc_loop/${loop.loop_id}`,
    payload: JSON.stringify(row),
  });
  return { status: 'recorded', seq };
}

/** Judges a grain again whose time has come or whose configuration is another. @returns whether its alert began or ended */
export function reassess(tx: Tx, policy: Policy, kind: GrainRow['kind'], name: string): boolean {
  const grain = tx.get(grainTable, kind, name)!;
  const { version } = currentTenant(tx).config;
  const isDue = grain.turns_at !== null && grain.turns_at <= tx.now;
  if (!isDue && grain.config_version === version) return false;
  return assess(tx, policy, SYSTEM, grain);
}

/** The grains of a piece of work that are in alert. */
export function alertsOf(tx: Tx, grains: Pick<GrainRow, 'kind' | 'name'>[]): GrainRow[] {
  tx.want(grains.map(({ kind, name }) => ({ table: grainTable, key: [kind, name] })));
  return grains.flatMap(({ kind, name }) => {
    const grain = tx.get(grainTable, kind, name);
    return grain?.alert ? [grain] : [];
  });
}

/** What success rates are measured of: the main task, the task within it, the agent and the model. */
export function grainsOf({
  main_task_id,
  task_id,
  agent,
  model,
}: Omit<Work, 'run_id'>): Pick<GrainRow, 'kind' | 'name'>[] {
  return [
    { kind: 'main_task', name: main_task_id },
    { kind: 'subtask', name: `${main_task_id} / ${task_id}` },
    { kind: 'agent', name: agent },
    { kind: 'model', name: model },
  ];
}

/** Asks policy whether the grain is in alert, and when time alone will change that. */
function assess(tx: Tx, policy: Policy, actor: Actor, grain: GrainRow): boolean {
  const { version, config } = currentTenant(tx).config;
  const { qc_threshold_policy } = config;
  const { window_hours } = qc_threshold_policy;
  const quarters = within(grain.quarters, tx.now, window_hours);
  const { windows, turns } = windowsOf(quarters, window_hours);
  const { kind, name } = grain;
  const answer = policy.qc({ policy: qc_threshold_policy, grain: { kind, name }, alert: grain.alert, windows });
  const begins = answer.alert && !grain.alert;
  const ends = !answer.alert && grain.alert;
  const row: GrainRow = {
    ...grain,
    quarters,
    alert: answer.alert,
    alert_since: begins ? tx.now : answer.alert ? grain.alert_since : null,
    alerts_total: grain.alerts_total + (begins ? 1 : 0),
    config_version: version,
    turns_at: answer.turns === null ? null : turns[answer.turns - 1]!,
    updated_at: tx.now,
  };
  tx.put(grainTable, row);
  // A result's own entry explains the counts; an alert has one for itself.
  if (begins || ends || actor === SYSTEM)
    tx.append({
      action: begins ? 'qc.alert_raised' : ends ? 'qc.alert_recovered' : 'qc.grain_assessed',
      actor,
      resource: `grain/${kind}/${name}`,
      policy: policy.revision,
      payload: JSON.stringify({
        kind,
        name,
        ...windows[0]!,
        qc_threshold_policy,
        reasons: answer.reasons,
        alert_since: begins ? tx.now : grain.alert_since,
      }),
    });
  return begins || ends;
}

const SYSTEM = { type: 'service', id: 'placet' };

function newGrain(kind: GrainRow['kind'], name: string): GrainRow {
  return {
    kind,
    name,
    quarters: {},
    alert: false,
    alert_since: null,
    alerts_total: 0,
    config_version: 0,
    turns_at: null,
    updated_at: '',
  };
}

function workOf({ run_id, task_id, main_task_id, agent, model }: Work): Work {
  return { run_id, task_id, main_task_id, agent, model };
}

function refuseUnfit(tx: Tx, policy: Policy, { kind, id, roles }: Principal, report: Work, at: string): void {
  const run = tx.get(runTable, report.run_id);
  const answer = policy.report({
    now: tx.now,
    caller: { kind, id, roles },
    report,
    ...(run && { run: workOf(run) }),
    in_future: Date.parse(at) > Date.parse(tx.now) + SKEW_MS,
  });
  if (answer.effect !== 'allow')
    throw new Problem(403, 'qc.refused', answer.reasons.map((reason) => reason.message).join(' '), {
      reasons: answer.reasons,
    });
}

/** A clock that is a little ahead does not put a signal into a quarter that has not begun. A leap second is the end of its minute. */
function instantOf(at: string, now: string): string {
  const ms = Date.parse(at.replace(/:60(\.[0-9]+)?/, ':59'));
  return new Date(Math.min(ms, Date.parse(now))).toISOString();
}

function settled(row: { request_hash: string; seq: number } | undefined, hash: string, id: string): Taken | undefined {
  if (row && row.request_hash !== hash) throw new Problem(409, 'qc.conflict', `${id} was reported as something else.`);
  return row && { status: 'known', seq: row.seq };
}
