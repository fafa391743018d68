import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as opaWasm from '@open-policy-agent/opa-wasm';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
// @ts-expect-error plain JavaScript, shared with scripts/policy-parity.mjs
import { loadCases, seenOf } from './load-cases.mjs';

const root = join(import.meta.dirname, '../..');
// Without a precision, 0.07 is no multiple of 0.01 in floating point.
const ajv = new Ajv2020({ strict: false, allErrors: true, multipleOfPrecision: 6 });
(addFormats as unknown as (instance: Ajv2020) => void)(ajv);
ajv.addFormat('time-zone', true);
for (const file of readdirSync(join(root, 'schemas'))) {
  ajv.addSchema(JSON.parse(readFileSync(join(root, 'schemas', file), 'utf8')));
}

const policy = await opaWasm.loadPolicy(readFileSync(join(root, 'policies/bundle/policy.wasm')));
policy.setData(JSON.parse(readFileSync(join(root, 'policies/bundle/data.json'), 'utf8')));

const cases = loadCases() as {
  name: string;
  file: string;
  entrypoint: string;
  input: object;
  expect: object;
  schema?: false;
}[];

describe.each([...new Set(cases.map(({ file }) => file))])('%s', (file) => {
  it.each(cases.filter((one) => one.file === file))('$name', (one) => {
    const domain = one.entrypoint.split('/')[1];
    // `schema: false` marks an input that the service would refuse; policy must be safe all the same.
    if (one.schema !== false) expect(violations(`${domain}-input.json`, one.input)).toEqual([]);

    const [answer] = policy.evaluate(one.input, one.entrypoint);
    expect(answer, 'undefined answer').toBeDefined();
    expect(violations(`${domain}-answer.json`, answer.result)).toEqual([]);
    const seen = seenOf(answer.result);
    expect(Object.fromEntries(Object.keys(one.expect).map((key) => [key, seen[key]]))).toEqual(one.expect);
  });
});

function violations(schema: string, value: unknown) {
  const validate = ajv.getSchema(schema);
  if (!validate) throw new Error(`no schema ${schema}`);
  return validate(value)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
