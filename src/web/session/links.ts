import { hash, randomBytes } from 'node:crypto';
import { Problem } from '../../contract/problem.ts';
import { open, seal } from './seal.ts';

// One-time sign-in links, for development and the demo. The link carries a nonce whose hash is the session's id, and a session's
// id is used once: so a link opens one session, and nothing has to be kept until then.

interface Link {
  /** Tenants that it opens. */
  t: string[];
  p: string;
  /** Until, in milliseconds. */
  e: number;
  n: string;
}

/** How long a link may wait to be used. */
export const LINK_MINUTES_MAX = 30;

/** The path of a link that signs `personId` in once, in one tenant or in several. */
export function signInPath(key: Buffer, tenants: string | string[], personId: string, now: Date): string {
  const link: Link = {
    t: [tenants].flat(),
    p: personId,
    e: now.getTime() + LINK_MINUTES_MAX * 60_000,
    n: randomBytes(16).toString('base64url'),
  };
  return `/sign-in/link/${seal(key, link)}`;
}

/** @throws Problem 403 `link.unknown` */
export function readLink(
  key: Buffer,
  text: string,
  now: Date,
): { tenants: string[]; personId: string; sessionId: string; isOld: boolean } {
  const link = open<Link>(key, text);
  if (!link) throw new Problem(403, 'link.unknown', 'This is not a sign-in link of this service. Was it copied whole?');
  return {
    tenants: link.t,
    personId: link.p,
    isOld: link.e <= now.getTime(),
    sessionId: hash('sha256', `placet/link/${link.n}`, 'base64url').slice(0, 22),
  };
}
