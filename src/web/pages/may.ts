import type { Policy } from '../../policy/policy.ts';
import type { Caller } from '../../tenants/tokens.ts';

/** Does policy let this person call an operation? For what a page offers; the command asks again. */
export function may(policy: Policy, { kind, id, roles }: Caller, operation: string): boolean {
  return policy.access({ caller: { kind, id, roles }, operation }).effect === 'allow';
}
