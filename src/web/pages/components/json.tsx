import type { Difference } from '../../../plans/differences.ts';
import { Prose, Word, visible } from './text.tsx';

const JSON_MAX = 60_000;
const CHANGES_MAX = 200;

/** The structured difference as lines that went and lines that came: each change folds, and with scripts they can be searched. */
export function JsonDiff({ diff }: { diff: Difference[] }) {
  return (
    <div class="json" role="group" aria-label="Structured difference">
      {diff.length > 1 && (
        <label class="field json-search" data-scripted hidden>
          <span>Search the difference</span>
          <input type="search" data-search=".json-change" autocomplete="off" />
        </label>
      )}
      {diff.slice(0, CHANGES_MAX).map((one) => (
        <details class="json-change" open>
          <summary class="json-path">
            <Word>{one.path || '/'}</Word>
          </summary>
          {one.before !== undefined && (
            <del>
              <Prose>{`− ${JSON.stringify(one.before, null, 2)}`}</Prose>
            </del>
          )}
          {one.after !== undefined && (
            <ins>
              <Prose>{`+ ${JSON.stringify(one.after, null, 2)}`}</Prose>
            </ins>
          )}
        </details>
      ))}
      {diff.length > CHANGES_MAX && (
        <p class="muted">
          The first {CHANGES_MAX} of {diff.length} changes. The raw JSON has all.
        </p>
      )}
    </div>
  );
}

/** Anything as JSON, as it is but for what would not be seen. */
export function RawJson({ value }: { value: unknown }) {
  const text = JSON.stringify(value, null, 2);
  return (
    <pre class="raw" tabindex={0}>
      <bdi>{visible(text.length > JSON_MAX ? `${text.slice(0, JSON_MAX)}\n…` : text)}</bdi>
    </pre>
  );
}
