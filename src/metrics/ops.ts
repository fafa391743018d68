import type { Sql } from '../db/postgres.ts';
import * as store from './store.ts';

/** Every ops metric of one tenant over one window: docs/metrics.md says what each is. @param now for what is open at present */
export async function opsMetrics(sql: Sql, window: store.Window, now: string) {
  const [
    time_to_approve,
    changes,
    first_pass,
    failure_codes,
    correction_loops,
    exhausted_loops,
    success_floor,
    rollbacks,
    manual_overrides,
    calibration,
    correction_spend,
    unaccounted,
  ] = await Promise.all([
    store.approvalTimes(sql, window),
    store.changes(sql, window),
    store.firstPasses(sql, window),
    store.failureCodes(sql, window),
    store.loopDepth(sql, window),
    store.exhaustion(sql, window),
    store.floor(sql, window),
    store.rollbacks(sql, window),
    store.overrides(sql, window),
    store.calibration(sql, window),
    store.correctionSpend(sql, window),
    store.unaccounted(sql, window.tenant, now),
  ]);
  return {
    from: window.from,
    to: window.to,
    time_to_approve,
    changes,
    first_pass,
    failure_codes: [...failure_codes],
    correction_loops,
    exhausted_loops,
    success_floor,
    rollbacks,
    manual_overrides: [...manual_overrides],
    calibration,
    correction_spend: [...correction_spend],
    unaccounted,
  };
}

export type OpsMetrics = Awaited<ReturnType<typeof opsMetrics>>;
