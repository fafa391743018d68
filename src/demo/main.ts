import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '../db/embedded.ts';
import { readEnv } from '../env.ts';
import { createLog } from '../log.ts';
import { loadPolicy } from '../policy/policy.ts';
import { BUNDLE, startService } from '../service.ts';
import { seedAgency } from './agency.ts';
import { AGENCY } from './cast.ts';
import { createClient } from './client.ts';
import { playDay } from './day.ts';
import { type Tokens, readTokens } from './tokens.ts';

// npm run demo: plays a day at the agency on the service that runs (PLACET_URL, or HOST and PORT), else on one of its own that is gone
// afterwards. Exits 1 when a step is not answered as expected.

/** A service to play on. */
interface Ground {
  url: string;
  tokens: Tokens;
  close(): Promise<void>;
}

try {
  const ground = (await runningService()) ?? (await ownService());
  let done = 1;
  try {
    const { env, stdout } = process;
    const colours = stdout.isTTY === true && !env['NO_COLOR'];
    const { steps, entries, failures } = await playDay({
      ...ground,
      policy: await loadPolicy(BUNDLE),
      print: console.log,
      colours,
    });
    const verdict = failures.length === 0 ? 'all as expected' : `${failures.length} scenes NOT as expected`;
    console.log(`\n${steps} steps, ${verdict}. ${entries} log entries verified.`);
    for (const failure of failures) console.error(`  ${failure}`);
    done = failures.length === 0 ? 0 : 1;
  } finally {
    await ground.close();
  }
  process.exit(done);
} catch (error) {
  console.error(`demo: ${(error as Error).message}`);
  process.exit(1);
}

/** The service that runs already, if it is one and this directory has the tokens of its demo. */
async function runningService(): Promise<Ground | null> {
  const { HOST, PORT, PLACET_DATA_DIR } = readEnv(process.env);
  const wanted = process.env['PLACET_URL'];
  const url = wanted || `http://${HOST}:${PORT}`;
  const answers = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(2_000) }).then(
    (response) => response.ok,
    () => false,
  );
  if (!answers && wanted) throw new Error(`PLACET_URL ${wanted} does not answer.`);
  if (!answers) return null;
  const tokens = await readTokens(PLACET_DATA_DIR);
  const { id, cast } = AGENCY[0]!;
  const name = cast[0]!.id;
  const known = tokens[id]?.[name] ? await createClient(url, tokens[id])(name, 'GET', '/v1/plans?limit=1') : null;
  if (known?.status === 200) {
    console.log(`A day at the agency, on the service at ${url}`);
    return { url, tokens, close: async () => {} };
  }
  const file = join(PLACET_DATA_DIR, 'demo-tokens.json');
  if (wanted) throw new Error(`the service at ${wanted} has no demo tenant that ${file} opens.`);
  return null;
}

/** A service on a temporary data directory and a free port. */
async function ownService(): Promise<Ground> {
  const dataDir = await mkdtemp(join(tmpdir(), 'placet-demo-'));
  const log = createLog('warn');
  const embedded = await startEmbedded({ dataDir, log });
  const close = async () => {
    await embedded.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const service = await startService({ databaseUrl: embedded.url, host: '127.0.0.1', port: 0, log });
    const tokens = (await seedAgency(service, dataDir))!;
    console.log(`A day at the agency, on a service of its own at ${service.url}`);
    return { url: service.url, tokens, close: () => service.close().then(close) };
  } catch (error) {
    await close();
    throw error;
  }
}
