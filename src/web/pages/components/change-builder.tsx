import type { Problem } from '../../../contract/problem.ts';
import { type Field, inputOf } from '../fields.ts';
import type { TicketPage } from '../ticket-facts.ts';
import { CHANGES_MAX, type ChangeRow, MORE, changeRows } from '../verdict-form-data.ts';
import { FieldError, invalidProps } from './field-error.tsx';
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

const ROWS = 3;
const MORE_ROWS = 3;

interface Shown {
  page: TicketPage;
  /** The form, when it was sent back. */
  written: URLSearchParams | undefined;
  /** What was wrong with it. */
  refusal: Problem | undefined;
}

/**
 * What the next revision must satisfy, by machine, before anybody sees it again. Without scripts there are three rows, and more of
 * them at the press of a button, with what was typed so far; with scripts the same button adds one.
 */
export function ChangeBuilder({ page, written, refusal }: Shown) {
  const asksForMore = written?.get('verdict') === MORE;
  const typed = written ? changeRows(written).slice(0, CHANGES_MAX) : [];
  const count = Math.min(CHANGES_MAX, Math.max(ROWS, typed.length + (asksForMore ? MORE_ROWS : 0)));
  const wrong = (row: number) => (refusal?.extra['row'] === row ? refusal.message : undefined);
  return (
    <details class="builder" id="changes" open={asksForMore || typed.some(({ pointer }) => pointer !== '')}>
      <summary>
        <span class="wide-only">Say what has to change</span>
        <span class="narrow-only">Say what</span>
      </summary>
      <p class="muted small">
        The agent’s next revision is refused by machine unless it satisfies this. A comment alone is fine, too.
      </p>
      <ol id="change-rows" data-max={String(CHANGES_MAX)}>
        {Array.from({ length: count }, (_, i) => (
          <Row page={page} at={String(i)} name={`Change ${i + 1}`} typed={typed[i]} wrong={wrong(i + 1)} />
        ))}
      </ol>
      <template id="change-row">
        <Row page={page} at="N" name="Change" typed={undefined} wrong={undefined} />
      </template>
      <button type="submit" name="verdict" value={MORE} data-adds="change-row" disabled={count === CHANGES_MAX}>
        Another change
      </button>
    </details>
  );
}

interface RowProps {
  page: TicketPage;
  /** In the names of its fields. */
  at: string;
  name: string;
  typed: ChangeRow | undefined;
  wrong: string | undefined;
}

function Row({ page, at, name, typed, wrong }: RowProps) {
  const id = `change-${at}-wrong`;
  return (
    <li>
      <fieldset class="builder-row">
        <legend>{name}</legend>
        <label class="field">
          <span>Field</span>
          <select name={`change.${at}.pointer`}>
            <option value="">—</option>
            {page.fields.map((field) => (
              <option value={field.pointer} selected={field.pointer === typed?.pointer}>
                {optionOf(field)}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>must be</span>
          <select name={`change.${at}.constraint`}>
            {CONSTRAINTS.map(([rule, words]) => (
              <option value={rule} selected={rule === typed?.constraint}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>Value</span>
          <input
            type="text"
            name={`change.${at}.value`}
            maxlength={1000}
            autocomplete="off"
            value={typed?.value ?? ''}
            {...invalidProps(id, wrong)}
          />
        </label>
        <label class="field">
          <span>Why</span>
          <input type="text" name={`change.${at}.note`} maxlength={1000} autocomplete="off" value={typed?.note ?? ''} />
        </label>
        <button class="builder-remove" type="button" data-removes data-scripted hidden>
          Remove
        </button>
        <FieldError id={id} wrong={wrong} />
      </fieldset>
    </li>
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
