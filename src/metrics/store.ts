import type { Sql } from '../db/postgres.ts';

// The ops metrics of docs/metrics.md, each one statement over the rows of one tenant in one window: from ≤ time < to.
// Figures that are sums of whole things come as integers, those that are means or quantiles as seconds or ratios.

export interface Window {
  tenant: string;
  from: string;
  to: string;
}

/** Mean, median and 90th percentile (PERCENTILE_CONT) of durations in seconds. */
export interface Durations {
  mean: number;
  p50: number;
  p90: number;
}

interface ApprovalRow {
  type: string;
  count: number;
  whole: Durations;
  team: Durations;
  agent_mean: number;
  client_mean: number;
}

/** Time from opening to approval by ticket type; time in which the agent or the client was awaited stands apart. Served by ticket_approved. */
export async function approvalTimes(sql: Sql, { tenant, from, to }: Window): Promise<ApprovalRow[]> {
  const rows = await sql<Record<string, number | string>[]>`
    with approved as (
      select ticket_id, type, opened_at, approved_at from ticket
      where tenant_id = ${tenant} and approved_at >= ${from}::timestamptz and approved_at < ${to}::timestamptz
    ), segment as (
      select s.ticket_id, s.kind, extract(epoch from
        least(coalesce(lead(s.started_at) over (partition by s.ticket_id order by s.n), a.approved_at), a.approved_at) - s.started_at) as seconds
      from ticket_sla_segment s join approved a using (ticket_id) where s.tenant_id = ${tenant} and s.started_at < a.approved_at
    ), spent as (
      select a.ticket_id, a.type, extract(epoch from a.approved_at - a.opened_at) as whole,
        coalesce(sum(s.seconds) filter (where s.kind = 'team'), 0) as team,
        coalesce(sum(s.seconds) filter (where s.kind = 'agent'), 0) as agent,
        coalesce(sum(s.seconds) filter (where s.kind = 'client'), 0) as client
      from approved a left join segment s using (ticket_id) group by a.ticket_id, a.type, a.approved_at, a.opened_at
    )
    select type, count(*)::int as count,
      avg(whole)::float8 as whole_mean, ${median(sql, 'whole')} as whole_p50, ${ninetieth(sql, 'whole')} as whole_p90,
      avg(team)::float8 as team_mean, ${median(sql, 'team')} as team_p50, ${ninetieth(sql, 'team')} as team_p90,
      avg(agent)::float8 as agent_mean, avg(client)::float8 as client_mean
    from spent group by type order by type`;
  return rows.map((row) => ({
    type: String(row['type']),
    count: Number(row['count']),
    whole: durations(row, 'whole'),
    team: durations(row, 'team'),
    agent_mean: rounded(row['agent_mean']),
    client_mean: rounded(row['client_mean']),
  }));
}

/** Changes in all, of those by bucket of time (queries.ts). */
export function changesInAll(buckets: readonly { unattended: number; reviewed: number }[]) {
  const sum = (name: 'unattended' | 'reviewed') => buckets.reduce((total, bucket) => total + bucket[name], 0);
  const [unattended, reviewed] = [sum('unattended'), sum('reviewed')];
  return { unattended, reviewed, auto_approved: ratio(unattended, unattended + reviewed) };
}

/**
 * Share of first results that passed, by grain and by bucket of time (queries.ts). The first is the earliest by time, then by place in
 * the log, of a task in a run. One pass for both, in the order of agent_qc_results_first.
 */
export async function firstPasses(sql: Sql, { tenant, from, to }: Window, starts: string[]) {
  const rows = await sql<{ grain: string; name: string; bucket: number; results: number; passed: number }[]>`
    with first as (
      select distinct on (run_id, task_id) main_task_id, agent, model, pass, width_bucket(at, ${starts}::timestamptz[]) - 1 as bucket
      from agent_qc_results where tenant_id = ${tenant} and at >= ${from}::timestamptz and at < ${to}::timestamptz
      order by run_id, task_id, at, seq, result_id
    )
    select case when grouping(main_task_id) = 0 then 'main_task' when grouping(agent) = 0 then 'agent' when grouping(model) = 0 then 'model'
        else 'time' end as grain,
      coalesce(main_task_id, agent, model) as name, bucket, count(*)::int as results, (count(*) filter (where pass))::int as passed
    from first group by grouping sets ((main_task_id), (agent), (model), (bucket)) order by grouping(bucket), grain, name limit 1100`;
  const counted = rows.map((row) => ({ ...row, rate: ratio(row.passed, row.results) }));
  return {
    grains: counted.filter(({ grain }) => grain !== 'time').map(({ bucket: _, ...row }) => row),
    buckets: counted.filter(({ grain }) => grain === 'time').map(({ grain: _, name: __, ...row }) => row),
  };
}

/** Failure codes by how often they were given, with the runs that they struck. Served by agent_qc_results_at. */
export async function failureCodes(sql: Sql, { tenant, from, to }: Window) {
  return sql<{ code: string; results: number; runs: number }[]>`
    select code, count(*)::int as results, count(distinct run_id)::int as runs
    from agent_qc_results, lateral (select distinct jsonb_array_elements_text(failure_codes) as code) c
    where tenant_id = ${tenant} and at >= ${from}::timestamptz and at < ${to}::timestamptz and not pass
    group by code order by results desc, code limit 50`;
}

/** How deep correction loops went. Served by agent_qc_loops_at. */
export async function loopDepth(sql: Sql, { tenant, from, to }: Window) {
  const [row] = await sql<Record<string, number | null>[]>`
    select count(*)::int as loops, (count(*) filter (where resolved))::int as resolved, coalesce(max(depth), 0)::int as deepest,
      avg(depth)::float8 as depth_mean, ${median(sql, 'depth')} as depth_p50, ${ninetieth(sql, 'depth')} as depth_p90
    from agent_qc_loops where tenant_id = ${tenant} and at >= ${from}::timestamptz and at < ${to}::timestamptz`;
  const { loops, resolved, deepest } = row as Record<'loops' | 'resolved' | 'deepest', number>;
  return { loops, resolved, deepest, depth: loops === 0 ? null : durations(row!, 'depth') };
}

/**
 * Exhausted loops among the run trees begun in the window, and how each QC failure code goes with them: of the trees in
 * which it was given, how many ended in an A8. Served by run_by_root, run_flag's key and agent_qc_results_run.
 */
export async function exhaustion(sql: Sql, { tenant, from, to }: Window) {
  const [whole] = await sql<{ trees: number; exhausted: number }[]>`
    select count(*)::int as trees, (count(*) filter (where exists (select from run_flag f
      where f.tenant_id = t.tenant_id and f.root_run_id = t.root_run_id and f.event = 'loop.exhausted')))::int as exhausted
    from run_tree t where tenant_id = ${tenant} and created_at >= ${from}::timestamptz and created_at < ${to}::timestamptz`;
  const codes = await sql<{ code: string; trees: number; exhausted: number }[]>`
    with struck as (
      select distinct t.root_run_id, c.code, exists (select from run_flag f
        where f.tenant_id = t.tenant_id and f.root_run_id = t.root_run_id and f.event = 'loop.exhausted') as exhausted
      from run_tree t
      join run r on r.tenant_id = t.tenant_id and r.root_run_id = t.root_run_id
      join agent_qc_results q on q.tenant_id = t.tenant_id and q.run_id = r.run_id and not q.pass,
      lateral jsonb_array_elements_text(q.failure_codes) c(code)
      where t.tenant_id = ${tenant} and t.created_at >= ${from}::timestamptz and t.created_at < ${to}::timestamptz
    )
    select code, count(*)::int as trees, (count(*) filter (where exhausted))::int as exhausted
    from struck group by code order by exhausted desc, trees desc, code limit 50`;
  return {
    ...whole!,
    rate: ratio(whole!.exhausted, whole!.trees),
    by_failure_code: codes.map((row) => ({ ...row, rate: ratio(row.exhausted, row.trees) })),
  };
}

/**
 * Grains under the success floor: now, alerts raised in the window, and from alert to recovery for those that recovered in
 * it. Served by qc_grain's key and audit_entry_qc.
 */
export async function floor(sql: Sql, { tenant, from, to }: Window) {
  const grains = await sql<{ grain: string; grains: number; under_floor: number }[]>`
    select kind as grain, count(*)::int as grains, (count(*) filter (where alert))::int as under_floor
    from qc_grain where tenant_id = ${tenant} group by kind order by kind`;
  const [alerts] = await sql<Record<string, number | null>[]>`
    with turn as (
      select at, action, lag(at) over (partition by resource order by seq) as raised_at,
        lag(action) over (partition by resource order by seq) as before
      from audit_entry where tenant_id = ${tenant} and action in ('qc.alert_raised', 'qc.alert_recovered')
    ), recovered as (
      select extract(epoch from at - raised_at) as seconds from turn
      where action = 'qc.alert_recovered' and before = 'qc.alert_raised' and at >= ${from}::timestamptz and at < ${to}::timestamptz
    )
    select (select count(*)::int from turn where action = 'qc.alert_raised' and at >= ${from}::timestamptz
        and at < ${to}::timestamptz) as raised,
      count(*)::int as recovered, avg(seconds)::float8 as recovery_mean, ${median(sql, 'seconds')} as recovery_p50,
      ${ninetieth(sql, 'seconds')} as recovery_p90
    from recovered`;
  const { raised, recovered } = alerts as Record<'raised' | 'recovered', number>;
  return {
    grains: grains.map((row) => ({ ...row, share: ratio(row.under_floor, row.grains) })),
    raised,
    recovered,
    recovery: recovered === 0 ? null : durations(alerts!, 'recovery'),
  };
}

/** Change sets applied in the window, and those of them undone since, with and without a human's approval. Served by optimization_log's keys. */
export async function rollbacks(sql: Sql, { tenant, from, to }: Window) {
  const rows = await sql<{ approved: boolean; applied: number; undone: number }[]>`
    with applied as (
      select change_set_id, bool_or(ticket_id is not null) as approved from optimization_log
      where tenant_id = ${tenant} and undoes is null and applied_at >= ${from}::timestamptz and applied_at < ${to}::timestamptz
      group by change_set_id
    )
    select approved, count(*)::int as applied, (count(*) filter (where exists (select from optimization_log u
      where u.tenant_id = ${tenant} and u.undoes = a.change_set_id)))::int as undone
    from applied a group by approved`;
  const of = (approved: boolean) => {
    const { applied, undone } = rows.find((row) => row.approved === approved) ?? { applied: 0, undone: 0 };
    return { applied, undone, rate: ratio(undone, applied) };
  };
  return { after_approval: of(true), unattended: of(false) };
}

/** Manual overrides (A6) approved, by day in UTC; days without one are there with 0. Served by ticket_approved. */
export async function overrides(sql: Sql, { tenant, from, to }: Window) {
  return sql<{ day: string; count: number }[]>`
    select to_char(d.day, 'YYYY-MM-DD') as day, count(t.ticket_id)::int as count
    from generate_series(date_trunc('day', ${from}::timestamptz at time zone 'UTC'),
      (${to}::timestamptz at time zone 'UTC') - interval '1 microsecond', interval '1 day') as d(day)
    left join ticket t on t.tenant_id = ${tenant} and t.type = 'A6' and t.approved_at >= ${from}::timestamptz
      and t.approved_at < ${to}::timestamptz and date_trunc('day', t.approved_at at time zone 'UTC') = d.day
    group by d.day order by d.day`;
}

/** What was spent over what had been estimated, of trees begun in the window that have an estimate, by main task and model. Served by cost_account's key. */
export async function calibration(sql: Sql, { tenant, from, to }: Window) {
  const rows = await sql<{ main_task_id: string; model: string; trees: number; estimated: string; spent: string }[]>`
    select r.main_task_id, r.model, count(*)::int as trees, sum(a.first_estimate)::text as estimated, sum(a.committed)::text as spent
    from run_tree t join run r on r.tenant_id = t.tenant_id and r.run_id = t.root_run_id
    join cost_account a on a.tenant_id = t.tenant_id and a.root_run_id = t.root_run_id and a.first_estimate is not null
    where t.tenant_id = ${tenant} and t.created_at >= ${from}::timestamptz and t.created_at < ${to}::timestamptz
    group by r.main_task_id, r.model order by r.main_task_id, r.model limit 1000`;
  return rows.map(({ estimated, spent, ...row }) => ({
    ...row,
    estimated_pico_usd: estimated,
    spent_pico_usd: spent,
    actual_over_estimate: quotient(spent, estimated),
  }));
}

/**
 * Spend after a QC correction had begun and before the run's next step, by the failure code that caused the correction.
 * Of the charges in the window, which the tenant's are searched for, only runs with a correction are looked at: served by
 * run_step_correction and run_step's key.
 */
export async function correctionSpend(sql: Sql, { tenant, from, to }: Window) {
  return sql<{ code: string; charges: number; pico_usd: string }[]>`
    with charge as materialized (
      select run_id, seq, pico_usd from cost_charge c
      where c.tenant_id = ${tenant} and c.created_at >= ${from}::timestamptz and c.created_at < ${to}::timestamptz
        and c.pico_usd is not null and exists (
          select from run_step q where q.tenant_id = ${tenant} and q.run_id = c.run_id and q.kind = 'qc_correction')
    )
    select coalesce(s.cause_code, 'none') as code, count(*)::int as charges, sum(c.pico_usd)::text as pico_usd
    from charge c, lateral (
      select kind, cause_code from run_step s where s.tenant_id = ${tenant} and s.run_id = c.run_id and s.decision_seq < c.seq
      order by s.decision_seq desc limit 1
    ) s
    where s.kind = 'qc_correction'
    group by 1 order by sum(c.pico_usd) desc, 1 limit 50`;
}

/** Spend that is reserved, uncertain or without a price now, whatever the window. Served by cost_hold_open and cost_unpriced_tree. */
export async function unaccounted(sql: Sql, tenant: string, now: string) {
  const [row] = await sql<Record<'held' | 'uncertain', string>[] & { unpriced: number }[]>`
    select
      coalesce(sum(pico_usd) filter (where state = 'held' and expires_at > ${now}::timestamptz), 0)::text as held,
      coalesce(sum(pico_usd) filter (where state = 'uncertain' or expires_at <= ${now}::timestamptz), 0)::text as uncertain,
      (select count(*)::int from cost_unpriced where tenant_id = ${tenant} and state = 'open') as unpriced
    from cost_hold where tenant_id = ${tenant} and state in ('held', 'uncertain')`;
  const { held, uncertain, unpriced } = row as { held: string; uncertain: string; unpriced: number };
  return { held_pico_usd: held, uncertain_pico_usd: uncertain, unpriced_reports: unpriced };
}

/** Tickets not resolved yet. Served by ticket_living_resource. */
export async function livingTickets(sql: Sql, tenant: string, now: string) {
  return sql<{ type: string; state: string; count: number; overdue: number }[]>`
    select type, state, count(*)::int as count, (count(*) filter (where due_at <= ${now}::timestamptz))::int as overdue
    from ticket where tenant_id = ${tenant} and state in ('pending', 'changes_requested', 'approved', 'open', 'acknowledged')
    group by type, state order by type, state`;
}

function median(sql: Sql, column: string) {
  return sql`percentile_cont(0.5) within group (order by ${sql(column)})`;
}

function ninetieth(sql: Sql, column: string) {
  return sql`percentile_cont(0.9) within group (order by ${sql(column)})`;
}

function durations(row: Record<string, number | string | null>, name: string): Durations {
  return {
    mean: rounded(row[`${name}_mean`]),
    p50: rounded(row[`${name}_p50`]),
    p90: rounded(row[`${name}_p90`]),
  };
}

/** To a millisecond, or a thousandth: more would be noise of the division. */
function rounded(value: unknown): number {
  return Math.round(Number(value) * 1000) / 1000;
}

/** A share of 1 with four decimals; null of nothing. */
function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part * 10_000) / whole) / 10_000;
}

/** Exact integers divided at the very end, with four decimals. */
function quotient(part: string, whole: string): number {
  return Number((BigInt(part) * 10_000n * 2n + BigInt(whole)) / (BigInt(whole) * 2n)) / 10_000;
}
