import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
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

/**
 * The service's key: from the environment, or from a file that the first start makes. Nodes that share a database must
 * share the key.
 * @throws Error naming what is wrong with it, never showing it
 */
export async function loadVaultKey(fromEnv: string | undefined, dataDir: string): Promise<Buffer> {
  if (fromEnv !== undefined) return readKey(fromEnv, 'PLACET_SECRET_KEY');
  const path = join(dataDir, 'secret.key');
  await mkdir(dataDir, { recursive: true });
  try {
    const file = await open(path, 'wx', 0o600);
    const key = randomBytes(32);
    await file.writeFile(`${key.toString('base64')}\n`);
    await file.sync();
    await file.close();
    return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return readKey((await readFile(path, 'utf8')).trim(), path);
  }
}

function readKey(text: string, where: string): Buffer {
  const key = /^[0-9a-fA-F]{64}$/.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  if (key.length !== 32) throw new Error(`${where}: must be 32 bytes as base64 or hex (openssl rand -base64 32)`);
  return key;
}
