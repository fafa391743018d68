import { type Field, inputOf } from '../fields.ts';
import type { TicketPage } from '../ticket-facts.ts';
import { CHANGE_ROWS } from '../verdict-form-data.ts';
import { fieldName } from './value.tsx';

const CONSTRAINTS = [
  ['at_most', 'at most'],
  ['at_least', 'at least'],
  ['eq', 'exactly'],
  ['ne', 'anything but'],
  ['one_of', 'one of (a, b, c)'],
  ['not_one_of', 'none of (a, b, c)'],
  ['subset_of', 'only from (a, b, c)'],
  ['max_length', 'no longer than'],
  ['non_empty', 'not empty'],
  ['present', 'there'],
  ['removed', 'left out'],
] as const;

/** What the next revision must satisfy, by machine, before anybody sees it again. Works without scripts. */
export function ChangeBuilder({ page }: { page: TicketPage }) {
  return (
    <details class="builder" id="changes">
      <summary>
        <span class="wide-only">Say what has to change</span>
        <span class="narrow-only">Say what</span>
      </summary>
      <p class="muted small">
        The agent’s next revision is refused by machine unless it satisfies this. A comment alone is fine, too.
      </p>
      <ol>
        {Array.from({ length: CHANGE_ROWS }, (_, i) => (
          <li class="builder-row">
            <label class="field">
              <span>Field</span>
              <select name={`change.${i}.pointer`}>
                <option value="">—</option>
                {page.fields.map((field) => (
                  <option value={field.pointer}>{optionOf(field)}</option>
                ))}
              </select>
            </label>
            <label class="field">
              <span>must be</span>
              <select name={`change.${i}.constraint`}>
                {CONSTRAINTS.map(([rule, words]) => (
                  <option value={rule}>{words}</option>
                ))}
              </select>
            </label>
            <label class="field">
              <span>Value</span>
              <input type="text" name={`change.${i}.value`} maxlength={1000} autocomplete="off" />
            </label>
            <label class="field">
              <span>Why</span>
              <input type="text" name={`change.${i}.note`} maxlength={1000} autocomplete="off" />
            </label>
          </li>
        ))}
      </ol>
    </details>
  );
}

const SHOWN_MAX = 40;

function optionOf(field: Field): string {
  const value = inputOf(field, field.value);
  const name = fieldName(field.pointer.replace(/^\/action\/properties|^\/payload|^\/resource\/properties/, ''));
  // A select cannot hold a bdi: what would turn the line or hide is left out of the hint, and the page shows it whole above.
  const plain = `${name}: ${value}`.replaceAll(/[^\p{L}\p{N}\p{P}\p{Zs}\p{Sc}+=<>|~^]/gu, '');
  return plain.length > 2 * SHOWN_MAX ? `${plain.slice(0, 2 * SHOWN_MAX)}…` : plain;
}
