import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { connect, type Sql } from '../../src/db/postgres.ts';

export interface TestDatabase {
  url: string;
  /** A pool on it. Open more with `connect(url)`; `drop` cuts them off. */
  sql: Sql;
  drop(): Promise<void>;
}

/**
 * A database of the test file's own: migrated, or empty with `migrated: false`. Call `drop` when done:
 *
 *     const database = await createDatabase();
 *     afterAll(() => database.drop());
 */
export async function createDatabase({ migrated = true, max = 10 } = {}): Promise<TestDatabase> {
  const clusterUrl = inject('clusterUrl');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin(
    clusterUrl,
    (admin) => admin`create database ${admin(name)} template ${admin(migrated ? 'placet' : 'template1')}`,
  );
  const url = clusterUrl.replace(/\/postgres$/, `/${name}`);
  const sql = connect(url, { max });
  return {
    url,
    sql,
    async drop() {
      await sql.end();
      await asAdmin(clusterUrl, (admin) => admin`drop database ${admin(name)} with (force)`);
    },
  };
}

async function asAdmin(url: string, act: (admin: Sql) => Promise<unknown>): Promise<void> {
  const admin = connect(url, { max: 1 });
  try {
    await act(admin);
  } finally {
    await admin.end();
  }
}
