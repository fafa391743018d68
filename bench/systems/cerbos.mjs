// Cerbos from its npm binary, with the guardrail as a CEL policy, asked over HTTP with the facts as attributes of the resource.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, root, start, stop, temporaryFolder, untilReady } from '../children.mjs';
import { everyQuestion, httpRequest, withMarks } from '../questions.mjs';

const home = join(root, 'bench/cerbos');

/**
 * Starts Cerbos.
 * @param inputs the input document of our service for each question, by `<tenant>/<campaign>`
 * @param options.audit decision log to its local backend, its nearest to a durable log: written after the answer, in batches
 */
export async function startCerbos(inputs, { audit }) {
  const folder = temporaryFolder();
  const [port, grpcPort] = [await freePort(), await freePort()];
  const config = {
    server: {
      httpListenAddr: `127.0.0.1:${port}`,
      grpcListenAddr: `127.0.0.1:${grpcPort}`,
      playgroundEnabled: false,
      adminAPI: { enabled: false },
    },
    storage: { driver: 'disk', disk: { directory: join(home, 'policies'), watchForChanges: false } },
    telemetry: { disabled: true },
    audit: audit
      ? {
          enabled: true,
          accessLogsEnabled: false,
          decisionLogsEnabled: true,
          backend: 'local',
          local: { storagePath: join(folder, 'audit') },
        }
      : { enabled: false },
  };
  mkdirSync(join(folder, 'audit'));
  // YAML reads JSON.
  writeFileSync(join(folder, 'cerbos.yaml'), JSON.stringify(config));
  const child = start(cerbosBinary(), ['server', `--config=${join(folder, 'cerbos.yaml')}`, '--log-level=error'], {
    env: { ...process.env, CERBOS_NO_TELEMETRY: '1' },
  });
  await untilReady(`http://127.0.0.1:${port}/_cerbos/health`, child);
  return {
    pid: child.pid,
    target: (tenants) => ({
      host: '127.0.0.1',
      port,
      expect: '"EFFECT_ALLOW"',
      requests: everyQuestion(tenants).map(({ tenant, agent, campaign }) => {
        const { input, after } = inputs.get(`${tenant}/${campaign}`);
        const resource = { kind: 'campaign', id: campaign, attr: input };
        const asked = {
          requestId: `${tenant}-${campaign}`,
          principal: { id: agent, roles: ['agent'], attr: { tenant } },
          resources: [{ actions: ['optimization.apply'], resource }],
        };
        return httpRequest('/api/check/resources', withMarks(asked, after));
      }),
    }),
    stop: () => stop(child),
  };
}

/** The binary that bench/cerbos/package-lock.json pins; fetched from the npm registry when it is not there. */
function cerbosBinary() {
  const platform = `cerbos-${process.platform}-${process.arch}`;
  const binary = join(home, 'node_modules/@cerbos', platform, platform);
  if (existsSync(binary)) return binary;
  console.error('Fetching Cerbos from the npm registry once …');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: home, stdio: 'inherit' });
  if (status !== 0 || !existsSync(binary)) throw new Error(`${platform} could not be fetched`);
  return binary;
}
