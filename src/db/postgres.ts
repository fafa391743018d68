import { type Socket, connect as openConnection } from 'node:net';
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
 * `connection` sets more of the session's parameters. A connection on which a question stays unanswered for `silenceMsMax` is
 * given up; 0 waits for ever.
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
    silenceMsMax = STATEMENT_MS_MAX + 5_000,
  }: { max?: number; name?: string; connection?: Record<string, string>; silenceMsMax?: number } = {},
): Sql {
  return postgres(url, {
    max,
    connect_timeout: 10,
    // In seconds. The driver's own goes up to 20 s, for which a service would stay down after its database is back.
    backoff: (retries: number) => Math.min(0.02 * 2 ** retries, 0.5),
    // An option that the driver's types do not know.
    ...({ socket: openSocket(silenceMsMax) } as object),
    onnotice: () => {},
    connection: {
      application_name: name,
      TimeZone: 'UTC',
      statement_timeout: STATEMENT_MS_MAX,
      idle_in_transaction_session_timeout: 30_000,
      ...connection,
    },
    // The driver would ask each new connection for the array types, and where that one query fails the rejection is
    // handled by nobody, which ends the process. The few that statements use are named here instead.
    fetch_types: false,
    types: {
      int8: { to: 20, from: [20], serialize: String, parse: safeInteger },
      ...(ARRAY_TYPES as object),
    },
  });
}

const STATEMENT_MS_MAX = 30_000;

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

/** An array parameter of that type (pg_type.oid). Results hold no arrays. */
function arrayType(oid: number): postgres.PostgresType {
  return { to: oid, from: [], serialize: arrayLiteral, parse: String };
}

const ARRAY_TYPES = {
  int4s: arrayType(1007),
  texts: arrayType(1009),
  int8s: arrayType(1016),
  timestamptzs: arrayType(1185),
};

/** PostgreSQL's text of a one-dimensional array. */
function arrayLiteral(values: (string | number | null)[]): string {
  const elements = values.map((value) => {
    if (value === null) return 'NULL';
    return typeof value === 'number' ? value : `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
  });
  return `{${elements.join(',')}}`;
}

/**
 * A socket whose closing is an error. When a connection is closed before the start is over (a proxy or load balancer with
 * no database behind it), the driver would connect again at once, without pause and without end, and the query that
 * waits for it would never be answered.
 */
function openSocket(silenceMsMax: number) {
  return ({ host, port, path }: { host: string[]; port: number[]; path?: string | false }): Socket =>
    guard(path ? openConnection({ path }) : openConnection({ host: host[0]!, port: port[0]! }), silenceMsMax);
}

function guard(socket: Socket, silenceMsMax: number): Socket {
  // A database that went silent without closing (a host that died) would be waited for until TCP gives up, after minutes.
  let written = 0;
  socket.on('data', () => (written = socket.bytesWritten));
  socket.setTimeout(silenceMsMax, () => {
    if (socket.bytesWritten > written)
      socket.destroy(Object.assign(new Error('the database is silent'), { code: 'ETIMEDOUT' }));
  });
  socket.on('close', (hadError) => {
    if (!hadError)
      socket.emit('error', Object.assign(new Error('the connection was closed'), { code: 'CONNECTION_CLOSED' }));
  });
  return socket;
}

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new DatabaseError(`bigint ${text} does not fit a JS number`);
  return value;
}
