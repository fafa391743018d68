import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { positionAt } from '../../src/audit/queries.ts';
import { type Cursor, findEntries } from '../../src/audit/search.ts';
import { type Clock, type Node, createClock, openNode } from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';

const LOG = 'acme';
const SIZE = 40;
let database: TestDatabase;
let node: Node;
let clock: Clock;
const written: string[] = [];

beforeAll(async () => {
  database = await createDatabase();
  clock = createClock();
  node = await openNode(database.url, { clock });
  for (let i = 0; i < SIZE; i++) {
    written.push(clock().toISOString());
    await node.ledger.submit(LOG, (tx) =>
      tx.append({
        action: i % 2 ? 'thing.done' : 'thing.undone',
        actor: { type: 'agent', id: `bot-${i % 3}` },
        resource: i % 5 ? `thing/${i}` : `ticket/A3-${i}`,
        planVersion: i % 4 || undefined,
        payload: '{}',
      }),
    );
    clock.advance({ hours: 1 });
  }
});
afterAll(async () => {
  await node?.close();
  await database?.drop();
});

type Search = Parameters<typeof findEntries>[3];
const find = (search: Search, cursor: Cursor = null, limit = 4) =>
  findEntries(node.sql, LOG, SIZE, search, cursor, limit);
/** As in a log in which forty entries are many. */
const findInLong = (search: Search, cursor: Cursor = null) =>
  findEntries(node.sql, LOG, SIZE, search, cursor, 4, { lookedAtMax: 8, rareMax: 4 });
const seqs = (entries: { seq: number }[]) => entries.map(({ seq }) => seq);

describe('a search of the log', () => {
  test('walks to the oldest and back to the newest, and misses nothing', async () => {
    const wanted = Array.from({ length: SIZE }, (_, i) => i).filter((i) => i % 2 && i % 3 === 1);
    const search = { action: 'thing.done', actor: 'bot-1' };
    const down: number[] = [];
    let page = await find(search);
    expect(page.newer).toBeNull();
    for (; ; page = await find(search, page.older)) {
      down.push(...seqs(page.entries));
      if (!page.older) break;
    }
    expect(down).toEqual(wanted.toReversed());
    const up = seqs(page.entries);
    while (page.newer) {
      page = await find(search, page.newer);
      up.unshift(...seqs(page.entries));
    }
    expect(up).toEqual(wanted.toReversed());
  });

  test('knows a beginning by its star, and a plan version', async () => {
    expect(seqs((await find({ resource: 'ticket/*' }, null, 50)).entries)).toEqual([35, 30, 25, 20, 15, 10, 5, 0]);
    expect(seqs((await find({ resource: 'ticket/A3-10' })).entries)).toEqual([10]);
    expect(seqs((await find({ planVersion: 3, actor: 'bot-*' }, { from: 0 })).entries)).toEqual([15, 11, 7, 3]);
    expect((await find({ action: 'thing.%' })).entries).toEqual([]);
  });

  test('finds what is rare at once, however long the log is', async () => {
    for (const rare of [
      { resource: 'ticket/A3-0' },
      { resource: 'ticket/A3-0*' },
      { actor: 'bot-*', resource: 'ticket/A3-0' },
    ])
      expect(await findInLong(rare)).toMatchObject({ entries: [{ seq: 0 }], low: 0, high: SIZE, older: null });
    expect(await findInLong({ action: 'no.such' })).toMatchObject({ entries: [], older: null, newer: null });
    expect(await findInLong({ resource: 'nothing/*', actor: 'bot-1' })).toMatchObject({ entries: [], older: null });
  });

  test('looks at so many of what is frequent, says how far it came, and goes on from there', async () => {
    // Both fit many; together they fit every sixth.
    const search = { action: 'thing.done', actor: 'bot-1' };
    const first = await findInLong(search);
    // Eight entries of bot-1: 37, 34 … 16, of which every other one was done.
    expect(seqs(first.entries)).toEqual([37, 31, 25, 19]);
    expect(first).toMatchObject({ low: 16, older: { before: 16 } });
    expect(seqs((await findInLong(search, first.older)).entries)).toEqual([13, 7, 1]);
    expect(seqs((await findInLong(search, { from: 0 })).entries)).toEqual([19, 13, 7, 1]);
    // No index has the many beginnings in order: eight positions.
    const beginnings = await findInLong({ action: 'thing.d*', actor: 'bot-1*' });
    expect(beginnings).toMatchObject({ entries: [{ seq: 37 }], low: 32, older: { before: 32 } });
  });

  test('finds times by halving, and keeps to them exactly', async () => {
    for (const at of [0, 1, 17, 39])
      expect(await positionAt(node.sql, LOG, new Date(written[at]!), SIZE), `position ${at}`).toBe(at);
    expect(await positionAt(node.sql, LOG, new Date('2030-01-01'), SIZE)).toBe(SIZE);
    const [since, until] = [new Date(written[10]!), new Date(written[13]!)];
    const page = await find({ since, until });
    expect(seqs(page.entries)).toEqual([12, 11, 10]);
    expect(page).toMatchObject({ older: null, newer: null });
  });
});
