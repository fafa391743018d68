import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defineTable, type Index, keyOf } from '../../src/audit/table.ts';
import {
  type Facts,
  MissingFacts,
  type Tx,
  emptyFacts,
  factName,
  mergeBatch,
  openBatch,
  runCommand,
} from '../../src/audit/view.ts';

interface Item {
  id: string;
  colours: string[];
}

const byColour: Index<Item> = { name: 'item/by_colour', keys: (row) => row.colours, where: 'true' };
const items = defineTable<Item>({
  name: 'item',
  columns: { id: 'text', colours: 'json' },
  key: ['id'],
  indexes: [byColour],
});
const notes = defineTable<{ id: string }>({ name: 'note', columns: { id: 'text' }, key: ['id'], appendOnly: true });

const IDS = ['a', 'b', 'c', 'd'];
const COLOURS = ['red', 'green', 'blue'];
const entry = { action: 'item.put', actor: { type: 'agent', id: 'x' }, resource: 'item/x', payload: '{}' };
const salt = () => Buffer.alloc(16);
const NOW = '2026-11-23T00:00:00.000Z';

/** Facts in which everything about the stored items is loaded, as after a long life in memory. */
function factsOf(stored: Map<string, Item>): Facts {
  const facts = emptyFacts(1, Buffer.alloc(32));
  for (const id of IDS) facts.rows.set(factName('item', id), stored.get(id) ?? null);
  for (const colour of COLOURS)
    facts.finds.set(
      factName(byColour.name, colour),
      new Set([...stored.values()].filter((row) => row.colours.includes(colour)).map((row) => row.id)),
    );
  return facts;
}

const put = (tx: Tx, row: Item) => {
  tx.put(items, row);
  tx.append(entry);
};

test('reads through memory, batch and command agree with a plain map, after commits and after refusals', () => {
  const rows = fc.record({ id: fc.constantFrom(...IDS), colours: fc.uniqueArray(fc.constantFrom(...COLOURS)) });
  const command = fc.record({ puts: fc.array(rows, { maxLength: 3 }), fails: fc.boolean() });
  const batches = fc.array(fc.record({ commands: fc.array(command, { maxLength: 4 }), commits: fc.boolean() }), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(batches, (history) => {
      let model = new Map<string, Item>();
      let facts = factsOf(model);
      for (const { commands, commits } of history) {
        const batch = openBatch('log', facts);
        const tentative = new Map(model);
        for (const { puts, fails } of commands) {
          const seen = new Map(tentative);
          const run = () =>
            runCommand(batch, NOW, salt, (tx) => {
              for (const row of puts) {
                put(tx, row);
                seen.set(row.id, row);
                for (const id of IDS) expect(tx.get(items, id)).toEqual(seen.get(id));
                for (const colour of COLOURS)
                  expect(tx.find(items, byColour, colour)).toEqual(
                    [...seen.values()]
                      .filter((one) => one.colours.includes(colour))
                      .sort((x, y) => (x.id < y.id ? -1 : 1)),
                  );
              }
              if (fails) throw new Error('refused');
            });
          if (fails) expect(run).toThrow('refused');
          else {
            run();
            for (const [id, row] of seen) tentative.set(id, row);
          }
        }
        if (commits) {
          mergeBatch(batch);
          model = tentative;
        }
        // A batch whose swap was lost leaves no trace in memory.
        const reread = factsOf(model);
        expect(facts.rows).toEqual(reread.rows);
        expect(facts.finds).toEqual(reread.finds);
      }
    }),
  );
});

test('a fact that is not in memory is asked for, not guessed', () => {
  const batch = openBatch('log', emptyFacts(1, Buffer.alloc(32)));
  expect(() => runCommand(batch, NOW, salt, (tx) => tx.get(items, 'a'))).toThrow(MissingFacts);
  expect(() => runCommand(batch, NOW, salt, (tx) => tx.find(items, byColour, 'red'))).toThrow(MissingFacts);
  expect(() => runCommand(batch, NOW, salt, (tx) => put(tx, { id: 'a', colours: [] }))).toThrow(MissingFacts);
  expect(batch.entries).toEqual([]);
});

test('a change without an entry that explains it is refused', () => {
  const batch = openBatch('log', factsOf(new Map()));
  expect(() => runCommand(batch, NOW, salt, (tx) => tx.put(items, { id: 'a', colours: [] }))).toThrow(
    'without an entry',
  );
  expect(batch.changes.size).toBe(0);
});

test('a row of an append-only table cannot be written twice', () => {
  const facts = emptyFacts(1, Buffer.alloc(32));
  facts.rows.set(factName('note', 'n'), null);
  const batch = openBatch('log', facts);
  const write = () =>
    runCommand(batch, NOW, salt, (tx) => {
      tx.put(notes, { id: 'n' });
      tx.append(entry);
    });
  write();
  expect(write).toThrow('append-only');
});

test('entries of one batch follow each other without a gap', () => {
  const batch = openBatch('log', factsOf(new Map()));
  for (const id of IDS) runCommand(batch, NOW, salt, (tx) => put(tx, { id, colours: [] }));
  expect(batch.entries.map((one) => one.seq)).toEqual([1, 2, 3, 4]);
  expect(batch.tip).toEqual(batch.entries.at(-1)!.tip);
});

test('parts of a key are kept apart', () => {
  const pair = defineTable<{ a: string; b: number }>({
    name: 'pair',
    columns: { a: 'text', b: 'int' },
    key: ['a', 'b'],
  });
  expect(keyOf(pair, { a: 'x1', b: 2 })).not.toBe(keyOf(pair, { a: 'x', b: 12 }));
});
