import { describe, expect, test } from 'vitest';
import { Problem } from '../../src/contract/problem.ts';
import type { TicketRow } from '../../src/tickets/tables.ts';
import { readAbsence } from '../../src/web/pages/account-form-data.ts';
import { readUsd } from '../../src/web/pages/fields.ts';
import { readTerms } from '../../src/web/pages/terms-form-data.ts';
import { changeRows, ofRow, readVerdict } from '../../src/web/pages/verdict-form-data.ts';

// What forms say, read into what the API takes: the cases that pages are too slow to go through.

const AFTER = '/action/properties/after';
const LIST = '/action/properties/permissions';
const row = {
  subject: {
    action: {
      name: 'budget.change',
      properties: { field: 'daily_budget_minor', after: 13_000, permissions: ['read', 'write'], until: '2026-12-31' },
    },
    resource: { type: 'campaign', id: 'c1' },
    base: { before: 10_000 },
  },
} as unknown as TicketRow;

const form = (...fields: [string, string][]) => new URLSearchParams(fields);
const problemOf = (act: () => unknown): [string, unknown] => {
  try {
    act();
  } catch (error) {
    if (error instanceof Problem) return [error.code, error.extra['pointer'] ?? error.extra['field']];
    throw error;
  }
  return ['none', undefined];
};

describe('terms', () => {
  test.each([
    ['110', 'USD', 11_000],
    [' 110.5 ', 'USD', 11_050],
    ['$1,200.50', 'USD', 120_050],
    ['1,200 USD', 'USD', 120_000],
    ['120', 'JPY', 120],
    ['1.5', 'KWD', 1500],
  ])('an amount typed as %j in %s is %i', (text, currency, minor) => {
    expect(readTerms(form([`term.at_most.${AFTER}`, text]), row, currency)).toEqual([
      { pointer: AFTER, at_most: minor },
    ]);
  });

  test.each(['a bit', '1,5', '1.200,50', '12 34', '$', '1e9'])('%j is no amount', (text) => {
    expect(problemOf(() => readTerms(form([`term.at_most.${AFTER}`, text]), row, 'USD'))).toEqual([
      'terms.unreadable',
      AFTER,
    ]);
  });

  test('a day is one of the form that was asked', () => {
    const of = (text: string) => readTerms(form(['term.at_most./action/properties/until', text]), row, 'USD');
    expect(of('2026-11-30')).toEqual([{ pointer: '/action/properties/until', at_most: '2026-11-30' }]);
    expect(problemOf(() => of('30.11.2026'))[0]).toBe('terms.unreadable');
  });

  test('of a list: a part, all of it, and nothing are three things', () => {
    const of = (...kept: string[]) =>
      readTerms(
        form(['term.list', LIST], ...kept.map((one): [string, string] => [`term.subset_of.${LIST}`, one])),
        row,
        null,
      );
    expect(of('read')).toEqual([{ pointer: LIST, subset_of: ['read'] }]);
    expect(of('read', 'write')).toEqual([]);
    expect(problemOf(() => of())).toEqual(['terms.nothing_kept', LIST]);
  });
});

describe('changes', () => {
  const change = (i: number, pointer: string, constraint: string, value: string): [string, string][] => [
    [`change.${i}.pointer`, pointer],
    [`change.${i}.constraint`, constraint],
    [`change.${i}.value`, value],
    [`change.${i}.note`, ''],
  ];
  const asked = (...rows: [string, string][][]) =>
    form(['verdict', 'request_changes'], ['comment', 'x'], ...rows.flat());

  test('stand in the order of their rows, with gaps where rows were removed', () => {
    const written = asked(change(10, AFTER, 'at_most', '1'), change(2, '', 'at_most', ''), change(7, AFTER, 'ne', '2'));
    expect(changeRows(written).map(({ constraint }) => constraint)).toEqual(['at_most', 'ne', 'at_most']);
  });

  test('are told by the row that is wrong, counted as people see them', () => {
    const told = (written: URLSearchParams) => {
      try {
        return readVerdict(written, row, [], 'USD');
      } catch (error) {
        return (error as Problem).message;
      }
    };
    expect(told(asked(change(0, '', 'at_most', ''), change(4, AFTER, 'at_most', '')))).toMatch(
      /^Change 2: give the value/,
    );
    expect(told(asked(change(0, '', 'at_most', '120')))).toMatch(/^Change 1: say which field/);
    const many = Array.from({ length: 51 }, (_, i) => change(i, AFTER, 'present', ''));
    expect(told(asked(...many))).toMatch(/50 changes at most; these are 51/);
    const problem = new Problem(400, 'request.invalid', 'x', {
      errors: [{ field: '/changes/0/constraint/max_length', code: 'schema.type', message: 'must be integer' }],
    });
    const written = asked(change(0, '', 'at_most', ''), change(1, AFTER, 'max_length', 'long'));
    expect(ofRow(problem, written)).toMatchObject({
      message: 'Change 2: “no longer than” takes a whole number.',
      extra: { row: 2 },
    });
    expect(ofRow(new Problem(409, 'ticket.stale_view', 'x'), written)).toBeNull();
  });
});

test.each([
  ['0.42', '420000000000'],
  ['007', '7000000000000'],
  ['0.000000000001', '1'],
  ['0', null],
  ['0.00', null],
  ['1,5', null],
  ['.5', null],
  ['1234567890123', null],
  ['0.0000000000001', null],
])('USD typed as %j are %s pico-USD', (text, pico) => expect(readUsd(text)).toBe(pico));

describe('an absence', () => {
  const of = (from: string, until: string, zone: string) => readAbsence(form(['from', from], ['until', until]), zone);

  test('ends with its last day where the person is, also when the clocks change in it', () => {
    expect(of('2026-03-27', '2026-03-30', 'Europe/Berlin')).toEqual({
      from: '2026-03-26T23:00:00.000Z',
      until: '2026-03-30T22:00:00.000Z',
    });
    expect(of('', '2026-07-04', 'America/New_York')).toEqual({ until: '2026-07-05T04:00:00.000Z' });
  });

  test.each(['', '2026-02-30', 'tomorrow'])('takes no %j for a day', (text) => {
    expect(problemOf(() => of('', text, 'UTC'))).toEqual(['form.field', 'until']);
  });
});
