import { Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import type { Sql } from '../db/postgres.ts';
import { type OpsMetrics, opsMetrics } from './ops.ts';
import { livingTickets } from './store.ts';

let processMetrics: Registry | undefined;

/** The tenant's metrics over the 24 hours before `now`, and those of this process, in Prometheus' text format. */
export async function prometheusText(sql: Sql, tenant: string, now: Date): Promise<{ text: string; type: string }> {
  const window = { tenant, from: new Date(now.getTime() - 86_400_000).toISOString(), to: now.toISOString() };
  const [metrics, living] = await Promise.all([
    opsMetrics(sql, window, window.to),
    livingTickets(sql, tenant, window.to),
  ]);
  const registry = new Registry();
  registry.setDefaultLabels({ tenant });
  const gauge = gauges(registry);
  for (const { type, state, count, overdue } of living) {
    gauge('placet_tickets_living', 'Tickets not resolved yet, by type and state.', count, { type, state });
    gauge('placet_tickets_overdue', 'Of those, past their due time.', overdue, { type, state });
  }
  fill(gauge, metrics);
  const text = (await Promise.all([registry.metrics(), ofProcess().metrics()])).join('\n');
  return { text, type: registry.contentType };
}

/** Begun when somebody first asks: watching garbage collection costs a little. */
function ofProcess(): Registry {
  if (!processMetrics) {
    processMetrics = new Registry();
    collectDefaultMetrics({ register: processMetrics });
  }
  return processMetrics;
}

type Set = (name: string, help: string, value: number | null, labels?: Record<string, string>) => void;

function fill(gauge: Set, metrics: OpsMetrics): void {
  for (const { type, count, team } of metrics.time_to_approve) {
    gauge('placet_approvals', 'Tickets approved, or red flags resolved, in 24 hours.', count, { type });
    for (const [quantile, value] of [
      ['0.5', team.p50],
      ['0.9', team.p90],
    ] as const)
      gauge('placet_time_to_approve_seconds', 'Time in which only the team was awaited.', value, { type, quantile });
  }
  const { changes, exhausted_loops, success_floor, rollbacks, unaccounted } = metrics;
  gauge('placet_changes_auto_approved_ratio', 'Changes that no human was asked about.', changes.auto_approved);
  for (const { grain, name, rate } of metrics.first_pass)
    gauge('placet_qc_first_pass_ratio', 'First QC results that passed.', rate, { grain, name });
  for (const { code, results } of metrics.failure_codes)
    gauge('placet_qc_failures', 'Failed QC results in 24 hours.', results, { code });
  gauge('placet_loops_exhausted_ratio', 'Run trees that ended in an A8.', exhausted_loops.rate);
  for (const { grain, under_floor } of success_floor.grains)
    gauge('placet_qc_grains_under_floor', 'Grains in alert now.', under_floor, { grain });
  gauge('placet_rollback_ratio', 'Approved change sets undone since.', rollbacks.after_approval.rate);
  gauge('placet_unpriced_reports', 'Reports of usage that nobody has priced yet.', unaccounted.unpriced_reports);
}

/** Sets a gauge, made when it is first set; nothing of null, since no figure is not zero. */
function gauges(registry: Registry): Set {
  const made = new Map<string, Gauge>();
  return (name, help, value, labels = {}) => {
    if (value === null) return;
    let gauge = made.get(name);
    if (!gauge) {
      gauge = new Gauge({ name, help, labelNames: Object.keys(labels), registers: [registry] });
      made.set(name, gauge);
    }
    gauge.set(labels, value);
  };
}
