import type { Sql } from '../../db/postgres.ts';
import { type OpsMetrics, countOnce, opsMetrics } from '../../metrics/ops.ts';
import { type OpsTrends, bucketStarts, opsTrends } from '../../metrics/trends.ts';
import type { Shown } from './insights-query.ts';

// Windows end on a full minute, or on ten of them, so that everybody who looks at a tenant's metrics in that time looks at
// one count. Without this each look at 90 busy days would cost the database what it costs to count them.

const KEPT_MAX = 100;

export interface Counts {
  metrics: OpsMetrics;
  trends: OpsTrends;
}

/** Counts a window once, for all who ask while it is kept. What fails is not kept. */
export function createCounts(sql: Sql): (tenant: string, shown: Shown) => Promise<Counts> {
  const kept = new Map<string, Promise<Counts>>();
  return (tenant, { from, to, step }) => {
    const key = [tenant, from, to, step].join(' ');
    const known = kept.get(key);
    if (known) return known;
    const counted = count(sql, tenant, { from, to, step });
    kept.set(key, counted);
    counted.catch(() => kept.delete(key));
    if (kept.size > KEPT_MAX) kept.delete(kept.keys().next().value!);
    return counted;
  };
}

async function count(
  sql: Sql,
  tenant: string,
  { from, to, step }: Pick<Shown, 'from' | 'to' | 'step'>,
): Promise<Counts> {
  const window = { tenant, from, to };
  const starts = bucketStarts(window, step);
  const counted = countOnce(sql, window, starts);
  const [metrics, trends] = await Promise.all([
    opsMetrics(sql, window, to, counted),
    opsTrends(sql, window, starts, counted),
  ]);
  return { metrics, trends };
}
