import fc from 'fast-check';
import { schemas } from '../../src/contract/validate.ts';

// Values by the JSON Schemas of the contract, and values that are wrong in every way a caller could get them wrong.

type Schema = Record<string, any>;
/** Values to prefer at a path such as `action.name`, so that more questions get past the first rule. */
export type Hints = Record<string, fc.Arbitrary<unknown>>;

/** Values that a schema of `schemas/` allows. */
export function valid(file: string, hints: Hints = {}): fc.Arbitrary<unknown> {
  return build(file, schemas[file]!, '', hints);
}

function build(file: string, schema: Schema, path: string, hints: Hints): fc.Arbitrary<unknown> {
  const hint = hints[path];
  const plain = fromSchema(file, schema, path, hints);
  return hint ? fc.oneof({ weight: 4, arbitrary: hint }, { weight: 1, arbitrary: plain }) : plain;
}

function fromSchema(file: string, schema: Schema, path: string, hints: Hints): fc.Arbitrary<unknown> {
  if (schema['$ref']) {
    const [target, pointer = ''] = (schema['$ref'] as string).split('#');
    const inside = target || file;
    const found = pointer
      .split('/')
      .slice(1)
      .reduce((at: Schema, part) => at[part], schemas[inside]!);
    return build(inside, found, path, hints);
  }
  if ('const' in schema) return fc.constant(schema['const']);
  if (schema['enum']) return fc.constantFrom(...(schema['enum'] as unknown[]));
  if (schema['oneOf']) return fc.oneof(...schema['oneOf'].map((one: Schema) => fromSchema(file, one, path, hints)));
  if (Array.isArray(schema['type']))
    return fc.oneof(...schema['type'].map((type) => fromSchema(file, { ...schema, type }, path, hints)));
  switch (schema['type']) {
    case 'string':
      return text(schema);
    case 'integer':
      return fc.integer({ min: schema['minimum'] ?? -1e9, max: schema['maximum'] ?? 1e9 });
    case 'number':
      return fc
        .integer({ min: (schema['minimum'] ?? 0) * 100, max: (schema['maximum'] ?? 1000) * 100 })
        .map((n) => n / 100);
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(build(file, schema['items'], `${path}[]`, hints), {
        minLength: schema['minItems'] ?? 0,
        maxLength: Math.min(schema['maxItems'] ?? 4, 4),
      });
    case 'object':
      return object(file, schema, path, hints);
    default:
      return junk;
  }
}

function text(schema: Schema): fc.Arbitrary<string> {
  const maxLength = Math.min(schema['maxLength'] ?? 40, 40);
  if (schema['format'] === 'date')
    return fc
      .date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
      .map((d) => d.toISOString().slice(0, 10));
  if (schema['format'] === 'date-time' && !schema['pattern'])
    return fc
      .date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
      .map((d) => d.toISOString());
  if (schema['format'] === 'time-zone')
    return fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata');
  if (schema['pattern']) {
    // fast-check knows no lookahead: it is left out when texts are made, and the whole pattern sifts them.
    const pattern = new RegExp(schema['pattern'], 'u');
    return fc
      .stringMatching(new RegExp(withoutLookaheads(schema['pattern'])), { size: 'xsmall' })
      .map((one) => [...one].slice(0, schema['maxLength']).join(''))
      .filter((one) => pattern.test(one));
  }
  return fc.string({ unit: 'grapheme', minLength: schema['minLength'] ?? 0, maxLength });
}

/** Takes out `(?!…)` with the groups inside it. */
function withoutLookaheads(pattern: string): string {
  const at = pattern.indexOf('(?!');
  if (at < 0) return pattern;
  let depth = 0;
  for (let end = at; end < pattern.length; end++) {
    if (pattern[end] === '\\') end++;
    else if (pattern[end] === '(') depth++;
    else if (pattern[end] === ')' && --depth === 0)
      return withoutLookaheads(pattern.slice(0, at) + pattern.slice(end + 1));
  }
  return pattern;
}

function object(file: string, schema: Schema, path: string, hints: Hints): fc.Arbitrary<unknown> {
  const properties: Record<string, Schema> = schema['properties'] ?? {};
  const least: number = schema['minProperties'] ?? 0;
  const record = fc.record(
    Object.fromEntries(
      Object.entries(properties).map(([name, one]) => [name, build(file, one, path ? `${path}.${name}` : name, hints)]),
    ),
    { requiredKeys: schema['required'] ?? [] },
  );
  const isFull = (one: object) => Object.keys(one).length >= least;
  const more = schema['additionalProperties'];
  if (more === false || more === undefined) return record.filter(isFull);
  const names = schema['propertyNames']
    ? fc.stringMatching(new RegExp(schema['propertyNames'].pattern), { size: 'xsmall' })
    : fc.oneof(fc.string({ maxLength: 20 }), nastyName);
  const extra = fc.dictionary(names, more === true ? junk : build(file, more, `${path}.*`, hints), { maxKeys: 4 });
  return fc
    .tuple(extra, record)
    .map(([a, b]) => ({ ...a, ...(b as object) }))
    .filter(isFull);
}

const nastyName = fc.constantFrom(
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'toJSON',
  'then',
  'length',
  '',
  ' ',
  'a\u0000b',
  '\ud800',
  '$ref',
  '~1/',
  'ё',
  '\u001f',
  'x'.repeat(5000),
);

/** Stands for a text that JSON.stringify would not write: {@link toText} puts it in. */
const raw = (number: string) => `@raw ${number}@`;

const nasty: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -0,
    -1,
    0.1,
    1e-9,
    2 ** 53,
    -(2 ** 53),
    1e21,
    1.7976931348623157e308,
    900000000001,
    '',
    ' ',
    '0',
    'null',
    [],
    {},
  ),
  fc
    .constantFrom('1e400', '-1e400', '1E9999', '12345678901234567890', '0.1234567890123456789', '1e-400', '-0')
    .map(raw),
  fc.constantFrom(
    '\u0000',
    'a\u0000',
    '\ud800',
    '\udc00x',
    '\u001f',
    '\u202e',
    '\ufeff',
    '\u2028',
    "'; drop table ticket; --",
    '${jndi:x}',
    '../../etc',
    '%00',
    '\\',
    '"',
    'x'.repeat(20_000),
    '😀'.repeat(600),
    'A'.repeat(129),
    '2026-02-30',
    '2026-13-01T00:00:00Z',
  ),
  fc.constantFrom<unknown>(
    [[[[[[]]]]]],
    Array(200).fill(0),
    Array(30).fill({}),
    { length: -1 },
    { toString: 1 },
    { toJSON: 'x' },
    { constructor: { prototype: 1 } },
  ),
  fc.constantFrom(31, 33, 200).map((depth) => Array.from({ length: depth }).reduce<unknown>((inner) => [inner], 1)),
  fc.dictionary(nastyName, fc.constantFrom(1, 'x', null), { minKeys: 1, maxKeys: 3 }),
);

const junk: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }) },
  { weight: 1, arbitrary: nasty },
);

/** A value that is wrong somewhere: something replaced, taken out, put in or doubled, once to three times. */
export function mutated(of: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const step = fc.record({
    pick: fc.nat(),
    how: fc.constantFrom('replace', 'remove', 'add', 'rename', 'wrap'),
    value: nasty,
    name: nastyName,
  });
  return fc.tuple(of, fc.array(step, { minLength: 1, maxLength: 3 })).map(([value, steps]) => {
    const root = { root: structuredClone(value) };
    for (const { pick, how, name, ...step } of steps) {
      // Later steps change what earlier ones put in.
      const value = structuredClone(step.value);
      const places = spots(root);
      const { holder, key } = places[pick % places.length]!;
      const at = (holder as any)[key];
      if (how === 'remove' && holder !== root)
        Array.isArray(holder) ? holder.splice(Number(key), 1) : delete (holder as any)[key];
      else if (how === 'add' && at !== null && typeof at === 'object' && !Array.isArray(at)) define(at, name, value);
      else if (how === 'rename' && holder !== root && !Array.isArray(holder)) {
        delete (holder as any)[key];
        define(holder, name, at);
      } else if (how === 'wrap') (holder as any)[key] = [at];
      else (holder as any)[key] = value;
    }
    return root.root;
  });
}

function spots(holder: object, found: { holder: object; key: string }[] = []): { holder: object; key: string }[] {
  for (const key of Object.keys(holder)) {
    if (key === '__proto__' || found.length > 500) continue;
    found.push({ holder, key });
    const value = (holder as any)[key];
    if (value !== null && typeof value === 'object') spots(value, found);
  }
  return found;
}

/** As an own field, whatever the name. */
function define(at: object, name: string, value: unknown): void {
  Object.defineProperty(at, name, { value, enumerable: true, configurable: true, writable: true });
}

/** JSON text, with the numbers that only text can hold. */
export function toText(value: unknown): string {
  return (JSON.stringify(value) ?? 'undefined').replaceAll(/"@raw ([^@]*)@"/g, '$1');
}
