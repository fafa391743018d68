import type { Context } from 'hono';
import { type FieldError, Problem, invalid, pointerStep } from '../contract/problem.ts';

const BODY_BYTES_MAX = 1024 * 1024;
const NESTING_MAX = 32;

/**
 * The request's JSON body.
 * @throws Problem 400 `body.not_json` or `body.too_deep`, 413 `body.too_large`, 415 `body.media_type`
 */
export async function readJson(context: Context): Promise<unknown> {
  requireType(context, ['application/json']);
  return parseJson(await readText(context));
}

/**
 * The fields of a form that a page sent.
 * @throws Problem 400 `request.invalid`, 413 `body.too_large`, 415 `body.media_type`
 */
export async function readForm(context: Context): Promise<URLSearchParams> {
  requireType(context, ['application/x-www-form-urlencoded']);
  const form = new URLSearchParams(await readText(context));
  for (const [name, value] of form)
    if (!isStorable(name) || !isStorable(value))
      throw invalid([{ field: 'form', code: 'value.not_text', message: 'must have no NUL and no lone surrogate' }]);
  return form;
}

/** The request's body as text, within the limit whether or not its length was announced. */
export async function readText(context: Context): Promise<string> {
  if (Number(context.req.header('content-length') ?? 0) > BODY_BYTES_MAX) throw tooLarge(BODY_BYTES_MAX);
  // Without an announced length a body could go on for ever: count while reading.
  if (context.req.header('content-length') === undefined) return readCounted(context);
  return context.req.text();
}

/** Parses text as JSON of bounded depth. */
export function parseJson(text: string): unknown {
  if (isTooDeep(text)) throw new Problem(400, 'body.too_deep', `The body is nested more than ${NESTING_MAX} deep.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Problem(400, 'body.not_json', `The body is not JSON: ${(error as Error).message.slice(0, 200)}`);
  }
  if (MAY_BE_INEXACT.test(text)) {
    const errors: FieldError[] = [];
    findInexact(value, '', errors);
    if (errors.length > 0) throw invalid(errors);
  }
  return value;
}

/** Only a text with a NUL or surrogate escape, a number of 16 digits or one with an exponent can hold what {@link findInexact} finds. */
const MAY_BE_INEXACT = /\\u(?:0000|[dD][89a-fA-F])|[0-9]{16}|[0-9][eE]/;
const INEXACT_MAX = 20;

/**
 * Values that cannot be kept and hashed as they were sent (RFC 7493, I-JSON): a number that a double rounds would make two
 * questions one, and with it the approval of one that of the other; NUL and lone surrogates are no text to PostgreSQL.
 */
function findInexact(value: unknown, path: string, errors: FieldError[]): void {
  if (errors.length >= INEXACT_MAX) return;
  if (typeof value === 'number') {
    if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value)))
      errors.push({
        field: path,
        code: 'value.inexact_number',
        message: 'must be within ±(2⁵³ − 1); send it as a string',
      });
  } else if (typeof value === 'string') {
    if (!isStorable(value))
      errors.push({ field: path, code: 'value.not_text', message: 'must have no NUL and no lone surrogate' });
  } else if (value !== null && typeof value === 'object') {
    for (const [key, part] of Object.entries(value)) {
      const at = path + pointerStep(key.toWellFormed().replaceAll('\0', '\ufffd'));
      if (!isStorable(key))
        errors.push({
          field: at,
          code: 'value.not_text',
          message: 'must have a name with no NUL and no lone surrogate',
        });
      findInexact(part, at, errors);
    }
  }
}

function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** The media type of the body, of those that the operation takes. @throws Problem 415 */
export function requireType(context: Context, types: string[]): string {
  const type = (context.req.header('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
  if (!types.includes(type)) throw new Problem(415, 'body.media_type', `Send ${types.join(' or ')}.`);
  return type;
}

/** A number from the query. @throws Problem 400 that names the parameter */
export function queryNumber(context: Context, name: string, min: number, max: number): number | undefined {
  const text = context.req.query(name);
  if (text === undefined) return undefined;
  const value = /^[0-9]{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max))
    throw invalid([
      { field: `?${name}`, code: 'query.range', message: `must be a whole number from ${min} to ${max}` },
    ]);
  return value;
}

/** One of a few words from the query. @throws Problem 400 that names the parameter */
export function queryChoice<T extends string>(context: Context, name: string, choices: readonly T[]): T | undefined {
  const text = context.req.query(name);
  if (text === undefined) return undefined;
  if (!choices.includes(text as T))
    throw invalid([{ field: `?${name}`, code: 'query.choice', message: `must be one of ${choices.join(', ')}` }]);
  return text as T;
}

async function readCounted(context: Context): Promise<string> {
  return Buffer.from(await readBytes(context, BODY_BYTES_MAX)).toString('utf8');
}

/** The request's body as it is, counted while it is read: without an announced length it could go on for ever. @throws Problem 413 */
export async function readBytes(context: Context, bytes_max: number): Promise<Uint8Array> {
  if (Number(context.req.header('content-length') ?? 0) > bytes_max) throw tooLarge(bytes_max);
  const body = context.req.raw.body;
  if (!body) return new Uint8Array();
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body as unknown as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > bytes_max) throw tooLarge(bytes_max);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Counts brackets outside strings, before anything is built from the text. */
function isTooDeep(text: string): boolean {
  // Most bodies have too few brackets to be deep, and counting those is far cheaper than following them.
  if (countUpTo(text, '{', NESTING_MAX) + countUpTo(text, '[', NESTING_MAX) <= NESTING_MAX) return false;
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (inString) {
      if (c === '\\') i++;
      else if (c === '"') inString = false;
    } else if (c === '"') inString = true;
    else if (c === '{' || c === '[') {
      if (++depth > NESTING_MAX) return true;
    } else if (c === '}' || c === ']') depth--;
  }
  return false;
}

function countUpTo(text: string, wanted: string, max: number): number {
  let count = 0;
  for (let at = text.indexOf(wanted); at !== -1 && count <= max; at = text.indexOf(wanted, at + 1)) count++;
  return count;
}

function tooLarge(bytes_max: number): Problem {
  return new Problem(413, 'body.too_large', `The body is larger than ${bytes_max} bytes.`);
}
