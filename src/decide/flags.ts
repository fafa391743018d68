import type { Actor } from '../audit/entry.ts';
import type { Difference } from '../plans/differences.ts';
import type { Tx } from '../audit/view.ts';
import type { RaisedFlag } from '../contract/types.ts';
import type { Policy } from '../policy/policy.ts';
import { flagTable } from '../runs/tables.ts';
import { currentTenant } from '../tenants/tenants.ts';
import { refreshCoverage } from '../tickets/coverage.ts';
import { openFlag } from '../tickets/lifecycle.ts';
import { subjectHash } from '../tickets/subject.ts';
import { type TicketRow, ticketTable } from '../tickets/tables.ts';

export interface Flagging {
  flag: RaisedFlag;
  /** Who asked for what raised it. The flag is theirs, so they do not resolve it. */
  caller: string;
  /** What the ticket shows as its differences. */
  diff: Difference[];
}

/**
 * Raises a red flag on a run tree or a task, if policy says that the event is one: exactly one of a kind in an epoch, in the
 * command that found it out. What it blocks is denied from this commit on, on every node.
 * @returns the flag's ticket, new or the one that the epoch has had; undefined when policy raises none
 */
export function raiseFlag(
  tx: Tx,
  policy: Policy,
  actor: Actor,
  { flag, caller, diff }: Flagging,
): { ticket: TicketRow; isNew: boolean } | undefined {
  const { event, run } = flag;
  const of = flag.task ? { type: 'task', id: run.task_id } : { type: 'run', id: run.root_run_id };
  const known = tx.get(flagTable, of.id, event, run.epoch);
  if (known) return { ticket: tx.get(ticketTable, known.ticket_id)!, isNew: false };
  const { tenant, config } = currentTenant(tx);
  const answer = policy.flag({ now: tx.now, tenant: { id: tx.log, config: config.config }, ...flag });
  if (answer.effect !== 'raise') return undefined;
  // The epoch is in the question, so that the flag of the next epoch is another one; nothing else that may change is.
  const subject = {
    subject: { type: 'agent' as const, id: run.agent },
    action: { name: event, properties: { epoch: run.epoch } },
    resource: of,
    base: {},
  };
  const opened = openFlag(tx, actor, {
    flag,
    spec: answer.ticket!,
    reasons: answer.reasons,
    subject: { ...subject, diff, requester_kind: 'agent' },
    hash: subjectHash(tx.log, subject),
    caller,
    held: { facts: {}, base: {}, planVersion: undefined, platform: undefined },
    vertical: tenant.vertical,
    changeSetId: null,
  });
  const ticket = refreshCoverage(tx, policy, opened);
  tx.insert(flagTable, { root_run_id: of.id, event, epoch: run.epoch, ticket_id: ticket.ticket_id, at: tx.now });
  return { ticket, isNew: true };
}
