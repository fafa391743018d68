import { hash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

// Styles and scripts, read once at the start and served under names that hold their hash, so that browsers keep them for ever.

export interface Asset {
  body: Uint8Array<ArrayBuffer>;
  gzip: Uint8Array<ArrayBuffer>;
  type: string;
}

export interface Assets {
  /** The URL of `site.css`, with its hash. @throws Error for a name that is no file */
  url(name: string): string;
  /** By the last part of its URL. */
  find(hashedName: string): Asset | undefined;
}

const FOLDER = new URL('../../assets/', import.meta.url);
const TYPES: Record<string, string> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

export async function loadAssets(): Promise<Assets> {
  const urls = new Map<string, string>();
  const assets = new Map<string, Asset>();
  for (const name of await readdir(FOLDER)) {
    const type = TYPES[name.slice(name.lastIndexOf('.') + 1)];
    if (!type) continue;
    const body = new Uint8Array(await readFile(new URL(name, FOLDER)));
    const hashed = name.replace('.', `.${hash('sha256', body, 'base64url').slice(0, 12)}.`);
    urls.set(name, `/assets/${hashed}`);
    assets.set(hashed, { body, gzip: new Uint8Array(gzipSync(body, { level: 9 })), type });
  }
  return {
    url(name) {
      const url = urls.get(name);
      if (!url) throw new Error(`there is no asset ${name}`);
      return url;
    },
    find: (hashedName) => assets.get(hashedName),
  };
}
