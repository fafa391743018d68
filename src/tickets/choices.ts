import type { Tx } from '../audit/view.ts';
import { Problem } from '../contract/problem.ts';
import type { Reason, VerdictInput } from '../contract/types.ts';
import type { Policy } from '../policy/policy.ts';
import type { Caller } from '../tenants/tokens.ts';
import type { TicketRow } from './tables.ts';
import { askVerdict } from './verdict-input.ts';

export interface Choice {
  allowed: boolean;
  /** Why not, in policy's words. */
  reasons: Pick<Reason, 'code' | 'message'>[];
  /** The slot that an approval would fill. */
  slot: string | null;
}

export type Choices = Record<'approve' | 'reject' | 'request_changes' | 'revoke', Choice>;

/** What this human may do to the ticket as it stands, by the policy that judges the verdict when it is cast. */
export function choicesOf(tx: Tx, policy: Policy, caller: Caller, ticket: TicketRow): Choices {
  const may = (action: VerdictInput['verdict']['action'], states: readonly string[]): Choice => {
    if (!states.includes(ticket.state)) return { allowed: false, reasons: [], slot: null };
    try {
      return { allowed: true, reasons: [], slot: askVerdict(tx, policy, caller, ticket, { action }).slot ?? null };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const reasons = (error.extra['reasons'] as Reason[] | undefined) ?? [];
      return { allowed: false, reasons, slot: null };
    }
  };
  return {
    approve: may('approve', ['pending']),
    reject: may('reject', ['pending']),
    request_changes: may('request_changes', ['pending']),
    revoke: may('revoke', ['approved']),
  };
}
