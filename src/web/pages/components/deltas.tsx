import type { Difference } from '../../../plans/differences.ts';
import { Value, fieldName, moved } from './value.tsx';
import { Word } from './text.tsx';

const ROWS_MAX = 200;

/** What would change, field by field: money as money, and how much it moves. */
export function Deltas({
  diff,
  currency,
  caption,
  between: [before, after] = ['Now', 'Then'],
}: {
  diff: Difference[];
  currency: string | null;
  caption: string;
  /** What the two sides are called. */
  between?: [string, string];
}) {
  if (diff.length === 0) return <p class="muted">Nothing of the record changes.</p>;
  const created = diff.every((one) => one.before === undefined);
  return (
    <div class="scroll" tabindex={0} role="region" aria-label={caption}>
      <table class="deltas">
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">What</th>
            {!created && <th scope="col">{before}</th>}
            <th scope="col">{created ? 'Asked for' : after}</th>
            {!created && (
              <th scope="col" class="number">
                Change
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {diff.slice(0, ROWS_MAX).map((one) => {
            const change = moved(one.before, one.after);
            return (
              <tr>
                <th scope="row">
                  <Word>{fieldName(one.path)}</Word>
                </th>
                {!created && (
                  <td class="before">
                    <Value path={one.path} value={one.before} currency={currency} />
                  </td>
                )}
                <td class="after">
                  <Value path={one.path} value={one.after} currency={currency} />
                </td>
                {!created && (
                  <td class="number">
                    {change ?? (one.before === undefined ? 'new' : one.after === undefined ? 'removed' : '')}
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
      {diff.length > ROWS_MAX && (
        <p class="muted">
          The first {ROWS_MAX} of {diff.length} changes. The raw JSON has all.
        </p>
      )}
    </div>
  );
}
