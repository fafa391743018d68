import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deriveKey, readSecretKey } from '../src/secret-key.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'placet-key-'));
});
afterAll(() => rm(dir, { recursive: true }));

test('two first starts at once end with one key, which only its owner may read', async () => {
  const PLACET_DATA_DIR = join(dir, 'new');
  const keys = await Promise.all(Array.from({ length: 8 }, () => readSecretKey({ PLACET_DATA_DIR })));
  expect(new Set(keys.map(String)).size).toBe(1);
  expect(keys[0]).toHaveLength(32);
  expect((await stat(join(PLACET_DATA_DIR, 'secret-key'))).mode & 0o777).toBe(0o600);
});

test('the variable beats the file, and a damaged file is named', async () => {
  const PLACET_SECRET_KEY = 'x'.repeat(32);
  expect(String(await readSecretKey({ PLACET_SECRET_KEY, PLACET_DATA_DIR: '/nowhere' }))).toBe(PLACET_SECRET_KEY);
  await writeFile(join(dir, 'secret-key'), 'short');
  await expect(readSecretKey({ PLACET_DATA_DIR: dir })).rejects.toThrow(/secret-key is damaged/);
});

test('each purpose has a key of its own', () => {
  const secret = Buffer.alloc(32, 7);
  expect(deriveKey(secret, 'session')).toHaveLength(32);
  expect(deriveKey(secret, 'session').equals(deriveKey(secret, 'webhook'))).toBe(false);
});
