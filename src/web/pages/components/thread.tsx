import type { Frame } from '../frame.ts';
import { Csrf } from '../layout.tsx';
import type { TicketPage } from '../ticket-facts.ts';
import { Part } from './part.tsx';
import { Prose, Word } from './text.tsx';
import { Time } from './time.tsx';

const VERBS = {
  approve: 'approved',
  reject: 'rejected',
  request_changes: 'requested changes to',
  revoke: 'revoked',
  acknowledge: 'acknowledged',
  resolve: 'resolved',
};

/** What was said, comments and verdicts, in the order in which the log has them. */
export function Thread({ page: { ticket, thread }, frame, level }: { page: TicketPage; frame: Frame; level: 1 | 2 }) {
  const said = [
    ...thread.comments.map((one) => ({
      seq: one.seq,
      who: one.author_id,
      kind: one.author_kind,
      at: one.created_at,
      verb: 'said',
      text: one.body,
    })),
    ...ticket.votes.map((one) => ({
      seq: one.seq,
      who: one.voter,
      kind: 'human',
      at: one.at,
      verb: `${VERBS[one.verdict]} revision ${one.revision}`,
      text: one.comment ?? '',
    })),
  ].sort((a, b) => a.seq - b.seq);
  return (
    <Part title="Thread" level={level}>
      <div data-part="thread">
        {said.length === 0 && <p class="muted">Nobody has said anything yet.</p>}
        <ol class="thread">
          {said.map((one) => (
            <li>
              <p class="said-by">
                <strong>
                  <Word>{one.who}</Word>
                </strong>{' '}
                {one.kind !== 'human' && <span class="muted">{one.kind} </span>}
                {one.verb} <Time at={one.at} />
              </p>
              {one.text && <Prose>{one.text}</Prose>}
            </li>
          ))}
        </ol>
      </div>
      <form class="say" method="post" action={`/tickets/${ticket.ticket_id}/comments`}>
        <Csrf frame={frame} />
        <label class="field">
          <span>Add to the thread</span>
          <textarea name="comment" rows={2} maxlength={10000} required />
        </label>
        <button type="submit" data-send>
          Comment
        </button>
      </form>
    </Part>
  );
}

/** The entries of the log that are about the ticket, with their places in it. */
export function History({ history }: { history: TicketPage['thread']['history'] }) {
  return (
    <details class="more" id="history">
      <summary>History, {history.length === 1 ? '1 entry' : `${history.length} entries`} of the log</summary>
      <ol class="history">
        {history.map((entry) => (
          <li>
            <a class="seq" href={`/audit/${entry.seq}`}>
              #{entry.seq}
            </a>
            <span>{entry.action.replace('ticket.', '').replaceAll('_', ' ')}</span>
            <span>
              <Word>{entry.actor_id}</Word>
            </span>
            <Time at={entry.timestamp} />
            <code title={entry.leaf_hash}>{entry.leaf_hash.slice(0, 8)}</code>
          </li>
        ))}
      </ol>
    </details>
  );
}
