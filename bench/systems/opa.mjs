// `opa run --server` of the pinned build with our own Rego and data, asked for the same decision over the same input document that our
// service evaluates.
import { spawnSync } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { findTool } from '../../scripts/policy-opa.mjs';
import { freePort, root, start, stop, temporaryFolder, untilReady } from '../children.mjs';
import { everyQuestion, httpRequest, withMarks } from '../questions.mjs';

/**
 * Starts OPA.
 * @param inputs the input document of our service for each question, by `<tenant>/<campaign>`
 * @param options.decisionLogs decision logs to standard output, collected in a file as an operator would; not flushed to disk
 */
export async function startOpa(inputs, { decisionLogs }) {
  const opa = findTool('opa');
  const folder = temporaryFolder();
  const bundle = buildBundle(opa, folder);
  const port = await freePort();
  const args = ['run', '--server', '--addr', `127.0.0.1:${port}`, '--log-level', 'error', '--skip-version-check'];
  const logs = decisionLogs ? ['--set', 'decision_logs.console=true'] : [];
  const output = openSync(join(folder, 'decisions.log'), 'w');
  const child = start(opa, [...args, '--optimize-store-for-read-speed', ...logs, '--bundle', bundle], {
    stdio: ['ignore', output, output],
  });
  await untilReady(`http://127.0.0.1:${port}/health?bundles`, child);
  return {
    pid: child.pid,
    target: (tenants) => ({
      host: '127.0.0.1',
      port,
      expect: '"effect":"allow"',
      requests: everyQuestion(tenants).map(({ tenant, campaign }) => {
        const { input, after } = inputs.get(`${tenant}/${campaign}`);
        return httpRequest('/v1/data/placet/decision/answer', withMarks({ input }, after));
      }),
    }),
    stop: () => stop(child),
  };
}

/** The Rego and data as a bundle. Not `--optimize`: OPA 1.22.2's optimiser fails on our Rego (`internal.member_2: arity mismatch`). */
function buildBundle(opa, folder) {
  const file = join(folder, 'bundle.tar.gz');
  const args = ['build', '--bundle', join(root, 'policies/rego'), '--output', file];
  const built = spawnSync(opa, args, { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`opa build failed: ${built.stdout}${built.stderr}`);
  return file;
}
