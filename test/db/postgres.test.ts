import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assertDurable, connect, DatabaseError } from '../../src/db/postgres.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createDatabase()));
afterAll(() => database.drop());

describe('assertDurable', () => {
  test('accepts the embedded server', async () => {
    await assertDurable(database.sql);
  });

  test('refuses synchronous_commit = off, also where only this database has it', async () => {
    const other = await createDatabase();
    await other.sql.unsafe(`alter database ${new URL(other.url).pathname.slice(1)} set synchronous_commit = off`);
    const sql = connect(other.url, { max: 1 });
    await expect(assertDurable(sql)).rejects.toThrow(
      new DatabaseError('synchronous_commit is off: a committed decision could be lost, so Placet does not start'),
    );
    await sql.end();
    await other.drop();
  });
});

describe('connect', () => {
  test('reads bigint as a number', async () => {
    expect(await database.sql`select ${Number.MAX_SAFE_INTEGER}::bigint as value`).toEqual([
      { value: Number.MAX_SAFE_INTEGER },
    ]);
  });

  test('throws instead of rounding a bigint, and the pool stays usable', async () => {
    const sql = connect(database.url, { max: 1 });
    await expect(sql`select 9007199254740993::bigint as value`).rejects.toThrow('9007199254740993');
    expect(await sql`select 7::bigint as value`).toEqual([{ value: 7 }]);
    await sql.end();
  });

  test('gives up a connection on which the database is silent, and opens another', async () => {
    const sql = connect(database.url, { max: 1, silenceMsMax: 100 });
    await expect(sql`select pg_sleep(20)`).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    expect(await sql`select 7::bigint as value`).toEqual([{ value: 7 }]);
    await sql.end();
  });

  test('reads bytea, timestamptz and jsonb as what they are', async () => {
    const [row] =
      await database.sql`select '\\x00ff'::bytea as bytes, '2026-11-23T10:00:00+02'::timestamptz as at, '{"a":[1]}'::jsonb as json`;
    expect(row).toEqual({ bytes: Buffer.from([0, 255]), at: new Date('2026-11-23T08:00:00Z'), json: { a: [1] } });
  });
});
