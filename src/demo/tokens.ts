import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** Tenant → name → the bearer token as its holder sends it. */
export type Tokens = Record<string, Record<string, string>>;

const schema = z.record(z.string(), z.record(z.string(), z.string()));
const FILE = 'demo-tokens.json';

/**
 * The demo's tokens, as the first start kept them. None when it kept none.
 * @throws Error when the file is there and is not what this program wrote
 */
export async function readTokens(dataDir: string): Promise<Tokens> {
  const file = join(dataDir, FILE);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new Error(`${file} is damaged. Remove it; tokens it held are lost, new ones come from placet token create.`);
  }
}

/** Keeps the tokens for the next start, readable by this account alone. Under its name only when complete. */
export async function keepTokens(dataDir: string, tokens: Tokens): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const fresh = join(dataDir, `${FILE}.new`);
  await writeFile(fresh, `${JSON.stringify(tokens, null, 2)}\n`, { mode: 0o600 });
  await rename(fresh, join(dataDir, FILE));
}

/** A new token text with a random secret. */
export function newToken(tenant: string, name: string): string {
  return `placet.${tenant}.${name}.${randomBytes(24).toString('base64url')}`;
}

/** The secret in a token text. */
export function secretOf(token: string): string {
  return token.slice(token.lastIndexOf('.') + 1);
}
