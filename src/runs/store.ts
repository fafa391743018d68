import { selectList } from '../audit/store.ts';
import type { Sql } from '../db/postgres.ts';
import type { Caller } from '../tenants/tokens.ts';
import { type RunRow, type TreeRow, runTable } from './tables.ts';

export interface RunFilter {
  rootRunId?: string | undefined;
  taskId?: string | undefined;
  /** `decision_seq` of the last run of the page before. */
  before?: number | undefined;
  limit: number;
}

/** A page of runs, newest first, within the caller's scope. Keyset on run_by_decision, or run_by_root. */
export async function listRuns(
  sql: Sql,
  tenant: string,
  caller: Caller,
  { rootRunId, taskId, before, limit }: RunFilter,
): Promise<(RunRow & Pick<TreeRow, 'state' | 'epoch'>)[]> {
  const optional = (value: unknown, clause: () => ReturnType<typeof sql>) => (value === undefined ? sql`` : clause());
  const scope =
    caller.scope === 'all'
      ? sql``
      : sql`and (t.agent = ${caller.id} or t.requested_by = ${caller.id} or t.caller = ${caller.id})`;
  const rows = await sql`
    select ${sql.unsafe(selectList(runTable))}, tree.state, tree.epoch from run t
    join run_tree tree on tree.tenant_id = t.tenant_id and tree.root_run_id = t.root_run_id
    where t.tenant_id = ${tenant} ${scope}
    ${optional(rootRunId, () => sql`and t.root_run_id = ${rootRunId!}`)}
    ${optional(taskId, () => sql`and t.task_id = ${taskId!}`)}
    ${optional(before, () => sql`and t.decision_seq < ${before!}`)}
    order by t.decision_seq desc limit ${limit}`;
  return rows as unknown as (RunRow & Pick<TreeRow, 'state' | 'epoch'>)[];
}
