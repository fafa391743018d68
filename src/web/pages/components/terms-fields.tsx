import type { NarrowingRule } from '../../../contract/types.ts';
import { valueAt } from '../../../tickets/pointer.ts';
import { fieldAt, inputOf } from '../fields.ts';
import type { TicketPage } from '../ticket-facts.ts';
import { fieldName } from './value.tsx';
import { Word } from './text.tsx';

/** Approve less than is asked: a bound between what is asked and what it comes from, or a part of a list. */
export function TermsFields({ page }: { page: TicketPage }) {
  const rules = page.choices.tighter;
  if (rules.length === 0) return null;
  return (
    <details class="builder" id="terms">
      <summary>
        <span class="wide-only">Approve with tighter terms</span>
        <span class="narrow-only">Tighter terms</span>
      </summary>
      <p class="muted small">What you fill in narrows the approval. The agent may do that and no more.</p>
      <div class="terms">
        {rules.map((rule) =>
          rule.kind === 'list' ? <List rule={rule} page={page} /> : <Bound rule={rule} page={page} />,
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

function Bound({ rule, page }: { rule: NarrowingRule; page: TicketPage }) {
  const field = fieldAt(page.row, rule.pointer, page.currency);
  const end = (rule.towards === undefined ? undefined : valueAt(page.row.subject, rule.towards)) ?? rule.floor;
  if (field.value === undefined || end === undefined) return null;
  const isUpper = (field.value as number) > (end as number);
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
        name={`term.${isUpper ? 'at_most' : 'at_least'}.${rule.pointer}`}
        maxlength={40}
        autocomplete="off"
        inputmode={typeof field.value === 'number' ? 'decimal' : undefined}
      />
    </label>
  );
}

function List({ rule, page }: { rule: NarrowingRule; page: TicketPage }) {
  const { value } = fieldAt(page.row, rule.pointer, page.currency);
  if (!Array.isArray(value) || value.length < 2) return null;
  return (
    <fieldset class="term-list">
      <legend>
        <Word>{nameOf(rule, page)}</Word>
      </legend>
      {value.map((one) => (
        <label class="check">
          <input type="checkbox" name={`term.subset_of.${rule.pointer}`} value={String(one)} checked />{' '}
          <Word>{String(one)}</Word>
        </label>
      ))}
    </fieldset>
  );
}
