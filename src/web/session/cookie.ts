import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { Problem } from '../../contract/problem.ts';
import type { SessionCredential } from '../../tenants/sessions.ts';
import type { Site } from '../site-settings.ts';
import { open, seal } from './seal.ts';

// The session cookie: which session, and until when it may be idle. It is signed, so being idle costs no write: each page sends
// it again with a later time. What a session may do is never in it; that is read from the record at each request.

const IDLE_MINUTES_MAX = 60;
/** The cookie is sent again no more often than this, so that most answers carry none. */
const RENEW_AFTER_MINUTES = 5;

interface Sealed {
  /** Tenant that the browser was in last. */
  t: string;
  s: string;
  /** Idle until, in milliseconds. */
  i: number;
}

/** What the cookie says, and where the browser was. */
export interface ReadSession extends SessionCredential {
  /** The request is about another tenant than the browser was in. */
  moved: boolean;
  idleUntil: number;
}

/**
 * The session of this request: of the sign-in that the cookie names, the one in the tenant that the request is about. Whether there
 * is such a session is for the tenant's record to say.
 * @throws Problem 401 `session.missing` or `session.idle`
 */
export function readSession(site: Site, context: Context, now: Date): ReadSession {
  const sealed = open<Sealed>(site.keys.session, getCookie(context, cookieName(site)));
  if (!sealed) throw new Problem(401, 'session.missing', 'Sign in to see this page.');
  if (sealed.i <= now.getTime())
    throw new Problem(401, 'session.idle', `You were signed out after ${IDLE_MINUTES_MAX} minutes without a click.`);
  const tenant = tenantAsked(context) ?? sealed.t;
  return { tenant, sessionId: sealed.s, moved: tenant !== sealed.t, idleUntil: sealed.i };
}

/** Sends the cookie again once the record has let the session in: idle from now, and in the tenant of this request. */
export function renewSession(site: Site, context: Context, session: ReadSession, now: Date): void {
  if (isByItself(context)) return;
  const age = IDLE_MINUTES_MAX * 60_000 - (session.idleUntil - now.getTime());
  if (session.moved || age > RENEW_AFTER_MINUTES * 60_000) writeSession(site, context, session, now);
}

const TENANT = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Says for the rest of the request that it is about this tenant: that of its form. */
export function enterTenant(context: Context, tenant: string): void {
  context.set('tenant', tenant);
}

/** The tenant that the request names: its form's, `?tenant=`, or that of the page whose script asks. */
function tenantAsked(context: Context): string | undefined {
  const { req } = context;
  const asked = (context.get('tenant') as string | undefined) ?? req.query('tenant') ?? req.header('placet-tenant');
  return asked !== undefined && TENANT.test(asked) ? asked : undefined;
}

/** A page that keeps itself up to date is not a person at work: a screen that nobody sits at is signed out. */
export function isByItself(context: Context): boolean {
  return context.req.header('placet-background') !== undefined || /^(\/portal)?\/events\b/.test(context.req.path);
}

export function writeSession(site: Site, context: Context, credential: SessionCredential, now: Date): void {
  const sealed: Sealed = {
    t: credential.tenant,
    s: credential.sessionId,
    i: now.getTime() + IDLE_MINUTES_MAX * 60_000,
  };
  // No Max-Age: the cookie goes with the browser. Lax and not Strict, or a link in a mail would look like signed out.
  setCookie(context, cookieName(site), seal(site.keys.session, sealed), cookieOptions(site));
}

export function dropSession(site: Site, context: Context): void {
  deleteCookie(context, cookieName(site), cookieOptions(site));
}

export function cookieOptions({ secure }: Site) {
  return { httpOnly: true, sameSite: 'Lax', secure, path: '/' } as const;
}

/** What a form of this session carries (synchroniser token). Another session's is refused. */
export function csrfToken(site: Site, { tenant, sessionId }: SessionCredential): string {
  return createHmac('sha256', site.keys.csrf).update(`${tenant}/${sessionId}`).digest('base64url');
}

/** @throws Problem 403 `csrf.token` */
export function checkCsrf(site: Site, credential: SessionCredential, sent: string | null): void {
  const [right, got] = [Buffer.from(csrfToken(site, credential)), Buffer.from(sent ?? '')];
  if (right.length !== got.length || !timingSafeEqual(right, got))
    throw new Problem(
      403,
      'csrf.token',
      'This form belongs to another session. Go back, reload the page and try again.',
    );
}

/**
 * Refuses what another site's page sent. Browsers set both headers, and no page can forge them; a request with neither is no
 * browser's form.
 * @throws Problem 403 `csrf.origin`
 */
export function checkOrigin(site: Site, context: Context): void {
  const fetchSite = context.req.header('sec-fetch-site');
  const origin = context.req.header('origin');
  const own = site.publicUrl ? new URL(site.publicUrl).origin : new URL(context.req.url).origin;
  const foreign = (fetchSite !== undefined && fetchSite !== 'same-origin') || (origin !== undefined && origin !== own);
  if (foreign || (fetchSite === undefined && origin === undefined))
    throw new Problem(403, 'csrf.origin', 'This form was sent from another site, and nothing was done.');
}

/** With the prefix, a browser takes the cookie only over https, for this host alone and from nobody else. */
function cookieName({ secure }: Site): string {
  return secure ? '__Host-placet_session' : 'placet_session';
}
