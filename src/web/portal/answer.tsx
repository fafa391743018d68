import { Icon } from '../pages/components/icon.tsx';
import { Csrf } from '../pages/layout.tsx';
import { Less } from './less.tsx';
import type { RequestView } from './request-view.ts';
import { requestPath } from './requests.ts';

/** Yes, no, or yes to less: bound to what the page shows. */
export function Answer({ page: { row, choices, offers, frame, refused } }: { page: RequestView }) {
  const { approve, reject, request_changes, objects } = choices;
  if (!approve && !reject && !request_changes)
    return (
      <p class="limits">
        <Icon name="lock" />
        <span>
          You have answered already, or someone else on your side has to. There is nothing to do for you here.
        </span>
      </p>
    );
  const missing = refused?.code === 'comment_missing';
  const narrows = refused !== null && refused.code in TERMS_WRONG;
  const wrong = narrows ? { pointer: refused.pointer, says: TERMS_WRONG[refused.code]! } : null;
  return (
    <form class="answer" id="answer" method="post" action={`${requestPath(row)}/answers`}>
      <h2>{objects ? 'Do you object?' : 'Your answer'}</h2>
      <Csrf frame={frame} />
      <input type="hidden" name="revision" value={String(row.revision)} />
      <input type="hidden" name="subject_hash" value={row.subject_hash} />
      <label class="field" for="comment">
        <span>{objects ? 'What speaks against it' : 'A word to your agency'}</span>
        <small class="muted" id="comment-hint">
          {objects
            ? 'Your agency reads this.'
            : 'Needed unless you approve, so that your agency knows what to do better.'}
        </small>
      </label>
      <textarea
        id="comment"
        name="comment"
        rows={3}
        maxlength={10000}
        aria-describedby="comment-hint"
        aria-invalid={missing ? 'true' : undefined}
      >
        {refused?.kept ?? ''}
      </textarea>
      <div class="answer-buttons">
        {approve && (
          <button class="primary big" type="submit" name="verdict" value="approve">
            <Icon name="check" />
            Approve
          </button>
        )}
        {reject && (
          <button class="big reject" type="submit" name="verdict" value="reject">
            <Icon name="cross" />
            Reject
          </button>
        )}
        {request_changes && (
          <button class="big" type="submit" name="verdict" value="request_changes">
            <Icon name="edit" />
            Ask for changes
          </button>
        )}
      </div>
      {approve && <Less offers={offers} written={refused?.written} wrong={wrong} />}
      <p class="muted small">Your answer counts for exactly what is shown above. If it changes, you are asked again.</p>
    </form>
  );
}

/** Told beside the field. */
const TERMS_WRONG: Record<string, string | undefined> = {
  'terms.missing': 'Please say here how much less, or use the yes above.',
  'terms.unreadable': 'Please write it as a number, such as 110 or 110.50, or pick a day.',
  'terms.wider':
    'Please stay between what it is today and what is asked. Less than today, or more than asked, is another question.',
  'terms.nothing_kept': 'Please keep at least one of these, or say no to all of it.',
  'terms.empty': 'Your agency has agreed to other limits, and together nothing is left. Please ask your agency.',
};
