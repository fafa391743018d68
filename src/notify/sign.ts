import { createHmac, randomBytes } from 'node:crypto';

// Standard Webhooks 1.0 (standardwebhooks.com): what is signed is `<id>.<timestamp>.<body>`, with HMAC-SHA-256 under the
// bytes that follow `whsec_` in base64.

/** A new signing secret, as its owner gets to see it once. */
export function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/**
 * Headers of a signed message.
 * @param secrets those that sign now: during a rotation the old and the new one, so that either side may go first
 */
export function signedHeaders(id: string, seconds: number, body: string, secrets: string[]): Record<string, string> {
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': signatures.join(' ') };
}
