import type { CostEvent } from '../../src/runs/cost/fold.ts';
import { foldCost, newAccount } from '../../src/runs/cost/fold.ts';
import type { AccountRow } from '../../src/runs/cost/tables.ts';
import { accountTable } from '../../src/runs/cost/tables.ts';
import { selectList } from '../../src/audit/store.ts';
import type { Sql } from '../../src/db/postgres.ts';
import { type Agency, type Call, type LoggedEntry, must } from './agency.ts';

/** The account of each run tree, made from the log alone. */
export function replayAccounts(entries: LoggedEntry[]): Map<string, AccountRow> {
  const accounts = new Map<string, AccountRow>();
  for (const { seq, leaf, payload } of entries) {
    const event = payload.event as CostEvent | undefined;
    if (typeof event?.type !== 'string' || !leaf.resource.startsWith('run/')) continue;
    const root = payload.root_run_id as string;
    const after = foldCost(accounts.get(root) ?? newAccount(root), event, seq, leaf.timestamp);
    if (after.committed !== payload.committed || after.reserved !== payload.reserved)
      throw new Error(
        `entry ${seq} says ${payload.committed} and ${payload.reserved}, which do not follow from those before`,
      );
    accounts.set(root, after);
  }
  return accounts;
}

/** The accounts as they stand in the database. */
export async function liveAccounts(sql: Sql, tenant: string): Promise<Map<string, AccountRow>> {
  const rows = (await sql.unsafe(`select ${selectList(accountTable)} from cost_account t where t.tenant_id = $1`, [
    tenant,
  ])) as unknown as AccountRow[];
  return new Map(rows.map((row) => [row.root_run_id, { ...row }]));
}

/** Starts a run in the name of the agent bid-bot, with an estimate if one is given. */
export async function startRun(call: Call, { tokens }: Agency, run_id: string, pico_usd?: string, parent?: string) {
  const run = { run_id, task_id: `task-${run_id}`, main_task_id: 'copy', agent: 'bid-bot', model: 'gpt-4o' };
  const more = { ...(pico_usd && { estimate: { pico_usd } }), ...(parent && { parent_run_id: parent }) };
  return must(call(tokens.bot, 'POST', '/v1/runs', { ...run, ...more }), 201);
}
