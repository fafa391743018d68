import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { DatabaseError, type Sql, type TransactionSql } from './postgres.ts';

interface Migration {
  version: number;
  name: string;
  text: string;
  sha256: string;
}

interface Applied {
  version: number;
  name: string;
  sha256: string;
}

const migrationsDir = new URL('../../sql/', import.meta.url);

/**
 * Brings the database to the newest `NNNN-name.sql` of `directory`, and returns the names that this call applied. Forward only.
 *
 * Each file runs in one transaction together with the row that records it, so a crash leaves it applied whole or not at all.
 * Any number of nodes may start at once: a table lock lets one apply a file while the others wait and then find it applied.
 * Throws DatabaseError when an applied file has changed since, or the database knows one that this program does not.
 */
export async function migrate(sql: Sql, directory: URL = migrationsDir): Promise<string[]> {
  const migrations = await readMigrations(directory);
  await createRegister(sql);
  const applied: string[] = [];
  for (;;) {
    const name = await sql.begin((tx) => applyNext(tx, migrations));
    if (name === undefined) return applied;
    applied.push(name);
  }
}

async function applyNext(tx: TransactionSql, migrations: Migration[]): Promise<string | undefined> {
  // Building an index on a full table, or waiting for a node that does, takes longer than any request may.
  await tx`set local statement_timeout = 0`;
  // Conflicts with itself, not with readers.
  await tx`lock table schema_migration in exclusive mode`;
  const applied = await tx<Applied[]>`select version, name, sha256 from schema_migration order by version`;
  const next = nextMigration(migrations, applied);
  if (next === undefined) return undefined;
  await tx.unsafe(next.text).simple();
  await tx`insert into schema_migration (version, name, sha256) values (${next.version}, ${next.name}, ${next.sha256})`;
  return next.name;
}

function nextMigration(migrations: Migration[], applied: Applied[]): Migration | undefined {
  for (const [index, row] of applied.entries()) {
    const migration = migrations[index];
    if (migration?.version !== row.version) {
      throw new DatabaseError(
        `the database has migration ${row.name}, which this program does not know: run a newer Placet`,
      );
    }
    if (migration.sha256 !== row.sha256) {
      throw new DatabaseError(
        `migration ${row.name} was changed after it was applied: restore it, and put the change in a new file`,
      );
    }
  }
  return migrations[applied.length];
}

async function readMigrations(directory: URL): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => /^\d{4}-.*\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name, index) => {
      const version = Number(name.slice(0, 4));
      // Without gaps, so that a file which another branch adds in between cannot be passed over.
      if (version !== index + 1) throw new DatabaseError(`migration ${name} should have number ${index + 1}`);
      const text = await readFile(new URL(name, directory), 'utf8');
      return { version, name, text, sha256: createHash('sha256').update(text).digest('hex') };
    }),
  );
}

async function createRegister(sql: Sql): Promise<void> {
  try {
    await sql`create table if not exists schema_migration (
      version bigint primary key,
      name text not null,
      sha256 text not null,
      applied_at timestamptz not null default now()
    )`;
  } catch (error) {
    // `if not exists` looks first and creates then: of two nodes that do so at once, one fails on the catalog's unique index,
    // on the table or on the type of its rows, by how far the other was. By then the other's table is committed.
    if (!(error instanceof Error && 'code' in error && ['23505', '42P07', '42710'].includes(String(error.code))))
      throw error;
  }
}
