import type { Tx } from '../../audit/view.ts';
import { type Difference, differences } from '../../plans/differences.ts';
import { creativeTable, planTable } from '../../plans/tables.ts';
import type { Eligibility } from '../../contract/types.ts';
import type { Policy } from '../../policy/policy.ts';
import { accountOf } from '../../runs/cost/account.ts';
import { readPace } from '../../runs/cost/store.ts';
import type { AccountRow } from '../../runs/cost/tables.ts';
import { usdOf } from '../../runs/prices/amount.ts';
import type { Caller } from '../../tenants/tokens.ts';
import { type Choices, choicesOf } from '../../tickets/choices.ts';
import { eligibility } from '../../tickets/coverage.ts';
import { PACE_MINUTES } from '../../tickets/red-flags.ts';
import { readThread } from '../../tickets/store.ts';
import type { TicketRow } from '../../tickets/tables.ts';
import { ticketView } from '../../tickets/ticket-view.ts';
import { visibleTicket } from '../../tickets/verdicts.ts';
import type { Deps } from '../context.ts';
import { type Field, fieldsOf } from './fields.ts';
import type { Visitor } from '../session/visit.ts';

/** What a command tells of a ticket: all of it as of one head. */
export interface TicketFacts {
  row: TicketRow;
  choices: Choices;
  /** Of the plan that the ticket is about; null where there is none to tell. */
  currency: string | null;
  /** Of an A9, the money of its run tree. */
  account: AccountRow | null;
  /** Of each empty slot, who could fill it, by policy's verdict. */
  eligible: Eligibility;
  /** What a request for changes can speak of. */
  fields: Field[];
}

/** A ticket with everything that its page shows. */
export interface TicketPage extends TicketFacts {
  ticket: ReturnType<typeof ticketView>;
  thread: Awaited<ReturnType<typeof readThread>>;
  /** Of an A9, where its money stands now. */
  spend: Spend | null;
  /** What the revision that stands changed against the one before. */
  revised: Difference[] | null;
}

/** Of a run tree. Amounts are decimals of USD. */
interface Spend {
  committed_usd: string;
  open_holds: number;
  /** Over {@link PACE_MINUTES} up to the last charge. */
  per_minute_usd: string;
}

/** @throws Problem 404 */
export function ticketFacts(tx: Tx, policy: Policy, caller: Caller, ticketId: string): TicketFacts {
  const { row, fields, currency } = ticketFields(tx, caller, ticketId);
  return {
    row,
    choices: choicesOf(tx, policy, caller, row),
    account: row.subject.flag?.cost ? accountOf(tx, row.subject.flag.run.root_run_id) : null,
    currency,
    eligible: eligibility(tx, policy, row),
    fields,
  };
}

/** A ticket with the fields of what it asks for, in the units in which its forms have them. @throws Problem 404 */
export function ticketFields(tx: Tx, caller: Caller, ticketId: string) {
  const row = visibleTicket(tx, caller, ticketId);
  const plan = row.plan_version === null ? undefined : tx.get(planTable, row.plan_version);
  const currency = plan?.payload.currency ?? null;
  const { type, id } = row.subject.resource;
  const payload =
    type === 'plan' ? plan?.payload : type === 'creative' ? tx.get(creativeTable, id)?.content : undefined;
  return { row, currency, fields: fieldsOf(row, payload ?? null, currency) };
}

export async function loadTicket(deps: Deps, { tenant }: Visitor, facts: TicketFacts): Promise<TicketPage> {
  const [thread, spend] = await Promise.all([
    readThread(deps.sql, tenant, facts.row.ticket_id),
    facts.account && readSpend(deps, tenant, facts.account),
  ]);
  const [before, now] = thread.revisions.slice(-2);
  return {
    ...facts,
    ticket: ticketView(tenant, facts.row, deps.clock()),
    thread,
    spend,
    revised: before && now ? differencesOf(before.subject, now.subject) : null,
  };
}

async function readSpend({ sql }: Deps, tenant: string, account: AccountRow): Promise<Spend> {
  const pace = await readPace(sql, tenant, account.root_run_id, PACE_MINUTES);
  return {
    committed_usd: usdOf(BigInt(account.committed)),
    open_holds: account.open_holds,
    per_minute_usd: usdOf(BigInt(pace) / BigInt(PACE_MINUTES)),
  };
}

/** What changed from the revision that someone saw to the one that stands. */
export function changedSince({ thread, row }: TicketPage, revision: number): Difference[] {
  const seen = thread.revisions.find((one) => one.revision === revision);
  return seen ? differencesOf(seen.subject, row.subject) : [];
}

/** What to tell after a deed, by its name in the URL: no text of the URL is ever shown. */
export const DONE: Record<string, string | undefined> = {
  approve: 'Your approval is in the log.',
  reject: 'Your rejection is in the log.',
  request_changes: 'Your request for changes is in the log.',
  revoke: 'The approval was revoked.',
  cancel: 'The request was taken back.',
  acknowledge: 'You have acknowledged the red flag. It goes on blocking until it is resolved.',
  resolve: 'The red flag is resolved. This is in the log.',
  comment: 'Your comment is in the thread.',
  edit: 'Your comment has its new wording. The earlier one stays readable.',
  claim: 'The others see that you work on it.',
  release: 'Nobody works on it now.',
};

/** What two revisions of a question ask differently. */
function differencesOf(before: TicketRow['subject'], now: TicketRow['subject']): Difference[] {
  return named(differences(askedOf(before), askedOf(now)), now);
}

/** The differences under the names that people know: what a change of a field asks for is that field's value. */
export function named(difference: Difference[], { action }: TicketRow['subject']): Difference[] {
  const field = action.properties?.['field'];
  return difference.map(({ path, ...values }) => ({
    ...values,
    path:
      /^\/action\/properties\/(before|after)$/.test(path) && typeof field === 'string'
        ? `/${path.endsWith('before') ? 'from_' : ''}${field}`
        : path.replace(/^\/(action|resource)\/properties(?=\/)/, ''),
  }));
}

function askedOf({ subject, action, resource, base }: TicketRow['subject']): object {
  return { subject, action, resource, base };
}
