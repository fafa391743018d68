import { execFile } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type ServerType, serve } from '@hono/node-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Agency, type Node, issueToken, openAgency, openNode } from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';

let database: TestDatabase;
let node: Node;
let agency: Agency;
let server: ServerType;

beforeAll(async () => {
  database = await createDatabase();
  node = await openNode(database.url, { clock: () => new Date() });
  agency = await openAgency(node, 'acme');
  await new Promise<void>((ready) => {
    server = serve({ fetch: node.app.fetch, hostname: '127.0.0.1', port: 0 }, () => ready());
  });
});
afterAll(async () => {
  await new Promise((closed) => server.close(closed));
  await node.close();
  await database.drop();
});

/** Runs an example as its reader would. The token's id is the agent's: examples take the agent's name from it. */
async function run(name: string, ...args: string[]): Promise<{ code: number; out: string }> {
  const { port } = server.address() as AddressInfo;
  const path = fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
  const token = await agentToken();
  return new Promise((done) => {
    const env = { ...process.env, PLACET_URL: `http://127.0.0.1:${port}`, PLACET_TOKEN: token };
    execFile(process.execPath, [path, ...args], { env }, (error, stdout, stderr) =>
      done({ code: Number(error?.code ?? 0), out: stdout + stderr }),
    );
  });
}

let issued: Promise<string> | undefined;
function agentToken(): Promise<string> {
  const principal = { kind: 'agent' as const, id: 'writer', roles: [] };
  return (issued ??= issueToken(node, agency.tenant, 'writer', principal));
}

test('a loop within its ceilings gets done', async () => {
  const { code, out } = await run('loop.mjs', '2');
  expect(out).toContain('qc_correction correction-2: admitted, 0 left');
  expect(out).toContain('done: Headline, attempt 3');
  expect(code).toBe(0);
});

test('a loop that does not converge stops at the ceiling, and a human is told', async () => {
  const { code, out } = await run('loop.mjs', '50', 'hopeless');
  expect(out).toContain('qc_correction correction-3: denied');
  expect(out).toMatch(/a human has to look at A8-\d+\nstopped\n$/);
  expect(code).toBe(1);
  expect((await run('loop.mjs', '0', 'hopeless')).out).toContain('not started: Red flag A8-');
});

test('a loop that cheats does not get through', async () => {
  const { code, out } = await run('cheat.mjs');
  expect(out).not.toContain('GOT THROUGH');
  expect(out).toContain('2 QC corrections in the run and its child');
  expect(out).toContain('32 fresh runs on one task before it was locked');
  expect(out).toContain('an estimate of a million: refused');
  expect(out).toContain('2 steps in all, 2 corrections; the tree is exhausted');
  expect(code).toBe(0);
});
