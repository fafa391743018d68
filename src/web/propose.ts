import type { Tx } from '../audit/view.ts';
import { Problem, notFound } from '../contract/problem.ts';
import type { Sql } from '../db/postgres.ts';
import { readLogSince } from '../plans/queries.ts';
import { REVISED_CHANGES_MAX, type Revision, revisePlan } from '../plans/revise.ts';
import { readRow } from '../plans/store.ts';
import { planTable } from '../plans/tables.ts';
import { type Caller, actorOf } from '../tenants/tokens.ts';

/** How often the log is read again because it went on meanwhile. */
const READINGS_MAX = 5;

/**
 * Drafts a `revise` of the approved plan from the drift, for who calls the API as for who looks at a page.
 * @param run runs a command for who asks
 * @throws Problem as {@link revisePlan}; 503 `commit.contention`
 */
export async function proposeRevision(
  sql: Sql,
  tenant: string,
  version: number,
  run: (command: (tx: Tx, caller: Caller) => Revision | null) => Promise<Revision | null>,
): Promise<Revision> {
  for (let i = 0; i < READINGS_MAX; i++) {
    const plan = await readRow(sql, planTable, tenant, version);
    if (!plan) throw notFound('plan');
    const changes = await readLogSince(sql, tenant, plan.log_through, REVISED_CHANGES_MAX + 1);
    const revision = await run((tx, caller) => revisePlan(tx, actorOf(caller), version, changes));
    if (revision) return revision;
  }
  throw new Problem(503, 'commit.contention', 'Changes keep being applied meanwhile; try again shortly.');
}
