import { randomBytes } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { Problem } from '../../contract/problem.ts';
import { type Membership, type NewSession, startSession } from '../../tenants/sessions.ts';
import { readForm } from '../body.ts';
import type { Deps } from '../context.ts';
import { frameOf } from '../pages/frame.ts';
import type { Site } from '../site-settings.ts';
import { checkOrigin, cookieOptions, dropSession, readSession, writeSession } from './cookie.ts';
import { readLink } from './links.ts';
import type { MappedPerson } from './mapping.ts';
import type { Pending } from './oidc.ts';
import { LinkPage, SignInPage } from './pages.tsx';
import { signOut } from './sign-out.ts';
import { open, seal } from './seal.ts';
import { localPath, readOwnForm } from './visit.ts';

const SIGN_IN_MINUTES_MAX = 10;
const THEME_DAYS = 365;
const BROWSER_MAX = 300;

/** Signing in and out, and what belongs to a browser and not to a person's work. */
export function sessionRoutes(deps: Deps, site: Site): Hono {
  const frame = (context: Context) => frameOf(deps, site, context, null);
  return new Hono()
    .get('/sign-in', async (context) => {
      const back = localPath(context.req.query('back'));
      const out = context.req.query('out') !== undefined;
      return context.html(<SignInPage frame={await frame(context)} oidc={site.oidc !== null} back={back} out={out} />);
    })
    .get('/sign-in/link/:link', async (context) => {
      const link = context.req.param('link');
      const { tenants, personId } = readLink(linkKey(site), link, deps.clock());
      return context.html(<LinkPage frame={await frame(context)} link={link} tenants={tenants} person={personId} />);
    })
    .post('/sign-in/link', async (context) => {
      checkOrigin(site, context);
      const link = readLink(linkKey(site), (await readForm(context)).get('link') ?? '', deps.clock());
      const { tenants, personId, sessionId } = link;
      const memberships = tenants.map((tenant) => ({ tenant, roles: [] }));
      return enter(deps, site, context, '/', { sessionId, personId, method: 'link', memberships });
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
      await signOut(deps, readSession(site, context, deps.clock()), form.get('everywhere') === 'yes');
      dropSession(site, context);
      const after = `${origin(site, context)}/sign-in?out`;
      return context.redirect((await site.oidc?.endSession(after).catch(() => null)) ?? '/sign-in?out', 303);
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

/**
 * Starts a session in each tenant that the sign-in opens, all under one id, and sends the browser into the first. A tenant that there
 * is not, or that does not let this person act, is left out; when that is all of them, its own word says why. A crash on the way
 * leaves sessions whose id nobody knows.
 */
async function enter(
  deps: Deps,
  site: Site,
  context: Context,
  back: string,
  session: Omit<NewSession, 'profile' | 'browser'>,
  person?: Pick<MappedPerson, 'name' | 'email'>,
): Promise<Response> {
  const { memberships, sessionId } = session;
  const browser = context.req.header('user-agent')?.slice(0, BROWSER_MAX) ?? null;
  const profileOf = ({ roles }: Membership) => person && { profile: { ...person, roles } };
  const tried = await Promise.allSettled(
    memberships.map((one) =>
      deps.ledger.submit(one.tenant, (tx) => startSession(tx, { ...session, browser, ...profileOf(one) })),
    ),
  );
  const failed = tried.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  const outage = failed.find((error) => !(error instanceof Problem && error.status < 500));
  const first = memberships.find((_, i) => tried[i]!.status === 'fulfilled');
  if (outage !== undefined || !first) throw outage ?? failed[0];
  writeSession(site, context, { tenant: first.tenant, sessionId }, deps.clock());
  return context.redirect(back, 303);
}

/** Into the tenants that the provider's word opens. */
async function enterMapped(
  deps: Deps,
  site: Site,
  context: Context,
  { personId, name, email, memberships }: MappedPerson,
  back: string,
): Promise<Response> {
  const noRole = new Problem(403, 'oidc.no_role', `Your account (${personId}) has no role here. Ask an admin for one.`);
  if (memberships.length === 0) throw noRole;
  const session = { sessionId: newSessionId(), personId, method: 'oidc', memberships } as const;
  return enter(deps, site, context, back, session, { name, email }).catch((error: unknown) => {
    throw error instanceof Problem && error.status === 404 ? noRole : error;
  });
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
