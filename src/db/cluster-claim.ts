import { execFile } from 'node:child_process';
import { readFile, readlink, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Log } from '../log.ts';

export interface Claim {
  release(): Promise<void>;
}

const run = promisify(execFile);
const pollMs = 20;
const cleanStopMsMax = 60_000;
const quickStopMsMax = 10_000;

/**
 * Makes this process the one that runs the cluster in `home`, and stops a server that a killed predecessor left behind. Throws when
 * a living process holds the claim.
 *
 * The claim is a file with the process id and start time of its holder: a process id alone comes back, in containers at once.
 */
export async function claimCluster(home: string, log: Log): Promise<Claim> {
  const file = join(home, 'claim.json');
  const mine = JSON.stringify(await identify(process.pid));
  while (!(await writeNew(file, mine))) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const pid = holder(text);
    if (pid !== undefined && JSON.stringify(await identify(pid)) === text) {
      throw new Error(`${home} is in use by the running process ${pid}: stop it, or set PLACET_DATA_DIR`);
    }
    await rm(file, { force: true });
  }
  await reap(join(home, 'data'), log);
  return { release: () => rm(file, { force: true }) };
}

async function reap(data: string, log: Log): Promise<void> {
  const pid = Number((await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0]);
  if (!Number.isSafeInteger(pid) || pid <= 1 || !(await isServerOf(pid, data))) return;
  log.warn({ pid }, 'stopping the PostgreSQL that a killed process left behind');
  // Fast shutdown first; one that hangs is told to quit at once, and recovers from its log at the next start.
  process.kill(pid, 'SIGINT');
  if (await gone(pid, data, cleanStopMsMax)) return;
  process.kill(pid, 'SIGQUIT');
  if (!(await gone(pid, data, quickStopMsMax))) throw new Error(`PostgreSQL process ${pid} does not stop`);
}

/** Whether `pid` is a PostgreSQL server that works on `data`. The number in a stale postmaster.pid may be anybody's. */
async function isServerOf(pid: number, data: string): Promise<boolean> {
  try {
    if (process.platform === 'linux') {
      const [name, cwd] = await Promise.all([readFile(`/proc/${pid}/comm`, 'utf8'), readlink(`/proc/${pid}/cwd`)]);
      return name.trim() === 'postgres' && cwd === (await realpath(data));
    }
    const { stdout } = await run('ps', ['-o', 'command=', '-p', String(pid)]);
    return stdout.includes('postgres') && stdout.includes(data);
  } catch {
    return false;
  }
}

async function gone(pid: number, data: string, msMax: number): Promise<boolean> {
  const deadline = performance.now() + msMax;
  while (performance.now() < deadline) {
    // Not by its process id, which stays for as long as nobody collects it: containers often run without an init process.
    if (!(await isServerOf(pid, data))) return true;
    await wait(pollMs);
  }
  return false;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM is a living process of another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function identify(pid: number): Promise<{ pid: number; started: string } | undefined> {
  if (!isAlive(pid)) return undefined;
  try {
    if (process.platform === 'linux') {
      const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
      // The program's name, in brackets, may hold spaces. The start time in clock ticks is field 22, the 20th after it.
      const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ');
      if (fields[0] === 'Z') return undefined;
      return { pid, started: `${boot.trim()} ${fields[19]}` };
    }
    const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)]);
    return { pid, started: stdout.trim() };
  } catch {
    return undefined;
  }
}

function holder(text: string): number | undefined {
  try {
    const { pid } = JSON.parse(text) as { pid?: unknown };
    return typeof pid === 'number' ? pid : undefined;
  } catch {
    return undefined;
  }
}

async function writeNew(file: string, text: string): Promise<boolean> {
  try {
    await writeFile(file, text, { flag: 'wx', mode: 0o644 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
