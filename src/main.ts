import { startEmbedded } from './db/embedded.ts';
import { EnvError, readEnv } from './env.ts';
import { createLog } from './log.ts';
import { startService } from './service.ts';

// The process: settings, database, service, signals.

const env = readEnvOrExit();
const log = createLog(env.LOG_LEVEL);
const embedded = env.DATABASE_URL === undefined ? await startEmbedded({ dataDir: env.PLACET_DATA_DIR, log }) : null;
const service = await startService({
  databaseUrl: env.DATABASE_URL ?? embedded!.url,
  host: env.HOST,
  port: env.PORT,
  log,
}).catch(async (error: unknown) => {
  await embedded?.stop();
  throw error;
});
console.log(service.url);

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    void service
      .close()
      .then(() => embedded?.stop())
      .then(() => process.exit(0));
  });
}

function readEnvOrExit() {
  try {
    return readEnv(process.env);
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}
