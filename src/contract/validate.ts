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

const ajv = new Ajv2020({
  allErrors: true,
  strict: true,
  allowUnionTypes: true,
  strictRequired: false,
  // 0.07 is a multiple of 0.01, whatever binary fractions say.
  multipleOfPrecision: 6,
  schemas: Object.values(schemas),
});
formats.default(ajv, ['date', 'date-time']);

/**
 * A check of a value against a schema of `schemas/`.
 * @param file such as `decision-request.json`
 * @returns the field errors, empty when the value has the shape
 */
export function checker(file: string): (value: unknown) => FieldError[] {
  const validate = ajv.getSchema(file);
  if (!validate) throw new Error(`no schema ${file}`);
  return (value) => (validate(value) ? [] : validate.errors!.slice(0, ERRORS_MAX).map(fieldError));
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
