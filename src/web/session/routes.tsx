import { randomBytes } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { Problem } from '../../contract/problem.ts';
import { type Membership, type NewSession, startSession } from '../../tenants/sessions.ts';
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
      const why = context.req.query('out') === undefined ? whyOf(context.req.query('why')) : 'out';
      // Whoever opens a link comes by another way, and goes on where they were all the same.
      if (!site.oidc && !isByItself(context)) keepBack(site, context, back);
      return showSignIn(deps, site, context, lookOf(context, back), back, why);
    })
    .get('/sign-in/link/:link', async (context) => {
      const link = context.req.param('link');
      const { tenants, personId, isOld } = readLink(linkKey(site), link, deps.clock());
      const { look, names } = await whoseLink(deps, tenants, personId);
      if (isOld) return showSignIn(deps, site, context, look, '/', 'link_old');
      return context.html(<LinkPage frame={await frame(context)} look={look} link={link} {...names} />);
    })
    .post('/sign-in/link', async (context) => {
      checkOrigin(site, context);
      const link = readLink(linkKey(site), (await readForm(context)).get('link') ?? '', deps.clock());
      const { tenants, personId, sessionId, isOld } = link;
      const refuse = async (why: Why) =>
        showSignIn(deps, site, context, (await whoseLink(deps, tenants, personId)).look, '/', why);
      if (isOld) return refuse('link_old');
      const back = localPath(getCookie(context, BACK_COOKIE));
      const memberships = tenants.map((tenant) => ({ tenant, roles: [] }));
      return enter(deps, site, context, back, { sessionId, personId, method: 'link', memberships }).catch(
        (error: unknown) => {
          if (error instanceof Problem && error.code === 'session.used') return refuse('link_used');
          throw error;
        },
      );
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
  const credential = { tenant: first.tenant, sessionId };
  const look = await deps.ledger.submit(first.tenant, (tx) => lookOfSession(tx, deps.policy, credential));
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
async function whoseLink(deps: Deps, tenants: string[], personId: string) {
  return deps.ledger.submit(tenants[0]!, (tx) => {
    const person = tx.get(personTable, personId);
    const roles = person ? rolesAt(person, tx.now) : [];
    const look = lookFor(deps.policy, { kind: 'human', id: personId, roles });
    // Clients know themselves and their account by name; in the demo, people of the agency are told apart by their ids.
    const names =
      look === 'portal'
        ? { person: person!.name, tenant: tx.get(tenantTable, '')!.name }
        : { person: personId, tenant: tenants.join(', ') };
    return { look, names };
  });
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
