import type { Context } from 'hono';
import type { Tx } from '../../audit/view.ts';
import { Problem } from '../../contract/problem.ts';
import { currentTenant } from '../../tenants/tenants.ts';
import { personTable } from '../../tenants/people.ts';
import { type Membership, type SessionCredential, sessionTable } from '../../tenants/sessions.ts';
import { type Caller, authorize } from '../../tenants/tokens.ts';
import { readForm } from '../body.ts';
import type { Deps } from '../context.ts';
import type { Site } from '../site-settings.ts';
import { checkCsrf, checkOrigin, csrfToken, readSession } from './cookie.ts';

/** Who looks at a page. */
export interface Visitor {
  tenant: string;
  tenantName: string;
  name: string;
  caller: Caller;
  credential: SessionCredential;
  memberships: Membership[];
  /** Position of the log's last entry when this visitor came: a page follows events from there. */
  at: number;
  /** What each form of this session carries. */
  csrf: string;
}

export interface Visited<T> {
  visitor: Visitor;
  result: T;
}

/**
 * Runs a command for whoever is signed in, if policy lets them call the operation: a session is a caller as a token is one.
 * @throws Problem 401, 403
 */
export async function visit<T>(
  deps: Deps,
  site: Site,
  context: Context,
  operation: string,
  command: (tx: Tx, caller: Caller) => T,
): Promise<Visited<T>> {
  const credential = readSession(site, context, deps.clock());
  return deps.ledger.submit(credential.tenant, (tx) => {
    const caller = authorize(tx, deps.policy, credential, operation);
    const visitor = {
      tenant: tx.log,
      tenantName: currentTenant(tx).tenant.name,
      name: tx.get(personTable, caller.id)!.name,
      caller,
      credential,
      memberships: tx.get(sessionTable, credential.sessionId)!.memberships,
      at: tx.seq - 1,
      csrf: csrfToken(site, credential),
    };
    return { visitor, result: command(tx, caller) };
  });
}

/**
 * The same for the pages of the agency. Clients see less of a ticket than these show: theirs is the portal.
 * @throws Problem 401; 403 `operation.forbidden` or `page.agency_only`
 */
export function visitInside<T>(
  deps: Deps,
  site: Site,
  context: Context,
  operation: string,
  command: (tx: Tx, caller: Caller) => T,
): Promise<Visited<T>> {
  return visit(deps, site, context, operation, (tx, caller) => {
    if (caller.scope !== 'all' && !seesAllTickets(deps, caller))
      throw new Problem(403, 'page.agency_only', 'These pages are for the people of the agency.');
    return command(tx, caller);
  });
}

/** Whoever does something with what is their own is of the agency when they see what it sees. */
function seesAllTickets({ policy }: Deps, { kind, id, roles }: Caller): boolean {
  return policy.access({ caller: { kind, id, roles }, operation: 'ticket.list' }).scope === 'all';
}

/**
 * The form that a page of ours sent, of this session.
 * @throws Problem 401; 403 `csrf.origin` or `csrf.token`; 413, 415
 */
export async function readOwnForm(deps: Deps, site: Site, context: Context): Promise<URLSearchParams> {
  checkOrigin(site, context);
  const credential = readSession(site, context, deps.clock());
  const form = await readForm(context);
  checkCsrf(site, credential, form.get('csrf'));
  // Browsers send line breaks as CR LF.
  return new URLSearchParams(
    [...form].map(([name, value]): [string, string] => [name, value.replaceAll('\r\n', '\n')]),
  );
}

/** A path of ours to go back to; anything else is `/`, which leads to whose pages they are. Never another site: `//host` and `/\host` would be one. */
export function localPath(path: string | null | undefined): string {
  return path && /^\/(?![/\\])[\x21-\x7e]{0,1000}$/.test(path) && !path.includes('\\') ? path : '/';
}
