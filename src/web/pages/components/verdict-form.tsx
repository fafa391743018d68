import type { Problem } from '../../../contract/problem.ts';
import type { Frame } from '../frame.ts';
import { Csrf } from '../layout.tsx';
import type { TicketPage } from '../ticket-facts.ts';
import { ChangeBuilder } from './change-builder.tsx';
import { Icon } from './icon.tsx';
import { TermsFields } from './terms-fields.tsx';
import { visibleText } from './text.tsx';

/** A form of a ticket that was sent back. */
export interface Sent {
  written: URLSearchParams;
  /** Absent where nothing was wrong, and more rows were asked for. */
  refusal?: Problem | undefined;
}

/**
 * Approve, Reject, Request changes: bound to the revision and the hash that are on this page. What this person may not do is not
 * shown, and it says why.
 */
export function VerdictForm({ page, frame, back }: { page: TicketPage; frame: Frame; back?: Sent | undefined }) {
  const { ticket, choices } = page;
  const { approve, reject, request_changes, revoke, cancel } = choices;
  const waits = ticket.state === 'pending';
  const any = [approve, reject, request_changes, revoke, cancel].some(({ allowed }) => allowed);
  if (!waits && !revoke.allowed && !cancel.allowed) return <Closed page={page} />;
  const sent = { written: back?.written, refusal: back?.refusal };
  return (
    <form
      class="verdict"
      method="post"
      action={`/tickets/${ticket.ticket_id}/verdicts`}
      id="verdict"
      data-summary={visibleText(ticket.summary.slice(0, 400))}
    >
      {!waits && <Closed page={page} />}
      <Csrf frame={frame} />
      <input type="hidden" name="revision" value={String(ticket.revision)} />
      <input type="hidden" name="subject_hash" value={ticket.subject_hash} />
      <div class="verdict-more">
        {(request_changes.allowed || approve.allowed) && (
          <div class="builders">
            {approve.allowed && <TermsFields page={page} {...sent} />}
            {request_changes.allowed && <ChangeBuilder page={page} {...sent} />}
          </div>
        )}
        {approve.allowed && ticket.risk === 'high' && (
          <label class="check">
            <input type="checkbox" name="confirmed" value="yes" /> I have read this (high risk)
          </label>
        )}
        <span class="bound">
          revision {ticket.revision} <code>{ticket.subject_hash.slice(0, 8)}</code>
        </span>
      </div>
      <div class="verdict-row">
        {any && (
          <label class="field comment">
            <span class="visually-hidden">Comment, needed unless you approve</span>
            <textarea name="comment" rows={1} maxlength={10000} placeholder="Comment; needed unless you approve">
              {back?.written.get('comment')}
            </textarea>
          </label>
        )}
        <div class="verdict-buttons">
          {approve.allowed && (
            <button class="approve" type="submit" name="verdict" value="approve" data-key="a">
              <Icon name="check" />
              Approve
              {approve.slot && ticket.slots.length > 1 && (
                <span class="wide-only"> as {approve.slot.replaceAll('_', ' ')}</span>
              )}
            </button>
          )}
          {request_changes.allowed && (
            <button type="submit" name="verdict" value="request_changes" data-key="c" data-reason>
              <Icon name="edit" />
              <span class="wide-only">Request changes</span>
              <span class="narrow-only">Changes</span>
            </button>
          )}
          {reject.allowed && (
            <button class="reject" type="submit" name="verdict" value="reject" data-key="r" data-reason>
              <Icon name="cross" />
              Reject
            </button>
          )}
          {revoke.allowed && (
            <button class="reject" type="submit" name="verdict" value="revoke">
              <Icon name="cross" />
              Revoke the approval
            </button>
          )}
          {cancel.allowed && (
            <button type="submit" name="verdict" value="cancel" data-reason>
              <Icon name="back" />
              Take the request back
            </button>
          )}
        </div>
      </div>
      {waits && !approve.allowed && <WhyNot page={page} />}
    </form>
  );
}

function WhyNot({ page }: { page: TicketPage }) {
  const { reasons } = page.choices.approve;
  return (
    <p class="why-not">
      <Icon name="lock" />
      <span>
        You cannot approve this:{' '}
        {reasons.length === 0 ? 'your roles fill no empty slot.' : reasons.map((one) => one.message).join(' ')}
      </span>
    </p>
  );
}

function Closed({ page: { ticket } }: { page: TicketPage }) {
  const says: Partial<Record<typeof ticket.state, string>> = {
    changes_requested: 'Changes were requested; the agent has to come back with a new revision.',
    approved: 'Approved. The agent may use it once.',
    consumed: 'Approved, and in force.',
    rejected: 'Rejected. This is final.',
    expired: 'Nobody answered in time.',
    superseded: 'What it was based on changed; the agent has to ask again.',
    cancelled: 'It was taken back.',
    revoked: 'The approval was revoked before it was used.',
    resolved: 'Resolved. This is in the log.',
  };
  return <p class="closed">{says[ticket.state]}</p>;
}
