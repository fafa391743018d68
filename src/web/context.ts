import type { Context } from 'hono';
import type { Logger } from 'pino';
import type { Sql } from '../db/postgres.ts';
import type { Ledger } from '../audit/ledger.ts';
import type { Tx } from '../audit/view.ts';
import type { Policy } from '../policy/policy.ts';
import { type Caller, authorize, readCredential } from '../tenants/tokens.ts';
import type { Destinations } from '../notify/destination.ts';
import type { Feed } from '../notify/feed.ts';
import type { Vault } from '../notify/vault.ts';
import type { Watch } from '../tickets/watch.ts';
import type { Site } from './site-settings.ts';

/** What the service is made of. Passed in, so that tests give their own clock and database. */
export interface Deps {
  sql: Sql;
  ledger: Ledger;
  policy: Policy;
  watch: Watch;
  feed: Feed;
  vault: Vault;
  /** Where webhooks may go. */
  destinations: Destinations;
  clock: () => Date;
  log: Logger;
  /** Absent: the API alone, without pages. */
  site?: Site | undefined;
}

/** Who called: the tenant comes from the credential, never from the request. */
export interface Asked {
  tenant: string;
  caller: Caller;
}

/** Runs a command for the caller, if policy lets it call the operation. Identity and command see the same facts. */
export function asCaller<T>(
  { ledger, policy }: Deps,
  context: Context,
  operation: string,
  command: (tx: Tx, caller: Caller) => T,
): Promise<T> {
  const credential = readCredential(context.req.header('authorization'));
  return ledger.submit(credential.tenant, (tx) => command(tx, authorize(tx, policy, credential, operation)));
}

/** Who calls, for what only reads. @throws Problem 401, 403 */
export function whoAsks(deps: Deps, context: Context, operation: string): Promise<Asked> {
  return asCaller(deps, context, operation, (tx, caller) => ({ tenant: tx.log, caller }));
}
