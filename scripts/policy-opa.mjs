// Finds or builds the pinned OPA and Regal. `node scripts/policy-opa.mjs [opa|regal]` prints the path.
//
// Order: OPA_BIN (REGAL_BIN), then the PATH, when `version` is exactly the pinned one; then the cache; else a build from the Go module
// that tools/<name>/go.mod pins. The cache is PLACET_CACHE_DIR, or .cache in the repository.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

const tools = {
  opa: { module: 'github.com/open-policy-agent/opa', env: 'OPA_BIN' },
  regal: { module: 'github.com/open-policy-agent/regal', env: 'REGAL_BIN' },
};

export function findTool(name) {
  const { module, env } = tools[name];
  const version = pinnedVersion(name, module);
  const cacheDir = process.env.PLACET_CACHE_DIR ?? join(root, '.cache');
  const cached = join(cacheDir, `${name}-${version}`, process.platform === 'win32' ? `${name}.exe` : name);

  const given = process.env[env];
  if (given) {
    const found = versionOf(name, given);
    if (found !== version)
      fail(`${env}=${given} is ${found ?? 'not runnable'}, but the policy is pinned to ${name} ${version}.`);
    return given;
  }
  if (versionOf(name, name) === version) return name;
  if (existsSync(cached)) return cached;
  return build(name, module, version, cached);
}

function build(name, module, version, target) {
  if (spawnSync('go', ['version']).status !== 0) {
    fail(
      `${name} ${version} is needed to change or check policy. Put it on the PATH, name it in ${tools[name].env}, or install Go (https://go.dev/dl), ` +
        `which builds it once from tools/${name}/go.mod. To run Placet nothing of this is needed: the compiled bundle is committed.`,
    );
  }
  console.error(`Building ${name} ${version} once (a minute or two) …`);
  mkdirSync(dirname(target), { recursive: true });
  // Built beside its place and renamed, so that a build cut short is never taken for a tool.
  const partial = `${target}.${process.pid}`;
  // Regal's version is a constant set by its release build; without it `regal version` says unknown.
  const ldflags = name === 'regal' ? ['-ldflags', `-X ${module}/pkg/version.Version=${version}`] : [];
  const built = spawnSync('go', ['build', '-trimpath', '-mod=readonly', ...ldflags, '-o', partial, module], {
    cwd: join(root, 'tools', name),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (built.status !== 0) fail(`go build of ${name} ${version} failed.`);
  renameSync(partial, target);
  return target;
}

function pinnedVersion(name, module) {
  const gomod = readFileSync(join(root, 'tools', name, 'go.mod'), 'utf8');
  const pinned = new RegExp(`${module.replaceAll('.', '\\.')} v(\\S+)`).exec(gomod);
  if (!pinned) fail(`tools/${name}/go.mod does not pin ${module}.`);
  return pinned[1];
}

function versionOf(name, binary) {
  try {
    const output = execFileSync(binary, ['version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return /^Version:\s*v?(\S+)/m.exec(output)?.[1];
  } catch {
    return undefined;
  }
}

export function fail(message) {
  console.error(message);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(findTool(process.argv[2] ?? 'opa'));
