import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Tx } from '../../audit/view.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Principal } from '../../contract/types.ts';
import { type SessionCredential, identifySession } from '../../tenants/sessions.ts';
import { isClient } from '../portal/visit-portal.ts';
import type { Site } from '../site-settings.ts';
import { cookieOptions } from './cookie.ts';

// Whose pages whoever is not signed in sees: the agency's or the portal's. It says how a page looks and what it is called, and
// nothing about what anybody may see.

export type Look = 'agency' | 'portal';

const COOKIE = 'placet_pages';
const KEPT_DAYS = 365;

/** By the page that they come from or want to see, else by who signed in here last. */
export function lookOf(context: Context, path: string): Look {
  return isOfPortal(path) || getCookie(context, COOKIE) === 'portal' ? 'portal' : 'agency';
}

export function lookFor(policy: Policy, principal: Principal): Look {
  return isClient(policy, principal) ? 'portal' : 'agency';
}

/** The same for whoever a session is of. */
export function lookOfSession(tx: Tx, policy: Policy, credential: SessionCredential): Look {
  return lookFor(policy, identifySession(tx, credential));
}

export function rememberLook(site: Site, context: Context, look: Look): void {
  const options = { ...cookieOptions(site), maxAge: KEPT_DAYS * 86_400 };
  if (look === 'portal') setCookie(context, COOKIE, look, options);
  else deleteCookie(context, COOKIE, cookieOptions(site));
}

/** Where to go on after a sign-in: back to a page that is for this person, else to the first of theirs. */
export function wayOn(back: string, look: Look): string {
  const isTheirs = isOfPortal(back) === (look === 'portal') || back.startsWith('/tickets/');
  return isTheirs ? back : '/';
}

function isOfPortal(path: string): boolean {
  return /^\/portal(?:[/?#]|$)/.test(path);
}
