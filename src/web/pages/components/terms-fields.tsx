import type { Problem } from '../../../contract/problem.ts';
import type { NarrowingRule } from '../../../contract/types.ts';
import { valueAt } from '../../../tickets/pointer.ts';
import { fieldAt, inputOf } from '../fields.ts';
import type { TicketPage } from '../ticket-facts.ts';
import { FieldError, invalidProps } from './field-error.tsx';
import { fieldName } from './value.tsx';
import { Word } from './text.tsx';

interface Shown {
  page: TicketPage;
  /** The form, when it was sent back. */
  written: URLSearchParams | undefined;
  /** What was wrong with it. */
  refusal: Problem | undefined;
}

/** Approve less than is asked: a bound between what is asked and what it comes from, or a part of a list. */
export function TermsFields({ page, written, refusal }: Shown) {
  const rules = page.choices.tighter;
  if (rules.length === 0) return null;
  return (
    <details class="builder" id="terms" open={refusal?.code.startsWith('terms.')}>
      <summary>
        <span class="wide-only">Approve with tighter terms</span>
        <span class="narrow-only">Tighter terms</span>
      </summary>
      <p class="muted small">What you fill in narrows the approval. The agent may do that and no more.</p>
      <div class="terms">
        {rules.map((rule) =>
          rule.kind === 'list' ? (
            <List rule={rule} page={page} written={written} refusal={refusal} />
          ) : (
            <Bound rule={rule} page={page} written={written} refusal={refusal} />
          ),
        )}
      </div>
    </details>
  );
}

const nameOf = ({ pointer }: NarrowingRule, { row }: TicketPage): string => {
  const changed = row.subject.action.properties?.['field'];
  const isChange = pointer === '/action/properties/after' && typeof changed === 'string';
  return fieldName(isChange ? `/${changed}` : pointer.replace(/^\/(action|resource)\/properties/, ''));
};

interface OneRule extends Shown {
  rule: NarrowingRule;
}

/** What was wrong with the terms of that field. */
function wrongAt(refusal: Problem | undefined, { pointer }: NarrowingRule): string | undefined {
  return refusal?.code.startsWith('terms.') && refusal.extra['pointer'] === pointer ? refusal.message : undefined;
}

function Bound({ rule, page, written, refusal }: OneRule) {
  const field = fieldAt(page.row, rule.pointer, page.currency);
  const end = (rule.towards === undefined ? undefined : valueAt(page.row.subject, rule.towards)) ?? rule.floor;
  if (field.value === undefined || end === undefined) return null;
  const isUpper = (field.value as number) > (end as number);
  const name = `term.${isUpper ? 'at_most' : 'at_least'}.${rule.pointer}`;
  const [id, wrong] = [`${name}-wrong`, wrongAt(refusal, rule)];
  const unit = field.decimals === null ? '' : ` ${page.currency ?? ''}`;
  return (
    <label class="field">
      <span>
        <Word>{nameOf(rule, page)}</Word> {isUpper ? 'at most' : 'at least'}
        <span class="muted">
          {' '}
          (asked: <Word>{inputOf(field, field.value) + unit}</Word>
          {rule.towards !== undefined && (
            <>
              , from <Word>{inputOf(field, end) + unit}</Word>
            </>
          )}
          )
        </span>
      </span>
      <input
        type="text"
        name={name}
        maxlength={40}
        autocomplete="off"
        inputmode={typeof field.value === 'number' ? 'decimal' : undefined}
        value={written?.get(name) ?? ''}
        {...invalidProps(id, wrong)}
      />
      <FieldError id={id} wrong={wrong} />
    </label>
  );
}

function List({ rule, page, written, refusal }: OneRule) {
  const { value } = fieldAt(page.row, rule.pointer, page.currency);
  if (!Array.isArray(value) || value.length < 2) return null;
  const name = `term.subset_of.${rule.pointer}`;
  const kept = written?.getAll('term.list').includes(rule.pointer) ? written.getAll(name) : null;
  return (
    <fieldset class="term-list">
      <legend>
        <Word>{nameOf(rule, page)}</Word>
      </legend>
      <input type="hidden" name="term.list" value={rule.pointer} />
      {value.map((one) => (
        <label class="check">
          <input
            type="checkbox"
            name={name}
            value={String(one)}
            checked={kept === null || kept.includes(String(one))}
          />{' '}
          <Word>{String(one)}</Word>
        </label>
      ))}
      <FieldError id={`${name}-wrong`} wrong={wrongAt(refusal, rule)} />
    </fieldset>
  );
}
