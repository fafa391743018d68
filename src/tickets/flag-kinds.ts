import type { Actor } from '../audit/entry.ts';
import type { Tx } from '../audit/view.ts';
import type { RaisedFlag, Resolution, TicketSpec, VerdictInput } from '../contract/types.ts';
import { resolveTrip } from '../runs/cost/trips.ts';
import { loopOf, resolveLoop } from '../runs/loop.ts';
import type { TicketRow } from './tables.ts';

/** What policy needs to know of a red flag beyond the ticket, to judge a resolution. */
export function flagFacts(tx: Tx, ticket: TicketRow): Partial<VerdictInput['ticket']> {
  return ticket.red_flag ? flagKind(ticket).facts(tx, ticket.subject.flag!) : {};
}

/** A kind of red flag: what policy is told of it, and what its resolution changes. */
interface FlagKind {
  facts(tx: Tx, flag: RaisedFlag): Partial<VerdictInput['ticket']>;
  resolve(tx: Tx, actor: Actor, ticketId: string, flag: RaisedFlag, resolution: Resolution): void;
}

/** What `on_resolved` of a red flag's spec names. */
const FLAG_KINDS: Record<NonNullable<TicketSpec['on_resolved']>, FlagKind> = {
  'run.loop': { facts: loopOf, resolve: resolveLoop },
  'run.cost': { facts: () => ({}), resolve: resolveTrip },
};

/** The kind that the ticket's spec names. */
export function flagKind({ ticket_id, spec }: TicketRow): FlagKind {
  const kind = spec.on_resolved && FLAG_KINDS[spec.on_resolved];
  if (!kind) throw new Error(`${ticket_id} is a red flag of a kind that nothing resolves`);
  return kind;
}
