import type { Sql } from '../db/postgres.ts';
import { type ColumnType, type Table, keyOf } from './table.ts';
import { type Batch, type Facts, type Need, factName } from './view.ts';

export interface Head {
  size: number;
  tip: Buffer;
}

/** Heads of the logs that exist. Served by audit_head's primary key. */
export async function readHeads(sql: Sql, logs: string[]): Promise<Map<string, Head>> {
  const rows = await sql<{ tenant_id: string; size: number; tip: Buffer }[]>`
    select tenant_id, size, tip from audit_head where tenant_id = any(${logs}::text[])`;
  return new Map(rows.map((row) => [row.tenant_id, { size: row.size, tip: row.tip }]));
}

/** Leaf hash at each position that has one. Settles whether a commit whose reply was lost took place. */
export async function readLeafHashes(sql: Sql, at: { log: string; seq: number }[]): Promise<Map<string, Buffer>> {
  const rows = await sql<{ tenant_id: string; leaf_hash: Buffer }[]>`
    select tenant_id, leaf_hash from audit_entry join unnest(
      ${at.map((one) => one.log)}::text[], ${at.map((one) => one.seq)}::bigint[]
    ) as k(tenant_id, seq) using (tenant_id, seq)`;
  return new Map(rows.map((row) => [row.tenant_id, row.leaf_hash]));
}

/** Loads facts into memory, one query per table and lookup, whatever the number of tenants. */
export async function loadFacts(sql: Sql, wanted: { facts: Facts; log: string; needs: Need[] }[]): Promise<void> {
  const groups = new Map<string, { need: Need; facts: Facts[]; logs: string[]; keys: string[] }>();
  for (const { facts, log, needs } of wanted) {
    for (const need of needs) {
      const name = need.kind === 'row' ? need.table.name : need.index.name;
      let group = groups.get(name);
      if (!group) groups.set(name, (group = { need, facts: [], logs: [], keys: [] }));
      group.facts.push(facts);
      group.logs.push(log);
      group.keys.push(need.key);
    }
  }
  await Promise.all(
    [...groups].map(async ([name, { need, facts, logs, keys }]) => {
      const { table } = need;
      const where = need.kind === 'find' ? need.index.where : keyCondition(table);
      const found = await sql.unsafe(
        `select k.n, ${selectList(table)} from unnest($1::text[], $2::text[]) with ordinality as k(tenant_id, key, n)
         join ${table.name} t on t.tenant_id = k.tenant_id and ${where}`,
        [logs, keys],
        { prepare: true },
      );
      for (const [n, key] of keys.entries())
        if (need.kind === 'row') facts[n]!.rows.set(factName(name, key), null);
        else facts[n]!.finds.set(factName(name, key), new Set());
      for (const { n, ...row } of found) {
        const position = Number(n) - 1;
        const rowKey = keyOf(table, row);
        facts[position]!.rows.set(factName(table.name, rowKey), row);
        if (need.kind === 'find') facts[position]!.finds.get(factName(name, keys[position]!))!.add(rowKey);
      }
    }),
  );
}

/** Columns of a table as JavaScript values: times as ISO 8601 text, so that a row read is the row that was written. */
export function selectList(table: Table<any>, alias = 't'): string {
  return Object.entries(table.columns)
    .map(([name, type]) =>
      type === 'time'
        ? `to_char(${alias}.${name} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as ${name}`
        : type === 'numeric'
          ? `${alias}.${name}::text as ${name}`
          : `${alias}.${name}`,
    )
    .join(', ');
}

/**
 * The one write of this service: moves the heads by compare-and-swap and writes entries and rows of the tenants whose
 * swap won, in one statement, so that there is no moment at which a part of it stands.
 * @returns the logs whose swap won; those of the others wrote nothing
 */
export async function commitBatches(sql: Sql, batches: Batch[]): Promise<Set<string>> {
  const blob = createBlob();
  const params: unknown[] = [
    batches.map((batch) => batch.log),
    batches.map((batch) => batch.from.size),
    batches.map((batch) => batch.from.tip.toString('hex')),
    batches.map((batch) => batch.size),
    batches.map((batch) => batch.tip.toString('hex')),
  ];
  const entries: Rows = { logs: [], rows: [] };
  const byTable = new Map<string, Rows & { table: Table<any> }>();
  for (const batch of batches) {
    for (const entry of batch.entries) {
      entries.logs.push(batch.log);
      entries.rows.push({
        seq: entry.seq,
        leaf: entry.leaf,
        leaf_hash: entry.leafHash,
        tip: entry.tip,
        salt: entry.salt,
        payload: entry.payloadBytes,
        at: entry.timestamp,
        actor_type: entry.actor.type,
        actor_id: entry.actor.id,
        action: entry.action,
        resource: entry.resource,
        plan_version: entry.planVersion ?? null,
      });
    }
    for (const { table, row } of batch.changes.values()) {
      let rows = byTable.get(table.name);
      if (!rows) byTable.set(table.name, (rows = { table, logs: [], rows: [] }));
      rows.logs.push(batch.log);
      rows.rows.push(row as Record<string, unknown>);
    }
  }
  // Sorted, so that the same set of tables is the same prepared statement.
  const tables = [...byTable.values()].sort((a, b) => (a.table.name < b.table.name ? -1 : 1));
  params.push(null); // the blob, when it is whole
  const writes = [
    insertRows('audit_entry', ENTRY_COLUMNS, entries, blob, params, ''),
    ...tables.map(({ table, ...rows }) => insertRows(table.name, table.columns, rows, blob, params, onConflict(table))),
  ];
  params[BLOB - 1] = blob.whole();
  const text = `with w as (
  select * from unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::text[]) as w(tenant_id, old_size, old_tip, new_size, new_tip)
), l as (
  -- Locked in the order of tenants, so that two nodes with overlapping batches cannot deadlock.
  select a.tenant_id from audit_head a join w using (tenant_id)
  where a.size = w.old_size and a.tip = decode(w.old_tip, 'hex') order by a.tenant_id for update of a
), h as (
  update audit_head a set size = w.new_size, tip = decode(w.new_tip, 'hex')
  from w join l using (tenant_id) where a.tenant_id = w.tenant_id returning a.tenant_id
), n as (
  -- A log begins with its first entry. Of two nodes that begin the same log, one inserts.
  insert into audit_head (tenant_id, size, tip) select tenant_id, new_size, decode(new_tip, 'hex') from w where old_size = 0
  on conflict do nothing returning tenant_id
), won as (
  select tenant_id from h union all select tenant_id from n
)${writes.map((write, i) => `, x${i} as (\n  ${write}\n)`).join('')}
select tenant_id from won`;
  const won = await sql.unsafe<{ tenant_id: string }[]>(text, params as never[], { prepare: true });
  return new Set(won.map((row) => row.tenant_id));
}

/** The parameter in which the bytes of all rows travel. */
const BLOB = 6;

interface Rows {
  logs: string[];
  rows: Record<string, unknown>[];
}

const ENTRY_COLUMNS: Record<string, ColumnType> = {
  seq: 'int',
  leaf: 'bytes',
  leaf_hash: 'bytes',
  tip: 'bytes',
  salt: 'bytes',
  payload: 'bytes',
  at: 'time',
  actor_type: 'text',
  actor_id: 'text',
  action: 'text',
  resource: 'text',
  plan_version: 'int',
};

const SQL_TYPE: Record<ColumnType, string> = {
  text: 'text',
  int: 'bigint',
  numeric: 'text',
  bool: 'text',
  time: 'timestamptz',
  json: 'text',
  bytes: 'integer',
};

const ENCODE: Partial<Record<ColumnType, (value: unknown) => string>> = {
  json: (value) => JSON.stringify(value),
  // As text: the driver takes an array of booleans for one boolean, and sends every other element of a boolean[] as false.
  bool: String,
};

/** From the type that travels to the column's own, where those differ. */
const CAST: Partial<Record<ColumnType, string>> = { json: '::jsonb', bool: '::boolean', numeric: '::numeric' };

/** One array parameter a column, so that the statement's text does not depend on the number of rows. */
function insertRows(
  name: string,
  columns: Record<string, ColumnType>,
  { logs, rows }: Rows,
  blob: Blob,
  params: unknown[],
  conflict: string,
): string {
  const sources: string[] = [`$${params.push(logs)}::text[]`];
  const aliases: string[] = ['tenant_id'];
  const values: string[] = ['r.tenant_id'];
  for (const [column, type] of Object.entries(columns)) {
    const cells = rows.map((row) => row[column] ?? null);
    aliases.push(column);
    if (type === 'bytes') {
      // Bytes of all rows travel in one parameter and are cut out by offset: array elements would have to be escaped.
      const cuts = cells.map((value) => blob.add(value as Buffer));
      sources.push(`$${params.push(cuts.map((cut) => cut.offset))}::integer[]`);
      sources.push(`$${params.push(cuts.map((cut) => cut.length))}::integer[]`);
      aliases.push(`${column}_length`);
      values.push(`substr($${BLOB}::bytea, r.${column} + 1, r.${column}_length)`);
    } else {
      const encode = ENCODE[type];
      sources.push(
        `$${params.push(encode ? cells.map((cell) => (cell === null ? null : encode(cell))) : cells)}::${SQL_TYPE[type]}[]`,
      );
      values.push(`r.${column}${CAST[type] ?? ''}`);
    }
  }
  return `insert into ${name} (tenant_id, ${Object.keys(columns).join(', ')})
  select ${values.join(', ')} from unnest(${sources.join(', ')}) as r(${aliases.join(', ')}) join won using (tenant_id)${conflict}`;
}

function onConflict(table: Table<any>): string {
  if (table.appendOnly) return '';
  const rest = Object.keys(table.columns).filter((column) => !table.key.includes(column));
  return `\n  on conflict (tenant_id${table.key.map((column) => `, ${column}`).join('')}) do update set ${rest
    .map((column) => `${column} = excluded.${column}`)
    .join(', ')}`;
}

/** The row whose key, joined as keyOf joins it, is k.key. Served by the table's primary key. */
function keyCondition(table: Table<any>): string {
  if (table.key.length === 0) return 'true';
  return table.key
    .map((column, i) => {
      const part = table.key.length === 1 ? 'k.key' : `split_part(k.key, U&'\\001f', ${i + 1})`;
      return `t.${column} = ${part}${table.columns[column] === 'int' ? '::bigint' : ''}`;
    })
    .join(' and ');
}

/** Byte strings one after the other, so that many travel as one. */
function createBlob() {
  const parts: Buffer[] = [];
  let length = 0;
  return {
    add(part: Buffer): { offset: number; length: number } {
      const offset = length;
      parts.push(part);
      length += part.length;
      return { offset, length: part.length };
    },
    whole: (): Buffer => Buffer.concat(parts, length),
  };
}

type Blob = ReturnType<typeof createBlob>;
