import { picoOf } from '../../runs/prices/amount.ts';
import type { TicketRow } from '../../tickets/tables.ts';
import { valueAt } from '../../tickets/pointer.ts';

// The fields of what a ticket asks for, as forms name them: by JSON pointer, with values in the units in which people speak.

export interface Field {
  pointer: string;
  value: unknown;
  /** Decimals of the money that it is; null: it is no money. */
  decimals: number | null;
}

const FIELDS_MAX = 60;
const DEPTH_MAX = 4;

/** Everything in the question, and in the payload on record, that a request for changes can speak of. */
export function fieldsOf({ subject }: TicketRow, payload: object | null, currency: string | null): Field[] {
  const document = {
    action: { properties: subject.action.properties ?? {} },
    resource: subject.resource,
    payload: payload ?? {},
  };
  const found: Field[] = [];
  const walk = (value: unknown, pointer: string, depth: number): void => {
    if (found.length >= FIELDS_MAX || pointer === '/resource/type' || pointer === '/resource/id') return;
    const isLeaf = value === null || typeof value !== 'object' || isList(value) || depth > DEPTH_MAX;
    if (isLeaf && depth >= 2) found.push({ pointer, value, decimals: decimalsOf(subject, pointer, currency) });
    else if (value !== null && typeof value === 'object')
      for (const [key, part] of Object.entries(value))
        if (key.length <= 100 && pointer.length < 200)
          walk(part, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, depth + 1);
  };
  walk(document, '', 0);
  return found;
}

export function fieldAt(row: TicketRow, pointer: string, currency: string | null): Field {
  return { pointer, value: valueAt(row.subject, pointer), decimals: decimalsOf(row.subject, pointer, currency) };
}

/** Amounts are whole minor units on the wire: by the field's name, or by that of the field that the action changes. */
function decimalsOf({ action }: TicketRow['subject'], pointer: string, currency: string | null): number | null {
  const changed = action.properties?.['field'];
  const isChange = /^\/action\/properties\/(before|after)$/.test(pointer) && typeof changed === 'string';
  return decimalsOfName(isChange ? changed : pointer, currency);
}

/** Decimals of the amounts that a field of that name has; null where they are no money. */
export function decimalsOfName(name: string, currency: string | null): number | null {
  if (!name.endsWith('_minor')) return null;
  if (currency === null) return 2;
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

/** The value as it stands in an input. */
export function inputOf({ decimals }: Pick<Field, 'decimals'>, value: unknown): string {
  if (typeof value === 'number' && decimals !== null) return (value / 10 ** decimals).toFixed(decimals);
  if (Array.isArray(value)) return value.join(', ');
  return value === undefined || value === null ? '' : String(value);
}

/** What was typed, as a value of the kind that the field has. */
export function valueOf({ decimals, value }: Field, text: string): string | number | boolean {
  const isNumber = /^-?[0-9]+([.][0-9]+)?$/.test(text);
  if (isNumber && decimals !== null) return Math.round(Number(text) * 10 ** decimals);
  if (isNumber && (typeof value === 'number' || value === undefined)) return Number(text);
  if (typeof value === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

/** A decimal of USD as pico-USD, in the text that the API takes; null where it is none, or nothing at all. */
export function readUsd(text: string): string | null {
  if (!/^[0-9]{1,12}([.][0-9]{1,12})?$/.test(text) || Number(text) === 0) return null;
  return String(picoOf(text.replace(/^0+(?=[0-9])/, '')));
}

function isList(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => one === null || typeof one !== 'object');
}
