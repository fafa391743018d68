import { Problem } from '../contract/problem.ts';
import type { Tx } from '../audit/view.ts';
import type { VerdictRequest } from '../contract/types.ts';
import type { Policy } from '../policy/policy.ts';
import type { Caller } from '../tenants/tokens.ts';
import type { TicketRow } from './tables.ts';
import { type Resolution, castVerdict, visibleTicket } from './verdicts.ts';

/** How many tickets are decided at once. More than that nobody has read. */
export const BULK_MAX = 50;

/** One ticket of several, as its row showed it. */
export type Picked = Pick<VerdictRequest, 'revision' | 'subject_hash'> & { ticketId: string };

/**
 * What the tickets have in common: type, action and changed fields.
 * @throws Problem 400 `bulk.mixed` when they have not
 */
export function commonShape(tx: Tx, caller: Caller, picked: Picked[]): string {
  const shapes = new Set(picked.map(({ ticketId }) => shapeOf(visibleTicket(tx, caller, ticketId))));
  if (shapes.size !== 1)
    throw new Problem(
      400,
      'bulk.mixed',
      'Several tickets are decided at once only if they are of one type and change the same.',
    );
  return [...shapes][0]!;
}

/**
 * One verdict of several at once, in a command of its own: checked like any other, and that the ticket is still one of those that may
 * be decided so. Never a red flag.
 * @throws Problem 403, 404, 409 `bulk.unlike`
 */
export function castOneOfMany(
  tx: Tx,
  policy: Policy,
  caller: Caller,
  shape: string,
  { ticketId, ...seen }: Picked,
  verdict: 'approve' | 'reject',
  comment: string | undefined,
): Resolution {
  const ticket = visibleTicket(tx, caller, ticketId);
  if (!mayBeBulk(ticket) || shapeOf(ticket) !== shape)
    throw new Problem(
      409,
      'bulk.unlike',
      'It is not of low risk, or no longer like the others: decide on it by itself.',
    );
  return castVerdict(tx, policy, caller, ticketId, { ...seen, verdict, ...(comment && { comment }) });
}

function mayBeBulk({ risk, red_flag }: Pick<TicketRow, 'risk' | 'red_flag'>): boolean {
  return risk === 'low' && !red_flag;
}

/** As in `shape` of the inbox's rows (queries.ts). */
function shapeOf({ type, action, subject }: TicketRow): string {
  return [type, action, ...subject.diff.map(({ path }) => path).sort()].join(' ');
}
