import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../../src/app.ts';
import { Problem } from '../../src/contract/problem.ts';
import { createLog } from '../../src/log.ts';
import { signInPath } from '../../src/web/session/links.ts';
import { type Site, openSite } from '../../src/web/site-settings.ts';
import {
  type Agency,
  type Clock,
  type Node,
  ask,
  budget,
  createClock,
  must,
  openNode,
  openWorkingAgency,
} from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';

// What pages and forms do at their edges, without a browser: pages of a list across tenants, several verdicts at once, and outages.

const ORIGIN = 'http://localhost';
const CAMPAIGNS = Array.from({ length: 28 }, (_, n) => `c${n}`);
let database: TestDatabase;
let clock: Clock;
let node: Node;
let dataDir: string;
let site: Site;
let app: Hono;
let agencies: Agency[];
/** What the ledger is to fail with; null: it works. */
let failure: Error | null = null;

beforeAll(async () => {
  database = await createDatabase();
  clock = createClock();
  node = await openNode(database.url, { clock });
  agencies = [await openWorkingAgency(node, 'acme', CAMPAIGNS), await openWorkingAgency(node, 'rival', CAMPAIGNS)];
  for (const { tokens } of agencies)
    for (const [n, campaign] of CAMPAIGNS.entries()) {
      // The last one is of another shape: a bid, and not a budget.
      const bid = ask('budget.change', `campaign/${campaign}`, { field: 'bid_minor', after: 80 });
      const asked = n === CAMPAIGNS.length - 1 ? bid : budget(campaign, 8_000);
      await must(node.call(tokens.bot, 'POST', '/v1/decisions', asked), 200);
      if (n % 9 === 0) clock.advance({ minutes: 1 });
    }
  dataDir = await mkdtemp(join(tmpdir(), 'placet-pages-'));
  site = await openSite({ PLACET_DATA_DIR: dataDir });
  const ledger: Node['ledger'] = {
    ...node.ledger,
    submit: (log, command) => (failure ? Promise.reject(failure) : node.ledger.submit(log, command)),
  };
  app = createApp({ ...node, ledger, clock, log: createLog('silent'), site });
});
afterAll(async () => {
  await node.close();
  await database.drop();
  await rm(dataDir, { recursive: true });
});

/** A browser that is signed in, as far as one cookie goes. */
async function signIn(tenants: string[], person: string) {
  const link = signInPath(site.keys.link, tenants, person, clock()).split('/').at(-1)!;
  const headers = { origin: ORIGIN, accept: 'text/html' };
  const entered = await app.request('/sign-in/link', { method: 'POST', headers, body: new URLSearchParams({ link }) });
  const cookie = entered.headers.getSetCookie().map((line) => line.split(';')[0]!);
  const send = async (path: string, body?: URLSearchParams) => {
    const init = { headers: { ...headers, cookie: cookie.join('; ') }, ...(body && { method: 'POST', body }) };
    const answer = await app.request(path, init);
    return { status: answer.status, headers: answer.headers, html: await answer.text() };
  };
  return send;
}

const plain = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');

test('the pages of an inbox across tenants follow each other without a gap and without a ticket twice', async () => {
  const send = await signIn(['acme', 'rival'], 'olga');
  const seen: string[] = [];
  let path: string | undefined = '/inbox?across=yes';
  for (let pages = 0; path !== undefined && pages < 5; pages++) {
    const { status, html } = await send(path);
    expect(status).toBe(200);
    seen.push(...[...html.matchAll(/data-row="([^"]+)"/g)].map(([, row]) => row!));
    path = /href="([^"]+)" rel="next"/.exec(html)?.[1]?.replaceAll('&amp;', '&');
  }
  expect(seen).toHaveLength(2 * CAMPAIGNS.length);
  expect(new Set(seen).size).toBe(seen.length);
  const times = await node.sql<{ row: string }[]>`
    select tenant_id || '/' || ticket_id as row from ticket where state = 'pending' order by harm_at, due_at, tenant_id, number`;
  expect(seen).toEqual(times.map(({ row }) => row));
  const own = await send('/inbox?tenant=rival');
  expect([...own.html.matchAll(/data-row="([^"]+)"/g)]).toHaveLength(CAMPAIGNS.length);
});

test('several at once are refused together when they are not alike, and each by itself when it changed', async () => {
  const send = await signIn(['acme'], 'olga');
  const { html } = await send('/inbox');
  const boxes = [...html.matchAll(/name="ticket" value="([^"]+)"[^>]*data-shape="([^"]+)"/g)];
  const values = boxes.map(([, value]) => value!);
  const form = (picked: string[]) =>
    new URLSearchParams([
      ['csrf', /name="csrf" value="([^"]+)"/.exec(html)![1]!],
      ['tenant', 'acme'],
      ['verdict', 'approve'],
      ...picked.map((value): [string, string] => ['ticket', value]),
    ]);
  const odd = (
    await node.sql`select ticket_id, revision, subject_hash from ticket
    where tenant_id = 'acme' and resource = 'campaign/c27' and state = 'pending'`
  )[0]!;
  const mixed = await send(
    '/inbox/bulk',
    form([values[0]!, `${odd['ticket_id']}.${odd['revision']}.${odd['subject_hash']}`]),
  );
  expect([mixed.status, plain(mixed.html)]).toEqual([400, expect.stringContaining('bulk.mixed')]);
  const [id] = values[0]!.split('.');
  expect((await node.call(agencies[0]!.tokens.anna, 'GET', `/v1/tickets/${id}`)).body.state).toBe('pending');

  const stale = values[1]!.replace(/[0-9a-f]{64}$/, '0'.repeat(64));
  const partial = await send('/inbox/bulk', form([values[0]!, stale]));
  expect([partial.status, plain(partial.html)]).toEqual([200, expect.stringContaining('1 of 2 approved')]);
  expect((await node.call(agencies[0]!.tokens.anna, 'GET', `/v1/tickets/${id}`)).body.state).toBe('approved');
});

test('an outage is a page that says so and when to come back; a defect tells nothing of itself', async () => {
  const send = await signIn(['acme'], 'olga');
  const client = await signIn(['acme'], 'clara');
  try {
    failure = new Problem(503, 'storage.unavailable', 'The database does not answer.');
    const out = await send('/inbox');
    expect([out.status, out.headers.get('retry-after')]).toEqual([503, '1']);
    expect(plain(out.html)).toContain('storage.unavailable');
    const theirs = await client('/portal');
    expect(theirs.status).toBe(503);
    failure = new TypeError('x.secret is not a function');
    const broken = await send('/plans');
    expect(broken.status).toBe(500);
    expect(broken.html).not.toContain('secret');
    expect(broken.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
  } finally {
    failure = null;
  }
  expect((await send('/inbox')).status).toBe(200);
});
