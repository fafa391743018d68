import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLog } from '../../src/log.ts';
import { signInPath } from '../../src/web/session/links.ts';
import { sitePages } from '../../src/web/site.tsx';
import { type Seat, type Stage, checkAccessible, checkFits, listen, openStage, signIn } from './support.ts';
import { type World, fillWorld, shownOf } from './world.ts';

// What holds of every page there is. A page that is added has to be added here.

let stage: Stage;
let world: World;
const seats = new Map<string, { seat: Seat; plain: Seat }>();
/** Words of hostile texts that some page has shown. */
const seen = new Set<string>();

const WIDE = { width: 1360, height: 900 };
const PHONE = { width: 360, height: 740 };
/** What axe finds by colours, and by nothing else. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];
const NOBODY = 'nobody';

interface Place {
  /** As the app has it; absent for addresses that lead to no page. */
  route?: string;
  name: string;
  path: (world: World) => string;
  who: string;
  status?: number;
}

const request = (id: string) => `/portal/requests/${id.split('-')[1]}`;
const vera = (route: string, ...paths: (string | ((world: World) => string))[]): Place[] =>
  paths.map((path, i) => ({
    route,
    name: typeof path === 'string' ? path : `${route}, ${i + 1}`,
    path: typeof path === 'string' ? () => path : path,
    who: 'vera',
  }));
const as = (who: string, places: Place[], status?: number): Place[] =>
  places.map((place) => ({ ...place, who, ...(status && { status }) }));
const refused = (who: string, status: number, ...paths: string[]): Place[] =>
  paths.map((path) => ({ name: `${path} for ${who}, ${status}`, path: () => path, who, status }));
/** The n-th of the tickets of the world that ended, or wait for others. */
const nth = (n: number) => (of: World) => `/tickets/${of.tickets[n]}`;

const PLACES: Place[] = [
  ...vera(
    '/inbox',
    '/inbox',
    '/inbox?view=client&state=any',
    '/inbox?view=breached',
    (of) => `/inbox?ticket=${of.ticket}`,
  ),
  ...vera(
    '/tickets/:id',
    (of) => `/tickets/${of.ticket}`,
    (of) => `/tickets/${of.loop}`,
    (of) => `/tickets/${of.spend}`,
  ),
  ...vera('/tickets/:id', ...Array.from({ length: 8 }, (_, n) => nth(n))),
  ...vera('/plans', '/plans'),
  ...vera('/plans/:version', '/plans/1', (of) => `/plans/${of.plan}`),
  ...vera('/campaigns', '/campaigns'),
  ...vera('/campaigns/:id', '/campaigns/c1', '/campaigns/c2'),
  ...vera('/change-sets', '/change-sets'),
  ...vera('/change-sets/:id', (of) => `/change-sets/${of.changeSet}`),
  ...vera('/runs', '/runs'),
  ...vera('/runs/:id', '/runs/steady', '/runs/loop', '/runs/dear'),
  ...vera('/insights', '/insights?window=7d', '/insights?since=2020-01-01&until=2020-01-31'),
  ...vera('/policies', '/policies', '/policies?q=%3Cscript%3E%E2%80%AE'),
  ...vera('/sessions', '/sessions'),
  ...vera('/account', '/account'),
  ...vera('/mandates', '/mandates'),
  ...vera('/audit', '/audit', '/audit?actor=nobody'),
  ...vera('/audit/:seq{[0-9]{1,15}}', '/audit/0', '/audit/9'),
  ...as('clara', vera('/portal', '/portal')),
  ...as(
    'clara',
    vera(
      '/portal/requests/:number',
      (of) => request(of.ticket),
      ...[0, 1, 5].map((n) => (of: World) => request(of.tickets[n]!)),
    ),
  ),
  ...as('clara', vera('/portal/mandates', '/portal/mandates')),
  ...as('clara', vera('/portal/settings', '/portal/settings')),
  ...as(NOBODY, vera('/sign-in', '/sign-in', '/sign-in?out')),
  ...as(
    NOBODY,
    vera('/sign-in/link/:link', () => signInPath(stage.site.keys.link, 'acme', 'vera', stage.clock())),
  ),
  ...refused(
    'vera',
    404,
    '/no-such-page',
    '/tickets/A3-99999',
    '/plans/99',
    '/campaigns/none',
    '/change-sets/none',
    '/runs/none',
    '/audit/99999',
  ),
  ...refused('vera', 400, '/inbox?view=none', '/insights?window=1y', '/audit?since=yesterday'),
  ...refused('vera', 403, '/portal', '/portal/requests/1'),
  ...refused('olga', 403, '/audit'),
  ...refused('clara', 403, '/inbox', '/policies'),
  ...refused('clara', 404, '/portal/requests/99999', '/no-such-page'),
  ...refused(NOBODY, 403, '/sign-in/link/none'),
  ...refused(NOBODY, 404, '/sign-in/oidc', '/sign-in/oidc/callback', '/assets/none.js'),
];

/** Addresses that answer with something else than a page. */
const NO_PAGES = [
  '/',
  '/assets/:name',
  '/audit/position',
  '/audit/stretch',
  '/events',
  '/events/flags',
  '/portal/events',
  '/runs/:id/certificate',
  '/sign-in/oidc',
  '/sign-in/oidc/callback',
];

/** Texts that callers choose, and no hostile one gets to: why. */
const UNSENT: Record<string, string> = {
  'POST /v1/tickets/{id}/verdicts /slot': 'names a slot of the ticket',
  'PUT /v1/tenant/config /approval_policy/vertical_compliance_profile': 'one of the profiles that policy has',
  'PUT /v1/tenant/config /loop_policy/on_exhaustion': 'one word that policy has',
  'POST /v1/plans/{id}/rebase /payload/name': 'a plan, as by POST /v1/plans',
  'POST /v1/plans/{id}/rebase /payload/flights/*/platform': 'the same',
  'POST /v1/plans/{id}/rebase /payload/audiences/*': 'the same',
  'POST /v1/plans/{id}/rebase /payload/creative_themes/*': 'the same',
  'POST /v1/plans/{id}/rebase /resolutions/*/value': 'the same',
  'POST /v1/plans/{id}/rebase /resolutions/*/value/platform': 'the same',
  'POST /v1/plans/{id}/rebase /resolutions/*/value/*/platform': 'the same',
  'PUT /v1/people/me/contact /time_zone': 'a name of the time zone database',
  'POST /v1/webhooks /url': 'no page shows it',
  'POST /v1/webhooks /description': 'no page shows it',
  'POST /v1/runs /estimate/calls/*/provider': 'what the price list does not know is refused',
  'POST /v1/runs /estimate/calls/*/model': 'the same',
  'POST /v1/runs /estimate/calls/*/tier': 'the same',
  'POST /v1/runs/{id}/estimate /calls/*/provider': 'the same',
  'POST /v1/runs/{id}/estimate /calls/*/model': 'the same',
  'POST /v1/runs/{id}/estimate /calls/*/tier': 'the same',
  'POST /v1/runs/{id}/unpriced-resolutions /source': 'names a report that is there',
  'POST /v1/runs/{id}/unpriced-resolutions /event_id': 'the same',
  'PUT /v1/prices/overrides /reason': 'an admin’s; no page shows it',
};

beforeAll(async () => {
  stage = await openStage();
  world = await fillWorld(stage);
  // Signing in writes to the log, so all do it before anyone looks.
  for (const who of new Set(PLACES.map((place) => place.who))) seats.set(who, await sit(who));
}, 180_000);
afterAll(() => stage?.close());

/** Somebody's browser, and one of the same session without scripts. */
async function sit(who: string): Promise<{ seat: Seat; plain: Seat }> {
  // The page of sessions says from which browser each is.
  const options = { viewport: WIDE, userAgent: `<img src=x onerror=pwned=1> ${who}` };
  const seat =
    who === NOBODY ? await open(options) : await signIn(stage, 'acme', who, { ...options, at: 'about:blank' });
  const storageState = await seat.context.storageState();
  return { seat, plain: await open({ ...options, javaScriptEnabled: false, storageState }) };
}

async function open(options: BrowserContextOptions): Promise<Seat> {
  const context = await stage.browser.newContext({ baseURL: stage.url, ...options });
  const page = await context.newPage();
  return { page, context, errors: listen(page) };
}

test('every page that the app has is looked at here', () => {
  const { routes } = sitePages({ ...stage.service, clock: stage.clock, log: createLog('silent') }, stage.site);
  const pages = routes.filter(({ method }) => method === 'GET').map(({ path }) => path);
  const here = PLACES.flatMap(({ route }) => route ?? []);
  expect([...new Set([...here, ...NO_PAGES])].sort()).toEqual([...new Set(pages)].sort());
});

test('every text that the API takes has been a hostile one', () => {
  expect(world.unsent.sort()).toEqual(Object.keys(UNSENT).sort());
});

describe.each(PLACES)('$name', (place) => {
  const { path, who, status = 200 } = place;
  test('is in order in light and dark, wide and on a phone, with scripts and without; what others wrote is text', async () => {
    const { seat, plain } = seats.get(who)!;
    seat.errors.length = 0;
    plain.errors.length = 0;
    const response = (await plain.page.goto(path(world)))!;
    expect(response.status()).toBe(status);
    expect(response.headers()['content-security-policy']).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self';/,
    );
    expect((await response.request().sizes()).responseBodySize).toBeLessThan(300_000);
    expect(await inlineOf(plain.page)).toEqual([]);

    const { page } = seat;
    await page.setViewportSize(WIDE);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto(path(world));
    expect(await factsOf(page)).toBe(await factsOf(plain.page));
    await checkText(page);
    if (who !== 'clara' && who !== NOBODY) await checkFlags(page);
    await checkFits(page);
    await checkAccessible(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    if (isFirst(place)) await checkAccessible(page, COLOUR_RULES);
    await page.setViewportSize(PHONE);
    await checkFits(page);
    await checkAccessible(page);
    await page.emulateMedia({ colorScheme: 'light' });
    if (isFirst(place)) await checkAccessible(page, COLOUR_RULES);
    expect([...seat.errors, ...plain.errors]).toEqual([]);
  });
});

test('each metric is a picture with its figures beneath, and leads to what is behind them', async () => {
  const { page } = seats.get('vera')!.seat;
  await page.goto('/insights?window=7d');
  const figures = await page.getByRole('figure').evaluateAll((all: any[]) =>
    all.map((one) => ({
      name: one.querySelector('h2').textContent,
      pictures: one.querySelectorAll('svg[role="img"][aria-label]').length,
      tables: one.querySelectorAll('table tbody tr').length,
      links: [...one.querySelectorAll('a')].map((link) => link.getAttribute('href')),
    })),
  );
  expect(figures.map(({ name }) => name)).toEqual([
    'Mean time to approve',
    'QC first-pass rate',
    'Changes auto-approved',
    'Rolled back after approval',
    'Top failure codes',
    'Correction-loop depth',
    'Runs that ended in an A8',
    'Grains under the 80 % floor',
    'Manual overrides',
    'Spent over estimated',
    'Spent on corrections',
  ]);
  for (const { name, pictures, tables, links } of figures) {
    expect(pictures, name).toBeGreaterThan(0);
    expect(tables, name).toBeGreaterThan(0);
    const away = links.filter((link: string) => !link.startsWith('/insights'));
    expect(away.length, name).toBeGreaterThan(0);
    for (const link of new Set<string>(away)) {
      const answer = await page.request.get(link);
      expect([link, answer.status()]).toEqual([link, 200]);
      // No grain was in alert here.
      if (!link.includes('qc.alert_')) expect(await answer.text()).not.toMatch(/Nothing fits|no run fits/i);
    }
  }
});

test('every entry of the log shows what it holds as text', async () => {
  const { page } = seats.get('vera')!.seat;
  const { size } = await (await page.request.get('/audit/stretch?count=1')).json();
  for (let seq = 0; seq < size; seq++) {
    const answer = await page.request.get(`/audit/${seq}`);
    expect(answer.status()).toBe(200);
    await checkText(page, await answer.text());
  }
});

test('each hostile text was shown somewhere, with what it hides spelt out', () => {
  expect(world.words.filter((word) => !seen.has(word))).toEqual([]);
});

/** Of its route: it is looked at in each colour at each width. The others are light when wide, and dark on a phone. */
const isFirst = (place: Place): boolean => PLACES.find(({ route }) => route === place.route) === place;

/** What the policy of scripts and styles would refuse, in the document as it was sent. */
function inlineOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { document } = globalThis as any;
    const inline = [
      ...document.querySelectorAll(
        'script:not([src]), style, [style], a[href^="javascript:" i], iframe, object, embed',
      ),
    ];
    const handlers = [...document.querySelectorAll('*')].filter((one) =>
      one.getAttributeNames().some((name: string) => name.startsWith('on')),
    );
    return [...inline, ...handlers].map((one) => one.outerHTML.slice(0, 200));
  });
}

/** What a page says, less the times, which scripts put into the reader's zone, and what only scripts can do. */
function factsOf(page: Page): Promise<string> {
  return page.evaluate(() => {
    const main = (globalThis as any).document.querySelector('main').cloneNode(true);
    for (const part of main.querySelectorAll('time, .sla, [data-scripted]')) part.remove();
    return main.textContent.replace(/\s+/g, ' ').trim();
  });
}

/** Nothing that was written ran, became markup, or turns or hides the text around it. `html`: of another page, which is not opened. */
async function checkText(page: Page, html?: string): Promise<void> {
  const { made, unseen, text } = await page.evaluate((source) => {
    const { DOMParser, document: here, pwned } = globalThis as any;
    const document = source === undefined ? here : new DOMParser().parseFromString(source, 'text/html');
    const UNSEEN =
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;
    const unseen: string[] = [];
    const parts = document.createTreeWalker(document.documentElement, 4);
    while (parts.nextNode())
      // What its author wrote and is about to send has to stay as it is.
      if (!parts.currentNode.parentElement.matches('textarea, script') && UNSEEN.test(parts.currentNode.data))
        unseen.push(parts.currentNode.parentElement.outerHTML.slice(0, 200));
    for (const one of document.querySelectorAll('*'))
      for (const name of ['title', 'aria-label', 'aria-description', 'alt', 'placeholder', 'data-summary', 'label'])
        if (UNSEEN.test(one.getAttribute(name) ?? '')) unseen.push(`${name} of ${one.outerHTML.slice(0, 200)}`);
    const made = [...document.querySelectorAll('img, iframe, object, a[href^="javascript:" i], script:not([src])')].map(
      (one) => one.outerHTML.slice(0, 200),
    );
    return { made: pwned ? ['it ran', ...made] : made, unseen, text: document.documentElement.textContent };
  }, html);
  expect({ made, unseen }, page.url()).toEqual({ made: [], unseen: [] });
  for (const word of world.words) if (text.includes(shownOf(word))) seen.add(word);
}

/** Red flags stand above the page, counted, whatever it is. */
async function checkFlags(page: Page): Promise<void> {
  const flags = page.getByRole('region', { name: '2 red flags' });
  expect(await flags.getByRole('listitem').count()).toBe(2);
  expect(await page.title()).toMatch(/^\(2\) /);
  const [strip, main] = await Promise.all([flags.boundingBox(), page.getByRole('main').boundingBox()]);
  expect(strip!.y + strip!.height).toBeLessThanOrEqual(main!.y + 1);
}
