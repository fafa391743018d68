import type { Sql } from '../db/postgres.ts';
import type { Ledger } from '../audit/ledger.ts';
import { listLapsed } from './store.ts';
import { expireTicket } from './verdicts.ts';

const SWEEP_MAX = 500;

/**
 * Ends the tickets whose time is over, each by its own entry. Safe on any number of nodes: the second to come finds the
 * ticket ended. Nothing waits for the sweep: a lapsed ticket is refused at use whether or not it has been swept.
 * @returns how many were ended
 */
export async function sweepLapsed(sql: Sql, ledger: Ledger, clock: () => Date): Promise<number> {
  const lapsed = await listLapsed(sql, clock().toISOString(), SWEEP_MAX);
  const ended = await Promise.all(
    lapsed.map(({ tenant_id, ticket_id }) => ledger.submit(tenant_id, (tx) => expireTicket(tx, ticket_id))),
  );
  return ended.filter((ticket) => ticket !== null).length;
}
