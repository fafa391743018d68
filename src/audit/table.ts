/** How a column travels: `int` is a number below 2⁵³, `time` an ISO 8601 string in UTC, `json` any JSON value, `bytes` a Buffer,
 * `numeric` a whole number of any size as decimal text. */
export type ColumnType = 'text' | 'int' | 'numeric' | 'bool' | 'time' | 'json' | 'bytes';

/** A lookup other than by key, whose answer the ledger keeps current while it holds it in memory. */
export interface Index<Row> {
  name: string;
  /** Keys under which this row is found; none when the row is not in the index. Must say the same as `where`. */
  keys(row: Row): string[];
  /** SQL over the table `t` and the wanted key `k.key`. Say in a comment which database index serves it. */
  where: string;
}

export interface Table<Row extends object = Record<string, unknown>> {
  name: string;
  columns: Record<keyof Row & string, ColumnType>;
  /** Key columns after tenant_id. */
  key: (keyof Row & string)[];
  indexes: Index<Row>[];
  /** Rows are inserted once and never written again: a second write is an error instead of an update. */
  appendOnly: boolean;
}

/** Declares a table that the ledger may write. Its rows are always in the tenant of the log, so tenant_id is not part of the row. */
export function defineTable<Row extends object>(table: {
  name: string;
  columns: Record<keyof Row & string, ColumnType>;
  key: (keyof Row & string)[];
  indexes?: Index<Row>[];
  appendOnly?: boolean;
}): Table<Row> {
  return { indexes: [], appendOnly: false, ...table };
}

/** The row's key as one string, unique within its table and tenant. */
export function keyOf<Row extends object>(table: Table<Row>, row: Row): string {
  return table.key.length === 1
    ? String(row[table.key[0]!])
    : joinKey(table.key.map((column) => row[column] as string | number));
}

/** Joins the parts of a key. U+001F cannot be in an id (schemas/common.json#/$defs/id). */
export function joinKey(parts: (string | number)[]): string {
  return parts.join('\u001f');
}
