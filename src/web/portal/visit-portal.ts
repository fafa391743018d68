import type { Context } from 'hono';
import type { Tx } from '../../audit/view.ts';
import { Problem } from '../../contract/problem.ts';
import type { Principal } from '../../contract/types.ts';
import type { Policy } from '../../policy/policy.ts';
import { personTable } from '../../tenants/people.ts';
import type { Caller } from '../../tenants/tokens.ts';
import type { Deps } from '../context.ts';
import { type Frame, frameOf } from '../pages/frame.ts';
import { type Visitor, visit } from '../session/visit.ts';
import type { Site } from '../site-settings.ts';

/** What every page of the portal shows around its content. */
export interface PortalFrame extends Frame {
  visitor: Visitor;
  /** IANA name that its reader chose; null: the browser's own. */
  zone: string | null;
}

/**
 * Runs a command for the client who is signed in.
 * @throws Problem 401; 403 `operation.forbidden` or `page.client_only`
 */
export async function visitPortal<T>(
  deps: Deps,
  site: Site,
  context: Context,
  operation: string,
  command: (tx: Tx, caller: Caller) => T,
): Promise<{ frame: PortalFrame; visitor: Visitor; result: T }> {
  const { visitor, result } = await visit(deps, site, context, operation, (tx, caller) => {
    if (!isClient(deps.policy, caller))
      throw new Problem(
        403,
        'page.client_only',
        'The portal shows clients what is theirs. Your pages are the agency’s.',
      );
    return { zone: tx.get(personTable, caller.id)!.time_zone, told: command(tx, caller) };
  });
  const frame = await frameOf(deps, site, context, visitor);
  return { frame: { ...frame, visitor, zone: result.zone }, visitor, result: result.told };
}

/** Is it a client by the policy that says what clients see of tickets? */
export function isClient(policy: Policy, { kind, id, roles }: Principal): boolean {
  const { effect, scope } = policy.access({ caller: { kind, id, roles }, operation: 'ticket.list' });
  return effect === 'allow' && scope === 'client';
}
