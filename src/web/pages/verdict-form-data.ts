import { type FieldError, Problem } from '../../contract/problem.ts';
import type { Attachments, ChangeRequest, Resolution, VerdictRequest } from '../../contract/types.ts';
import type { TicketRow } from '../../tickets/tables.ts';
import { type Field, readUsd, valueOf } from './fields.ts';
import { readTerms } from './terms-form-data.ts';

// The forms of a ticket's page, read into what the API takes. What is wrong with it is said by the API's own checks.

/** As many as schemas/verdict-request.json takes. */
export const CHANGES_MAX = 50;

/** What the form asks for, in place of a verdict, to be given more rows. */
export const MORE = 'more_rows';

/** @param fields what the ticket's form offered */
export function readVerdict(form: URLSearchParams, row: TicketRow, fields: Field[], currency: string | null): object {
  const verdict = form.get('verdict') as VerdictRequest['verdict'];
  const changes = verdict === 'request_changes' ? readChanges(form, fields) : [];
  const comment = commentOf(form, verdict, changes.length > 0);
  const terms = verdict === 'approve' ? readTerms(form, row, currency) : [];
  return {
    verdict,
    revision: Number(form.get('revision')),
    subject_hash: form.get('subject_hash'),
    ...(comment && { comment }),
    ...(changes.length > 0 && { changes }),
    ...(terms.length > 0 && { terms }),
    ...(verdict === 'resolve' && { resolution: readResolution(form) }),
  };
}

/** @throws Problem 400 `verdict.comment_missing` */
export function neededComment(form: URLSearchParams): string {
  const comment = form.get('comment')?.trim();
  if (!comment) throw new Problem(400, 'verdict.comment_missing', 'Say why, so that the agent can do better.');
  return comment;
}

function commentOf(form: URLSearchParams, verdict: string, saysMore: boolean): string | undefined {
  if (verdict === 'approve' || verdict === 'acknowledge' || saysMore) return form.get('comment')?.trim();
  return neededComment(form);
}

const LISTS = ['one_of', 'not_one_of', 'subset_of'];
const BARE = ['non_empty', 'present', 'removed'];

/** A row of the change builder, as it was typed. */
export type ChangeRow = Record<'pointer' | 'constraint' | 'value' | 'note', string>;

/** The rows in their order, with those that were left empty. */
export function changeRows(form: URLSearchParams): ChangeRow[] {
  const numbers = new Set([...form.keys()].flatMap((name) => /^change\.([0-9]{1,4})\.pointer$/.exec(name)?.[1] ?? []));
  return [...numbers]
    .sort((a, b) => Number(a) - Number(b))
    .map((i) => {
      const of = (name: string) => form.get(`change.${i}.${name}`)?.trim() ?? '';
      return { pointer: of('pointer'), constraint: of('constraint'), value: of('value'), note: of('note') };
    });
}

function readChanges(form: URLSearchParams, fields: Field[]): ChangeRequest[] {
  const rows = changeRows(form);
  if (rows.length > CHANGES_MAX)
    throw new Problem(400, 'change.too_many', `There can be ${CHANGES_MAX} changes at most; these are ${rows.length}.`);
  return rows.flatMap(({ pointer, constraint: rule, value: text, note }, i) => {
    if (pointer === '') {
      // A value without a field would be lost without a word.
      if (text !== '' || note !== '') throw wrongRow(i + 1, 'say which field it is about');
      return [];
    }
    const field = fields.find((one) => one.pointer === pointer) ?? { pointer, value: undefined, decimals: null };
    if (text === '' && !BARE.includes(rule)) throw wrongRow(i + 1, 'give the value that it is held to');
    const value = BARE.includes(rule)
      ? true
      : LISTS.includes(rule)
        ? text.split(',').map((one) => valueOf(field, one.trim()))
        : rule === 'max_length'
          ? Number(text)
          : valueOf(field, text);
    return [{ pointer, constraint: { [rule]: value }, ...(note !== '' && { note }) } as ChangeRequest];
  });
}

/** What the check of the API found wrong with a change, told of the row of the form that it came from; null where it is of none. */
export function ofRow({ extra }: Problem, form: URLSearchParams): Problem | null {
  const wrong = ((extra['errors'] as FieldError[] | undefined) ?? []).find(({ field }) =>
    /^\/changes\/\d+/.test(field),
  );
  if (!wrong) return null;
  const rows = changeRows(form);
  const filled = rows.flatMap(({ pointer }, i) => (pointer === '' ? [] : [i]));
  const at = filled[Number(wrong.field.split('/')[2])]!;
  return wrongRow(at + 1, TAKES[rows[at]!.constraint] ?? wrong.message);
}

const TAKES: Record<string, string | undefined> = {
  at_most: '“at most” takes a number, or a date such as 2026-12-31',
  at_least: '“at least” takes a number, or a date such as 2026-12-31',
  max_length: '“no longer than” takes a whole number',
};

function wrongRow(row: number, why: string): Problem {
  return new Problem(400, 'change.row', `Change ${row}: ${why}.`, { row });
}

const COUNTERS = ['qc_correction', 'tool_round', 'orchestrator_retry', 'global'];

function readResolution(form: URLSearchParams): Resolution {
  const kind = form.get('resolution') as Resolution['kind'];
  if (kind === 'raise_allowance') {
    const granted = COUNTERS.map((name) => [name, Number(form.get(`allowance.${name}`) || 0)] as const);
    return { kind, allowance: Object.fromEntries(granted.filter(([, count]) => count !== 0)) };
  }
  if (kind !== 'revise_estimate') return { kind };
  const estimate = readUsd(form.get('estimate_usd')?.trim() ?? '');
  if (estimate === null) throw new Problem(400, 'estimate.unreadable', 'Give the new estimate in USD, such as 12.50.');
  return { kind, estimate_pico_usd: estimate };
}

/** An attachment by reference; none where nothing was filled in. */
export function readAttachments(form: URLSearchParams): Attachments {
  const of = (name: string) => form.get(`attachment.${name}`)?.trim() ?? '';
  if (of('reference') === '') return [];
  const size_bytes = Number(of('size_bytes'));
  const { name, reference, sha256, media_type } = Object.fromEntries(
    ['name', 'reference', 'sha256', 'media_type'].map((field) => [field, of(field)]),
  ) as Record<string, string>;
  return [{ name: name!, reference: reference!, sha256: sha256!.toLowerCase(), media_type: media_type!, size_bytes }];
}
