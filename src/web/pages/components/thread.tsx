import type { Attachments } from '../../../contract/types.ts';
import type { Vote } from '../../../tickets/tables.ts';
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

type Comment = TicketPage['thread']['comments'][number];
type Said = { seq: number; comment: Comment } | { seq: number; vote: Vote };
interface Shown {
  page: TicketPage;
  frame: Frame;
  level: 1 | 2;
  said?: string | undefined;
}

/** What was said, comments and verdicts, in the order in which the log has them. */
export function Thread({ page: { ticket, thread }, frame, level, said: kept }: Shown) {
  const said: Said[] = [
    ...thread.comments.map((comment) => ({ seq: comment.seq, comment })),
    ...ticket.votes.map((vote) => ({ seq: vote.seq, vote })),
  ].sort((a, b) => a.seq - b.seq);
  return (
    <Part title="Thread" level={level}>
      <div data-part="thread">
        {said.length === 0 && <p class="muted">Nobody has said anything yet.</p>}
        <ol class="thread">
          {said.map((one) =>
            'vote' in one ? (
              <CastVote vote={one.vote} />
            ) : (
              <Comment comment={one.comment} frame={frame} ticketId={ticket.ticket_id} />
            ),
          )}
        </ol>
      </div>
      <form class="say" method="post" action={`/tickets/${ticket.ticket_id}/comments`}>
        <Csrf frame={frame} />
        <label class="field">
          <span>
            Add to the thread <span class="muted">@name tells someone</span>
          </span>
          <textarea name="comment" rows={2} maxlength={10000} required>
            {kept}
          </textarea>
        </label>
        <div class="say-end">
          <label class="inline">
            <span>For</span>
            <select name="visibility">
              <option value="internal">the agency</option>
              <option value="shared">the client, too</option>
            </select>
          </label>
          <button type="submit" data-send>
            Comment
          </button>
        </div>
        <Attach />
      </form>
    </Part>
  );
}

function CastVote({ vote }: { vote: Vote }) {
  return (
    <li>
      <p class="said-by">
        <strong>
          <Word>{vote.voter}</Word>
        </strong>{' '}
        {VERBS[vote.verdict]} revision {vote.revision} <Time at={vote.at} />
      </p>
      {vote.comment && <Prose>{vote.comment}</Prose>}
      {(vote.changes ?? []).map((change) => (
        <p class="asked-change">
          <code>
            <Word>{change.pointer}</Word>
          </code>{' '}
          must be <Word>{wordsOf(change.constraint)}</Word>
          {change.note && (
            <>
              : <Word>{change.note}</Word>
            </>
          )}
        </p>
      ))}
      {(vote.terms ?? []).map(({ pointer, ...bounds }) => (
        <p class="asked-change">
          <code>
            <Word>{pointer}</Word>
          </code>{' '}
          is approved within <Word>{wordsOf(bounds)}</Word>
        </p>
      ))}
    </li>
  );
}

function Comment({ comment, frame, ticketId }: { comment: Comment; frame: Frame; ticketId: string }) {
  const own = comment.author_kind === 'human' && comment.author_id === frame.visitor!.caller.id;
  return (
    <li id={`comment-${comment.seq}`} class={comment.visibility === 'shared' ? 'said-shared' : undefined}>
      <p class="said-by">
        <strong>
          <Word>{comment.author_id}</Word>
        </strong>{' '}
        {comment.author_kind !== 'human' && <span class="muted">{comment.author_kind} </span>}
        said <Time at={comment.created_at} />{' '}
        {comment.visibility === 'shared' && <span class="said-to">the client sees it</span>}
        {comment.edited_at !== null && (
          <span class="muted">
            {' '}
            edited <Time at={comment.edited_at} form="short" />
          </span>
        )}
      </p>
      <Prose>{comment.body}</Prose>
      {comment.mentions.length > 0 && (
        <p class="mentions muted">
          told: <Word>{comment.mentions.join(', ')}</Word>
        </p>
      )}
      <Attached attachments={comment.attachments} />
      {comment.edits.length > 0 && (
        <details class="more" id={`wordings-${comment.seq}`}>
          <summary>
            {comment.edits.length === 1 ? 'Earlier wording' : `${comment.edits.length} earlier wordings`}
          </summary>
          <ol class="wordings">
            {comment.edits.map((edit) => (
              <li>
                <Time at={edit.at} /> <Prose>{edit.body}</Prose>
              </li>
            ))}
          </ol>
        </details>
      )}
      {own && (
        <details class="more" id={`edit-${comment.seq}`}>
          <summary>Edit</summary>
          <form class="say" method="post" action={`/tickets/${ticketId}/comments/${comment.seq}`}>
            <Csrf frame={frame} />
            <label class="field">
              <span>Another wording</span>
              <textarea name="comment" rows={2} maxlength={10000} required>
                {comment.body}
              </textarea>
            </label>
            <button type="submit" data-send>
              Save
            </button>
          </form>
        </details>
      )}
    </li>
  );
}

/** Named by reference and hash; nothing is fetched, and no reference of a stranger is a link. */
function Attached({ attachments }: { attachments: Attachments }) {
  if (attachments.length === 0) return null;
  return (
    <ul class="attached">
      {attachments.map((one) => (
        <li>
          <strong>
            <Word>{one.name}</Word>
          </strong>{' '}
          <span class="muted">
            <Word>{one.media_type}</Word>, {one.size_bytes.toLocaleString('en')} bytes
          </span>{' '}
          <Word>{one.reference}</Word> <code title={one.sha256}>{one.sha256.slice(0, 8)}</code>
        </li>
      ))}
    </ul>
  );
}

const ATTACH = [
  ['name', 'File name', 255],
  ['reference', 'Reference (https or store id)', 2000],
  ['sha256', 'SHA-256', 64],
  ['media_type', 'Media type', 127],
  ['size_bytes', 'Bytes', 13],
] as const;

function Attach() {
  return (
    <details class="more attach">
      <summary>Attach by reference</summary>
      <div class="attach-fields">
        {ATTACH.map(([name, label, length]) => (
          <label class="field">
            <span>{label}</span>
            <input type="text" name={`attachment.${name}`} maxlength={length} autocomplete="off" />
          </label>
        ))}
      </div>
    </details>
  );
}

function wordsOf(constraint: object): string {
  return Object.entries(constraint)
    .map(([rule, value]) =>
      value === true ? rule : `${rule} ${Array.isArray(value) ? value.join(', ') : String(value)}`,
    )
    .map((text) => text.replaceAll('_', ' '))
    .join(', ');
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
