// Runs every check to its end, also past a failure, and exits 1 naming the failed ones.
import { spawnSync } from 'node:child_process';

const checks = [
  'build',
  'tests:types',
  'types:check',
  'schema:check',
  'openapi:check',
  'prices:check',
  'format:check',
  'imports:check',
  'dead:check',
  'policy:check',
  'policy:parity',
];

const failed = [];
for (const check of checks) {
  console.log(`\n— ${check}`);
  const started = performance.now();
  const { status } = spawnSync('npm', ['run', '--silent', check], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  console.log(`— ${check}: ${status === 0 ? 'ok' : 'FAILED'}, ${((performance.now() - started) / 1000).toFixed(1)} s`);
  if (status !== 0) failed.push(check);
}
console.log(failed.length === 0 ? `\nchecks: all ${checks.length} ok` : `\nchecks: ${failed.join(', ')} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;
