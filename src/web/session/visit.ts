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
import { checkCsrf, checkOrigin, csrfToken, enterTenant, readSession, renewSession } from './cookie.ts';

/** Who looks at a page. */
export interface Visitor {
  tenant: string;
  tenantName: string;
  name: string;
  caller: Caller;
  credential: SessionCredential;
  /** All tenants that the sign-in opened; none when it is about this one alone. */
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
 * @throws Problem 401; 403 `session.no_membership` for a tenant that the sign-in did not open, or another of policy's
 */
export async function visit<T>(
  deps: Deps,
  site: Site,
  context: Context,
  operation: string,
  command: (tx: Tx, caller: Caller) => T,
): Promise<Visited<T>> {
  const session = readSession(site, context, deps.clock());
  const { tenant, sessionId, moved } = session;
  const credential = { tenant, sessionId };
  const visited = await deps.ledger.submit(tenant, (tx) => {
    const caller = authorizeIn(tx, deps, credential, operation, moved);
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
  renewSession(site, context, session, deps.clock());
  return visited;
}

/** Whoever asks for a tenant that their sign-in did not open stays signed in where it did. */
function authorizeIn(
  tx: Tx,
  { policy }: Deps,
  credential: SessionCredential,
  operation: string,
  moved: boolean,
): Caller {
  try {
    return authorize(tx, policy, credential, operation);
  } catch (error) {
    if (moved && error instanceof Problem && error.status === 401)
      throw new Problem(403, 'session.no_membership', 'Your sign-in does not open that tenant.');
    throw error;
  }
}

/** Who the visitor is in a tenant. */
export interface Place extends Pick<Visitor, 'tenant' | 'tenantName' | 'caller' | 'at'> {}

/** Beyond that many, tenants are opened one by one. */
const PLACES_MAX = 200;

/**
 * Everywhere that the sign-in lets the visitor call the operation, with who they are there: first where they are now, then by name.
 * A tenant that has let them out meanwhile is left out.
 */
export async function everywhere(deps: Deps, visitor: Visitor, operation: string): Promise<Place[]> {
  const { credential, memberships } = visitor;
  const others = memberships.filter(({ tenant }) => tenant !== visitor.tenant).slice(0, PLACES_MAX);
  const places = await Promise.all(
    others.map(({ tenant }) =>
      deps.ledger
        .submit(tenant, (tx): Place => ({
          tenant,
          caller: authorize(tx, deps.policy, { ...credential, tenant }, operation),
          tenantName: currentTenant(tx).tenant.name,
          at: tx.seq - 1,
        }))
        .catch((error: unknown) => {
          if (error instanceof Problem && error.status < 500) return null;
          throw error;
        }),
    ),
  );
  // A page may have let the visitor in for an operation of another scope: what is their own.
  const here = { ...visitor, caller: scopedTo(deps, visitor.caller, operation) };
  const open = places.filter((place) => place !== null);
  return [here, ...open.sort((a, b) => (a.tenantName < b.tenantName ? -1 : 1))];
}

/** Those in which the visitor is of the agency: clients see less, on pages of their own. */
export function inside(places: Place[]): Place[] {
  return places.filter(({ caller }) => caller.scope === 'all');
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
function seesAllTickets(deps: Deps, caller: Caller): boolean {
  return scopedTo(deps, caller, 'ticket.list').scope === 'all';
}

/** The same person, with what the operation lets them touch. */
function scopedTo({ policy }: Deps, { kind, id, roles }: Caller, operation: string): Caller {
  return { kind, id, roles, scope: policy.access({ caller: { kind, id, roles }, operation }).scope };
}

/**
 * The form that a page of ours sent, of this session. What follows is about the form's tenant, whatever another tab has gone to since.
 * @throws Problem 401; 403 `csrf.origin` or `csrf.token`; 413, 415
 */
export async function readOwnForm(deps: Deps, site: Site, context: Context): Promise<URLSearchParams> {
  checkOrigin(site, context);
  const session = readSession(site, context, deps.clock());
  const form = await readForm(context);
  const tenant = form.get('tenant') ?? session.tenant;
  checkCsrf(site, { ...session, tenant }, form.get('csrf'));
  enterTenant(context, tenant);
  // Browsers send line breaks as CR LF.
  return new URLSearchParams(
    [...form].map(([name, value]): [string, string] => [name, value.replaceAll('\r\n', '\n')]),
  );
}

/** A path of ours to go back to; anything else is `/`, which leads to whose pages they are. Never another site: `//host` and `/\host` would be one. */
export function localPath(path: string | null | undefined): string {
  return path && /^\/(?![/\\])[\x21-\x7e]{0,1000}$/.test(path) && !path.includes('\\') ? path : '/';
}
