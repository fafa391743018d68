// Takes the pictures of docs/screenshots: the demo agency on a service of its own, in a real browser, light and dark.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { startEmbedded } from '../dist/db/embedded.js';
import { seedAgency } from '../dist/demo/agency.js';
import { createLog } from '../dist/log.js';
import { startService } from '../dist/service.js';
import { signInPath } from '../dist/web/session/links.js';
import { openSite } from '../dist/web/site-settings.js';
import { playWeeks, shootReading } from './screenshots-ops.mjs';
import { shootPortal } from './screenshots-portal.mjs';
import { fillWork, workPages } from './screenshots-work.mjs';

const OUT = new URL('../docs/screenshots/', import.meta.url);
const TENANT = 'northwind-outdoor';
/** Where plans, campaigns and runs are shown: no other picture shows what is done there. */
const WORK_TENANT = 'harvest-health';

await mkdir(OUT, { recursive: true });
const dataDir = await mkdtemp(join(tmpdir(), 'placet-shots-'));
const log = createLog('warn');
const embedded = await startEmbedded({ dataDir, log });
const site = await openSite({ PLACET_DATA_DIR: dataDir, PLACET_SYSTEM_OPS_URL: 'https://ops.example/runs/{run_id}' });
// Turned back while four weeks are played.
const clock = Object.assign(() => new Date(Date.now() + clock.offset_ms), { offset_ms: 0 });
const service = await startService({ databaseUrl: embedded.url, host: '127.0.0.1', port: 0, log, site, clock });
const browser = await chromium.launch({
  executablePath: process.env.PLACET_CHROMIUM || '/usr/bin/chromium',
  args: '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'.split(
    ' ',
  ),
});
try {
  const tokens = await seedAgency(service, dataDir);
  await playWeeks({ service, clock, tokens });
  const { ticket, loop, cost } = await fill(tokens[TENANT]);
  const made = await fillWork(poster(tokens[WORK_TENANT]));
  for (const colorScheme of ['light', 'dark']) {
    const context = await browser.newContext({
      baseURL: service.url,
      colorScheme,
      viewport: { width: 1360, height: 860 },
      timezoneId: 'Europe/Berlin',
    });
    const page = await context.newPage();
    const shoot = (name) => page.screenshot({ path: new URL(`${name}-${colorScheme}.png`, OUT).pathname });
    await page.goto(signInPath(site.keys.link, TENANT, 'niels', new Date()));
    await shoot('sign-in');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/inbox');
    await page.goto(`/inbox?ticket=${ticket}`);
    await shoot('inbox');
    await page.goto(`/tickets/${ticket}`);
    await shoot('ticket');
    await page.getByText('Say what has to change').click();
    await shoot('request-changes');
    await page.goto(`/tickets/${loop}`);
    await shoot('red-flag-loop');
    await page.goto(`/tickets/${cost}`);
    await shoot('red-flag-cost');
    await page.keyboard.press('?');
    await shoot('keys');
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto('/inbox');
    await shoot('inbox-phone');
    await page.goto(`/tickets/${ticket}`);
    await shoot('ticket-phone');
    await page.goto(`/tickets/${cost}`);
    await shoot('red-flag-phone');
    await context.close();
    await shootReading({ browser, service, site, colorScheme, folder: OUT });
    await shootWork(colorScheme, made);
  }
  await shootPortal({ service, site, browser, tokens, out: OUT });
} finally {
  await browser.close();
  await service.close();
  await embedded.stop();
  await rm(dataDir, { recursive: true, force: true });
}

/** Plans, campaigns and runs, each page whole; the run on a phone as well. */
async function shootWork(colorScheme, made) {
  const viewport = { width: 1360, height: 860 };
  const context = await browser.newContext({
    baseURL: service.url,
    colorScheme,
    viewport,
    timezoneId: 'Europe/Berlin',
  });
  const page = await context.newPage();
  await page.goto(signInPath(site.keys.link, WORK_TENANT, 'anna', new Date()));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/inbox');
  const shoot = (name) =>
    page.screenshot({ path: new URL(`${name}-${colorScheme}.png`, OUT).pathname, fullPage: true });
  for (const [name, path] of Object.entries(workPages(made))) {
    await page.goto(path);
    await shoot(name);
  }
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(workPages(made).run);
  await shoot('run-phone');
  await context.close();
}

/** Sends as one of a tenant's people and agents. */
function poster(tokens) {
  return async (who, path, body, method = 'POST') => {
    const headers = { authorization: `Bearer ${tokens[who]}`, 'content-type': 'application/json' };
    const response = await fetch(service.url + path, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  };
}

/** Tickets as agents open them in a day. @returns the one to look at */
async function fill(tokens) {
  const post = poster(tokens);
  const ask = (who, action, type, id, properties) =>
    post(who, '/v1/decisions', {
      subject: { type: 'agent', id: who },
      action: { name: action, ...(properties && { properties }) },
      resource: { type, id },
    });
  const change = (field, after) => ({ field, after });
  const campaign = 'winter-trails-search';
  await ask('bid-optimizer', 'budget.change', 'campaign', campaign, change('bid_minor', 120));
  await ask('access-bot', 'dns.change', 'access', 'northwind.example').catch(() => null);
  const { ticket } = await ask(
    'bid-optimizer',
    'budget.change',
    'campaign',
    campaign,
    change('daily_budget_minor', 52_000),
  );
  await post('bid-optimizer', `/v1/tickets/${ticket.ticket_id}/comments`, {
    comment: 'Conversions per dollar are up 31 % since Thursday; the search terms report is attached to the run.',
  });
  for (const after of [30_000, 28_000, 26_000])
    await ask('bid-optimizer', 'budget.change', 'campaign', campaign, change('daily_budget_minor', after));
  const run = (run_id, task_id) => ({
    run_id,
    task_id,
    main_task_id: 'winter',
    agent: 'creative-studio',
    model: 'gpt-4o',
  });
  await post('creative-studio', '/v1/runs', run('run-headlines', 'headlines'));
  let step;
  for (const [i, code] of ['off_brand', 'off_brand', 'too_long'].entries())
    step = await post('creative-studio', '/v1/runs/run-headlines/steps', {
      kind: 'qc_correction',
      step_id: `qc-${i + 1}`,
      cause: { code, detail: ['Says “cheap”', 'Says “bargain”', '91 characters, 30 allowed'][i] },
    });
  await post('creative-studio', '/v1/runs', run('run-variants', 'variants'));
  await post('creative-studio', '/v1/runs/run-variants/estimate', { pico_usd: '2400000000000' });
  const spend = { event_id: 'call-1', run_id: 'run-variants', pico_usd: '7930000000000' };
  await post('reconciler', '/v1/spend-events', spend);
  const list = await fetch(`${service.url}/v1/tickets?type=A9`, {
    headers: { authorization: `Bearer ${tokens.niels}` },
  });
  const cost = (await list.json()).tickets[0].ticket_id;
  return { ticket: ticket.ticket_id, loop: step.red_flag, cost };
}
