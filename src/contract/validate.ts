import { readFileSync, readdirSync } from 'node:fs';
import { type ErrorObject, Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { type FieldError, invalid } from './problem.ts';

const FOLDER = new URL('../../schemas/', import.meta.url);
const ERRORS_MAX = 20;

/** All schemas of the contract by file name, as they are on disk. */
export const schemas: Record<string, Record<string, unknown>> = Object.fromEntries(
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => [file, JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'))]),
);

// What is valid is found out by the one that stops at the first error. Collecting all of them takes the square of their
// number: a body of 1 MiB with half a million wrong items held the process for more than ten minutes.
const stopping = createAjv(false);
const collecting = createAjv(true);
/** Up to this many values in a value, all that is wrong with it is named; beyond it, the first thing. */
const COLLECT_VALUES_MAX = 5_000;

/**
 * A check of a value against a schema of `schemas/`.
 * @param file such as `decision-request.json`
 * @returns the field errors, empty when the value has the shape
 */
export function checker(file: string): (value: unknown) => FieldError[] {
  const validate = stopping.getSchema(file);
  if (!validate) throw new Error(`no schema ${file}`);
  return (value) => {
    if (validate(value)) return [];
    let { errors } = validate;
    if (countValues(value, COLLECT_VALUES_MAX) < COLLECT_VALUES_MAX) {
      const collect = collecting.getSchema(file)!;
      collect(value);
      ({ errors } = collect);
    }
    return errors!.slice(0, ERRORS_MAX).map(fieldError);
  };
}

function createAjv(allErrors: boolean): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors,
    strict: true,
    allowUnionTypes: true,
    strictRequired: false,
    // 0.07 is a multiple of 0.01, whatever binary fractions say.
    multipleOfPrecision: 6,
    schemas: Object.values(schemas),
  });
  formats.default(ajv, ['date', 'date-time']);
  ajv.addFormat('time-zone', isTimeZone);
  return ajv;
}

/** Is this a name of the IANA time zone database? A bare offset (`+01:00`) is none: it knows no summer. */
function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** How many values a JSON value consists of, counted no further than `max`. */
function countValues(value: unknown, max: number): number {
  let count = 1;
  if (value !== null && typeof value === 'object')
    for (const key in value) {
      if (count >= max) break;
      count += countValues((value as Record<string, unknown>)[key], max - count);
    }
  return count;
}

/** Like {@link checker}, for what callers send: gives the value typed, or throws Problem 400 that names each field and rule. */
export function parser<T>(file: string): (value: unknown) => T {
  const check = checker(file);
  return (value) => {
    const errors = check(value);
    if (errors.length > 0) throw invalid(errors);
    return value as T;
  };
}

/**
 * Like {@link checker}, for what our own policy gives back: anything of another shape is a defect, and never an allow.
 * @throws Error
 */
export function asserter<T>(file: string): (value: unknown) => T {
  const check = checker(file);
  return (value) => {
    const errors = check(value);
    if (errors.length > 0)
      throw new Error(`not a ${file}: ${errors.map((error) => `${error.field} ${error.message}`).join('; ')}`);
    return value as T;
  };
}

function fieldError(error: ErrorObject): FieldError {
  const missing = error.keyword === 'required' ? `/${error.params['missingProperty']}` : '';
  const extra = error.keyword === 'additionalProperties' ? `/${error.params['additionalProperty']}` : '';
  return {
    field: `${error.instancePath}${missing}${extra}`,
    code: `schema.${error.keyword.toLowerCase()}`,
    message: extra ? 'is not a known field' : missing ? 'is required' : (error.message ?? 'is not valid'),
  };
}
