import type { Logger } from 'pino';
import type { Ledger } from '../../audit/ledger.ts';
import type { Sql } from '../../db/postgres.ts';
import type { Policy } from '../../policy/policy.ts';
import { type Timed, listTimed } from '../store.ts';
import { advanceTicket } from './advance.ts';

const BATCH_MAX = 500;
const BATCHES_MAX = 200;

/**
 * Does what has come due on tickets: steps, breaches, ends. Safe on any number of nodes: each command finds out by itself
 * whether it is still due. After a time in which nobody swept it goes on until nothing is left; a ticket that fails is
 * passed over and tried again with the next sweep. No decision waits for it: what lapsed is refused at use.
 * @returns how many tickets were changed
 */
export async function sweepTickets({ sql, ledger, policy, clock, log }: SweepOptions): Promise<number> {
  let changed = 0;
  let last: Timed | null = null;
  const now = clock().toISOString();
  for (let n = 0; n < BATCHES_MAX; n++) {
    const due: Timed[] = await listTimed(sql, now, last, BATCH_MAX);
    const done = await Promise.allSettled(
      due.map(({ tenant_id, ticket_id }) =>
        ledger.submit(tenant_id, (tx) => advanceTicket(tx, policy, ticket_id) !== null),
      ),
    );
    for (const [i, one] of done.entries()) {
      if (one.status === 'rejected')
        log.warn({ err: one.reason, ...due[i] }, 'a ticket could not be advanced, will be tried again');
      else if (one.value) changed++;
    }
    if (due.length < BATCH_MAX) break;
    last = due.at(-1)!;
  }
  return changed;
}

interface SweepOptions {
  sql: Sql;
  ledger: Ledger;
  policy: Policy;
  clock: () => Date;
  log: Logger;
}
