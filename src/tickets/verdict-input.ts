import type { Tx } from '../audit/view.ts';
import type { Principal, VerdictInput } from '../contract/types.ts';
import { currentTenant } from '../tenants/tenants.ts';
import { flagFacts } from './flag-kinds.ts';
import { standingVotes } from './slots.ts';
import type { TicketRow } from './tables.ts';

/** What policy is asked when somebody does, or could do, something to a ticket. */
export function verdictInput(
  tx: Tx,
  ticket: TicketRow,
  { kind, id, roles }: Principal,
  verdict: VerdictInput['verdict'],
): VerdictInput {
  return {
    now: tx.now,
    tenant: { id: tx.log, config: currentTenant(tx).config.config },
    voter: { kind, id, roles },
    verdict,
    ticket: {
      id: ticket.ticket_id,
      type: ticket.type,
      state: ticket.state,
      revision: ticket.revision,
      slots: ticket.spec.slots,
      votes: standingVotes(ticket).map(({ slot, voter, roles }) => ({ slot: slot!, voter, roles })),
      requester: ticket.requester,
      caller: ticket.caller,
      ...(ticket.on_behalf_of !== null && { on_behalf_of: ticket.on_behalf_of }),
      ...(ticket.plan_author !== null && { plan_author: ticket.plan_author }),
      legal_flag: ticket.spec.legal_flag,
      red_flag: ticket.red_flag,
      ...flagFacts(tx, ticket),
    },
  };
}
