import * as client from 'openid-client';
import { Problem } from '../../contract/problem.ts';
import { type MappedPerson, type Mapping, mapClaims } from './mapping.ts';

export interface OidcSettings {
  issuer: string;
  clientId: string;
  /** Absent: a public client, which PKCE alone protects. */
  clientSecret: string | undefined;
  mapping: Mapping;
}

/** What has to be remembered while the person is at the provider. */
export interface Pending {
  state: string;
  nonce: string;
  verifier: string;
}

/** Signing in at an OpenID provider: authorization code with PKCE, state and nonce. */
export interface Oidc {
  /** For the policy of forms: signing out goes there. */
  origin: string;
  begin(redirectUri: string): Promise<{ url: string; pending: Pending }>;
  /** @throws Problem 403 `oidc.refused` or `oidc.no_person`, 503 `oidc.unavailable` */
  finish(callback: URL, pending: Pending): Promise<MappedPerson>;
  /** Where the provider's own session ends; null when it tells no such place. */
  endSession(returnTo: string): Promise<string | null>;
}

/** The provider is asked for its settings at the first sign-in, and again until it answers: it may start after us. */
export function createOidc(settings: OidcSettings): Oidc {
  const issuer = new URL(settings.issuer);
  const insecure = issuer.protocol === 'http:';
  if (insecure && !['127.0.0.1', '[::1]', 'localhost'].includes(issuer.hostname))
    throw new Error('PLACET_OIDC_ISSUER: must be https, but for a provider on this machine');
  let found: Promise<client.Configuration> | undefined;

  function discovered(): Promise<client.Configuration> {
    found ??= client
      .discovery(
        issuer,
        settings.clientId,
        settings.clientSecret,
        settings.clientSecret === undefined ? client.None() : undefined,
        insecure ? { execute: [client.allowInsecureRequests] } : {},
      )
      .catch((cause: unknown) => {
        found = undefined;
        throw unavailable(cause);
      });
    return found;
  }

  return {
    origin: issuer.origin,
    async begin(redirectUri) {
      const config = await discovered();
      const pending = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
      };
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: settings.mapping.scope,
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(pending.verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, pending };
    },
    async finish(callback, { state, nonce, verifier }) {
      const config = await discovered();
      const claims = await readClaims(config, callback, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const person = mapClaims(settings.mapping, claims);
      if (!person)
        throw new Problem(403, 'oidc.no_person', 'Your identity provider names you in a way that cannot be used here.');
      return person;
    },
    async endSession(returnTo) {
      const config = await discovered();
      if (!config.serverMetadata().end_session_endpoint) return null;
      return client.buildEndSessionUrl(config, { post_logout_redirect_uri: returnTo }).href;
    },
  };
}

/** The ID token's claims and, where the provider has more to say, those of its userinfo endpoint (OpenID Connect Core, 5.4). */
async function readClaims(
  config: client.Configuration,
  callback: URL,
  checks: client.AuthorizationCodeGrantChecks,
): Promise<Record<string, unknown>> {
  try {
    const tokens = await client.authorizationCodeGrant(config, callback, checks);
    const claims = tokens.claims()!;
    if (!config.serverMetadata().userinfo_endpoint) return claims;
    return { ...(await client.fetchUserInfo(config, tokens.access_token, claims.sub)), ...claims };
  } catch (error) {
    if (error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError)
      throw refused(error, `Your identity provider did not let you in (${error.error}).`);
    if (error instanceof client.ClientError)
      throw refused(error, 'What came back from your identity provider is not good.');
    throw unavailable(error);
  }
}

function refused(cause: Error, detail: string): Problem {
  return Object.assign(new Problem(403, 'oidc.refused', `${detail} Try again from the sign-in page.`), { cause });
}

function unavailable(cause: unknown): Problem {
  return Object.assign(new Problem(503, 'oidc.unavailable', 'Your identity provider does not answer.'), { cause });
}
