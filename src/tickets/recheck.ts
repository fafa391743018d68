import type { Sql } from '../db/postgres.ts';
import type { Ledger } from '../audit/ledger.ts';
import type { Policy } from '../policy/policy.ts';
import { asOfNow, personTable } from '../tenants/people.ts';
import { refreshCoverage } from './coverage.ts';
import { listChangedPeople, listPending } from './store.ts';
import { ticketTable } from './tables.ts';

const PEOPLE_MAX = 500;
const TICKETS_MAX = 200;

/**
 * Looks again at the waiting tickets of tenants whose people have changed: by a command, which marks the person, or by
 * time alone, when a token expires or an absence begins or ends. The mark is taken off last, and only if it is still the
 * one that was seen, so a crash or a change in between means that it is done once more.
 * @param tenant only this one
 * @returns how many people were dealt with
 */
export async function recheckCoverage(
  sql: Sql,
  ledger: Ledger,
  policy: Policy,
  clock: () => Date,
  tenant?: string,
): Promise<number> {
  const changed = await listChangedPeople(sql, clock().toISOString(), PEOPLE_MAX, tenant);
  const byTenant = Map.groupBy(changed, (one) => one.tenant_id);
  await Promise.all(
    [...byTenant].map(async ([tenantId, people]) => {
      await recheckTenant(sql, ledger, policy, tenantId);
      await ledger.submit(tenantId, (tx) => {
        const done = people.flatMap(({ person_id, recheck_at }) => {
          const person = tx.get(personTable, person_id);
          return person?.recheck_at === recheck_at ? [person] : [];
        });
        if (done.length === 0) return;
        for (const person of done) tx.put(personTable, asOfNow(person, tx.now));
        tx.append({
          action: 'people.rechecked',
          actor: { type: 'service', id: 'placet' },
          resource: `tenant/${tenantId}`,
          payload: JSON.stringify({ people: done.map((person) => person.person_id) }),
        });
      });
    }),
  );
  return changed.length;
}

/** Page by page over all that wait; each ticket in a command of its own, so that none holds up the others for long. */
async function recheckTenant(sql: Sql, ledger: Ledger, policy: Policy, tenant: string): Promise<void> {
  for (let after = -1; ;) {
    const page = await listPending(sql, tenant, after, TICKETS_MAX);
    await Promise.all(
      page.map(({ ticket_id }) =>
        ledger.submit(tenant, (tx) => {
          const ticket = tx.get(ticketTable, ticket_id);
          if (ticket) refreshCoverage(tx, policy, ticket);
        }),
      ),
    );
    if (page.length < TICKETS_MAX) return;
    after = page.at(-1)!.number;
  }
}
