import { selectList } from '../audit/store.ts';
import type { Sql } from '../db/postgres.ts';
import { type LoopRow, type ResultRow, loopTable, resultTable } from './qc-tables.ts';
import { type FlagRow, type RunRow, type TreeRow, runTable } from './tables.ts';

/** A run in a line of a list, with its tree and the money of it. */
export interface RunLine extends RunRow {
  state: TreeRow['state'];
  steps_total: number;
  runs_total: number;
  guard: 'open' | 'tripped' | 'aborted' | null;
  estimate: string | null;
  committed: string | null;
  unpriced: number | null;
}

export const RUN_STATES = ['running', 'exhausted', 'tripped', 'unpriced', 'aborted'] as const;

export interface RunLineFilter {
  state?: (typeof RUN_STATES)[number] | undefined;
  /** A task, main task, agent or model, spelt out. */
  find?: string | undefined;
  before?: number | undefined;
  limit: number;
}

/** How many runs one page of a filtered list looks at. Filters are rare next to starts, so no index of their own slows those. */
const SCANNED_MAX = 5_000;

/**
 * A page of the runs at the top of their trees, newest first; of all runs where something is looked for. Keyset on run_by_decision.
 * @returns the rows, and where the next page begins: null at the end
 */
export async function listRunLines(
  sql: Sql,
  tenant: string,
  { state, find, before, limit }: RunLineFilter,
): Promise<{ rows: RunLine[]; next: number | null }> {
  const scanned = state === undefined && find === undefined ? limit : SCANNED_MAX;
  const found = await sql`
    with s as materialized (
      select t.* from run t where t.tenant_id = ${tenant} ${find === undefined ? sql`and t.parent_run_id is null` : sql``}
      ${before === undefined ? sql`` : sql`and t.decision_seq < ${before}`}
      order by t.decision_seq desc limit ${scanned}
    )
    select ${sql.unsafe(selectList(runTable))}, tree.state, tree.steps_total, tree.runs_total, a.state as guard,
      a.estimate::text as estimate, a.committed::text as committed, a.unpriced,
      (select min(decision_seq) from s having count(*) = ${scanned}) as last_looked_at
    from s t
    join run_tree tree on tree.tenant_id = t.tenant_id and tree.root_run_id = t.root_run_id
    left join cost_account a on a.tenant_id = t.tenant_id and a.root_run_id = t.root_run_id
    where true
    ${find === undefined ? sql`` : sql`and ${find} in (t.task_id, t.main_task_id, t.agent, t.model)`}
    ${state === 'running' || state === 'exhausted' || state === 'aborted' ? sql`and tree.state = ${state}` : sql``}
    ${state === 'tripped' ? sql`and a.state = 'tripped'` : sql``} ${state === 'unpriced' ? sql`and a.unpriced > 0` : sql``}
    order by t.decision_seq desc limit ${limit}`;
  const rows = found as unknown as (RunLine & { last_looked_at: number | null })[];
  if (rows.length === limit) return { rows, next: rows.at(-1)!.decision_seq };
  return { rows, next: rows[0]?.last_looked_at ?? null };
}

export interface RunFlag extends FlagRow {
  type: 'A8' | 'A9';
  state: string;
  summary: string;
}

/** The red flags that a run tree has had, with their tickets. Served by the primary keys of run_flag and ticket. */
export async function listFlags(sql: Sql, tenant: string, root: string): Promise<RunFlag[]> {
  return sql<RunFlag[]>`
    select f.root_run_id, f.event, f.epoch, f.ticket_id, to_char(f.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
      t.type, t.state, t.spec->>'summary' as summary
    from run_flag f join ticket t on t.tenant_id = f.tenant_id and t.ticket_id = f.ticket_id
    where f.tenant_id = ${tenant} and f.root_run_id = ${root} order by f.at desc limit 50`;
}

/** The newest checks of runs, and their correction loops. Served by agent_qc_results_run and agent_qc_loops_run. */
export async function listQuality(sql: Sql, tenant: string, runs: string[], limit: number) {
  const [results, loops] = await Promise.all([
    sql`select ${sql.unsafe(selectList(resultTable))} from agent_qc_results t
      where t.tenant_id = ${tenant} and t.run_id = any(${runs}) order by t.at desc, t.seq desc limit ${limit}`,
    sql`select ${sql.unsafe(selectList(loopTable))} from agent_qc_loops t
      where t.tenant_id = ${tenant} and t.run_id = any(${runs}) order by t.at desc, t.seq desc limit ${limit}`,
  ]);
  return { results: results as unknown as ResultRow[], loops: loops as unknown as LoopRow[] };
}
