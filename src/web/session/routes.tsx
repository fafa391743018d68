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
import { personTable } from '../../tenants/people.ts';
import { readForm } from '../body.ts';
import type { Deps } from '../context.ts';
import { frameOf } from '../pages/frame.ts';
import type { Site } from '../site-settings.ts';
import { checkOrigin, cookieOptions, dropSession, readSession, writeSession } from './cookie.ts';
import { readLink } from './links.ts';
import type { MappedPerson } from './mapping.ts';
import type { Pending } from './oidc.ts';
import { LinkPage, SignInPage } from './pages.tsx';
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
      const out = context.req.query('out') !== undefined;
      return context.html(<SignInPage frame={await frame(context)} oidc={site.oidc !== null} back={back} out={out} />);
    })
    .get('/sign-in/link/:link', async (context) => {
      const link = context.req.param('link');
      const { tenant, personId } = readLink(linkKey(site), link, deps.clock());
      return context.html(<LinkPage frame={await frame(context)} link={link} tenant={tenant} person={personId} />);
    })
    .post('/sign-in/link', async (context) => {
      checkOrigin(site, context);
      const link = readLink(linkKey(site), (await readForm(context)).get('link') ?? '', deps.clock());
      const { tenant, personId, sessionId } = link;
      return enter(deps, site, context, tenant, '/', { sessionId, personId, method: 'link', memberships: [] });
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
  await deps.ledger.submit(tenant, (tx) => startSession(tx, session));
  writeSession(site, context, { tenant, sessionId: session.sessionId }, deps.clock());
  return context.redirect(back, 303);
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
