import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { Provider } from 'oidc-provider';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../src/app.ts';
import { createLog } from '../../src/log.ts';
import { signInPath } from '../../src/web/session/links.ts';
import { type Site, openSite } from '../../src/web/site-settings.ts';
import { endSessionsOf } from '../../src/tenants/sessions.ts';
import { type Clock, type Node, OPERATOR, checkLog, createClock, openAgency, openNode } from '../support/agency.ts';
import { type TestDatabase, createDatabase } from '../support/database.ts';

const ORIGIN = 'http://localhost';
let database: TestDatabase;
let clock: Clock;
let node: Node;
let dataDir: string;
let site: Site;
let app: Hono;

beforeAll(async () => {
  database = await createDatabase();
  clock = createClock();
  node = await openNode(database.url, { clock });
  await openAgency(node, 'acme');
  await openAgency(node, 'rival');
  dataDir = await mkdtemp(join(tmpdir(), 'placet-sign-in-'));
  site = await openSite({ PLACET_DATA_DIR: dataDir });
  app = appWith(site);
});
afterAll(async () => {
  await node.close();
  await database.drop();
  await rm(dataDir, { recursive: true });
});

const appWith = (of: Site): Hono => createApp({ ...node, clock, log: createLog('silent'), site: of });

/** A browser as far as cookies and the headers of forms go. Redirects are followed by hand. */
function createBrowser(of: Hono) {
  const jars = new Map<string, Map<string, string>>();
  async function go(url: string, form?: Record<string, string>, headers: Record<string, string> = {}) {
    const { origin, pathname, search } = new URL(url, ORIGIN);
    const jar = jars.get(origin) ?? new Map<string, string>();
    jars.set(origin, jar);
    const init: RequestInit = {
      redirect: 'manual',
      headers: {
        accept: 'text/html',
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(form && { origin, 'sec-fetch-site': 'same-origin' }),
        ...headers,
      },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    };
    const response = origin === ORIGIN ? await of.request(pathname + search, init) : await fetch(url, init);
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (value === '' || /max-age=0|expires=thu, 01 jan 1970/i.test(line)) jar.delete(name!);
      else jar.set(name!, value!);
    }
    const location = response.headers.get('location');
    const text = await response.text();
    return {
      status: response.status,
      location: location && new URL(location, url.startsWith('/') ? ORIGIN : url).href,
      text,
      headers: response.headers,
    };
  }
  return { go, jar: (origin = ORIGIN) => jars.get(origin)! };
}

/** What each form of a page carries. */
const formOf = (html: string): Record<string, string> =>
  Object.fromEntries(
    ['csrf', 'tenant'].map((name) => [name, new RegExp(`name="${name}" value="([^"]+)"`).exec(html)![1]!]),
  );
const csrfOf = (html: string): string => /name="csrf" value="([^"]+)"/.exec(html)![1]!;
const textOf = (html: string): string => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');

async function signIn(person: string) {
  const browser = createBrowser(app);
  const link = signInPath(site.keys.link, 'acme', person, clock()).split('/').at(-1)!;
  const entered = await browser.go('/sign-in/link', { link });
  expect(entered.location).toBe(`${ORIGIN}/`);
  return browser;
}

describe('a one-time link', () => {
  test('is not used up by looking at it, and opens one session', async () => {
    const browser = createBrowser(app);
    const path = signInPath(site.keys.link, 'acme', 'olga', clock());
    for (let i = 0; i < 2; i++) expect((await browser.go(path)).status).toBe(200);
    const link = path.split('/').at(-1)!;
    expect((await browser.go('/sign-in/link', { link })).location).toBe(`${ORIGIN}/`);
    expect((await browser.go('/inbox')).status).toBe(200);
    const second = await createBrowser(app).go('/sign-in/link', { link });
    expect([second.status, textOf(second.text)]).toEqual([409, expect.stringContaining('used already')]);
  });

  test('is refused when it is old, changed, or for nobody', async () => {
    const fresh = signInPath(site.keys.link, 'acme', 'olga', clock());
    const changed = await createBrowser(app).go(fresh.slice(0, -2));
    expect([changed.status, textOf(changed.text)]).toEqual([403, expect.stringContaining('link.unknown')]);
    const nobody = signInPath(site.keys.link, 'acme', 'nobody', clock()).split('/').at(-1)!;
    expect((await createBrowser(app).go('/sign-in/link', { link: nobody })).status).toBe(404);
    clock.advance({ minutes: 30 });
    const old = await createBrowser(app).go(fresh);
    expect([old.status, textOf(old.text)]).toEqual([403, expect.stringContaining('This link is too old')]);
    const pressed = await createBrowser(app).go('/sign-in/link', { link: fresh.split('/').at(-1)! });
    expect([pressed.status, pressed.location]).toEqual([403, null]);
  });
});

describe('a session', () => {
  test('ends when it is left alone, after half a day whatever happens, and at sign-out on every browser that copied it', async () => {
    const idle = await signIn('olga');
    clock.advance({ minutes: 61 });
    expect((await idle.go('/inbox?view=mine')).location).toBe(`${ORIGIN}/sign-in?back=%2Finbox%3Fview%3Dmine&why=idle`);

    const busy = await signIn('olga');
    for (let minutes = 0; minutes < 12 * 60; minutes += 45) {
      expect((await busy.go('/inbox')).status, `after ${minutes} minutes`).toBe(200);
      clock.advance({ minutes: 45 });
    }
    expect((await busy.go('/inbox')).status).toBe(303);

    const out = await signIn('olga');
    const copy = new Map(out.jar());
    const page = await out.go('/inbox');
    expect((await out.go('/sign-out', { csrf: csrfOf(page.text) })).location).toBe(`${ORIGIN}/sign-in?out`);
    const thief = createBrowser(app);
    await thief.go('/sign-in');
    for (const [name, value] of copy) thief.jar().set(name, value);
    expect((await thief.go('/inbox')).status).toBe(303);
    const entries = (await checkLog(node.sql, 'acme')).filter(({ leaf }) => leaf.action.startsWith('session.'));
    expect(entries.at(-1)).toMatchObject({ leaf: { action: 'session.ended' }, payload: { because: 'signed_out' } });
  });

  test('is kept by the browser out of reach of scripts and other sites, and behind https for this host alone', async () => {
    const cookieOf = async (of: Hono, at: string) => {
      const link = signInPath(site.keys.link, 'acme', 'olga', clock()).split('/').at(-1)!;
      const entered = await of.request(`${at}/sign-in/link`, {
        method: 'POST',
        headers: { origin: at },
        body: new URLSearchParams({ link }),
      });
      return entered.headers.getSetCookie().find((line) => line.includes('session'))!;
    };
    const plain = await cookieOf(app, ORIGIN);
    expect(plain).toMatch(/^placet_session=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/);
    const publicUrl = 'https://placet.test';
    const behind = appWith(await openSite({ PLACET_DATA_DIR: dataDir, PLACET_PUBLIC_URL: publicUrl }));
    const secure = await cookieOf(behind, publicUrl);
    expect(secure).toMatch(/^__Host-placet_session=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  });

  test('cannot be made up: a changed cookie is no cookie', async () => {
    const browser = await signIn('olga');
    const [name, value] = [...browser.jar()][0]!;
    const sealed = JSON.parse(Buffer.from(value.split('.')[0]!, 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...sealed, t: 'rival' })).toString('base64url');
    browser.jar().set(name, `${forged}.${value.split('.')[1]}`);
    expect((await browser.go('/inbox')).status).toBe(303);
  });

  test('is of no use to another site, nor to a form of another session', async () => {
    const browser = await signIn('olga');
    const csrf = csrfOf((await browser.go('/inbox')).text);
    const other = csrfOf((await (await signIn('omar')).go('/inbox')).text);
    const send = (form: Record<string, string>, headers?: Record<string, string>) =>
      browser.go('/session/theme', { theme: 'dark', ...form }, headers);
    expect(textOf((await send({ csrf }, { origin: 'https://evil.example' })).text)).toContain('csrf.origin');
    expect(textOf((await send({ csrf }, { 'sec-fetch-site': 'cross-site' })).text)).toContain('csrf.origin');
    expect(textOf((await send({ csrf: other })).text)).toContain('csrf.token');
    expect(textOf((await send({})).text)).toContain('csrf.token');
    const back = await send({ csrf, back: '//evil.example/' });
    expect([back.status, back.location]).toEqual([303, `${ORIGIN}/`]);
  });

  test('is seen and ended by whose it is, and by an admin', async () => {
    const [here, there] = [await signIn('petra'), await signIn('petra')];
    const omar = await signIn('omar');
    const idOf = async (browser: Awaited<ReturnType<typeof signIn>>) =>
      /this one[^]*?\/sessions\/([\w-]+)\/end/.exec((await browser.go('/sessions')).text)![1]!;
    const end = async (by: Awaited<ReturnType<typeof signIn>>, id: string) => {
      const form = formOf((await by.go('/sessions')).text);
      return by.go(`/sessions/${id}/end`, form);
    };
    const own = await here.go('/sessions', undefined);
    expect(own.text.match(/\/sessions\/[\w-]+\/end/g)).toHaveLength(2);
    expect(textOf(own.text)).not.toContain('omar');
    expect((await end(here, await idOf(omar))).status).toBe(404);
    expect((await omar.go('/inbox')).status).toBe(200);
    expect((await end(here, await idOf(there))).location).toBe(`${ORIGIN}/sessions?done=ended`);
    expect((await there.go('/inbox')).status).toBe(303);
    expect((await here.go('/inbox')).status).toBe(200);

    const anna = await signIn('anna');
    expect(textOf((await anna.go('/sessions')).text)).toContain('omar');
    await end(anna, await idOf(omar));
    expect((await omar.go('/inbox')).status).toBe(303);
    const last = (await checkLog(node.sql, 'acme')).at(-1)!;
    expect(last).toMatchObject({
      leaf: { action: 'session.ended', actor_id: 'anna' },
      payload: { person_id: 'omar', because: 'ended_by_another' },
    });
    expect((await end(here, await idOf(here))).location).toBe(`${ORIGIN}/sign-in?out`);
    expect((await here.go('/inbox')).status).toBe(303);
  });

  test('is of no use to the API, and the API’s tokens are of none to the pages', async () => {
    const browser = await signIn('olga');
    expect((await browser.go('/v1/tickets')).status).toBe(401);
    expect((await createBrowser(app).go('/inbox', undefined, { authorization: 'Bearer x' })).status).toBe(303);
  });

  test('shows a client none of the agency’s pages', async () => {
    const clara = await signIn('clara');
    const page = await clara.go('/inbox');
    expect([page.status, textOf(page.text)]).toEqual([403, expect.stringContaining('This is not for you to see')]);
    expect((await clara.go('/')).location).toBe(`${ORIGIN}/portal`);
    expect((await (await signIn('olga')).go('/')).location).toBe(`${ORIGIN}/inbox`);
  });

  test('comes with a policy that runs no foreign script', async () => {
    const { headers } = await (await signIn('olga')).go('/inbox');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
    expect(headers.get('cache-control')).toBe('no-store');
  });
});

describe('the way in', () => {
  const isPortal = ({ text }: { text: string }) => /<html[^>]* class="portal"/.test(text);

  test('has the portal’s look and words for a client: at the link, at sign-out, and from a page of the portal', async () => {
    const fresh = createBrowser(app);
    const path = signInPath(site.keys.link, 'acme', 'clara', clock());
    const door = await fresh.go(path);
    expect([isPortal(door), textOf(door.text)]).toEqual([
      true,
      expect.stringContaining('You are about to sign in as clara at Agency acme'),
    ]);
    const link = path.split('/').at(-1)!;
    await fresh.go('/sign-in/link', { link });
    const used = await createBrowser(app).go('/sign-in/link', { link });
    expect([used.status, isPortal(used), textOf(used.text)]).toEqual([
      409,
      true,
      expect.stringContaining('ask your agency for a new one'),
    ]);
    const out = await fresh.go('/sign-out', { csrf: csrfOf((await fresh.go('/portal')).text) });
    const after = await fresh.go(out.location!);
    expect([isPortal(after), textOf(after.text)]).toEqual([true, expect.stringContaining('You are signed out.')]);
    expect(textOf(after.text)).not.toMatch(/May I proceed|demo/);

    const stranger = createBrowser(app);
    expect(isPortal(await stranger.go((await stranger.go('/portal/requests/3')).location!))).toBe(true);
    expect(isPortal(await createBrowser(app).go('/sign-in?back=/inbox'))).toBe(false);
    // Who of the agency signs in at the same browser finds their own door again.
    await fresh.go('/sign-in/link', { link: signInPath(site.keys.link, 'acme', 'olga', clock()).split('/').at(-1)! });
    expect(isPortal(await fresh.go('/sign-in'))).toBe(false);
  });

  test('says why it is wanted again, in the words of whose pages they are', async () => {
    const told = async (person: string, page: string) => {
      const browser = await signIn(person);
      return async () => textOf((await browser.go((await browser.go(page)).location!)).text);
    };
    const idle = [await told('olga', '/inbox'), await told('clara', '/portal')];
    clock.advance({ minutes: 61 });
    expect(await idle[0]!()).toContain('after an hour without a click');
    expect(await idle[1]!()).toContain('You were away for a while');

    const one = await signIn('clara');
    const other = await told('clara', '/portal');
    await one.go('/sign-out', { csrf: csrfOf((await one.go('/portal')).text), everywhere: 'yes' });
    expect(await other()).toContain('from another device');

    const busy = await signIn('olga');
    for (let minutes = 0; minutes < 12 * 60; minutes += 45) {
      await busy.go('/inbox');
      clock.advance({ minutes: 45 });
    }
    const over = await busy.go('/inbox');
    expect(textOf((await busy.go(over.location!)).text)).toContain('it lasts half a day');
    expect(textOf((await createBrowser(app).go('/sign-in?why=%3Cb%3Eowned')).text)).not.toContain('owned');
  });

  test('leads on to where they were, also by a link, but not to pages of others', async () => {
    const enter = async (person: string, wanted: string) => {
      const browser = createBrowser(app);
      await browser.go((await browser.go(wanted)).location!);
      const link = signInPath(site.keys.link, 'acme', person, clock()).split('/').at(-1)!;
      return (await browser.go('/sign-in/link', { link })).location;
    };
    expect(await enter('olga', '/plans?state=draft')).toBe(`${ORIGIN}/plans?state=draft`);
    expect(await enter('clara', '/portal/mandates')).toBe(`${ORIGIN}/portal/mandates`);
    expect(await enter('clara', '/plans')).toBe(`${ORIGIN}/`);
    expect(await enter('olga', '/portal')).toBe(`${ORIGIN}/`);
  });

  test('a form that came too late keeps what was written, and leads back to its page', async () => {
    const late = async (person: string, action: string, page: string) => {
      const browser = await signIn(person);
      clock.advance({ minutes: 61 });
      const form = { csrf: 'x', verdict: 'reject', comment: 'Half a <b>thought</b>' };
      return browser.go(action, form, { referer: `${ORIGIN}${page}` });
    };
    const staff = await late('olga', '/tickets/A3-1/verdicts', '/inbox?ticket=A3-1');
    expect([staff.status, isPortal(staff), textOf(staff.text)]).toEqual([
      401,
      false,
      expect.stringContaining('Half a &lt;b&gt;thought&lt;/b&gt;'),
    ]);
    expect(staff.text).toContain(`/sign-in?back=${encodeURIComponent('/inbox?ticket=A3-1')}`);
    const client = await late('clara', '/portal/requests/1/answers', '/portal/requests/1');
    expect([client.status, isPortal(client), textOf(client.text)]).toEqual([
      401,
      true,
      expect.stringContaining('Half a &lt;b&gt;thought&lt;/b&gt;'),
    ]);
    expect(client.text).toContain(`/sign-in?back=${encodeURIComponent('/portal/requests/1')}`);
    // Words that another site sends are not shown.
    const foreign = await createBrowser(app).go(
      '/tickets/A3-1/verdicts',
      { comment: 'Call 555' },
      { origin: 'https://evil.example' },
    );
    expect(foreign.text).not.toContain('Call 555');
  });
});

describe('an identity provider', () => {
  let server: Server;
  let companyApp: Hono;
  let issuer: string;

  beforeAll(async () => {
    server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const groups: Record<string, string[]> = { pam: ['planners', 'rival-ops'], eve: ['guests'] };
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: 'placet',
          client_secret: 'a secret of the tests',
          redirect_uris: [`${ORIGIN}/sign-in/oidc/callback`],
          post_logout_redirect_uris: [`${ORIGIN}/sign-in?out`],
        },
      ],
      claims: { openid: ['sub'], profile: ['name', 'groups'], email: ['email'] },
      findAccount: (_, id) => ({
        accountId: id,
        claims: () => ({ sub: id, name: `${id} of the company`, email: `${id}@example.com`, groups: groups[id] ?? [] }),
      }),
      cookies: { keys: ['a key of the tests'] },
      pkce: { required: () => true },
    });
    server.on('request', provider.callback());
    const mapping = join(dataDir, 'mapping.yaml');
    await writeFile(
      mapping,
      [
        'grants:',
        '  - { claim: /groups, value: planners, tenant: acme, roles: [planner] }',
        '  - { claim: /groups, value: rival-ops, tenant: rival, roles: [operator, admin] }',
      ].join('\n'),
    );
    companyApp = appWith(
      await openSite({
        PLACET_DATA_DIR: dataDir,
        PLACET_OIDC_ISSUER: issuer,
        PLACET_OIDC_CLIENT_ID: 'placet',
        PLACET_OIDC_CLIENT_SECRET: 'a secret of the tests',
        PLACET_OIDC_MAPPING: mapping,
      }),
    );
  });
  afterAll(() => new Promise((closed) => server.close(closed)));

  /** Through the provider's own pages, up to what it sends back to us. */
  async function callbackOf(
    browser: ReturnType<typeof createBrowser>,
    login: string,
    change: (begin: URL) => void = () => {},
  ): Promise<string> {
    let { location } = await browser.go('/sign-in/oidc?back=/inbox%3Fview%3Dmine');
    const begin = new URL(location!);
    change(begin);
    location = begin.href;
    for (let hops = 0; hops < 12; hops++) {
      if (location!.startsWith(`${ORIGIN}/`)) return location!;
      const page = await browser.go(location!);
      const action = /<form[^>]* action="([^"]+)"/.exec(page.text)?.[1];
      if (!action) {
        location = page.location;
        continue;
      }
      const prompt = /name="prompt" value="([^"]+)"/.exec(page.text)![1]!;
      ({ location } = await browser.go(new URL(action, location!).href, { prompt, login, password: 'x' }));
    }
    throw new Error('the provider sends us around in circles');
  }

  test('lets a person in with the roles of its claims, into each tenant they open', async () => {
    const browser = createBrowser(companyApp);
    const entered = await browser.go(await callbackOf(browser, 'pam'));
    expect(entered.location).toBe(`${ORIGIN}/inbox?view=mine`);
    const page = await browser.go('/inbox');
    expect(textOf(page.text)).toContain('pam of the company planner at Agency acme');
    expect((await browser.go('/?tenant=rival')).location).toBe(`${ORIGIN}/inbox`);
    const there = await browser.go('/inbox');
    expect(textOf(there.text)).toContain('pam of the company admin, operator at Agency rival');
    const elsewhere = await browser.go('/inbox?tenant=nowhere');
    expect([elsewhere.status, textOf(elsewhere.text)]).toEqual([403, expect.stringContaining('session.no_membership')]);
    expect(textOf((await browser.go('/inbox')).text)).toContain('at Agency rival');
    const out = await browser.go('/sign-out', formOf(there.text));
    expect(out.location).toContain(`${issuer}/session/end`);
    for (const tenant of ['acme', 'rival']) {
      const actions = (await checkLog(node.sql, tenant)).map(({ leaf }) => leaf.action);
      expect(actions.filter((action) => action.startsWith('session.')).slice(-2)).toEqual([
        'session.started',
        'session.ended',
      ]);
    }
  });

  test('asks again who somebody is for each tenant: a form stays in its own, a cookie alone opens no other', async () => {
    const browser = createBrowser(companyApp);
    await browser.go(await callbackOf(browser, 'pam'));
    const here = formOf((await browser.go('/inbox')).text);
    const there = formOf((await browser.go('/inbox?tenant=rival')).text);
    // The browser is at `rival` by now; the form of the other tab is still acme's.
    const sent = await browser.go('/session/theme', { ...here, theme: 'dark' });
    expect(sent.status).toBe(303);
    for (const mixed of [{ ...here, tenant: 'rival' }, { ...there, tenant: 'acme' }, { csrf: here['csrf']! }])
      expect(textOf((await browser.go('/session/theme', { ...mixed, theme: 'dark' })).text)).toContain('csrf.token');
    // A page that brings itself up to date does not move the browser.
    const background = { 'placet-background': 'yes', 'placet-tenant': 'acme' };
    expect(textOf((await browser.go('/inbox', undefined, background)).text)).toContain('planner at Agency acme');
    expect(textOf((await browser.go('/inbox')).text)).toContain('operator at Agency rival');

    // Whoever one tenant signs out is out there, and nowhere else.
    await node.ledger.submit('rival', (tx) => endSessionsOf(tx, OPERATOR, 'pam', 'tests'));
    expect((await browser.go('/inbox?tenant=acme')).status).toBe(200);
    expect((await browser.go('/inbox?tenant=rival')).status).toBe(403);
    expect(textOf((await browser.go('/inbox')).text)).toContain('planner at Agency acme');
  });

  test('lets nobody in whose claims give no role, whose answer is another browser’s, or comes twice', async () => {
    const eve = createBrowser(companyApp);
    const refused = await eve.go(await callbackOf(eve, 'eve'));
    expect([refused.status, textOf(refused.text)]).toEqual([403, expect.stringContaining('oidc.no_role')]);
    const pam = createBrowser(companyApp);
    const callback = await callbackOf(pam, 'pam');
    expect(textOf((await createBrowser(companyApp).go(callback)).text)).toContain('oidc.not_begun');
    const mallory = createBrowser(companyApp);
    await callbackOf(mallory, 'eve');
    expect(textOf((await mallory.go(callback)).text)).toContain('oidc.refused');
    expect((await pam.go(callback)).location).toBe(`${ORIGIN}/inbox?view=mine`);
    expect(textOf((await pam.go(callback)).text)).toContain('oidc.not_begun');
  });

  test('is asked with a code challenge, a state and a nonce of this sign-in alone, and each is held to', async () => {
    const asked: URL[] = [];
    const tamperedWith = async (name: string, how: (value: string) => string) => {
      const browser = createBrowser(companyApp);
      const callback = await callbackOf(browser, 'pam', (begin) => {
        asked.push(new URL(begin));
        begin.searchParams.set(name, how(begin.searchParams.get(name)!));
      });
      const refused = await browser.go(callback);
      expect([name, refused.status, textOf(refused.text)]).toEqual([
        name,
        403,
        expect.stringContaining('oidc.refused'),
      ]);
      expect((await browser.go('/inbox')).status).toBe(303);
    };
    const other = (value: string) => (value[0] === 'A' ? 'B' : 'A') + value.slice(1);
    for (const name of ['code_challenge', 'state', 'nonce']) await tamperedWith(name, other);
    for (const { searchParams } of asked)
      expect(Object.fromEntries(searchParams)).toMatchObject({
        response_type: 'code',
        client_id: 'placet',
        code_challenge_method: 'S256',
        code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      });
    for (const name of ['code_challenge', 'state', 'nonce'])
      expect(new Set(asked.map(({ searchParams }) => searchParams.get(name))).size, name).toBe(3);
  });

  test('is the only way in: one-time links are off', async () => {
    const path = signInPath(site.keys.link, 'acme', 'olga', clock());
    expect((await createBrowser(companyApp).go(path)).status).toBe(404);
  });
});
