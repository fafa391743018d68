import postgres from 'postgres';

/** Values that the driver reads in a way of its own: bigint columns are numbers. */
interface Types extends Record<string, unknown> {
  int8: number;
}
export type Sql = postgres.Sql<Types>;
export type TransactionSql = postgres.TransactionSql<Types>;

/** A database that does not keep its promises, so that no answer based on it may be given. */
export class DatabaseError extends Error {
  override name = 'DatabaseError';
}

/**
 * A pool on `url` of at most `max` connections, opened when needed. `name` shows in pg_stat_activity.
 *
 * `connection` sets more of the session's parameters.
 *
 * Types: bigint is a JS number (a value beyond 2⁵³ throws instead of being rounded), numeric a string, timestamptz a Date,
 * bytea a Buffer. A statement that runs longer than 30 s is cancelled by the server, which also ends a transaction that
 * sits idle for 30 s, so that a stuck client cannot hold a tenant's head.
 */
export function connect(
  url: string,
  {
    max = 10,
    name = 'placet',
    connection = {},
  }: { max?: number; name?: string; connection?: Record<string, string> } = {},
): Sql {
  return postgres(url, {
    max,
    connect_timeout: 10,
    onnotice: () => {},
    connection: {
      application_name: name,
      TimeZone: 'UTC',
      statement_timeout: 30_000,
      idle_in_transaction_session_timeout: 30_000,
      ...connection,
    },
    types: { int8: { to: 20, from: [20], serialize: String, parse: safeInteger } },
  });
}

/**
 * Refuses a server that would lose a committed answer at a power cut, or that lacks what the statements need. Throws
 * DatabaseError naming each setting.
 *
 * synchronous_commit is asked for in the session, since a role or a database can override the server's value.
 */
export async function assertDurable(sql: Sql): Promise<void> {
  const [found] = await sql<{ version: number; fsync: string; full_page_writes: string; synchronous_commit: string }[]>`
    select current_setting('server_version_num')::int as version, current_setting('fsync') as fsync,
      current_setting('full_page_writes') as full_page_writes, current_setting('synchronous_commit') as synchronous_commit`;
  if (found === undefined) throw new DatabaseError('the database did not tell its settings');
  const { version, ...settings } = found;
  if (version < 150_000) {
    throw new DatabaseError(`PostgreSQL 15 or newer is needed, this is ${Math.floor(version / 10_000)}`);
  }
  const off = Object.entries(settings).flatMap(([setting, value]) => (value === 'off' ? [setting] : []));
  if (off.length > 0) {
    throw new DatabaseError(`${off.join(', ')} is off: a committed decision could be lost, so Placet does not start`);
  }
}

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new DatabaseError(`bigint ${text} does not fit a JS number`);
  return value;
}
