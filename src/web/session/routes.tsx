import { randomBytes } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { Problem } from '../../contract/problem.ts';
import {
  type Membership,
  type NewSession,
  endSession,
  endSessionsOf,
  identifySession,
  sessionTable,
  startSession,
} from '../../tenants/sessions.ts';
import { actorOf } from '../../tenants/tokens.ts';
import { personTable, rolesAt } from '../../tenants/people.ts';
import { tenantTable } from '../../tenants/tables.ts';
import { readForm } from '../body.ts';
import type { Deps } from '../context.ts';
import { frameOf } from '../pages/frame.ts';
import type { Site } from '../site-settings.ts';
import { checkOrigin, cookieOptions, dropSession, isByItself, readSession, writeSession } from './cookie.ts';
import { LINK_MINUTES_MAX, readLink } from './links.ts';
import { type Look, lookFor, lookOf, lookOfSession, rememberLook, wayOn } from './look.ts';
import type { MappedPerson } from './mapping.ts';
import type { Pending } from './oidc.ts';
import { LinkPage, SignInPage, type Why, whyOf } from './pages.tsx';
import { open, seal } from './seal.ts';
import { localPath, readOwnForm } from './visit.ts';

const SIGN_IN_MINUTES_MAX = 10;
const THEME_DAYS = 365;

/** Signing in and out, and what belongs to a browser and not to a person's work. */
export function sessionRoutes(deps: Deps, site: Site): Hono {
  const frame = (context: Context) => frameOf(deps, site, context, null);
  return new Hono()
    .get('/sign-in', async (context) => {
      const back = localPath(context.req.query('back'));
      const why = context.req.query('out') === undefined ? whyOf(context.req.query('why')) : 'out';
      // Whoever opens a link comes by another way, and goes on where they were all the same.
      if (!site.oidc && !isByItself(context)) keepBack(site, context, back);
      return showSignIn(deps, site, context, lookOf(context, back), back, why);
    })
    .get('/sign-in/link/:link', async (context) => {
      const link = context.req.param('link');
      const { tenant, personId, isOld } = readLink(linkKey(site), link, deps.clock());
      const { look, names } = await whoseLink(deps, tenant, personId);
      if (isOld) return showSignIn(deps, site, context, look, '/', 'link_old');
      return context.html(<LinkPage frame={await frame(context)} look={look} link={link} {...names} />);
    })
    .post('/sign-in/link', async (context) => {
      checkOrigin(site, context);
      const link = readLink(linkKey(site), (await readForm(context)).get('link') ?? '', deps.clock());
      const { tenant, personId, sessionId, isOld } = link;
      const refuse = async (why: Why) =>
        showSignIn(deps, site, context, (await whoseLink(deps, tenant, personId)).look, '/', why);
      if (isOld) return refuse('link_old');
      const back = localPath(getCookie(context, BACK_COOKIE));
      const session: NewSession = { sessionId, personId, method: 'link', memberships: [] };
      return enter(deps, site, context, tenant, back, session).catch((error: unknown) => {
        if (error instanceof Problem && error.code === 'session.used') return refuse('link_used');
        throw error;
      });
    })
    .get('/sign-in/oidc', async (context) => {
      const { url, pending } = await oidcOf(site).begin(callbackUrl(site, context));
      const value: Remembered = {
        ...pending,
        back: localPath(context.req.query('back')),
        e: minutesFrom(deps.clock()),
      };
      setCookie(context, 'placet_sign_in', seal(site.keys.signIn, value), { ...cookieOptions(site), path: '/sign-in' });
      return context.redirect(url, 303);
    })
    .get('/sign-in/oidc/callback', async (context) => {
      const oidc = oidcOf(site);
      const remembered = open<Remembered>(site.keys.signIn, getCookie(context, 'placet_sign_in'));
      deleteCookie(context, 'placet_sign_in', { ...cookieOptions(site), path: '/sign-in' });
      if (!remembered || remembered.e <= deps.clock().getTime())
        throw new Problem(403, 'oidc.not_begun', 'This sign-in was not begun in this browser, or too long ago.');
      const callback = new URL(callbackUrl(site, context) + new URL(context.req.url).search);
      return enterMapped(deps, site, context, await oidc.finish(callback, remembered), remembered.back);
    })
    .post('/sign-out', async (context) => {
      const form = await readOwnForm(deps, site, context);
      const credential = readSession(site, context, deps.clock());
      await deps.ledger.submit(credential.tenant, (tx) => {
        const principal = identifySession(tx, credential);
        if (form.get('everywhere') === 'yes')
          endSessionsOf(tx, actorOf(principal), principal.id, 'signed_out_everywhere');
        else endSession(tx, actorOf(principal), credential.sessionId, 'signed_out');
      });
      dropSession(site, context);
      const after = `${origin(site, context)}/sign-in?out`;
      return context.redirect((await site.oidc?.endSession(after).catch(() => null)) ?? '/sign-in?out', 303);
    })
    .post('/session/tenant', async (context) => {
      const form = await readOwnForm(deps, site, context);
      return switchTenant(deps, site, context, form.get('tenant') ?? '');
    })
    .post('/session/theme', async (context) => {
      const form = await readOwnForm(deps, site, context);
      const theme = form.get('theme');
      const options = { ...cookieOptions(site), maxAge: THEME_DAYS * 86_400 };
      if (theme === 'light' || theme === 'dark') setCookie(context, 'placet_theme', theme, options);
      else deleteCookie(context, 'placet_theme', options);
      return context.redirect(localPath(form.get('back')), 303);
    });
}

interface Remembered extends Pending {
  back: string;
  /** Until, in milliseconds. */
  e: number;
}

/** Starts the session and sends the browser in. */
async function enter(
  deps: Deps,
  site: Site,
  context: Context,
  tenant: string,
  back: string,
  session: NewSession,
): Promise<Response> {
  const credential = { tenant, sessionId: session.sessionId };
  const look = await deps.ledger.submit(tenant, (tx) => {
    startSession(tx, session);
    return lookOfSession(tx, deps.policy, credential);
  });
  writeSession(site, context, credential, deps.clock());
  rememberLook(site, context, look);
  deleteCookie(context, BACK_COOKIE, { ...cookieOptions(site), path: '/sign-in' });
  return context.redirect(wayOn(back, look), 303);
}

const BACK_COOKIE = 'placet_back';

/** Where to go on after a link, for as long as a link is good. */
function keepBack(site: Site, context: Context, back: string): void {
  const options = { ...cookieOptions(site), path: '/sign-in' };
  if (back === '/') deleteCookie(context, BACK_COOKIE, options);
  else setCookie(context, BACK_COOKIE, back, { ...options, maxAge: LINK_MINUTES_MAX * 60 });
}

async function showSignIn(
  deps: Deps,
  site: Site,
  context: Context,
  look: Look,
  back: string,
  why: Why | null,
): Promise<Response> {
  const frame = await frameOf(deps, site, context, null);
  const page = <SignInPage frame={frame} look={look} oidc={site.oidc !== null} back={back} why={why} />;
  return context.html(page, why === 'link_used' ? 409 : why === 'link_old' ? 403 : 200);
}

/** Whose a link is, by the record: it says so to whoever holds it, before they are signed in. */
async function whoseLink(deps: Deps, tenant: string, personId: string) {
  return deps.ledger.submit(tenant, (tx) => {
    const person = tx.get(personTable, personId);
    const roles = person ? rolesAt(person, tx.now) : [];
    const look = lookFor(deps.policy, { kind: 'human', id: personId, roles });
    // Clients know themselves and their account by name; in the demo, people of the agency are told apart by their ids.
    const names =
      look === 'portal'
        ? { person: person!.name, tenant: tx.get(tenantTable, '')!.name }
        : { person: personId, tenant };
    return { look, names };
  });
}

/** Into the first tenant that the provider's word opens, and that there is. */
async function enterMapped(
  deps: Deps,
  site: Site,
  context: Context,
  { personId, name, email, memberships }: MappedPerson,
  back: string,
): Promise<Response> {
  for (const { tenant, roles } of memberships)
    try {
      const profile = { name, email, roles };
      const session = { sessionId: newSessionId(), personId, method: 'oidc', memberships, profile } as const;
      return await enter(deps, site, context, tenant, back, session);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 404) throw error;
    }
  throw new Problem(403, 'oidc.no_role', `Your account (${personId}) has no role here. Ask an admin for one.`);
}

/** Leaves this tenant for another that the same sign-in opened. The roles there are those that the provider told then. */
async function switchTenant(deps: Deps, site: Site, context: Context, tenant: string): Promise<Response> {
  const credential = readSession(site, context, deps.clock());
  const { person, session } = await deps.ledger.submit(credential.tenant, (tx) => ({
    person: tx.get(personTable, identifySession(tx, credential).id)!,
    session: tx.get(sessionTable, credential.sessionId)!,
  }));
  const there = session.memberships.find((one: Membership) => one.tenant === tenant);
  if (!there) throw new Problem(403, 'session.no_membership', 'Your sign-in did not open that tenant.');
  const sessionId = newSessionId();
  await deps.ledger.submit(tenant, (tx) => {
    const { memberships, method } = session;
    const { person_id: personId, name, email } = person;
    startSession(tx, { sessionId, personId, method, memberships, profile: { name, email, roles: there.roles } });
  });
  writeSession(site, context, { tenant, sessionId }, deps.clock());
  await deps.ledger.submit(credential.tenant, (tx) =>
    endSession(tx, { type: 'human', id: person.person_id }, credential.sessionId, 'switched'),
  );
  return context.redirect('/', 303);
}

function newSessionId(): string {
  return randomBytes(16).toString('base64url');
}

function oidcOf(site: Site) {
  if (!site.oidc) throw new Problem(404, 'oidc.absent', 'This service has no identity provider.');
  return site.oidc;
}

/** Links are for where there is no identity provider: with one, they would be a way around it. */
function linkKey(site: Site): Buffer {
  if (site.oidc) throw new Problem(404, 'link.absent', 'Sign in with your company account.');
  return site.keys.link;
}

function callbackUrl(site: Site, context: Context): string {
  return `${origin(site, context)}/sign-in/oidc/callback`;
}

function origin(site: Site, context: Context): string {
  return site.publicUrl?.replace(/\/$/, '') ?? new URL(context.req.url).origin;
}

function minutesFrom(now: Date): number {
  return now.getTime() + SIGN_IN_MINUTES_MAX * 60_000;
}
