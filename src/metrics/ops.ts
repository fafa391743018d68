import type { Sql } from '../db/postgres.ts';
import { changeTrend } from './queries.ts';
import * as store from './store.ts';

/** What a window's figures and their course over time are both counted from, once for both. */
export interface Counted {
  changes: ReturnType<typeof changeTrend>;
  firstPasses: ReturnType<typeof store.firstPasses>;
}

/** @param starts first moments of the buckets of time */
export function countOnce(sql: Sql, window: store.Window, starts: string[]): Counted {
  return { changes: changeTrend(sql, window, starts), firstPasses: store.firstPasses(sql, window, starts) };
}

/** Every ops metric of one tenant over one window: docs/metrics.md says what each is. @param now for what is open at present */
export async function opsMetrics(
  sql: Sql,
  window: store.Window,
  now: string,
  counted = countOnce(sql, window, [window.from]),
) {
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
    counted.changes.then(store.changesInAll),
    counted.firstPasses.then(({ grains }) => grains),
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
