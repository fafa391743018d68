import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../../src/app.ts';
import { createLog } from '../../src/log.ts';
import { signInPath } from '../../src/web/session/links.ts';
import { type Site, openSite } from '../../src/web/site-settings.ts';
import {
  type Agency,
  type Clock,
  type Node,
  type Person,
  ask,
  budget,
  createClock,
  must,
  openNode,
  openWorkingAgency,
  vote,
} from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';

// What the inbox shows to whom, in which order: its page as it is sent, without a browser.

const ORIGIN = 'http://localhost';
let database: TestDatabase;
let clock: Clock;
let node: Node;
let dataDir: string;
let site: Site;
let app: Hono;
let acme: Agency;

beforeAll(async () => {
  database = await createDatabase();
  clock = createClock();
  node = await openNode(database.url, { clock });
  acme = await openWorkingAgency(node, 'acme', ['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7']);
  dataDir = await mkdtemp(join(tmpdir(), 'placet-inbox-'));
  site = await openSite({ PLACET_DATA_DIR: dataDir });
  app = createApp({ ...node, clock, log: createLog('silent'), site });
});
afterAll(async () => {
  await node.close();
  await database.drop();
  await rm(dataDir, { recursive: true });
});

async function open(question: unknown, who: Person = 'bot'): Promise<any> {
  return (await must(node.call(acme.tokens[who], 'POST', '/v1/decisions', question), 200)).body.ticket;
}

const read = async (id: string) => (await must(node.call(acme.tokens.anna, 'GET', `/v1/tickets/${id}`), 200)).body;

async function inboxOf(person: string, query = ''): Promise<string> {
  const link = signInPath(site.keys.link, 'acme', person, clock()).split('/').at(-1)!;
  const entered = await app.request('/sign-in/link', {
    method: 'POST',
    headers: { origin: ORIGIN },
    body: new URLSearchParams({ link }),
  });
  const cookie = entered.headers.getSetCookie().map((line) => line.split(';')[0]!);
  const answer = await app.request(`/inbox${query}`, { headers: { accept: 'text/html', cookie: cookie.join('; ') } });
  expect(answer.status, query).toBe(200);
  return answer.text();
}

const rowsOf = (html: string): string[] => [...html.matchAll(/data-row="([^"]+)"/g)].map(([, id]) => id!);
const shown = async (person: string, query = ''): Promise<string[]> => rowsOf(await inboxOf(person, query));

/** An A8: two QC corrections are let in, the third is not. */
async function exhaust(run_id: string): Promise<string> {
  const start = { run_id, task_id: `task-${run_id}`, main_task_id: 'copy', agent: 'bid-bot', model: 'gpt-4o' };
  await must(node.call(acme.tokens.bot, 'POST', '/v1/runs', start), 201);
  for (const n of [1, 2, 3]) {
    const step = { kind: 'qc_correction', step_id: `s${n}`, cause: { code: 'off_brand' } };
    const { body } = await must(node.call(acme.tokens.bot, 'POST', `/v1/runs/${run_id}/steps`, step), 200);
    if (body.red_flag) return body.red_flag;
  }
  throw new Error('no red flag was raised');
}

test('first comes what does harm soonest by waiting, then what is due, then what was asked first', async () => {
  const startingAt = (campaign: string, start: string) =>
    ask('budget.change', `campaign/${campaign}`, { field: 'daily_budget_minor', after: 8_000, start });
  const far = await open(startingAt('c1', '2099-01-01'));
  const override = await open(ask('reconciliation.override', 'reconciliation/inv-1'));
  const access = await open(ask('access.grant', 'access/page', { permissions: ['read'] }));
  const soon = await open(startingAt('c2', '2026-03-02T15:00:00Z'));
  const plain = await open(budget('c3', 8_000));
  const flag = await exhaust('r-order');
  const sooner = await open(startingAt('c4', '2026-03-02T12:00:00Z'));
  // Two that begin in time are before those that only lapse; among these it is the SLA, and nothing else is different.
  const lapsing = await Promise.all([far, access, override, plain].map(({ ticket_id }) => read(ticket_id)));
  expect(new Set(lapsing.map((one) => one.sla.due_at)).size).toBeGreaterThan(1);
  lapsing.sort((a, b) => {
    const [x, y] = [a, b].map((one) => `${one.request_expires_at} ${one.sla.due_at}`) as [string, string];
    return x < y ? -1 : x > y ? 1 : a.number - b.number;
  });
  const wanted = [flag, sooner.ticket_id, soon.ticket_id, ...lapsing.map((one) => one.ticket_id)];
  expect(await shown('olga')).toEqual(wanted);
});

test('each view has what its name says, and says how many', async () => {
  const before = await shown('olga');
  const asked = await open({ ...budget('c5', 8_000), subject: { type: 'human', id: 'olga' } }, 'olga');
  const raised = await open(budget('c6', 13_000));
  await must(vote(node.call, acme.tokens.omar, await read(raised.ticket_id), 'approve'), 201);
  const flag = before.find((id) => id.startsWith('A8'))!;
  const override = before.find((id) => id.startsWith('A6'))!;
  const viewOf = async (person: string, view: string) => (await shown(person, `?view=${view}`)).sort();
  expect(await viewOf('olga', 'mine')).toEqual([asked.ticket_id]);
  expect(await viewOf('omar', 'mine')).toEqual([raised.ticket_id]);
  // An access may be approved by the client as well.
  const access = before.find((id) => id.startsWith('A4'))!;
  expect(await viewOf('olga', 'client')).toEqual([raised.ticket_id, access]);
  expect(await viewOf('olga', 'red-flags')).toEqual([flag]);
  // An operator fills A3 and A8, an admin A6 (and A8); a lawyer none of these.
  const operators = await viewOf('olga', 'my-roles');
  expect(operators).toContain(asked.ticket_id);
  expect(operators).not.toContain(override);
  expect(operators).not.toContain(raised.ticket_id);
  expect(await viewOf('anna', 'my-roles')).toContain(override);
  expect(await viewOf('lena', 'my-roles')).toEqual([]);
  expect(await viewOf('olga', 'uncovered')).toEqual([]);
  expect(await viewOf('olga', 'breached')).toEqual([]);
  expect(await viewOf('olga', 'stale')).toEqual([]);
  const all = await shown('olga');
  for (const [name, count] of [
    ['All', all.length],
    ['Mine', 1],
    ['Client', 2],
    ['Red flags', 1],
    ['Stale', 0],
    ['Breached', 0],
  ] as const) {
    const text = (await inboxOf('olga')).replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
    expect(text, name).toContain(`${name} ${count}`);
  }

  clock.advance({ hours: 5 });
  const late = await Promise.all(all.map((id) => read(id)));
  const breached = late.filter((one) => one.sla.due_at < clock().toISOString()).map((one) => one.ticket_id);
  expect(breached.length).toBeGreaterThan(0);
  expect(breached.length).toBeLessThan(all.length);
  expect(await viewOf('olga', 'breached')).toEqual(breached.sort());
  clock.advance({ hours: 44 });
  const fresh = await open(budget('c7', 8_000));
  const stale = await viewOf('olga', 'stale');
  expect(stale).toContain(asked.ticket_id);
  expect(stale).not.toContain(fresh.ticket_id);
});

test('each filter leaves what it names, and they add up', async () => {
  const copied = { ...budget('c1', 7_500), subject: { type: 'agent', id: 'copy-bot' } };
  await must(node.call(acme.tokens.bot2, 'POST', '/v1/decisions', copied), 200);
  const all = await shown('olga', '?state=any');
  const facts = new Map((await Promise.all(all.map(read))).map((one) => [one.ticket_id, one]));
  const where = (keep: (ticket: any) => boolean) => all.filter((id) => keep(facts.get(id)));
  for (const [query, keep] of [
    ['type=A3', (one: any) => one.type === 'A3'],
    ['type=A6', (one: any) => one.type === 'A6'],
    ['platform=meta', (one: any) => one.platform === 'meta'],
    ['agent=copy-bot', (one: any) => one.requested_by.id === 'copy-bot'],
    ['vertical=health', (one: any) => one.vertical === 'health'],
    ['vertical=alcohol', () => false],
    ['type=A3&agent=olga&platform=meta', (one: any) => one.type === 'A3' && one.requested_by.id === 'olga'],
  ] as const) {
    expect(await shown('olga', `?state=any&${query}`), query).toEqual(where(keep));
    if (query !== 'vertical=alcohol') expect(where(keep).length, query).toBeGreaterThan(0);
  }
  expect(await shown('olga', '?state=approved')).toEqual(where((one) => one.state === 'approved'));
});

test('no view and no filter takes a red flag out of the strip, nor puts one into a selection', async () => {
  const flag = await exhaust('r-strip');
  for (const query of ['', '?view=client&type=A1', '?view=mine&state=rejected', '?agent=nobody&platform=none']) {
    const html = await inboxOf('olga', query);
    expect(html.includes(`/${flag}"`) && html.includes('2 red flags'), query).toBe(true);
    const boxes = [...html.matchAll(/name="ticket" value="([^."]+)/g)].map(([, id]) => id!);
    expect(boxes.filter((id) => id.startsWith('A8') || id.startsWith('A9'))).toEqual([]);
  }
});
