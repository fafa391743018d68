import { openChanges } from './changes.ts';
import { slaView } from './sla/view.ts';
import { emptySlots, standingVotes } from './slots.ts';
import { type TicketRow, WAITING, claimAt } from './tables.ts';
import { termsHash, termsOf } from './terms.ts';

/** A ticket as the API shows it: everything that the specification's dashboard list asks for. */
export function ticketView(tenant: string, ticket: TicketRow, now: Date) {
  const { spec, subject } = ticket;
  const standing = standingVotes(ticket);
  const empty = new Set(emptySlots(ticket));
  return {
    ticket_id: ticket.ticket_id,
    number: ticket.number,
    tenant,
    vertical: ticket.vertical,
    platform: ticket.platform,
    type: ticket.type,
    state: ticket.state,
    red_flag: ticket.red_flag,
    risk: ticket.risk,
    legal_flag: spec.legal_flag,
    requested_by: {
      kind: subject.requester_kind,
      id: ticket.requester,
      caller: ticket.caller,
      on_behalf_of: ticket.on_behalf_of,
    },
    plan_version: ticket.plan_version,
    change_set_id: ticket.change_set_id,
    action: subject.action,
    resource: subject.resource,
    base: subject.base,
    title: spec.title,
    summary: spec.summary,
    diff: subject.diff,
    reasons: ticket.reasons,
    blocks: ticket.blocks,
    revision: ticket.revision,
    subject_hash: ticket.subject_hash,
    slots: spec.slots.map((slot) => {
      const vote = standing.find((one) => one.slot === slot.id);
      return {
        ...slot,
        filled: !empty.has(slot.id),
        by: vote?.voter ?? null,
        on_behalf_of: vote?.on_behalf_of?.person ?? null,
        at: vote?.at ?? null,
      };
    }),
    votes: ticket.votes,
    waits_for_client: ticket.waits_for_client,
    sla: slaView(ticket, now),
    claim: claimAt(ticket, now.toISOString()),
    uncovered: ticket.uncovered,
    changes: openChanges(ticket),
    terms: termsOf(ticket),
    terms_hash: termsHash(ticket),
    clocks: {
      request: ticket.red_flag ? null : clock(ticket.expires_at, WAITING.includes(ticket.state), now),
      permit:
        ticket.permit_expires_at === null ? null : clock(ticket.permit_expires_at, ticket.state === 'approved', now),
    },
    request_expires_at: ticket.expires_at,
    permit_expires_at: ticket.permit_expires_at,
    on_approved: spec.on_approved,
    resolved_at: ticket.resolved_at,
    resolved_by: ticket.resolved_by,
    flag: subject.flag ?? null,
    resolution: ticket.votes.find((vote) => vote.resolution)?.resolution ?? null,
    consumed_by: ticket.consumed_by === null ? null : `D-${ticket.consumed_by}`,
  };
}

/** How long until the request, or the permit, is over: two clocks, the second begins when the first has been answered. */
function clock(expires_at: string, running: boolean, now: Date) {
  const left = Math.max(0, Math.ceil((Date.parse(expires_at) - now.getTime()) / 1000));
  return { expires_at, seconds_left: running ? left : null };
}
