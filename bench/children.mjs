// Child processes of the benchmark: started, watched, measured, and gone when it ends, however it ends.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, chmodSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

const pinned = join(root, 'node_modules/node/bin/node');
/** The Node of the lock file, on which the service and the generator run. */
export const node = existsSync(pinned) ? pinned : process.execPath;

const children = new Set();
const folders = new Set();

/** Starts a child that does not outlive the benchmark. */
export function start(command, args, options = {}) {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], ...options });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

/** Asks a child to stop and waits; kills it when it does not. */
export async function stop(child, patienceMs = 15_000) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resume) => child.once('exit', resume));
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  await gone;
  clearTimeout(force);
}

/** A folder of its own in the temporary directory, removed at the end. Readable by others: PostgreSQL may run as another account. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'placet-bench-'));
  chmodSync(folder, 0o755);
  folders.add(folder);
  return folder;
}

/** Stops what is still running and removes what was made. */
export async function cleanUp() {
  await Promise.all([...children].map((child) => stop(child)));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
}

/** On Ctrl-C and the like: clean up, then end as the signal would have. */
export function cleanUpOnSignals() {
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      void cleanUp().finally(() => process.exit(130));
    });
  }
}

/** A port of 127.0.0.1 that nothing listened on a moment ago. */
export async function freePort() {
  const server = createServer();
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Waits until `url` answers 200. @throws Error when the child ends before, or after 30 s */
export async function untilReady(url, child) {
  const deadline = Date.now() + 30_000;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended with ${child.exitCode} before it was ready`);
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    if (Date.now() > deadline) throw new Error(`${url} did not answer within 30 s`);
    await new Promise((resume) => setTimeout(resume, 50));
  }
}

/** CPU seconds of the whole machine so far, where /proc tells: used by processes, and stolen by the host for other machines. Else null. */
export function machineCpuSeconds() {
  try {
    const line = readFileSync('/proc/stat', 'latin1').split('\n', 1)[0];
    const [user, nice, system, , , irq, softirq, steal] = line.match(/[0-9]+/g).map((ticks) => Number(ticks) / 100);
    return { used: user + nice + system + irq + softirq, stolen: steal };
  } catch {
    return null;
  }
}

/** CPU seconds that a process and its descendants have used so far, where /proc tells; else null. */
export function cpuSeconds(pid) {
  try {
    const parents = new Map();
    const used = new Map();
    for (const name of readdirSync('/proc')) {
      if (!/^[0-9]+$/.test(name)) continue;
      const stat = statOf(name);
      if (!stat) continue;
      parents.set(Number(name), Number(stat[1]));
      used.set(Number(name), (Number(stat[11]) + Number(stat[12])) / 100);
    }
    let sum = 0;
    for (const [one, seconds] of used) if (descends(one, pid, parents)) sum += seconds;
    return used.size > 0 ? sum : null;
  } catch {
    return null;
  }
}

// Fields after the parenthesised name: state, ppid, …, utime (11), stime (12), in hundredths of a second.
function statOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /, '')
      .split(' ');
  } catch {
    return undefined;
  }
}

function descends(pid, ancestor, parents) {
  for (let at = pid; at > 1; at = parents.get(at) ?? 0) if (at === ancestor) return true;
  return false;
}
