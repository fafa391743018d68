// The life of a spend ticket (A3), written down once more: small, slow and without a database. It knows one campaign, whose
// daily budget is planned at 100.00, and what the specification says of asking, voting, revising, withdrawing and time.

const PLANNED = 10_000;
const REQUEST_MINUTES = 4320;
const PERMIT_MINUTES = 480;

export type Person = 'olga' | 'omar' | 'clara' | 'paul' | 'anna';
export type State =
  | 'pending'
  | 'changes_requested'
  | 'approved'
  | 'consumed'
  | 'rejected'
  | 'expired'
  | 'superseded'
  | 'cancelled'
  | 'revoked';

export interface Ticket {
  after: number;
  /** The live value that it was asked on. */
  on: number;
  increase: boolean;
  state: State;
  revision: number;
  votes: { operator?: Person; client?: Person };
  lapsesAt: number;
}

export interface World {
  /** In minutes. */
  now: number;
  live: number;
  /** By the id that the service gave. */
  tickets: Record<string, Ticket>;
  /** Values that allows not yet reported would set. */
  unreported: number[];
}

/** What a ticket looked like to the one who acts on it: its id, and its revision then. */
export interface Seen {
  ticket: string;
  revision: number;
}

export type Op =
  | { do: 'ask'; after: number; approval: string | null }
  | { do: 'vote'; who: Person; verdict: 'approve' | 'reject' | 'request_changes'; seen: Seen }
  | { do: 'revise'; ticket: string; after: number }
  | { do: 'cancel'; ticket: string }
  | { do: 'revoke'; who: Person; ticket: string }
  | { do: 'report' }
  | { do: 'wait'; minutes: number }
  | { do: 'sweep' };

/** What the service is to answer: an effect, a ticket's state or a refusal, and which ticket it is about. */
export interface Outcome {
  says: string;
  ticket?: string;
}

export const START: World = { now: 0, live: PLANNED, tickets: {}, unreported: [] };

/**
 * One step of the world, which is left as it was.
 * @param fresh id of the ticket that the step opens, if it opens one
 */
export function step(before: World, op: Op, fresh = 'fresh'): [World, Outcome] {
  const world = structuredClone(before);
  return [world, act(world, op, fresh)];
}

function act(world: World, op: Op, fresh: string): Outcome {
  switch (op.do) {
    case 'ask':
      return ask(world, op.after, op.approval, null, fresh);
    case 'vote':
      return castVote(world, op);
    case 'revise': {
      const ticket = world.tickets[op.ticket]!;
      if (!isWaiting(ticket) || isOver(world, ticket)) return { says: '409 ticket.not_pending' };
      return ask(world, op.after, null, op.ticket, fresh);
    }
    case 'cancel': {
      const ticket = world.tickets[op.ticket]!;
      if (isOver(world, ticket)) return end(ticket, 'expired', '409 ticket.expired');
      if (!isWaiting(ticket)) return { says: '409 ticket.not_pending' };
      return end(ticket, 'cancelled', 'cancelled');
    }
    case 'revoke': {
      const ticket = world.tickets[op.ticket]!;
      if (op.who === 'clara' && !ticket.increase) return { says: '404 not_found' };
      if (isOver(world, ticket)) return end(ticket, 'expired', '409 ticket.expired');
      if (ticket.state !== 'approved') return { says: '409 ticket.not_approved' };
      if (op.who === 'clara') return { says: '403 verdict.refused' };
      return end(ticket, 'revoked', 'revoked');
    }
    case 'report': {
      const value = world.unreported.shift();
      if (value !== undefined) world.live = value;
      return { says: 'reported' };
    }
    case 'wait':
      world.now += op.minutes;
      return { says: 'later' };
    case 'sweep':
      for (const ticket of Object.values(world.tickets)) if (isOver(world, ticket)) ticket.state = 'expired';
      return { says: 'swept' };
  }
}

function ask(world: World, after: number, approval: string | null, revised: string | null, fresh: string): Outcome {
  // Whatever the answer: a ticket whose time is over or whose basis is gone ends with it.
  const named = approval === null ? undefined : { ...world.tickets[approval]! };
  const namedInTime = named && !isOver(world, named);
  for (const [id, ticket] of Object.entries(world.tickets)) {
    if (id === revised || !(isWaiting(ticket) || ticket.state === 'approved')) continue;
    if (isOver(world, ticket)) ticket.state = 'expired';
    else if (ticket.on !== world.live) ticket.state = 'superseded';
  }
  const { live } = world;
  if (isUnder(after, live) && isUnder(after, PLANNED)) {
    if (revised !== null) world.tickets[revised]!.state = 'superseded';
    world.unreported.push(after);
    return { says: 'allow' };
  }
  const matches = named && named.after === after && named.on === live;
  if (named && !(matches && ['pending', 'changes_requested'].includes(named.state) && namedInTime)) {
    if (!matches || named.state !== 'approved' || !namedInTime) {
      // A waiting ticket that has lapsed is no approval and no obstacle: the question is a new one.
      if (!(matches && isWaiting(named))) return { says: 'deny' };
    } else {
      world.tickets[approval!]!.state = 'consumed';
      world.unreported.push(after);
      return { says: 'allow', ticket: approval! };
    }
  }
  const open = Object.keys(world.tickets).find((id) => {
    const ticket = world.tickets[id]!;
    const living = isWaiting(ticket) || ticket.state === 'approved';
    return id !== revised && living && ticket.after === after && ticket.on === live;
  });
  if (open !== undefined) {
    if (revised !== null) world.tickets[revised]!.state = 'superseded';
    return { says: `review ${world.tickets[open]!.state}`, ticket: open };
  }
  const id = revised ?? fresh;
  if (revised === null && world.tickets[fresh]) return { says: 'review of a ticket that should be new' };
  world.tickets[id] = {
    after,
    on: live,
    increase: after > live,
    state: 'pending',
    revision: revised === null ? 1 : world.tickets[revised]!.revision + 1,
    votes: {},
    lapsesAt: world.now + REQUEST_MINUTES,
  };
  return { says: 'review pending', ticket: id };
}

function castVote(world: World, { who, verdict, seen }: Extract<Op, { do: 'vote' }>): Outcome {
  const ticket = world.tickets[seen.ticket]!;
  if (who === 'clara' && !ticket.increase) return { says: '404 not_found' };
  if (isOver(world, ticket)) return end(ticket, 'expired', '409 ticket.expired');
  if (ticket.state === 'superseded') return { says: '409 ticket.superseded' };
  if (ticket.state !== 'pending') return { says: '409 ticket.not_pending' };
  if (ticket.on !== world.live) return end(ticket, 'superseded', '409 ticket.superseded');
  if (seen.revision !== ticket.revision) return { says: '409 ticket.stale_view' };
  if (verdict === 'reject') return end(ticket, 'rejected', 'rejected');
  if (verdict === 'request_changes') return end(ticket, 'changes_requested', 'changes_requested');
  const slot = who === 'clara' ? 'client' : who === 'olga' || who === 'omar' ? 'operator' : undefined;
  if (!slot || ticket.votes[slot]) return { says: '403 verdict.refused' };
  ticket.votes[slot] = who;
  if (ticket.votes.operator && (ticket.votes.client || !ticket.increase)) {
    ticket.state = 'approved';
    ticket.lapsesAt = world.now + PERMIT_MINUTES;
  }
  return { says: ticket.state };
}

function end(ticket: Ticket, state: State, says: string): Outcome {
  ticket.state = state;
  return { says };
}

function isWaiting(ticket: Ticket): boolean {
  return ticket.state === 'pending' || ticket.state === 'changes_requested';
}

function isOver(world: World, ticket: Ticket): boolean {
  return (isWaiting(ticket) || ticket.state === 'approved') && ticket.lapsesAt <= world.now;
}

/** Less than ten per cent away. */
function isUnder(value: number, from: number): boolean {
  return Math.abs(value - from) * 10 < from;
}
