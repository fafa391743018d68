import type { Sql } from '../db/postgres.ts';
import type { Window } from './store.ts';

// The metrics of store.ts over time: the same rows, counted by the bucket that they fall in. `starts` are the first moments of the
// buckets, in order; the last ends with the window. A bucket without rows is not in the answer.

/** Approvals by bucket, with the mean time from opening in seconds. Served by ticket_approved. */
export async function approvalTrend(sql: Sql, { tenant, from, to }: Window, starts: string[]) {
  return sql<{ bucket: number; count: number; mean: number }[]>`
    select width_bucket(approved_at, ${starts}::timestamptz[]) - 1 as bucket, count(*)::int as count,
      avg(extract(epoch from approved_at - opened_at))::float8 as mean
    from ticket where tenant_id = ${tenant} and approved_at >= ${from}::timestamptz and approved_at < ${to}::timestamptz
    group by bucket order by bucket`;
}

/**
 * Changes of live values by bucket: those that went through unattended, and those that a human was asked about (A3 tickets opened).
 * Served by decision_unattended and ticket_opened.
 */
export async function changeTrend(sql: Sql, { tenant, from, to }: Window, starts: string[]) {
  return sql<{ bucket: number; unattended: number; reviewed: number }[]>`
    select width_bucket(at, ${starts}::timestamptz[]) - 1 as bucket, (count(*) filter (where not asked))::int as unattended,
      (count(*) filter (where asked))::int as reviewed
    from (
      select at, false as asked from decision where tenant_id = ${tenant} and at >= ${from}::timestamptz and at < ${to}::timestamptz
        and effect = 'allow' and ticket_id is null and on_applied @> '[{"op": "campaign.set_live"}]'
      union all
      select opened_at, true from ticket where tenant_id = ${tenant} and opened_at >= ${from}::timestamptz
        and opened_at < ${to}::timestamptz and type = 'A3'
    ) one group by bucket order by bucket`;
}

/** Run trees by the bucket in which they began, and how many of them ended in an A8. Served by run_tree's and run_flag's keys. */
export async function exhaustionTrend(sql: Sql, { tenant, from, to }: Window, starts: string[]) {
  return sql<{ bucket: number; trees: number; exhausted: number }[]>`
    select width_bucket(created_at, ${starts}::timestamptz[]) - 1 as bucket, count(*)::int as trees,
      (count(*) filter (where exists (select from run_flag f where f.tenant_id = t.tenant_id
        and f.root_run_id = t.root_run_id and f.event = 'loop.exhausted')))::int as exhausted
    from run_tree t where tenant_id = ${tenant} and created_at >= ${from}::timestamptz and created_at < ${to}::timestamptz
    group by bucket order by bucket`;
}
