// `npm run bench:pages`: the pages before 10,000 open tickets, on the built service with its embedded, durable PostgreSQL. First byte and
// whole answer as a client sees them, bytes on the wire, and in a real browser how long a person waits. See docs/bench.md.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { startEmbedded } from '../dist/db/embedded.js';
import { createLog } from '../dist/log.js';
import { registerCampaign } from '../dist/plans/campaigns.js';
import { approvePlan, registerPlan } from '../dist/plans/plans.js';
import { startService } from '../dist/service.js';
import { STANDARD_CONFIG } from '../dist/tenants/standard-config.js';
import { createTenant } from '../dist/tenants/tenants.js';
import { createToken } from '../dist/tenants/tokens.js';
import { signInPath } from '../dist/web/session/links.js';
import { openSite } from '../dist/web/site-settings.js';

const { values: flags } = parseArgs({
  options: {
    tickets: { type: 'string', default: '10000' },
    flags: { type: 'string', default: '25' },
    times: { type: 'string', default: '40' },
  },
});
const TENANT = 'pages';
const CAMPAIGNS = 100;
const AGENTS = 20;
const ACTOR = { type: 'service', id: 'bench-setup' };
const CHROMIUM = process.env.PLACET_CHROMIUM || '/usr/bin/chromium';

const folder = await mkdtemp(join(tmpdir(), 'placet-bench-pages-'));
const log = createLog('warn');
const embedded = await startEmbedded({ dataDir: folder, log });
const site = await openSite({ PLACET_DATA_DIR: folder });
const service = await startService({ databaseUrl: embedded.url, host: '127.0.0.1', port: 0, log, site });
try {
  const tokens = await setUp(service);
  await openTickets(tokens, Number(flags.tickets));
  await raiseFlags(tokens, Number(flags.flags));
  await service.sql`analyze`;
  const cookie = await signIn();
  const rows = await measurePages(cookie);
  console.log(
    `\n${flags.tickets} open tickets, ${flags.flags} red flags, ${flags.times} requests each, one after the other\n`,
  );
  console.log('| page | first byte p50 | p95 | whole p50 | p95 ms | kB on the wire |\n|---|---|---|---|---|---|');
  for (const row of rows)
    console.log(
      `| ${row.name} | ${row.first[0]} | ${row.first[1]} | ${row.whole[0]} | ${row.whole[1]} | ${(row.bytes / 1024).toFixed(1)} |`,
    );
  if (existsSync(CHROMIUM)) await measureBrowser();
  else console.log('\nNo Chromium: what a person waits for was not measured.');
} finally {
  await service.close();
  await embedded.stop();
  await rm(folder, { recursive: true, force: true });
}

async function setUp({ ledger, policy }) {
  const run = (command) => ledger.submit(TENANT, command);
  await run((tx) => createTenant(tx, policy, ACTOR, { name: 'Pages', vertical: 'health', config: STANDARD_CONFIG }));
  const budget = 1_000_000 * CAMPAIGNS;
  const flights = [{ platform: 'meta', start: '2026-12-01', end: '2026-12-31', budget_minor: budget }];
  const payload = { name: 'December', currency: 'USD', total_budget_minor: budget, flights };
  await run((tx) => registerPlan(tx, ACTOR, { type: 'initial', payload }));
  await run((tx) => approvePlan(tx, ACTOR, 1, 'A1-0'));
  for (let i = 0; i < CAMPAIGNS; i++)
    await run((tx) =>
      registerCampaign(tx, ACTOR, {
        id: `campaign-${i}`,
        name: `Prospecting ${i}`,
        platform: ['meta', 'google', 'tiktok'][i % 3],
        plan_version: 1,
        approved: { daily_budget_minor: 1_000_000, bid_minor: 120 },
      }),
    );
  const members = [
    ...Array.from({ length: AGENTS }, (_, i) => ({ kind: 'agent', id: `agent-${i}`, roles: [] })),
    { kind: 'service', id: 'desk', roles: [] },
    { kind: 'human', id: 'olga', roles: ['operator'] },
    { kind: 'human', id: 'anna', roles: ['admin'] },
    { kind: 'human', id: 'clara', roles: ['client'] },
  ];
  const tokens = {};
  for (const principal of members)
    tokens[principal.id] = await run((tx) =>
      createToken(tx, ACTOR, {
        tokenId: principal.id,
        secret: principal.id.padEnd(32, '0'),
        principal,
        expiresAt: null,
      }),
    );
  return tokens;
}

async function post(token, path, body) {
  const response = await fetch(service.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}

/** Budget changes beyond the guardrail, up and down: each is a question of its own, and waits. */
async function openTickets(tokens, count) {
  const started = performance.now();
  const open = async (i) => {
    const agent = `agent-${i % AGENTS}`;
    const after = i % 2 === 0 ? 1_200_000 + i : 800_000 - i;
    const { effect } = await post(tokens[agent], '/v1/decisions', {
      subject: { type: 'agent', id: agent },
      action: { name: 'budget.change', properties: { field: 'daily_budget_minor', after } },
      resource: { type: 'campaign', id: `campaign-${i % CAMPAIGNS}` },
    });
    if (effect !== 'review') throw new Error(`ticket ${i} was not opened: ${effect}`);
  };
  const next = Array.from({ length: count }, (_, i) => i).values();
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      for (const i of next) await open(i);
    }),
  );
  console.error(`${count} tickets opened in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

async function raiseFlags(tokens, count) {
  for (let i = 0; i < count; i++) {
    const run_id = `run-${i}`;
    const agent = `agent-${i % AGENTS}`;
    await post(tokens[agent], '/v1/runs', {
      run_id,
      task_id: `task-${i}`,
      main_task_id: 'copy',
      agent,
      model: 'gpt-4o',
    });
    await post(tokens[agent], `/v1/runs/${run_id}/estimate`, { pico_usd: '1000000000000' });
    const pico_usd = String((4 + i) * 1e12);
    await post(tokens.desk, '/v1/spend-events', { event_id: run_id, run_id, pico_usd });
  }
}

async function signIn() {
  const path = signInPath(site.keys.link, TENANT, 'olga', new Date());
  const response = await fetch(`${service.url}/sign-in/link`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: service.url },
    body: new URLSearchParams({ link: path.split('/').at(-1) }),
    redirect: 'manual',
  });
  return response.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
}

async function measurePages(cookie) {
  const first = (await page('/inbox', cookie)).text;
  const after = /href="([^"]*after=[^"]*)"/.exec(first)[1].replaceAll('&amp;', '&');
  const [ticket] = /A3-\d+/.exec(first);
  const pages = {
    'the inbox': '/inbox',
    'its second page': after,
    'what my roles wait for': '/inbox?view=my-roles',
    'one agent’s': '/inbox?agent=agent-7',
    'a view that is empty': '/inbox?view=uncovered',
    'the inbox with a ticket': `/inbox?ticket=${ticket}`,
    'a ticket': `/tickets/${ticket}`,
    'the red flags alone': '/events/flags',
  };
  const rows = [];
  for (const [name, path] of Object.entries(pages)) {
    for (let i = 0; i < 10; i++) await page(path, cookie);
    const samples = [];
    for (let i = 0; i < Number(flags.times); i++) samples.push(await page(path, cookie));
    rows.push({
      name,
      first: percentiles(samples.map((one) => one.first)),
      whole: percentiles(samples.map((one) => one.whole)),
      bytes: samples[0].bytes,
    });
  }
  return rows;
}

/** One page over a connection that is kept, as a browser has it. */
function page(path, cookie) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    get(service.url + path, { headers: { cookie, accept: 'text/html', 'accept-encoding': 'gzip' } }, (response) => {
      const first = performance.now() - started;
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', async () => {
        const whole = performance.now() - started;
        const body = Buffer.concat(parts);
        if (response.statusCode !== 200) return reject(new Error(`${path}: ${response.statusCode}`));
        const { gunzipSync } = await import('node:zlib');
        const text = response.headers['content-encoding'] === 'gzip' ? gunzipSync(body).toString() : body.toString();
        resolve({ first, whole, bytes: body.length, text });
      });
    }).on('error', reject);
  });
}

function percentiles(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return [0.5, 0.95].map((part) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))].toFixed(1));
}

/** What a person waits for, from the key or the click until the page shows it. */
async function measureBrowser() {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'.split(
      ' ',
    ),
  });
  try {
    const context = await browser.newContext({ baseURL: service.url, viewport: { width: 1360, height: 860 } });
    const tab = await context.newPage();
    await tab.goto(signInPath(site.keys.link, TENANT, 'anna', new Date()));
    await tab.getByRole('button', { name: 'Sign in' }).click();
    await tab.waitForURL('**/inbox');
    const waits = {
      'J to the next row': [],
      'Enter until the ticket is there': [],
      'a view until its rows are there': [],
    };
    for (let i = 0; i < 10; i++) {
      await tab.goto('/inbox');
      await tab.keyboard.press('j');
      waits['J to the next row'].push(
        await tab.evaluate(
          () =>
            new Promise((resume) => {
              const started = performance.now();
              document.dispatchEvent(new KeyboardEvent('keydown', { key: 'j', bubbles: true }));
              requestAnimationFrame(() => requestAnimationFrame(() => resume(performance.now() - started)));
            }),
        ),
      );
      let started = performance.now();
      await tab.keyboard.press('Enter');
      await tab.locator('article.ticket').waitFor();
      waits['Enter until the ticket is there'].push(performance.now() - started);
      started = performance.now();
      await tab.locator('.views a', { hasText: 'My roles' }).click();
      await tab.waitForURL('**view=my-roles**');
      await tab.locator('.list-body').waitFor();
      waits['a view until its rows are there'].push(performance.now() - started);
    }
    console.log('\n| in Chromium | p50 ms | p95 ms |\n|---|---|---|');
    for (const [name, values] of Object.entries(waits)) console.log(`| ${name} | ${percentiles(values).join(' | ')} |`);
  } finally {
    await browser.close();
  }
}
