import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto';
import { Problem } from '../contract/problem.ts';

/** Keeps secrets that have to be given back, such as what signs a webhook: AES-256-GCM under the service's key. */
export interface Vault {
  /** @param place where the secret belongs; it opens nowhere else @throws Problem 503 `secrets.no_key` */
  seal(place: string, secret: string): string;
  /** @throws Error when it was sealed under another key, or for another place, or has been changed */
  open(place: string, sealed: string): string;
}

const VERSION = 'v1';

/** @param key 32 bytes; null where a process keeps no secrets */
export function createVault(key: Buffer | null): Vault {
  // Told apart without saying anything of the key: a secret under another one is named as that, not as broken.
  const keyId = key && hash('sha256', Buffer.concat([Buffer.from('placet/vault-key-id/v1\n'), key]), 'hex').slice(0, 8);
  return {
    seal(place, secret) {
      if (!key) throw new Problem(503, 'secrets.no_key', 'This node has no key to keep secrets with.');
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(place));
      const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return [VERSION, keyId, iv.toString('base64url'), sealed.toString('base64url')].join('.');
    },
    open(place, text) {
      const [version, id, iv = '', sealed = ''] = text.split('.');
      if (!key || version !== VERSION || id !== keyId) throw new Error(`sealed under the key ${id}, ours is ${keyId}`);
      const bytes = Buffer.from(sealed, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'), { authTagLength: 16 })
        .setAAD(Buffer.from(place))
        .setAuthTag(bytes.subarray(-16));
      return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString('utf8');
    },
  };
}
