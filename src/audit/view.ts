import { type Entry, type EntryDraft, sealEntry } from './entry.ts';
import { type Index, type Table, joinKey, keyOf } from './table.ts';

// The facts of one tenant as of one head, in three layers: what memory holds (Facts), what the batch under way has
// changed (Batch), and what the command under way has changed (Tx). Nothing here reads a clock or a database: a fact
// that memory lacks is asked for by throwing MissingFacts, the ledger loads it, and the command runs again.

/** One fact that has to be read from the database. */
export type Need =
  { kind: 'row'; table: Table<any>; key: string } | { kind: 'find'; table: Table<any>; index: Index<any>; key: string };

/** Thrown by a command that needs facts not in memory. Never reaches a caller. */
export class MissingFacts extends Error {
  readonly needs: Need[];
  constructor(needs: Need[]) {
    super('facts to be loaded');
    this.needs = needs;
  }
}

/** Facts of one tenant, all of them true at `size` and `tip`. */
export interface Facts {
  size: number;
  tip: Buffer;
  rows: Map<string, object | null>;
  finds: Map<string, Set<string>>;
}

export function emptyFacts(size: number, tip: Buffer): Facts {
  return { size, tip, rows: new Map(), finds: new Map() };
}

/** One row to write: the whole row as it is to be after the commit. */
export interface Change {
  table: Table<any>;
  row: object;
}

interface Layer {
  rows: Map<string, object>;
  /** Index key → row key → is it in the index now? */
  finds: Map<string, Map<string, boolean>>;
}

/** What a command sees and does. Reading is synchronous; everything written is seen by later reads and commands. */
export interface Tx {
  /** The log: the tenant's id. */
  readonly log: string;
  /** Time of this evaluation, ISO 8601 UTC. */
  readonly now: string;
  /** Position that the next appended entry gets. */
  readonly seq: number;
  get<Row extends object>(table: Table<Row>, ...key: (string | number)[]): Row | undefined;
  find<Row extends object>(table: Table<Row>, index: Index<Row>, key: string): Row[];
  /** Has rows loaded together that will be read next: asked for one by one, each would take a round to the database. */
  want(rows: { table: Table<any>; key: (string | number)[] }[]): void;
  /** Writes a whole row, new or changed. */
  put<Row extends object>(table: Table<Row>, row: Row): void;
  /** Writes a row whose key is new by construction (its sequence number is in it), without reading whether it is there. */
  insert<Row extends object>(table: Table<Row>, row: Row): void;
  /** Appends the entry that explains what was put. A command that puts without appending is refused. */
  append(draft: EntryDraft): Entry;
}

/** The writes of the commands of one batch on one tenant, in order. */
export interface Batch {
  facts: Facts;
  /** The head that the batch builds on. */
  from: { size: number; tip: Buffer };
  log: string;
  size: number;
  tip: Buffer;
  entries: Entry[];
  changes: Map<string, Change>;
  layer: Layer;
}

export function openBatch(log: string, facts: Facts): Batch {
  return {
    facts,
    from: { size: facts.size, tip: facts.tip },
    log,
    size: facts.size,
    tip: facts.tip,
    entries: [],
    changes: new Map(),
    layer: { rows: new Map(), finds: new Map() },
  };
}

/**
 * Runs one command against the batch. Its writes join the batch only if it returns; a throw leaves the batch as it was.
 * @param salt gives fresh random bytes
 * @throws MissingFacts when memory lacks a fact; whatever the command throws
 */
export function runCommand<T>(batch: Batch, now: string, salt: () => Buffer, command: (tx: Tx) => T): T {
  const layers: [Layer, Layer] = [{ rows: new Map(), finds: new Map() }, batch.layer];
  const own = layers[0];
  const changes = new Map<string, Change>();
  const entries: Entry[] = [];
  let tip = batch.tip;

  function current(table: Table<any>, key: string): object | null {
    const name = factName(table.name, key);
    for (const layer of layers) {
      const row = layer.rows.get(name);
      if (row) return row;
    }
    const row = batch.facts.rows.get(name);
    if (row === undefined) throw new MissingFacts([{ kind: 'row', table, key }]);
    return row;
  }

  function write(table: Table<any>, key: string, row: object, before: object | null): void {
    if (before && table.appendOnly) throw new Error(`${table.name} ${key} is append-only`);
    const name = factName(table.name, key);
    for (const index of table.indexes) {
      if (before) for (const old of index.keys(before)) mark(own, factName(index.name, old), key, false);
      for (const now of index.keys(row)) mark(own, factName(index.name, now), key, true);
    }
    own.rows.set(name, row);
    changes.set(name, { table, row });
  }

  const tx: Tx = {
    log: batch.log,
    now,
    get seq() {
      return batch.size + entries.length;
    },
    get(table, ...key) {
      return (current(table, joinKey(key)) ?? undefined) as any;
    },
    find(table, index, key) {
      const name = factName(index.name, key);
      const base = batch.facts.finds.get(name);
      if (!base) throw new MissingFacts([{ kind: 'find', table, index, key }]);
      const keys = new Set(base);
      for (const layer of [layers[1], layers[0]])
        for (const [rowKey, present] of layer.finds.get(name) ?? [])
          if (present) keys.add(rowKey);
          else keys.delete(rowKey);
      return [...keys].sort().map((rowKey) => current(table, rowKey) as any);
    },
    want(rows) {
      const needs = rows
        .map(({ table, key }): Need => ({ kind: 'row', table, key: joinKey(key) }))
        .filter(({ table, key }) => {
          const name = factName(table.name, key);
          return !batch.facts.rows.has(name) && !layers.some((layer) => layer.rows.has(name));
        });
      if (needs.length > 0) throw new MissingFacts(needs);
    },
    put(table, row) {
      const key = keyOf(table, row);
      write(table, key, row, current(table, key));
    },
    insert(table, row) {
      write(table, keyOf(table, row), row, null);
    },
    append(draft) {
      const entry = sealEntry(batch.log, batch.size + entries.length, tip, now, salt(), draft);
      entries.push(entry);
      tip = entry.tip;
      return entry;
    },
  };

  const result = command(tx);
  if (changes.size > 0 && entries.length === 0) throw new Error('a change without an entry that explains it');
  for (const [name, change] of changes) batch.changes.set(name, change);
  for (const [name, row] of own.rows) batch.layer.rows.set(name, row);
  for (const [name, marks] of own.finds) for (const [key, present] of marks) mark(batch.layer, name, key, present);
  batch.entries.push(...entries);
  batch.size += entries.length;
  batch.tip = tip;
  return result;
}

/** Carries the batch over into the facts that it was evaluated on, so that the next can build on it. Rows that nothing can look up again are not kept. */
export function mergeBatch(batch: Batch): void {
  const { facts } = batch;
  for (const [name, change] of batch.changes) {
    // A row that was looked up before it was written is known not to be there: that must not stay so.
    const isKept = facts.rows.has(name) || change.table.indexes.some((index) => index.keys(change.row).length > 0);
    if (!change.table.appendOnly || isKept) facts.rows.set(name, change.row);
  }
  for (const [name, marks] of batch.layer.finds) {
    const known = facts.finds.get(name);
    if (!known) continue;
    for (const [key, present] of marks)
      if (present) known.add(key);
      else known.delete(key);
  }
  facts.size = batch.size;
  facts.tip = batch.tip;
}

/** Name of a fact in memory: a table's row by key, or an index's rows by index key. */
export function factName(owner: string, key: string): string {
  return `${owner}\u001e${key}`;
}

function mark(layer: Layer, name: string, key: string, present: boolean): void {
  let marks = layer.finds.get(name);
  if (!marks) layer.finds.set(name, (marks = new Map()));
  marks.set(key, present);
}
