import { Problem } from '../../contract/problem.ts';
import type { Attachments, ChangeRequest, Resolution, Term, VerdictRequest } from '../../contract/types.ts';
import type { TicketRow } from '../../tickets/tables.ts';
import { type Field, fieldAt, readUsd, valueOf } from './fields.ts';

// The forms of a ticket's page, read into what the API takes. What is wrong with it is said by the API's own checks.

/** Rows of the change builder. Who wants more sends them one after the other, or by the API. */
export const CHANGE_ROWS = 3;

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

function readChanges(form: URLSearchParams, fields: Field[]): ChangeRequest[] {
  return Array.from({ length: CHANGE_ROWS }, (_, i) => {
    const of = (name: string) => form.get(`change.${i}.${name}`)?.trim() ?? '';
    const [pointer, rule, text, note] = [of('pointer'), of('constraint'), of('value'), of('note')];
    if (pointer === '') return null;
    const field = fields.find((one) => one.pointer === pointer) ?? { pointer, value: undefined, decimals: null };
    if (text === '' && !BARE.includes(rule))
      throw new Problem(400, 'change.value_missing', `Change ${i + 1}: give the value that ${pointer} is held to.`);
    const value = BARE.includes(rule)
      ? true
      : LISTS.includes(rule)
        ? text.split(',').map((one) => valueOf(field, one.trim()))
        : rule === 'max_length'
          ? Number(text)
          : valueOf(field, text);
    return { pointer, constraint: { [rule]: value }, ...(note !== '' && { note }) } as ChangeRequest;
  }).filter((one) => one !== null);
}

function readTerms(form: URLSearchParams, row: TicketRow, currency: string | null): Term[] {
  const terms = new Map<string, Term>();
  const put = (pointer: string, more: object) => terms.set(pointer, { ...terms.get(pointer), pointer, ...more });
  for (const [name, text] of form) {
    const match = /^term\.(at_least|at_most|subset_of)\.(\/.+)$/.exec(name);
    if (!match || text.trim() === '') continue;
    const [, rule, pointer] = match as unknown as [string, 'at_least' | 'at_most' | 'subset_of', string];
    if (rule !== 'subset_of') put(pointer, { [rule]: valueOf(fieldAt(row, pointer, currency), text.trim()) });
    else put(pointer, { subset_of: form.getAll(name) });
  }
  // A list of which everything is kept says nothing.
  return [...terms.values()].filter(({ pointer, subset_of: kept }) => {
    const asked = fieldAt(row, pointer, currency).value;
    return !(kept && Array.isArray(asked) && kept.length === asked.length);
  });
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
  if (estimate === null)
    throw new Problem(400, 'estimate.unreadable', 'Give the new estimate in USD, such as 12.50.');
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
