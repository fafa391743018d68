import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pino } from 'pino';
import { startEmbedded } from '../db/embedded.ts';
import { type Sql, connect } from '../db/postgres.ts';
import { readEnv } from '../env.ts';
import { createLog } from '../log.ts';
import { type Core, openCore } from '../service.ts';
import { CommandError, type Io } from './io.ts';

/** Runs work on the database, read only by convention: what writes goes through {@link withCore}. */
export async function withSql<T>(io: Io, work: (sql: Sql) => Promise<T>): Promise<T> {
  return withUrl(io, false, async (url) => {
    const sql = connect(url, { max: 2, name: 'placet-cli' });
    try {
      return await work(sql);
    } finally {
      await sql.end({ timeout: 5 });
    }
  });
}

/** Runs work with the one commit path: for as long as it takes, this process is one more node. */
export async function withCore<T>(io: Io, work: (core: Core) => Promise<T>, { create = false } = {}): Promise<T> {
  return withUrl(io, create, async (url) => {
    const core = await openCore(url, io.now);
    try {
      return await work(core);
    } finally {
      await core.close();
    }
  });
}

/** DATABASE_URL; else the embedded cluster, the running service's own when there is one, or started for the command. */
async function withUrl<T>(io: Io, create: boolean, work: (url: string) => Promise<T>): Promise<T> {
  const env = readEnv(io.env);
  if (env.DATABASE_URL !== undefined) return work(env.DATABASE_URL);
  const home = join(resolve(env.PLACET_DATA_DIR), 'postgres');
  const running = await runningCluster(home);
  if (running !== null) return work(running);
  const exists = await stat(join(home, 'data', 'PG_VERSION')).catch(() => null);
  if (!exists && !create)
    throw new CommandError(`there is no database in ${env.PLACET_DATA_DIR}: set PLACET_DATA_DIR or DATABASE_URL`);
  // Standard output is for what the command gives.
  const log = createLog(env.LOG_LEVEL === 'info' ? 'warn' : env.LOG_LEVEL, pino.destination({ fd: 2, sync: true }));
  const embedded = await startEmbedded({ dataDir: env.PLACET_DATA_DIR, log });
  try {
    return await work(embedded.url);
  } finally {
    await embedded.stop();
  }
}

/**
 * Connection URL of the embedded cluster when its server runs. PostgreSQL writes the port on the fourth line of
 * postmaster.pid; a stale file names a port where nobody, or somebody else, answers.
 */
async function runningCluster(home: string): Promise<string | null> {
  const [password, lock] = await Promise.all([
    readFile(join(home, 'password'), 'utf8').catch(() => ''),
    readFile(join(home, 'data', 'postmaster.pid'), 'utf8').catch(() => ''),
  ]);
  const port = lock.split('\n')[3]?.trim() ?? '';
  if (password === '' || !/^[0-9]{1,5}$/.test(port)) return null;
  const url = `postgres://placet:${password.trim()}@127.0.0.1:${port}/placet`;
  const sql = connect(url, { max: 1, name: 'placet-cli' });
  try {
    await sql`select 1`;
    return url;
  } catch {
    return null;
  } finally {
    await sql.end({ timeout: 1 });
  }
}
