import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startEmbedded, type Embedded } from '../../src/db/embedded.ts';
import { assertDurable, connect } from '../../src/db/postgres.ts';
import { createLog } from '../../src/log.ts';

const log = createLog('silent');
let dataDir: string;
let cleanUp: (() => unknown)[];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'placet-embedded-'));
  cleanUp = [];
});
afterEach(async () => {
  for (const act of cleanUp.reverse()) await act();
  await rm(dataDir, { recursive: true, force: true });
});

describe('startEmbedded', () => {
  test('is durable, keeps its data over a restart, and its password to itself', async () => {
    const first = await start();
    await run(first.url, async (sql) => {
      await assertDurable(sql);
      await sql`create table kept as select 42 as value`;
    });
    expect((await stat(join(dataDir, 'postgres/password'))).mode & 0o777).toBe(0o600);
    await first.stop();
    await expect(run(first.url, (sql) => sql`select 1`)).rejects.toThrow('ECONNREFUSED');

    const second = await start();
    expect(await run(second.url, (sql) => sql`select value from kept`)).toEqual([{ value: 42 }]);
    expect(await run(second.url, (sql) => sql`show listen_addresses`)).toEqual([{ listen_addresses: '127.0.0.1' }]);
    await expect(run(second.url.replace(/:[0-9a-f]+@/, ':wrong@'), (sql) => sql`select 1`)).rejects.toThrow('password');
  });

  test('stops what a killed service left behind, and keeps what it had committed', async () => {
    const { child, url, pid } = await holdCluster();
    const sql = connect(url, { max: 1 });
    cleanUp.push(() => sql.end());
    await sql`create table kept as select 42 as value`;
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await sql`select value from kept`).toEqual([{ value: 42 }]);

    const again = await start();
    expect(await run(again.url, (own) => own`select value from kept`)).toEqual([{ value: 42 }]);
    expect(await postmasterPid()).not.toBe(pid);
    expect(again.url).not.toBe(url);
  });

  test('leaves the cluster of a living service alone', async () => {
    const { child, url } = await holdCluster();
    await expect(start()).rejects.toThrow(`is in use by the running process ${child.pid}`);
    expect(await run(url, (sql) => sql`select 1 as alive`)).toEqual([{ alive: 1 }]);
  });

  test('leaves a stranger alone whose process id stands in a stale postmaster.pid', async () => {
    await (await start()).stop();
    await writeFile(join(dataDir, 'postgres/data/postmaster.pid'), `${process.ppid}\n`);
    await start();
    expect(process.kill(process.ppid, 0)).toBe(true);
  });

  test('comes back by itself, on the same port, when the server dies', async () => {
    const { url } = await start();
    await run(url, (sql) => sql`create table kept as select 42 as value`);
    process.kill(await postmasterPid(), 'SIGKILL');
    const kept = await vi.waitFor(() => run(url, (sql) => sql`select value from kept`), {
      timeout: 30_000,
      interval: 50,
    });
    expect(kept).toEqual([{ value: 42 }]);
  });

  test('says why the server did not start', async () => {
    const taken = createServer();
    taken.listen(0, '127.0.0.1');
    await once(taken, 'listening');
    cleanUp.push(() => taken.close());
    const { port } = taken.address() as AddressInfo;
    await expect(startEmbedded({ dataDir, log, port })).rejects.toThrow('Address already in use');
    // The failed start has given its claim back.
    await start();
  });
});

async function start(): Promise<Embedded> {
  const embedded = await startEmbedded({ dataDir, log });
  cleanUp.push(() => embedded.stop());
  return embedded;
}

async function run<T>(url: string, act: (sql: ReturnType<typeof connect>) => PromiseLike<T>): Promise<T> {
  const sql = connect(url, { max: 1 });
  try {
    return await act(sql);
  } finally {
    await sql.end();
  }
}

async function postmasterPid(): Promise<number> {
  return Number((await readFile(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8')).split('\n')[0]);
}

async function holdCluster(): Promise<{ child: ChildProcess; url: string; pid: number }> {
  const program = fileURLToPath(new URL('support/hold-cluster.ts', import.meta.url));
  const child = spawn(process.execPath, [program, dataDir], { stdio: ['pipe', 'pipe', 'inherit'] });
  cleanUp.push(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
    // A start and stop of our own takes the orphan away with it.
    await (await startEmbedded({ dataDir, log })).stop();
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, ...(JSON.parse(line) as { url: string; pid: number }) };
}
