import type { Frame } from '../frame.ts';
import { Csrf } from '../layout.tsx';
import { Icon } from './icon.tsx';

/** Deciding on the selected tickets together. Their boxes are in the rows; without scripts the bar is always there. */
export function BulkBar({ frame, back }: { frame: Frame; back: string }) {
  return (
    <form class="bulk" id="bulk" method="post" action="/inbox/bulk">
      <Csrf frame={frame} back={back} />
      <span id="bulk-count" role="status"></span>
      <label class="field">
        <span class="visually-hidden">For all selected, a comment</span>
        <input
          type="text"
          name="comment"
          maxlength={10000}
          placeholder="Comment for all; needed to reject"
          autocomplete="off"
        />
      </label>
      <span class="bulk-buttons">
        <button class="approve" type="submit" name="verdict" value="approve">
          <Icon name="check" />
          Approve selected
        </button>
        <button class="reject" type="submit" name="verdict" value="reject">
          <Icon name="cross" />
          Reject selected
        </button>
      </span>
    </form>
  );
}
