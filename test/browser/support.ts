import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { createLog } from '../../src/log.ts';
import { type Service, startService } from '../../src/service.ts';
import { signInPath } from '../../src/web/session/links.ts';
import { type Site, openSite } from '../../src/web/site-settings.ts';
import { type Call, type Clock, caller, createClock } from '../support/agency.ts';
import { createDatabase } from '../support/database.ts';
import { launchChromium } from './chromium.mjs';

// A real service on a free port with a database of its own, and a real browser that looks at it.

export interface Stage {
  url: string;
  service: Service;
  site: Site;
  clock: Clock;
  browser: Browser;
  /** The API of the same service. */
  call: Call;
  close(): Promise<void>;
}

/** Starts all of it. `settings` are environment variables. */
export async function openStage(settings: Record<string, string> = {}): Promise<Stage> {
  const browser = await openBrowser();
  const dataDir = await mkdtemp(join(tmpdir(), 'placet-browser-'));
  const database = await createDatabase();
  // Now, so that the browser's clock and ours agree.
  const clock = createClock(new Date().toISOString());
  const site = await openSite({ PLACET_DATA_DIR: dataDir, ...settings });
  const log = createLog('error');
  const service = await startService({ databaseUrl: database.url, host: '127.0.0.1', port: 0, log, clock, site });
  return {
    url: service.url,
    service,
    site,
    clock,
    browser,
    call: caller((path, init) => fetch(service.url + path, init)),
    async close() {
      await Promise.all(browser.contexts().map((context) => context.close()));
      await service.close();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

let running: Promise<Browser> | undefined;

/** One browser for all files of a worker: starting one takes a second of both cores, and contexts share nothing. It ends with the worker. */
async function openBrowser(): Promise<Browser> {
  if (!(await running)?.isConnected()) running = launchChromium();
  return running!;
}

/** One person's browser. */
export interface Seat {
  page: Page;
  context: BrowserContext;
  /** What the page logs as an error; a test that asks fails by it. */
  errors: string[];
}

/**
 * A browser of one person, signed in, at `at`: `/` leads to the inbox or the portal. The one-time link is used without looking at its page,
 * which saves a second each time; what a person does with it is in sessions.test.ts.
 */
export async function signIn(
  { browser, url, site, clock }: Stage,
  tenants: string | string[],
  person: string,
  { at = '/', ...options }: BrowserContextOptions & { at?: string } = {},
): Promise<Seat> {
  const context = await browser.newContext({ baseURL: url, ...options });
  const link = signInPath(site.keys.link, tenants, person, clock()).split('/').at(-1)!;
  const entered = await context.request.post('/sign-in/link', {
    form: { link },
    headers: { origin: url },
    maxRedirects: 0,
  });
  expect(entered.status(), await entered.text()).toBe(303);
  const page = await context.newPage();
  const errors = listen(page);
  await page.goto(at);
  return { page, context, errors };
}

/** What the page complains about from now on: broken scripts, and what the content security policy refused. */
export function listen(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    // A page that answers 409 is meant to; the browser calls any such answer a failed resource.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      errors.push(message.text());
  });
  return errors;
}

const axe = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * No page may break a rule of WCAG 2.2 AA that axe can find. axe comes in past the policy of scripts, as an extension would. `rules`: these
 * alone, where all of them were run in the other colours.
 */
export async function checkAccessible(page: Page, rules?: string[]): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(await axe);
  const violations = await page.evaluate(async (only) => {
    // What is in order needs no description.
    const options = { resultTypes: ['violations'], ...(only && { runOnly: { type: 'rule', values: only } }) };
    const { violations } = await (globalThis as any).axe.run(options);
    return violations.map((one: any) => ({
      rule: one.id,
      says: one.help,
      at: one.nodes.slice(0, 3).map((node: any) => `${node.html.slice(0, 160)} — ${node.failureSummary}`),
    }));
  }, rules);
  expect(violations, page.url()).toEqual([]);
}

/** Nothing sticks out to the side. */
export async function checkFits(page: Page): Promise<void> {
  const { width, content } = await page.evaluate(() => {
    const { clientWidth, scrollWidth } = (globalThis as any).document.documentElement;
    return { width: clientWidth, content: scrollWidth };
  });
  expect(content, `${page.url()} at ${width} px`).toBeLessThanOrEqual(width);
}

/** A page in a state of its own: on a phone, in the dark. What holds of every page is in every-page.test.ts. */
export async function checkOnPhone(page: Page, path: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(path);
  await checkFits(page);
  await checkAccessible(page);
}
