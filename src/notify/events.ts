import type { Event } from '../contract/types.ts';
import type { Caller } from '../tenants/tokens.ts';
import type { TicketRow } from '../tickets/tables.ts';
import { isVisible } from '../tickets/verdicts.ts';

/** An entry of the log as it is read for notifications. */
export interface Noted {
  seq: number;
  at: string;
  action: string;
  resource: string;
  payload: string;
}

/** An entry with what is needed to tell of it: the ticket that it is about, as it is now. */
export interface Source extends Noted {
  ticket: TicketRow | null;
}

interface Kind {
  /** Operation whose scope says who may know. */
  read: string;
  urgency: Event['urgency'];
  /** Who is asked, or concerned, when people are told by mail. */
  to: 'approvers' | 'requester' | 'mentioned' | 'admins' | 'nobody';
  /** Is about the work among the staff, which a client does not see (see client-view.ts), unless it was written for it. */
  staff?: true | 'unless_shared';
}

const ticket = (to: Kind['to'], urgency: Kind['urgency'] = 'normal'): Kind => ({ read: 'ticket.read', urgency, to });
const staff = (to: Kind['to'], urgency: Kind['urgency'] = 'normal'): Kind => ({ ...ticket(to, urgency), staff: true });
const record = (read: string, urgency: Kind['urgency'] = 'low'): Kind => ({ read, urgency, to: 'nobody' });

/**
 * Actions of the log that are events, by the same name. Any other action is none: a new kind of entry is told to nobody
 * until it stands here.
 */
export const EVENTS: Record<string, Kind> = {
  'ticket.opened': ticket('approvers'),
  'ticket.revised': ticket('approvers'),
  'ticket.approved': ticket('requester'),
  'ticket.rejected': ticket('requester'),
  'ticket.expired': ticket('requester'),
  'ticket.superseded': ticket('requester'),
  'ticket.cancelled': ticket('nobody', 'low'),
  'ticket.revoked': ticket('requester', 'high'),
  'ticket.consumed': ticket('nobody', 'low'),
  'ticket.vote_cast': staff('nobody', 'low'),
  'ticket.changes_requested': staff('requester'),
  'ticket.commented': { ...ticket('mentioned'), staff: 'unless_shared' },
  'ticket.comment_edited': { ...ticket('mentioned'), staff: 'unless_shared' },
  'ticket.reminded': staff('approvers', 'low'),
  'ticket.breached': staff('approvers', 'high'),
  'ticket.escalated': staff('approvers', 'high'),
  'ticket.uncovered': staff('admins', 'high'),
  'ticket.covered': staff('nobody', 'low'),
  'ticket.paused': staff('nobody', 'low'),
  'ticket.resumed': staff('nobody', 'low'),
  'ticket.claimed': staff('nobody', 'low'),
  'ticket.released': staff('nobody', 'low'),
  'ticket.acknowledged': staff('nobody'),
  'ticket.resolved': staff('requester'),
  'plan.approved': record('plan.read'),
  'campaign.moved': record('campaign.read'),
  'creative.cleared': record('creative.read'),
  'cost_guard.tripped': record('cost.read', 'high'),
  'cost_guard.resumed': record('cost.read', 'normal'),
  'cost_guard.aborted': record('cost.read', 'normal'),
  'run.aborted': record('run.read', 'normal'),
  'run.epoch_opened': record('run.read', 'normal'),
  'qc.alert_raised': record('qc.read', 'high'),
  'qc.alert_recovered': record('qc.read', 'normal'),
};

/** An owner's own test of a channel: told to that channel alone, whatever it asked for. */
export const TEST_ACTION = 'channel.tested';

/** Entries that say that someone's way in has ended, so that an open stream is looked at again. */
export const ACCESS_ACTIONS = ['token.revoked'];

/** What readers of events look for in the log. */
export const READ_ACTIONS = [...Object.keys(EVENTS), TEST_ACTION, ...ACCESS_ACTIONS];

/** Scope of each operation that reads what events are about, for one principal. */
export type Scopes = Map<string, Caller['scope']>;

export interface Reader {
  id: string;
  scopes: Scopes;
}

/** May this reader know of it? The rule is that of the ticket itself; of everything else, policy says all or nothing. */
export function mayKnow({ id, scopes }: Reader, source: Source): boolean {
  const kind = EVENTS[source.action];
  if (!kind) return false;
  const scope = scopes.get(kind.read) ?? 'none';
  if (kind.read !== 'ticket.read') return scope === 'all';
  if (!source.ticket || (scope === 'client' && isStaffs(kind, source))) return false;
  return isVisible({ id, scope } as Caller, source.ticket);
}

/** What is no longer known to have been shared, since its payload was erased, is the staff's. */
function isStaffs({ staff }: Kind, source: Source): boolean {
  return staff === 'unless_shared' ? payloadOf(source)['visibility'] !== 'shared' : staff === true;
}

/**
 * What is told of an entry: what happened and where to look, nothing that only some may see. Who acted, and what was
 * said, is to be read at the link, where access is checked when it is read.
 */
export function eventOf(tenant: string, publicUrl: string, source: Source): Event {
  const { seq, at, action, resource, ticket: row } = source;
  const then = payloadOf(source);
  return {
    id: `${tenant}/${seq}`,
    type: action === TEST_ACTION ? 'channel.test' : action,
    timestamp: at,
    tenant,
    urgency: row?.red_flag ? 'high' : (EVENTS[action]?.urgency ?? 'low'),
    resource,
    ...(row && {
      ticket: {
        ticket_id: row.ticket_id,
        type: row.type,
        state: typeof then['state'] === 'string' ? (then['state'] as TicketRow['state']) : row.state,
        revision: typeof then['revision'] === 'number' ? then['revision'] : row.revision,
        title: row.spec.title,
        red_flag: row.red_flag,
      },
      link: `${publicUrl}/tickets/${encodeURIComponent(row.ticket_id)}`,
    }),
  };
}

/** The entry's payload, or nothing where it has been erased. */
export function payloadOf({ payload }: Noted): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(payload);
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Id of the ticket that an entry is about. */
export function ticketIdOf(resource: string): string | null {
  return resource.startsWith('ticket/') ? resource.slice('ticket/'.length) : null;
}
