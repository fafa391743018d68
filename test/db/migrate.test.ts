import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '../../src/db/migrate.ts';
import { connect } from '../../src/db/postgres.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let directory: string;
let files: URL;

beforeEach(async () => {
  database = await createDatabase({ migrated: false });
  directory = await mkdtemp(join(tmpdir(), 'placet-migrations-'));
  files = pathToFileURL(`${directory}/`);
  await writeFile(new URL('0001-one.sql', files), 'create table one (id int); insert into one values (1);');
  await writeFile(new URL('0002-two.sql', files), 'create table two (id int);');
});
afterEach(async () => {
  await database.drop();
  await rm(directory, { recursive: true });
});

describe('migrate', () => {
  test('applies the files in order, once', async () => {
    expect(await migrate(database.sql, files)).toEqual(['0001-one.sql', '0002-two.sql']);
    expect(await migrate(database.sql, files)).toEqual([]);
    expect(await database.sql`select id from one`).toEqual([{ id: 1 }]);
  });

  test('applies what was added later', async () => {
    await migrate(database.sql, files);
    await writeFile(new URL('0003-three.sql', files), 'alter table two add column name text;');
    expect(await migrate(database.sql, files)).toEqual(['0003-three.sql']);
  });

  test('applies each file once when eight nodes start at the same time', async () => {
    const pools = Array.from({ length: 8 }, () => connect(database.url, { max: 1 }));
    const applied = await Promise.all(pools.map((sql) => migrate(sql, files)));
    expect(applied.flat().sort()).toEqual(['0001-one.sql', '0002-two.sql']);
    expect(await database.sql`select id from one`).toEqual([{ id: 1 }]);
    await Promise.all(pools.map((sql) => sql.end()));
  });

  test('applies a file whole or not at all', async () => {
    await writeFile(new URL('0003-three.sql', files), 'create table three (id int); select 1/0;');
    await expect(migrate(database.sql, files)).rejects.toThrow('division by zero');
    expect(await database.sql`select to_regclass('three') as three, to_regclass('two') is not null as two`).toEqual([
      { three: null, two: true },
    ]);
  });

  test('refuses an applied file that was changed', async () => {
    await migrate(database.sql, files);
    await writeFile(new URL('0001-one.sql', files), 'create table one (id bigint);');
    await expect(migrate(database.sql, files)).rejects.toThrow('0001-one.sql was changed after it was applied');
  });

  test('refuses a database that a newer program has migrated', async () => {
    await migrate(database.sql, files);
    await rm(new URL('0002-two.sql', files));
    await expect(migrate(database.sql, files)).rejects.toThrow('0002-two.sql, which this program does not know');
  });

  test('refuses a gap in the numbers', async () => {
    await writeFile(new URL('0004-four.sql', files), 'select 1;');
    await expect(migrate(database.sql, files)).rejects.toThrow('0004-four.sql should have number 3');
  });

  test('applies the migrations that ship', async () => {
    const shipped = (await readdir(new URL('../../sql/', import.meta.url)))
      .filter((name) => /^\d{4}-/.test(name))
      .sort();
    expect(await migrate(database.sql)).toEqual(shipped);
  });
});
