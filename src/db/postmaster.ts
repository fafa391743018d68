import { spawn, type ChildProcess } from 'node:child_process';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '../log.ts';
import type { Account, Binaries } from './cluster-account.ts';

export interface Postmaster {
  port: number;
  stop(): Promise<void>;
}

export interface PostmasterOptions {
  /** The directory that holds `data` and `log`. */
  home: string;
  account: Account;
  binaries: Binaries;
  settings: Record<string, string>;
  log: Log;
  port: number;
}

const pollMs = 10;
const readyMsMax = 120_000;
const cleanStopMsMax = 60_000;
const restartsMax = 5;
const logLinesShown = 20;

/**
 * Starts a server on the cluster in `home/data` and resolves once it takes connections. If it dies by itself it is started again on
 * the same port, so that pools reconnect; after five such deaths in the life of the process it stays down and says so.
 * Throws an Error with the end of the server's log when it ends, or is not ready, at the first start.
 */
export async function startPostmaster(options: PostmasterOptions): Promise<Postmaster> {
  let stopping = false;
  let restarts = 0;
  let server = await launch(options);
  const atExit = () => server.kill('SIGINT');
  process.once('exit', atExit);
  const watch = () => {
    void ended(server).then(async (how) => {
      if (stopping) return;
      if (++restarts > restartsMax) return options.log.fatal({ how }, 'PostgreSQL ended too often and stays down');
      options.log.error({ how }, 'PostgreSQL ended by itself, starting it again');
      const relaunched = await relaunch(options, () => stopping);
      if (relaunched === undefined) return;
      server = relaunched;
      if (stopping) return void server.kill('SIGINT');
      watch();
    });
  };
  watch();
  return {
    port: options.port,
    async stop() {
      stopping = true;
      process.off('exit', atExit);
      server.kill('SIGINT');
      const timeout = new AbortController();
      const hung = wait(cleanStopMsMax, undefined, { signal: timeout.signal }).then(
        () => server.kill('SIGQUIT'),
        () => {},
      );
      await ended(server);
      timeout.abort();
      await hung;
    },
  };
}

/** Runs a program to its end as `account`. Throws an Error with what it printed when it fails. */
export async function runToEnd(
  program: string,
  args: string[],
  { cwd, account }: { cwd: string; account: Account },
): Promise<void> {
  const child = spawn(program, args, { cwd, ...account.ids, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const how = await ended(child);
  if (how !== 'code 0') throw new Error(`${program} failed (${how})\n${output.trim()}`);
}

async function launch({ home, account, binaries, settings, port }: PostmasterOptions): Promise<ChildProcess> {
  const data = join(home, 'data');
  const logFile = join(home, 'log');
  await rename(logFile, `${logFile}.1`).catch(() => {});
  // A file and not a pipe: a server that outlives this process must still be able to write.
  const logHandle = await open(logFile, 'a', 0o600);
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(binaries.postgres, ['-D', binaries.dataPath(data), '-p', String(port), ...flags], {
    cwd: data,
    ...account.ids,
    env: environment(),
    detached: true,
    stdio: ['ignore', logHandle.fd, logHandle.fd],
  });
  const end = ended(child);
  await logHandle.close();
  let how: string | undefined;
  void end.then((result) => (how = result));
  const deadline = performance.now() + readyMsMax;
  while (how === undefined && !(await isReady(data, child.pid))) {
    if (performance.now() > deadline) {
      child.kill('SIGQUIT');
      how = `not ready after ${readyMsMax / 1000} s`;
    }
    await wait(pollMs);
  }
  if (how === undefined) return child;
  await end;
  const lines = (await readFile(logFile, 'utf8')).trim().split('\n').slice(-logLinesShown);
  throw new Error(`PostgreSQL did not start (${how})\n${lines.join('\n')}`);
}

async function relaunch(options: PostmasterOptions, stopped: () => boolean): Promise<ChildProcess | undefined> {
  const deadline = performance.now() + readyMsMax;
  while (!stopped()) {
    try {
      return await launch(options);
    } catch (error) {
      // The dead server's children hold its shared memory until they notice, within seconds.
      if (performance.now() > deadline)
        return void options.log.fatal({ err: error }, 'PostgreSQL does not start again');
      await wait(250);
    }
  }
  return undefined;
}

/** The server writes its process id on the first line of postmaster.pid and its status on the eighth. */
async function isReady(data: string, pid: number | undefined): Promise<boolean> {
  const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  return lines[0] === String(pid) && lines[7]?.trim() === 'ready';
}

function ended(child: ChildProcess): Promise<string> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return Promise.resolve(describe(child.exitCode, child.signalCode));
  }
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(describe(code, signal)));
  });
}

function describe(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `code ${code}` : `signal ${signal}`;
}

/** None of this process's variables: PGPORT and its like would change the server, and secrets are not its business. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' };
}
