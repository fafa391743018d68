import { startEmbedded } from './db/embedded.ts';
import { banner } from './demo/banner.ts';
import { seedAgency } from './demo/agency.ts';
import { type Env, EnvError, readEnv } from './env.ts';
import { createLog } from './log.ts';
import { readSecretKey } from './secret-key.ts';
import { startService } from './service.ts';
import { signInPath } from './web/session/links.ts';
import { openSite } from './web/site-settings.ts';

// The process: settings, database, service, demo agency, signals. What people read goes to standard output, the log to
// standard error.

/** Ctrl-C under npm reaches us twice, from the terminal and from npm. What follows later is a person who means it. */
const SAME_SIGNAL_MS = 1000;

const env = readEnvOrExit();
const log = createLog(env.LOG_LEVEL);
/** What to close, the last opened first. */
const opened: (() => Promise<void>)[] = [];
let stopSince: number | undefined;
let started = false;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
try {
  console.log(await start(env));
  started = true;
} catch (error) {
  await closeAll();
  if (stopSince === undefined) console.error(`placet: ${explain(error, env)}`);
  process.exit(stopSince === undefined ? 1 : 0);
}
// A signal that came while the start was under way.
if (stopSince !== undefined) await stop();

async function start(env: Env): Promise<string> {
  const { DATABASE_URL, PLACET_DATA_DIR, PLACET_DEMO, HOST, PORT } = env;
  const site = await openSite(env);
  let databaseUrl = DATABASE_URL;
  if (databaseUrl === undefined) {
    const embedded = await startEmbedded({ dataDir: PLACET_DATA_DIR, log });
    opened.push(embedded.stop);
    databaseUrl = embedded.url;
  }
  refuseIfStopping();
  const settings = {
    publicUrl: env.PLACET_PUBLIC_URL?.replace(/\/+$/, '') ?? `http://${HOST}:${PORT}`,
    secretKey: await readSecretKey(env),
    webhookAllow: env.PLACET_WEBHOOK_ALLOW,
    mail: env.PLACET_SMTP_URL === undefined ? undefined : { smtpUrl: env.PLACET_SMTP_URL, from: env.PLACET_MAIL_FROM },
  };
  const service = await startService({ databaseUrl, host: HOST, port: PORT, log, settings, site });
  opened.push(service.close);
  refuseIfStopping();
  const tokens = PLACET_DEMO === 'on' ? await seedAgency(service, PLACET_DATA_DIR) : null;
  return banner(
    service.url,
    DATABASE_URL === undefined ? `data in ${PLACET_DATA_DIR}` : 'data at DATABASE_URL',
    tokens,
    site.oidc ? null : (tenants, person) => signInPath(site.keys.link, tenants, person, new Date()),
  );
}

function onSignal(): void {
  const now = performance.now();
  if (stopSince === undefined) {
    stopSince = now;
    if (started) void stop();
  } else if (now - stopSince > SAME_SIGNAL_MS) process.exit(1);
}

function refuseIfStopping(): void {
  if (stopSince !== undefined) throw new Error('stopped while starting');
}

/** Answers what was begun, then the database. Committed is committed: a second signal loses nothing but answers. */
async function stop(): Promise<never> {
  log.info('stopping');
  process.exit((await closeAll()) ? 0 : 1);
}

async function closeAll(): Promise<boolean> {
  let clean = true;
  for (let close = opened.pop(); close; close = opened.pop())
    await close().catch((err: unknown) => {
      clean = false;
      log.error({ err }, 'could not close cleanly');
    });
  return clean;
}

/** One message for whoever started it. */
function explain(error: unknown, { HOST, PORT }: Env): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `port ${PORT} on ${HOST} is in use. Stop what listens there, or set PORT.`;
  if (code === 'EACCES') return `port ${PORT} on ${HOST} is not ours to use. Set PORT to one above 1023.`;
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND') return `the database of DATABASE_URL does not answer (${code}).`;
  return message || String(error);
}

function readEnvOrExit(): Env {
  try {
    return readEnv(process.env);
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    console.error(`placet: ${error.message}`);
    process.exit(2);
  }
}
