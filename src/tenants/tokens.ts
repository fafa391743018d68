import { hash, timingSafeEqual } from 'node:crypto';
import type { Actor } from '../audit/entry.ts';
import type { Tx } from '../audit/view.ts';
import { Problem, notFound } from '../contract/problem.ts';
import type { AccessAnswer, Principal } from '../contract/types.ts';
import type { Policy } from '../policy/policy.ts';
import { notePerson } from './people.ts';
import { type SessionCredential, identifySession } from './sessions.ts';
import { tenantTable, tokenTable } from './tables.ts';

/** What a bearer token says of itself. Nothing of it is believed until {@link identify} has checked it. */
export interface Credential {
  tenant: string;
  tokenId: string;
  secretHash: Buffer;
}

/** Who asks, and which rows of the tenant the operation may touch. */
export interface Caller extends Principal {
  scope: AccessAnswer['scope'];
}

/** The caller as the log names it. */
export function actorOf({ kind, id }: Principal): Actor {
  return { type: kind, id };
}

/** The actor that the command line acts as: whoever holds the database's URL. */
export const OPERATOR_ACTOR = { type: 'service', id: 'placet-cli' };

/**
 * Reads `Authorization: Bearer placet.<tenant>.<token id>.<secret>` (RFC 6750).
 * @throws Problem 401 `token.missing` or `token.malformed`
 */
export function readCredential(header: string | undefined | null): Credential {
  if (!header) throw unauthorized('token.missing', 'Send a token: Authorization: Bearer ….');
  const match = TOKEN.exec(header);
  if (!match) throw unauthorized('token.malformed', 'The Authorization header is not a bearer token of this service.');
  return { tenant: match[1]!, tokenId: match[2]!, secretHash: hash('sha256', match[3]!, 'buffer') };
}

/**
 * Who holds this credential, by the record.
 * @throws Problem 401 `token.unknown`, `token.revoked` or `token.expired`
 */
function identify(tx: Tx, credential: Credential): Principal {
  const token = tx.get(tokenTable, credential.tokenId);
  if (!token || !timingSafeEqual(token.secret_hash, credential.secretHash))
    throw unauthorized('token.unknown', 'The token is not known.');
  if (token.revoked_at) throw unauthorized('token.revoked', `The token was revoked at ${token.revoked_at}.`);
  if (token.expires_at && token.expires_at <= tx.now)
    throw unauthorized('token.expired', `The token expired at ${token.expires_at}.`);
  return { kind: token.kind, id: token.subject_id, roles: token.roles };
}

/**
 * Who asks, if policy lets that principal call the operation.
 * @throws Problem 401, or 403 `operation.forbidden` with the reasons
 */
export function authorize(
  tx: Tx,
  policy: Policy,
  credential: Credential | SessionCredential,
  operation: string,
): Caller {
  const principal = 'sessionId' in credential ? identifySession(tx, credential) : identify(tx, credential);
  const access = policy.access({ caller: principal, operation });
  if (access.effect !== 'allow')
    throw new Problem(403, 'operation.forbidden', access.reasons[0]?.message ?? 'Not allowed.', {
      reasons: access.reasons,
    });
  return { ...principal, scope: access.scope };
}

export interface NewToken {
  tokenId: string;
  /** Shown once; only its hash is kept. */
  secret: string;
  principal: Principal;
  expiresAt: string | null;
}

/** Records a token and gives the text that its holder sends. */
export function createToken(tx: Tx, actor: Actor, token: NewToken): string {
  if (!tx.get(tenantTable, '')) throw notFound('tenant');
  if (tx.get(tokenTable, token.tokenId)) throw new Problem(409, 'token.exists', `There is a token ${token.tokenId}.`);
  const { principal } = token;
  tx.put(tokenTable, {
    token_id: token.tokenId,
    secret_hash: hash('sha256', token.secret, 'buffer'),
    subject_id: principal.id,
    kind: principal.kind,
    roles: principal.roles,
    created_at: tx.now,
    expires_at: token.expiresAt,
    revoked_at: null,
  });
  if (principal.kind === 'human') notePerson(tx, principal.id);
  tx.append({
    action: 'token.created',
    actor,
    resource: `token/${token.tokenId}`,
    payload: JSON.stringify({ token_id: token.tokenId, principal, expires_at: token.expiresAt }),
  });
  return `placet.${tx.log}.${token.tokenId}.${token.secret}`;
}

/** Ends a token now, on every node: the next request with it is refused. */
export function revokeToken(tx: Tx, actor: Actor, tokenId: string): void {
  const token = tx.get(tokenTable, tokenId);
  if (!token) throw notFound('token');
  if (token.revoked_at) throw new Problem(409, 'token.revoked', `The token was revoked at ${token.revoked_at}.`);
  tx.put(tokenTable, { ...token, revoked_at: tx.now });
  if (token.kind === 'human') notePerson(tx, token.subject_id);
  tx.append({
    action: 'token.revoked',
    actor,
    resource: `token/${tokenId}`,
    payload: JSON.stringify({ token_id: tokenId }),
  });
}

const TOKEN = /^Bearer placet\.([a-z0-9][a-z0-9-]{0,62})\.([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{16,128})$/;

function unauthorized(code: string, detail: string): Problem {
  return new Problem(401, code, detail);
}
