import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChangeRequest } from '../../src/contract/types.ts';
import { checker } from '../../src/contract/validate.ts';
import { type OpenChange, openChanges, unmetChanges } from '../../src/tickets/changes.ts';

const isChange = checker('change-request.json');

// A small evaluator of its own, by other means: pointers by writing out every place of the document, equality by canonical
// text, dates by their numbers.

/** Every place below a value, by its JSON pointer. */
function placesOf(value: unknown, at = ''): Map<string, unknown> {
  const places = new Map([[at, value]]);
  if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value))
      for (const place of placesOf(inner, `${at}/${key.split('~').join('~0').split('/').join('~1')}`))
        places.set(...place);
  return places;
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${textOf(inner)}`).join()}}`;
}

/** -1, 0 or 1; undefined where the two have no order. */
function order(a: unknown, b: unknown): number | undefined {
  if (typeof a === 'number' && typeof b === 'number') return Math.sign(a - b);
  if (typeof a !== 'string' || typeof b !== 'string') return undefined;
  const form = (text: string) => text.replaceAll(/[0-9]/g, '0');
  const forms = ['0000-00-00', '0000-00-00T00:00:00Z', '0000-00-00T00:00:00.000Z'];
  if (!forms.includes(form(a)) || form(a) !== form(b)) return undefined;
  const [x, y] = [a, b].map((text) => BigInt(text.replaceAll(/[^0-9]/g, ''))) as [bigint, bigint];
  return x < y ? -1 : x > y ? 1 : 0;
}

function satisfies(document: object, { pointer, constraint }: ChangeRequest): boolean {
  const places = placesOf(document);
  const [rule, wanted] = Object.entries(constraint)[0] as [string, any];
  if (!places.has(pointer)) return ['ne', 'not_one_of', 'removed'].includes(rule);
  const actual: any = places.get(pointer);
  const among = (value: unknown, all: unknown[]) => all.map(textOf).includes(textOf(value));
  const kind = Array.isArray(actual) ? 'list' : actual === null ? 'null' : typeof actual;
  switch (rule) {
    case 'eq':
      return textOf(actual) === textOf(wanted);
    case 'ne':
      return textOf(actual) !== textOf(wanted);
    case 'at_most':
      return [-1, 0].includes(order(actual, wanted)!);
    case 'at_least':
      return [1, 0].includes(order(actual, wanted)!);
    case 'one_of':
      return among(actual, wanted);
    case 'not_one_of':
      return !among(actual, wanted);
    case 'subset_of':
      return kind === 'list' && actual.filter((one: unknown) => !among(one, wanted)).length === 0;
    case 'max_length':
      if (kind === 'list') return actual.length <= wanted;
      return kind === 'string' && (actual.match(/[\s\S]/gu) ?? []).length <= wanted;
    case 'non_empty':
      if (kind === 'string') return /\S/.test(actual);
      return kind === 'list' || kind === 'object' ? textOf(actual).length > 2 : kind !== 'null';
    case 'present':
      return kind !== 'null';
    default:
      return false;
  }
}

const key = fc.constantFrom('after', 'a', 'a/b', 'm~n', '~1', '~0', '/', '0', '1', '01', '-', 'constructor', 'length');
const date = fc.constantFrom(
  '2026-03-01',
  '2026-03-02',
  '2025-12-31',
  '2026-03-01T09:00:00Z',
  '2026-03-01T09:00:01Z',
  '2026-03-01T09:00:00.000Z',
  '2026-03-01T09:00:00.001Z',
  '2026-3-1',
);
const scalar = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(-0, 0.1, 0.3, 2 ** 53 - 1),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('', ' ', '\n', '1', 'true', 'AT', 'DE', 'é', 'e\u0301', '👍', '👍👍'),
  date,
);
const { value: json } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 3 }),
  ),
})) as { value: fc.Arbitrary<any> };
const object = fc.dictionary(key, json, { maxKeys: 4 });
const document = fc.record(
  {
    action: fc.record({ name: fc.constant('x'), properties: object }, { requiredKeys: ['name'] }),
    resource: fc.record({ type: fc.constant('plan'), id: fc.constant('1'), properties: object }),
    payload: object,
  },
  { requiredKeys: ['action', 'resource'] },
);
const scalars = fc.array(scalar, { minLength: 1, maxLength: 4 });
const bound = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  date.filter((one) => one !== '2026-3-1'),
);
const yes = fc.constant(true);
const constraint = fc.oneof(
  ...[
    { eq: scalar },
    { ne: scalar },
    { at_most: bound },
    { at_least: bound },
    { one_of: scalars },
    { not_one_of: scalars },
    { subset_of: scalars },
    { max_length: fc.integer({ min: 0, max: 3 }) },
    { non_empty: yes },
    { present: yes },
    { removed: yes },
  ].map((one) => fc.record(one as Record<string, fc.Arbitrary<unknown>>)),
);
const steps = fc
  .array(key, { minLength: 1, maxLength: 3 })
  .map((all) => all.map((one) => `/${one.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''));
const root = fc.constantFrom('/action/properties', '/resource/properties', '/payload');

/** A document with changes asked for, of which most speak about what is there. */
const asked = document.chain((whole) => {
  const there = [...placesOf(whole).keys()].filter((one) => isChangePointer(one));
  const pointer = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...there, '/resource/id') },
    { weight: 1, arbitrary: fc.tuple(root, steps).map((parts) => parts.join('')) },
  );
  const change = fc.record({ pointer, constraint }) as unknown as fc.Arbitrary<ChangeRequest>;
  return fc.record({ document: fc.constant(whole), changes: fc.array(change, { minLength: 1, maxLength: 4 }) });
});
const isChangePointer = (pointer: string) => isChange({ pointer, constraint: { present: true } }).length === 0;

const by = (changes: ChangeRequest[], who = 'olga'): OpenChange[] => changes.map((one) => ({ ...one, by: who }));

describe('changes asked for', () => {
  test('are unmet exactly where the document does not satisfy them, with what it has there', () => {
    fc.assert(
      fc.property(asked, ({ document, changes }) => {
        for (const change of changes) expect(isChange(change)).toEqual([]);
        const places = placesOf(document);
        const wanted = by(changes)
          .filter((change) => !satisfies(document, change))
          .map((change) => (places.has(change.pointer) ? { ...change, actual: places.get(change.pointer) } : change));
        expect(unmetChanges(by(changes), document)).toEqual(wanted);
      }),
      { numRuns: 3000 },
    );
  });

  test('leave the document as it was, and mean the same when it is sent again', () => {
    fc.assert(
      fc.property(asked, ({ document, changes }) => {
        const before = structuredClone(document);
        const unmet = unmetChanges(by(changes), document);
        expect(document).toEqual(before);
        const again = JSON.parse(JSON.stringify({ document, changes }));
        expect(unmetChanges(by(again.changes), again.document).map(({ pointer }) => pointer)).toEqual(
          unmet.map(({ pointer }) => pointer),
        );
      }),
    );
  });

  test('and their contrary are never both met, and one of them is where something is', () => {
    const pairs = [
      ['eq', 'ne'],
      ['one_of', 'not_one_of'],
      ['present', 'removed'],
    ] as const;
    fc.assert(
      fc.property(document, root, steps, scalar, fc.constantFrom(...pairs), (whole, from, path, value, pair) => {
        const met = pair.map((rule) => {
          const wanted = rule.includes('one_of') ? [value] : rule === 'present' || rule === 'removed' ? true : value;
          return (
            unmetChanges(by([{ pointer: from + path, constraint: { [rule]: wanted } as any }]), whole).length === 0
          );
        });
        const nothing = placesOf(whole).get(from + path) === null;
        expect(met.filter(Boolean)).toHaveLength(pair[0] === 'present' && nothing ? 0 : 1);
      }),
    );
  });

  test('are of each approver what they asked for last', () => {
    const vote = fc.record({
      verdict: fc.constantFrom('approve', 'request_changes', 'request_changes'),
      voter: fc.constantFrom('olga', 'paul', 'clara'),
      changes: fc.option(fc.array(fc.record({ pointer: fc.constantFrom('/payload/a', '/payload/b'), constraint }))),
    });
    fc.assert(
      fc.property(fc.array(vote, { maxLength: 8 }), (votes: any[]) => {
        const open = openChanges({
          votes: votes.map((one) => ({ ...one, ...(one.changes === null && { changes: undefined }) })),
        });
        for (const who of ['olga', 'paul', 'clara']) {
          const last = votes.findLast((one) => one.voter === who && one.verdict === 'request_changes');
          expect(open.filter((one) => one.by === who)).toEqual(by(last?.changes ?? [], who));
        }
      }),
    );
  });
});
