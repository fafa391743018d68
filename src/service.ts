import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { type ServerType, serve } from '@hono/node-server';
import type { Logger } from 'pino';
import { createApp } from './app.ts';
import { createLedger, type Ledger } from './audit/ledger.ts';
import { migrate } from './db/migrate.ts';
import { assertDurable, connect, type Sql } from './db/postgres.ts';
import { type Destinations, readDestinations } from './notify/destination.ts';
import { type Feed, createFeed } from './notify/feed.ts';
import { startTelling } from './notify/telling.ts';
import { type Vault, createVault } from './notify/vault.ts';
import { loadPolicy, type Policy } from './policy/policy.ts';
import { sweepGrains } from './runs/qc-sweep.ts';
import { sweepHolds } from './runs/cost/expiry.ts';
import { deriveKey } from './secret-key.ts';
import { recheckCoverage } from './tickets/recheck.ts';
import { sweepTickets } from './tickets/sla/sweep.ts';
import { createWatch, type Watch } from './tickets/watch.ts';
import type { Site } from './web/site-settings.ts';

/** Where the compiled policy that ships lies. */
export const BUNDLE = new URL('../policies/bundle/', import.meta.url);

/** What every entry into the service needs, whether it listens or not. */
export interface Core {
  sql: Sql;
  ledger: Ledger;
  policy: Policy;
  watch: Watch;
  feed: Feed;
  vault: Vault;
  destinations: Destinations;
  close(): Promise<void>;
}

/** What the process is told about the world around it. */
export interface Settings {
  /** Where links lead: `https://placet.example`. */
  publicUrl?: string | undefined;
  /** The service's own secret. Without it no webhooks are taken. */
  secretKey?: Buffer | undefined;
  /** PLACET_WEBHOOK_ALLOW: see readDestinations. */
  webhookAllow?: string | undefined;
  /** Without it people get no mail. */
  mail?: { smtpUrl: string; from: string } | undefined;
}

export interface Service extends Core {
  /** Where it listens: `http://127.0.0.1:8080`. */
  url: string;
}

const SWEEP_EVERY_MS = 5_000;
const DRAIN_MS_MAX = 10_000;

/**
 * Opens the database, the policy and the one commit path.
 * @throws DatabaseError when the database would lose what was committed, or is newer than this program
 */
export async function openCore(
  databaseUrl: string,
  clock: () => Date,
  { publicUrl = '', secretKey, webhookAllow }: Settings = {},
): Promise<Core> {
  const destinations = readDestinations(webhookAllow);
  // The committer has connections of its own: a slow listing must not hold up a decision. Commits go over one of them, so
  // that each follows the one it builds on. All go by primary key: planning a commit anew takes longer than running it.
  const connection = { plan_cache_mode: 'force_generic_plan' };
  const commitSql = connect(databaseUrl, { max: 1, name: 'placet-commit', connection });
  const factSql = connect(databaseUrl, { max: 3, name: 'placet-facts', connection });
  const sql = connect(databaseUrl, { max: 10, name: 'placet' });
  try {
    await assertDurable(commitSql);
    await migrateAlone(databaseUrl);
    const watch = createWatch();
    const ledger = createLedger({ sql: factSql, commitSql, clock, salt: createSalts(), onCommit: watch.onCommit });
    const policy = await loadPolicy(BUNDLE);
    const feed = createFeed({ sql, watch, publicUrl });
    const close = async () => {
      feed.close();
      await ledger.close();
      await Promise.all([commitSql, factSql, sql].map((pool) => pool.end({ timeout: 5 })));
    };
    return {
      sql,
      ledger,
      policy,
      watch,
      feed,
      vault: createVault(secretKey ? deriveKey(secretKey, 'channels') : null),
      destinations,
      close,
    };
  } catch (error) {
    await Promise.all([commitSql, factSql, sql].map((pool) => pool.end({ timeout: 1 })));
    throw error;
  }
}

/** A migration may take as long as it needs. */
async function migrateAlone(databaseUrl: string): Promise<void> {
  const sql = connect(databaseUrl, { max: 1, name: 'placet-migrate', silenceMsMax: 0 });
  await migrate(sql).finally(() => sql.end({ timeout: 5 }));
}

/** Starts a node. Any number of them may share a database. */
export async function startService(options: {
  databaseUrl: string;
  host: string;
  port: number;
  log: Logger;
  clock?: () => Date;
  settings?: Settings;
  /** Absent: the API alone, without pages. */
  site?: Site;
}): Promise<Service> {
  const { log, clock = () => new Date(), settings = {}, site } = options;
  const core = await openCore(options.databaseUrl, clock, settings);
  const app = createApp({ ...core, clock, log, site });
  const server = await listen(app.fetch, options.host, options.port).catch(async (error: unknown) => {
    await core.close();
    throw error;
  });
  const sweep = startSweep(core, clock, log);
  const telling = startTelling({ ...core, ...settings, clock, log });
  const { address, port, family } = server.address() as AddressInfo;
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  return {
    ...core,
    url,
    async close() {
      await sweep.stop();
      await telling.stop();
      // A stream would go on for ever.
      core.feed.close();
      await closeServer(server);
      await core.close();
    },
  };
}

function listen(fetch: Parameters<typeof serve>[0]['fetch'], hostname: string, port: number): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve(
      {
        fetch,
        hostname,
        port,
        // A client that sends its request too slowly, or none, is let go.
        serverOptions: {
          requestTimeout: 30_000,
          headersTimeout: 15_000,
          keepAliveTimeout: 65_000,
          maxHeaderSize: 16_384,
        },
      },
      () => resolve(server),
    );
    server.once('error', reject);
  });
}

/** Answers what was begun, then closes, whoever still holds a connection. */
function closeServer(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), DRAIN_MS_MAX);
    // A connection that becomes idle later, such as that of a stream which has just been ended, is closed then.
    const idle = setInterval(() => 'closeIdleConnections' in server && server.closeIdleConnections(), 50);
    server.close(() => {
      clearTimeout(force);
      clearInterval(idle);
      resolve();
    });
  });
}

/** Does what has come due, again and again. One kind that fails keeps no other from its turn. */
function startSweep({ sql, ledger, policy }: Core, clock: () => Date, log: Logger): { stop(): Promise<void> } {
  const kinds: [string, () => Promise<unknown>][] = [
    ['tickets', () => sweepTickets({ sql, ledger, policy, clock, log })],
    ['holds', () => sweepHolds(sql, ledger, clock)],
    ['grains', () => sweepGrains(sql, ledger, policy, clock)],
    ['coverage', () => recheckCoverage(sql, ledger, policy, clock)],
  ];
  async function sweepAll(): Promise<void> {
    for (const [kind, sweep] of kinds)
      await sweep().catch((err: unknown) => log.warn({ err, kind }, 'sweep failed, will be tried again'));
  }
  let running: Promise<void> | undefined;
  const timer = setInterval(() => {
    // A sweep that takes longer than the pause is not followed by a queue of others.
    running ??= sweepAll().finally(() => (running = undefined));
  }, SWEEP_EVERY_MS);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

/** Fresh 16-byte salts, drawn from the system in larger pieces. */
function createSalts(): () => Buffer {
  let pool = Buffer.alloc(0);
  return () => {
    if (pool.length < 16) pool = randomBytes(4096);
    const salt = pool.subarray(0, 16);
    pool = pool.subarray(16);
    return salt;
  };
}
