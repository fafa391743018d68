// The one browser of the tests, the pictures and the bench.
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { chromium } from 'playwright-core';

// The headless shell is Chromium without a desktop browser's own pages: a test takes half of the time.
const INSTALLED = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * @param {string[]} more flags beside those that keep it off the network
 * @returns {Promise<import('playwright-core').Browser>}
 */
export async function launchChromium(more = []) {
  const path = process.env.PLACET_CHROMIUM || INSTALLED.find(existsSync) || (await unpacked());
  return chromium.launch({ executablePath: path, args: [...FLAGS, ...more] });
}

/** The headless shell that comes as a development dependency, for Linux on x64: unpacked once, under its name only when complete. */
async function unpacked() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('There is no browser. Set PLACET_CHROMIUM to a Chromium of yours.');
  // …/node_modules/@sparticuz/chromium/build/cjs/index.cjs
  const packaged = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '../..');
  const { version } = createRequire(import.meta.url)(join(packaged, 'package.json'));
  const cache = join(packaged, '../../.cache/placet');
  const path = join(cache, `chromium-${version}`);
  if (existsSync(path)) return path;
  await mkdir(cache, { recursive: true });
  const part = `${path}.${process.pid}`;
  await pipeline(
    createReadStream(join(packaged, 'bin/chromium.br')),
    createBrotliDecompress(),
    createWriteStream(part, { mode: 0o755 }),
  );
  await rename(part, path);
  return path;
}
