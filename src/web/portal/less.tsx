import type { NarrowingRule } from '../../contract/types.ts';
import { valueAt } from '../../tickets/pointer.ts';
import type { TicketRow } from '../../tickets/tables.ts';
import { termsOf } from '../../tickets/terms.ts';
import { Icon } from '../pages/components/icon.tsx';
import { Word } from '../pages/components/text.tsx';
import { fieldName } from '../pages/components/value.tsx';
import { type Field, fieldAt, inputOf } from '../pages/fields.ts';
import { amount, bare, fieldWords } from './money.ts';
import { day } from './when.tsx';

// "Yes, but at most …": of what policy lets a client narrow, what a client can say in a field.

/** One thing of which less can be agreed to. */
export type Offer =
  | { kind: 'amount' | 'day'; pointer: string; input: string; label: string; hint: string; unit: string; most: string }
  | { kind: 'list'; pointer: string; label: string; items: string[] };

export function offersOf(rules: NarrowingRule[], row: TicketRow, currency: string | null): Offer[] {
  return rules.flatMap((rule) => {
    const field = fieldAt(row, rule.pointer, currency);
    return rule.kind === 'list' ? listOf(field) : boundOf(rule, field, row, currency);
  });
}

function listOf({ pointer, value }: Field): Offer[] {
  if (!Array.isArray(value) || value.length < 2) return [];
  return [{ kind: 'list', pointer, label: LISTS[stepOf(pointer)] ?? fieldName(pointer), items: value.map(String) }];
}

const LISTS: Record<string, string | undefined> = {
  permissions: 'What your agency may do there',
  assets: 'What it may do that with',
  audiences: 'Whom to reach',
  countries: 'In which countries',
  platforms: 'Where',
};

function boundOf(rule: NarrowingRule, field: Field, row: TicketRow, currency: string | null): Offer[] {
  const { pointer, value: asked } = field;
  const from = rule.towards === undefined ? undefined : valueAt(row.subject, rule.towards);
  const end = from ?? rule.floor;
  if (asked === undefined || end === undefined || asked === end) return [];
  const isUpper = (asked as number) > (end as number);
  const input = `term.${isUpper ? 'at_most' : 'at_least'}.${pointer}`;
  if (typeof asked === 'string')
    return isUpper && isDay(asked)
      ? [
          {
            kind: 'day',
            pointer,
            input,
            label: 'Yes, but only until',
            hint: `Asked: ${day(asked)}`,
            unit: '',
            most: asked,
          },
        ]
      : [];
  if (typeof asked !== 'number') return [];
  const name = changedField(row, pointer);
  const today = typeof from === 'number' ? `Today it is ${bare(name, from, currency)}, ` : '';
  return [
    {
      kind: 'amount',
      pointer,
      input,
      label: `Yes, but ${isUpper ? 'at most' : 'at least'}`,
      hint: `${today}${today ? 'asked' : 'Asked'} is ${amount(name, asked, currency)}.`,
      unit: `${field.decimals === null ? '' : (currency ?? '')}${fieldWords(name).per}`,
      most: inputOf(field, asked),
    },
  ];
}

interface Shown {
  offers: Offer[];
  /** The answer, when it was sent back, and what was wrong with it. */
  written: URLSearchParams | undefined;
  wrong: { pointer: string | undefined; says: string } | null;
}

/** Less than what was asked. What is filled in holds whichever yes is pressed. */
export function Less({ offers, written, wrong }: Shown) {
  if (offers.length === 0) return <></>;
  // What is wrong with none of them is told at the first.
  const at = offers.some(({ pointer }) => pointer === wrong?.pointer) ? wrong?.pointer : offers[0]!.pointer;
  const wrongAt = (pointer: string) => (wrong && pointer === at ? wrong.says : undefined);
  return (
    <details class="less" id="less" open={wrong !== null}>
      <summary>Say yes to less than that</summary>
      {offers.map((offer) =>
        offer.kind === 'list' ? (
          <Part offer={offer} written={written} wrong={wrongAt(offer.pointer)} />
        ) : (
          <Most offer={offer} written={written} wrong={wrongAt(offer.pointer)} />
        ),
      )}
      <button class="big" type="submit" name="verdict" value="approve_less">
        <Icon name="check" />
        Approve this much
      </button>
      <p class="muted small">Your agency may do that and no more. For more it has to ask you again.</p>
    </details>
  );
}

interface One<Kind extends Offer['kind']> {
  offer: Extract<Offer, { kind: Kind }>;
  written: URLSearchParams | undefined;
  wrong: string | undefined;
}

function Most({ offer, written, wrong }: One<'amount' | 'day'>) {
  const { kind, input, label, hint, unit, most } = offer;
  const id = `less-${stepOf(offer.pointer)}`;
  return (
    <>
      <label class="field" for={id}>
        <span>{label}</span>
        <small class="muted" id={`${id}-hint`}>
          {hint}
        </small>
      </label>
      <p class="with-unit">
        <input
          id={id}
          name={input}
          type={kind === 'day' ? 'date' : 'text'}
          inputmode={kind === 'day' ? undefined : 'decimal'}
          max={kind === 'day' ? most : undefined}
          maxlength={kind === 'day' ? undefined : 40}
          autocomplete="off"
          value={written?.get(input) ?? ''}
          aria-describedby={wrong === undefined ? `${id}-hint` : `${id}-hint ${id}-wrong`}
          aria-invalid={wrong === undefined ? undefined : 'true'}
        />
        <span>{unit}</span>
      </p>
      {wrong !== undefined && (
        <p class="field-error" id={`${id}-wrong`}>
          {wrong}
        </p>
      )}
    </>
  );
}

function Part({ offer: { pointer, label, items }, written, wrong }: One<'list'>) {
  const name = `term.subset_of.${pointer}`;
  const kept = written?.getAll('term.list').includes(pointer) ? written.getAll(name) : items;
  return (
    <fieldset>
      <legend>{label}</legend>
      <input type="hidden" name="term.list" value={pointer} />
      {items.map((item) => (
        <label class="check">
          <input type="checkbox" name={name} value={item} checked={kept.includes(item)} /> <Word>{item}</Word>
        </label>
      ))}
      {wrong !== undefined && <p class="field-error">{wrong}</p>}
    </fieldset>
  );
}

/** What was agreed to, where that is less than was asked: one part of a sentence for each. */
export function agreedTo(row: TicketRow, currency: string | null): string[] {
  return termsOf(row).flatMap(({ pointer, at_least: low, at_most: high, subset_of: kept }) => {
    const asked = valueAt(row.subject, pointer);
    if (kept) return [`only ${kept.join(', ')}`];
    const [bound, words] = high !== asked ? [high, 'at most'] : [low, 'at least'];
    if (bound === asked || bound === undefined) return [];
    if (typeof bound === 'string') return isDay(bound) && words === 'at most' ? [`until ${day(bound)}`] : [];
    return [`${words} ${amount(changedField(row, pointer), bound, currency)}`];
  });
}

/** The recorded number that the request moves, whose name says what it is. */
function changedField({ subject }: TicketRow, pointer: string): string {
  const field = subject.action.properties?.['field'];
  return pointer === '/action/properties/after' && typeof field === 'string' ? field : stepOf(pointer);
}

function stepOf(pointer: string): string {
  return pointer.split('/').at(-1)!;
}

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text);
}
