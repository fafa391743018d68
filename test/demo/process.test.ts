import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

// The programs as npm start and npm run demo run them, from dist: the database that comes along, signals, exit codes.

const dist = (file: string) => new URL(`../../dist/${file}`, import.meta.url).pathname;
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'placet-process-test-'));
});

afterAll(() => rm(dataDir, { recursive: true, force: true }));

interface Run {
  process: ChildProcess;
  stdout: () => string;
  stderr: () => string;
  /** Exit code, or the signal that ended it. */
  ended: Promise<number | string>;
  /** Resolves once standard output matches. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
}

function run(file: string, env: Record<string, string>): Run {
  const child = spawn(process.execPath, [dist(file)], {
    env: { ...process.env, PLACET_DATA_DIR: dataDir, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (text.stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (text.stderr += String(chunk)));
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  return {
    process: child,
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    ended,
    async says(pattern) {
      for (;;) {
        const match = pattern.exec(text.stdout);
        if (match) return match;
        await Promise.race([once(child.stdout, 'data'), ended.then((how) => gone(how, text.stderr))]);
      }
    },
  };
}

function gone(how: number | string, stderr: string): never {
  throw new Error(`it ended (${how}) before it said so: ${stderr}`);
}

const READY = /^Placet (http:\/\/127\.0\.0\.1:\d+)\n[\s\S]*npm run demo\n/m;

describe('npm start', () => {
  test('prints who can be, keeps data and tokens over a restart, and ends cleanly, database included', async () => {
    const banners: string[] = [];
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const service = run('main.js', {});
      const [banner, url] = await service.says(READY);
      banners.push(banner.replaceAll(url!, '<url>'));
      const curl = /-H 'Authorization: (Bearer placet\.harvest-health\.media-planner\.\S+)'[\s\S]*-d '(.*)'/.exec(
        banner,
      )!;
      const answer = await fetch(`${url}/v1/decisions`, {
        method: 'POST',
        headers: { authorization: curl[1]!, 'content-type': 'application/json' },
        body: curl[2]!,
      });
      expect(await answer.json()).toMatchObject({ effect: 'review', ticket: { type: 'A1', state: 'pending' } });
      service.process.kill(signal);
      // Ctrl-C under npm comes twice.
      service.process.kill(signal);
      expect(await service.ended).toBe(0);
      for (const line of service.stderr().trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('msg');
      expect(service.stderr()).not.toContain('placet.harvest-health.');
      await expect(readFile(join(dataDir, 'postgres/data/postmaster.pid'))).rejects.toThrow('ENOENT');
    }
    const withoutLinks = banners.map((text) => text!.replaceAll(/\/sign-in\/link\/\S+/g, '/sign-in/link/…'));
    expect(withoutLinks[1]).toBe(withoutLinks[0]);
    expect(banners[1]).not.toBe(banners[0]);
  });

  test('says so when the port is in use, and leaves no database behind', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const service = run('main.js', { PORT: String(port), LOG_LEVEL: 'warn' });
    expect(await service.ended).toBe(1);
    expect(service.stderr()).toBe(
      `placet: port ${port} on 127.0.0.1 is in use. Stop what listens there, or set PORT.\n`,
    );
    await expect(readFile(join(dataDir, 'postgres/data/postmaster.pid'))).rejects.toThrow('ENOENT');
    other.close();
  });

  test.each([
    { what: 'a wrong setting', env: { PORT: 'eighty' }, code: 2, says: /^placet: PORT: .*\n$/ },
    {
      what: 'a database that does not answer',
      env: { DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:9/placet' },
      code: 1,
      says: /^placet: (?!.*hunter2).*\n$/,
    },
  ])('has one clear message for $what', async ({ env, code, says }) => {
    const service = run('main.js', env);
    expect(await service.ended).toBe(code);
    expect(service.stderr()).toMatch(says);
  });
});

describe('npm run demo', () => {
  test('plays on the service that runs', async () => {
    const service = run('main.js', {});
    const [, url] = await service.says(READY);
    const demo = run('demo/main.js', { PLACET_URL: url! });
    expect(await demo.ended).toBe(0);
    expect(demo.stdout()).toMatch(/^A day at the agency, on the service at /);
    expect(demo.stdout()).toMatch(/\n\d+ steps, all as expected\. \d+ log entries verified\.\n$/);
    service.process.kill('SIGTERM');
    expect(await service.ended).toBe(0);
  });

  test('starts a service of its own where none runs', async () => {
    const demo = run('demo/main.js', { PORT: '9' });
    expect(await demo.ended).toBe(0);
    expect(demo.stdout()).toMatch(/^A day at the agency, on a service of its own at /);
  });

  test('says so when the service named is not there', async () => {
    const demo = run('demo/main.js', { PLACET_URL: 'http://127.0.0.1:9' });
    expect(await demo.ended).toBe(1);
    expect(demo.stderr()).toBe('demo: PLACET_URL http://127.0.0.1:9 does not answer.\n');
  });
});
