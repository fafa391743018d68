// Compiles policies/rego to policies/bundle: policy.wasm, data.json, manifest.json, and catalogue.json, the same in words. The build is reproducible byte for byte.
// `--check` changes nothing and fails when the committed bundle is not what the sources compile to.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { catalogueOf } from './policy-catalogue.mjs';
import { fail, findTool, root } from './policy-opa.mjs';

export const entrypoints = [
  'access',
  'ceiling',
  'config',
  'cost',
  'decision',
  'flag',
  'mandate',
  'qc',
  'report',
  'verdict',
].map((domain) => `placet/${domain}/answer`);
const bundleDir = join(root, 'policies/bundle');

export function compile(opa) {
  const dir = mkdtempSync(join(tmpdir(), 'placet-bundle-'));
  try {
    const out = join(dir, 'bundle.tar.gz');
    const { status } = spawnSync(
      opa,
      [
        ...['build', '--target', 'wasm', '--capabilities', 'policies/capabilities.json', '--bundle', 'policies/rego'],
        ...entrypoints.flatMap((entrypoint) => ['--entrypoint', entrypoint]),
        ...['--output', out],
      ],
      { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
    );
    if (status !== 0) fail('opa build failed.');
    const files = untar(gunzipSync(readFileSync(out)));
    const wasm = files.get('policy.wasm');
    // One key a line: a change of a word is a change of one line in review.
    const data = Buffer.from(`${JSON.stringify(JSON.parse(files.get('data.json').toString('utf8')), null, 1)}\n`);
    const manifest = {
      revision: createHash('sha256').update(wasm).update(data).digest('hex'),
      opa_version: /^Version:\s*(\S+)/.exec(execFileSync(opa, ['version'], { encoding: 'utf8' }))[1],
      entrypoints,
    };
    const { revision, opa_version } = manifest;
    const catalogue = { revision, opa_version, ...catalogueOf(opa, JSON.parse(data).placet) };
    return new Map([
      ['policy.wasm', wasm],
      ['data.json', data],
      ['catalogue.json', Buffer.from(`${JSON.stringify(catalogue, null, 1)}\n`)],
      ['manifest.json', Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)],
    ]);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

export function staleFiles(bundle) {
  return [...bundle].filter(([name, bytes]) => !committed(name)?.equals(bytes)).map(([name]) => name);
}

function committed(name) {
  try {
    return readFileSync(join(bundleDir, name));
  } catch {
    return undefined;
  }
}

// A bundle is a plain ustar archive with short names: 512-byte headers, content padded to 512.
function untar(archive) {
  const files = new Map();
  for (let at = 0; at + 512 <= archive.length && archive[at] !== 0;) {
    const name = archive.toString('utf8', at, archive.indexOf(0, at));
    const size = Number.parseInt(archive.toString('latin1', at + 124, at + 136), 8);
    files.set(name.replace(/^\//, ''), archive.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

if (process.argv[1] === import.meta.filename) {
  const bundle = compile(findTool('opa'));
  const stale = staleFiles(bundle);
  const { revision } = JSON.parse(bundle.get('manifest.json').toString('utf8'));
  if (process.argv.includes('--check')) {
    if (stale.length > 0) fail(`policies/bundle is stale (${stale.join(', ')}): run node scripts/policy-build.mjs.`);
    console.log(`bundle is current, revision ${revision.slice(0, 12)}`);
  } else {
    mkdirSync(bundleDir, { recursive: true });
    for (const [name, bytes] of bundle) writeFileSync(join(bundleDir, name), bytes);
    console.log(
      `${stale.length > 0 ? `wrote ${stale.join(', ')}` : 'nothing changed'}, revision ${revision.slice(0, 12)}`,
    );
  }
}
