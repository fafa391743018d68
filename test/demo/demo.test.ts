import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seedAgency } from '../../src/demo/agency.ts';
import { firstCurl } from '../../src/demo/banner.ts';
import { createClient } from '../../src/demo/client.ts';
import { playDay } from '../../src/demo/day.ts';
import type { Tokens } from '../../src/demo/tokens.ts';
import { createLog } from '../../src/log.ts';
import { type Service, startService } from '../../src/service.ts';
import { createTenant } from '../../src/tenants/tenants.ts';
import { CONFIG, OPERATOR, checkLog } from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';

const log = createLog('silent');
let database: TestDatabase;
let service: Service;
let dataDir: string;
let tokens: Tokens;

beforeAll(async () => {
  database = await createDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'placet-demo-test-'));
  service = await startService({ databaseUrl: database.url, host: '127.0.0.1', port: 0, log });
  tokens = (await seedAgency(service, dataDir))!;
});

afterAll(async () => {
  await service.close();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

const heads = () => database.sql`select tenant_id, size from audit_head order by tenant_id`;

/** How much people and agents wrote. The service's own sweep writes when it comes by. */
const written = () => database.sql`
  select tenant_id, count(*)::int as entries from audit_entry
  where convert_from(leaf, 'UTF8')::json->>'actor_id' <> 'placet' group by tenant_id order by tenant_id`;

test('the first start makes two tenants, and every token works', async () => {
  for (const [tenant, people] of Object.entries(tokens)) {
    const call = createClient(service.url, people);
    for (const name of Object.keys(people)) {
      const { status } = await call(name, 'GET', '/v1/tickets');
      expect({ tenant, name, status }).toEqual({ tenant, name, status: 200 });
    }
  }
  expect(Object.keys(tokens)).toEqual(['harvest-health', 'northwind-outdoor']);
});

test('the plan of the second tenant was approved by a human on a ticket, and its campaign launched', async () => {
  const call = createClient(service.url, tokens['northwind-outdoor']!);
  const plan = (await call('nora', 'GET', '/v1/plans/1')).body;
  const campaign = (await call('nora', 'GET', '/v1/campaigns/winter-trails-search')).body;
  expect(plan).toMatchObject({ state: 'approved', approved_ticket_id: expect.stringMatching(/^A1-/) });
  expect(campaign.launched_at).not.toBeNull();
  const ticket = (await call('nora', 'GET', `/v1/tickets/${plan.approved_ticket_id}`)).body;
  expect(ticket).toMatchObject({ state: 'consumed', votes: [{ voter: 'nora', verdict: 'approve' }] });
});

test('a second start adds nothing and knows the same tokens, which only this account can read', async () => {
  const before = await written();
  expect(await seedAgency(service, dataDir)).toEqual(tokens);
  expect(await written()).toEqual(before);
  expect((await stat(join(dataDir, 'demo-tokens.json'))).mode & 0o777).toBe(0o600);
});

test('tokens that were lost are not made up', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'placet-demo-test-'));
  expect(await seedAgency(service, empty)).toEqual({ 'harvest-health': {}, 'northwind-outdoor': {} });
  await rm(empty, { recursive: true });
});

test('a database with tenants of its own gets no demo', async () => {
  const other = await createDatabase();
  const node = await startService({ databaseUrl: other.url, host: '127.0.0.1', port: 0, log });
  try {
    const tenant = { name: 'Acme', vertical: 'retail', config: CONFIG };
    await node.ledger.submit('acme', (tx) => createTenant(tx, node.policy, OPERATOR, tenant));
    expect(await seedAgency(node, dataDir)).toBeNull();
    expect(await other.sql`select tenant_id from audit_head`).toEqual([{ tenant_id: 'acme' }]);
  } finally {
    await node.close();
    await other.drop();
  }
});

test.each([
  { which: 'the first day', steps: 134 },
  { which: 'another day on the same data', steps: 131 },
])('$which goes as expected, and both logs verify', async ({ steps }) => {
  const { day, lines } = await play(tokens);
  expect(day.failures).toEqual([]);
  expect(day.steps).toBe(steps);
  const sizes = (await heads()).map((head) => Number(head['size']));
  expect(day.entries).toBe(sizes[0]! + sizes[1]!);
  expect(lines.join('\n')).toContain('takes the log of harvest-health');
  for (const tenant of Object.keys(tokens)) await checkLog(database.sql, tenant);
});

test('a step that is not answered as expected is a failure of the day', async () => {
  const { clara: _, ...without } = tokens['harvest-health']!;
  const failing = { ...tokens, 'harvest-health': { ...without, clara: tokens['harvest-health']!['olga']! } };
  const { failures } = await play(failing);
  expect(failures.join('\n')).toMatch(/clara approves A3-\d+.*status is 403, expected 201/);
});

test('the curl line of the README is the one that the start prints', async () => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  expect(readme).toContain(firstCurl('http://127.0.0.1:8080', '<token>'));
});

test('the example agent waits for the humans and proceeds once they agree', async () => {
  const people = tokens['northwind-outdoor']!;
  const call = createClient(service.url, people);
  const agent = spawn(process.execPath, [new URL('../../examples/agent.mjs', import.meta.url).pathname], {
    env: { ...process.env, PLACET_URL: service.url, PLACET_TOKEN: people['bid-optimizer'] },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  const ended = new Promise((resolve) => agent.once('exit', resolve));
  for await (const chunk of agent.stdout) {
    said += String(chunk);
    const waiting = /waiting for (A3-\d+)\n$/.exec(said);
    if (!waiting) continue;
    for (const name of ['niels', 'nicole']) {
      const { ticket_id, revision, subject_hash } = (await call(name, 'GET', `/v1/tickets/${waiting[1]}`)).body;
      const verdict = { verdict: 'approve', revision, subject_hash };
      expect((await call(name, 'POST', `/v1/tickets/${ticket_id}/verdicts`, verdict)).status).toBe(201);
    }
  }
  expect(await ended).toBe(0);
  expect(said).toMatch(
    /^review: .*\nwaiting for (A3-\d+)\n\1 is approved\nallow, on record as northwind-outdoor #\d+\n$/,
  );
  const { body } = await call('nora', 'GET', '/v1/campaigns/winter-trails-search');
  expect(body.live.daily_budget_minor).toBe(50_000);
});

async function play(withTokens: Tokens) {
  const lines: string[] = [];
  const day = await playDay({
    url: service.url,
    tokens: withTokens,
    policy: service.policy,
    print: (line) => lines.push(line),
    colours: false,
  });
  return { day, lines, failures: day.failures };
}
