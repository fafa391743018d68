import type { Tx } from '../audit/view.ts';
import { Problem } from '../contract/problem.ts';
import type { Policy } from '../policy/policy.ts';
import { type Caller, actorOf } from '../tenants/tokens.ts';
import { type TicketRow, claimAt, ticketTable } from './tables.ts';
import { askVerdict } from './verdict-input.ts';
import { visibleTicket } from './verdicts.ts';

/**
 * Says that the caller works on the ticket, for so long. Again by the same person it begins anew. It binds nobody: who
 * gives a verdict on what another claimed is told so, no more.
 * @throws Problem 409 `ticket.claimed` while another's claim stands
 */
export function claimTicket(tx: Tx, policy: Policy, caller: Caller, ticketId: string, minutes: number): TicketRow {
  const ticket = visibleTicket(tx, caller, ticketId);
  askVerdict(tx, policy, caller, ticket, { action: 'claim', minutes });
  const other = claimAt(ticket, tx.now);
  if (other && other.by !== caller.id)
    throw new Problem(409, 'ticket.claimed', `${other.by} works on this ticket until ${other.until}.`, {
      ticket_id: ticketId,
      claim: other,
    });
  const until = new Date(Date.parse(tx.now) + minutes * 60_000).toISOString();
  return keep(tx, caller, 'ticket.claimed', { ...ticket, claim: { by: caller.id, at: tx.now, until } });
}

/** Ends a claim before its time. Without one there is nothing to do. */
export function releaseTicket(tx: Tx, policy: Policy, caller: Caller, ticketId: string): TicketRow {
  const ticket = visibleTicket(tx, caller, ticketId);
  if (!claimAt(ticket, tx.now)) return ticket;
  askVerdict(tx, policy, caller, ticket, { action: 'release' });
  return keep(tx, caller, 'ticket.released', { ...ticket, claim: null }, { claim: ticket.claim });
}

function keep(
  tx: Tx,
  caller: Caller,
  action: string,
  ticket: TicketRow,
  detail: Record<string, unknown> = { claim: ticket.claim },
): TicketRow {
  const row = { ...ticket, updated_seq: tx.seq };
  tx.put(ticketTable, row);
  tx.append({
    action,
    actor: actorOf(caller),
    resource: `ticket/${ticket.ticket_id}`,
    planVersion: ticket.plan_version ?? undefined,
    payload: JSON.stringify({ ticket_id: ticket.ticket_id, ...detail }),
  });
  return row;
}
