import type { Difference } from '../../../plans/differences.ts';
import { Prose, Word } from './text.tsx';

const JSON_MAX = 60_000;

/** The structured difference as lines that went and lines that came. */
export function JsonDiff({ diff }: { diff: Difference[] }) {
  return (
    <div class="json" role="group" aria-label="Structured difference">
      {diff.map((one) => (
        <div class="json-change">
          <code class="json-path">
            <Word>{one.path || '/'}</Word>
          </code>
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
        </div>
      ))}
    </div>
  );
}

/** Anything as JSON, as it is. */
export function RawJson({ value }: { value: unknown }) {
  const text = JSON.stringify(value, null, 2);
  return (
    <pre class="raw" tabindex={0}>
      <bdi>{text.length > JSON_MAX ? `${text.slice(0, JSON_MAX)}\n…` : text}</bdi>
    </pre>
  );
}
