import type { Principal } from '../contract/types.ts';
import type { Policy } from '../policy/policy.ts';
import { EVENTS, type Reader, type Scopes } from './events.ts';

const OPERATIONS = [...new Set(Object.values(EVENTS).map(({ read }) => read))];

/** What a principal may know, by the policy that also answers when it asks for the thing itself. */
export function readerOf(policy: Policy, principal: Principal): Reader {
  const scopes: Scopes = new Map();
  for (const operation of OPERATIONS) {
    const { effect, scope } = policy.access({ caller: principal, operation });
    scopes.set(operation, effect === 'allow' ? scope : 'none');
  }
  return { id: principal.id, scopes };
}
