import type { Ledger } from '../audit/ledger.ts';
import type { Sql } from '../db/postgres.ts';
import type { Policy } from '../policy/policy.ts';
import { reassess } from './qc.ts';
import { listTurning } from './qc-store.ts';

const SWEEP_MAX = 500;

/**
 * Begins and ends the alerts that turn by time alone, and judges grains anew after a change of the configuration. Safe on
 * any number of nodes: the second to come finds the grain judged.
 * @returns how many alerts began or ended
 */
export async function sweepGrains(sql: Sql, ledger: Ledger, policy: Policy, clock: () => Date): Promise<number> {
  const due = await listTurning(sql, clock().toISOString(), SWEEP_MAX);
  const turned = await Promise.all(
    due.map(({ tenant_id, kind, name }) => ledger.submit(tenant_id, (tx) => reassess(tx, policy, kind, name))),
  );
  return turned.filter(Boolean).length;
}
