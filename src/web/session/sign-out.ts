import type { Tx } from '../../audit/view.ts';
import { Problem } from '../../contract/problem.ts';
import {
  type SessionCredential,
  endSession,
  endSessionsOf,
  identifySession,
  sessionTable,
} from '../../tenants/sessions.ts';
import { actorOf } from '../../tenants/tokens.ts';
import type { Deps } from '../context.ts';

/** Ends the sign-in in each tenant that it opened; with `all`, every other of this person as well. */
export async function signOut({ ledger }: Deps, { tenant, sessionId }: SessionCredential, all: boolean): Promise<void> {
  const end = (tx: Tx) => {
    const { id, ...principal } = identifySession(tx, { tenant: tx.log, sessionId });
    if (all) endSessionsOf(tx, actorOf({ id, ...principal }), id, 'signed_out_everywhere');
    else endSession(tx, actorOf({ id, ...principal }), sessionId, 'signed_out');
  };
  const { memberships } = await ledger.submit(tenant, (tx) => tx.get(sessionTable, sessionId) ?? { memberships: [] });
  // Here last: should it fail on the way, the browser is still signed in, and signs out again.
  const others = memberships.filter((one) => one.tenant !== tenant);
  await Promise.all(
    others.map((one) =>
      ledger.submit(one.tenant, end).catch((error: unknown) => {
        if (!(error instanceof Problem && error.status === 401)) throw error;
      }),
    ),
  );
  await ledger.submit(tenant, end);
}
