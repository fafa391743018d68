import type { Ledger } from '../../audit/ledger.ts';
import type { Sql } from '../../db/postgres.ts';
import { expireHold } from './holds.ts';
import { listExpired } from './store.ts';

const SWEEP_MAX = 500;

/**
 * Writes down holds whose time is over, each by its own entry. Safe on any number of nodes: the second to come finds it
 * done. Nothing waits for the sweep: what a hold reserves stays reserved either way.
 * @returns how many were written down
 */
export async function sweepHolds(sql: Sql, ledger: Ledger, clock: () => Date): Promise<number> {
  const expired = await listExpired(sql, clock().toISOString(), SWEEP_MAX);
  const done = await Promise.all(
    expired.map(({ tenant_id, run_id, hold_id }) => ledger.submit(tenant_id, (tx) => expireHold(tx, run_id, hold_id))),
  );
  return done.filter(Boolean).length;
}
