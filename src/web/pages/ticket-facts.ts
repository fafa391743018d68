import type { Tx } from '../../audit/view.ts';
import { type Difference, differences } from '../../plans/differences.ts';
import { planTable } from '../../plans/tables.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Caller } from '../../tenants/tokens.ts';
import { type Choices, choicesOf } from '../../tickets/choices.ts';
import { eligibility } from '../../tickets/coverage.ts';
import { readThread } from '../../tickets/store.ts';
import type { TicketRow } from '../../tickets/tables.ts';
import { ticketView } from '../../tickets/ticket-view.ts';
import { visibleTicket } from '../../tickets/verdicts.ts';
import type { Deps } from '../context.ts';
import type { Visitor } from '../session/visit.ts';

/** What a command tells of a ticket: all of it as of one head. */
export interface TicketFacts {
  row: TicketRow;
  choices: Choices;
  /** Of the plan that the ticket is about; null where there is none to tell. */
  currency: string | null;
  /** Slot → people who hold one of its roles. Whether policy lets each of them is said when they look. */
  couldFill: Record<string, string[]>;
}

/** A ticket with everything that its page shows. */
export interface TicketPage extends TicketFacts {
  ticket: ReturnType<typeof ticketView>;
  thread: Awaited<ReturnType<typeof readThread>>;
  /** What the revision that stands changed against the one before. */
  revised: Difference[] | null;
}

const NAMED_MAX = 8;

/** @throws Problem 404 */
export function ticketFacts(tx: Tx, policy: Policy, caller: Caller, ticketId: string): TicketFacts {
  const row = visibleTicket(tx, caller, ticketId);
  const plan = row.plan_version === null ? undefined : tx.get(planTable, row.plan_version);
  const couldFill = eligibility(tx, policy, row).slots.map(
    ({ id, eligible }) => [id, eligible.slice(0, NAMED_MAX).map(({ name }) => name)] as const,
  );
  return {
    row,
    choices: choicesOf(tx, policy, caller, row),
    currency: plan?.payload.currency ?? null,
    couldFill: Object.fromEntries(couldFill),
  };
}

export async function loadTicket(deps: Deps, { tenant }: Visitor, facts: TicketFacts): Promise<TicketPage> {
  const thread = await readThread(deps.sql, tenant, facts.row.ticket_id);
  const [before, now] = thread.revisions.slice(-2);
  return {
    ...facts,
    ticket: ticketView(tenant, facts.row, deps.clock()),
    thread,
    revised: before && now ? differences(askedOf(before.subject), askedOf(now.subject)) : null,
  };
}

/** What changed from the revision that someone saw to the one that stands. */
export function changedSince({ thread, row }: TicketPage, revision: number): Difference[] {
  const seen = thread.revisions.find((one) => one.revision === revision);
  return seen ? differences(askedOf(seen.subject), askedOf(row.subject)) : [];
}

/** What to tell after a deed, by its name in the URL: no text of the URL is ever shown. */
export const DONE: Record<string, string | undefined> = {
  approve: 'Your approval is in the log.',
  reject: 'Your rejection is in the log.',
  request_changes: 'Your request for changes is in the log.',
  revoke: 'The approval was revoked.',
  comment: 'Your comment is in the thread.',
};

function askedOf({ subject, action, resource, base }: TicketRow['subject']): object {
  return { subject, action, resource, base };
}
