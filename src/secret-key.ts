import { hkdfSync, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const FILE = 'secret-key';
const BYTES = 32;

/**
 * The service's own secret: PLACET_SECRET_KEY where it is set, else a file that only this account may read, made at the first
 * start. Nodes that share a database share the key: set the variable for all of them.
 * @throws Error when the file is there and is not what this program wrote
 */
export async function readSecretKey(settings: {
  PLACET_SECRET_KEY?: string | undefined;
  PLACET_DATA_DIR: string;
}): Promise<Buffer> {
  if (settings.PLACET_SECRET_KEY !== undefined) return Buffer.from(settings.PLACET_SECRET_KEY);
  const file = join(settings.PLACET_DATA_DIR, FILE);
  const kept = (await readIfThere(file)) ?? (await makeFile(settings.PLACET_DATA_DIR, file));
  const key = Buffer.from(kept.trim(), 'base64url');
  if (key.length !== BYTES) throw new Error(`${file} is damaged. Remove it: everyone signs in again.`);
  return key;
}

/** A key for one purpose (HKDF, RFC 5869), so that what one part signs or seals says nothing to another. */
export function deriveKey(secretKey: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secretKey, '', `placet/${purpose}`, BYTES));
}

/** Two starts at once end with the same key: the link fails for the second, which reads what the first made. */
async function makeFile(dir: string, file: string): Promise<string> {
  await mkdir(dir, { recursive: true });
  const fresh = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(fresh, `${randomBytes(BYTES).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    await link(fresh, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(fresh);
  }
  return readFile(file, 'utf8');
}

async function readIfThere(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}
