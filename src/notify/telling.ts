import type { Ledger } from '../audit/ledger.ts';
import type { Sql } from '../db/postgres.ts';
import type { Log } from '../log.ts';
import type { Policy } from '../policy/policy.ts';
import type { Watch } from '../tickets/watch.ts';
import type { Destinations } from './destination.ts';
import { createDispatcher } from './dispatcher.ts';
import { createHooks } from './hooks.ts';
import { createMail, openMailChannels } from './mail.ts';
import { createMailer } from './mailer.ts';
import { createPost } from './post.ts';
import type { Vault } from './vault.ts';

export interface TellingOptions {
  sql: Sql;
  ledger: Ledger;
  policy: Policy;
  watch: Watch;
  vault: Vault;
  destinations: Destinations;
  clock: () => Date;
  log: Log;
  /** Where links lead. */
  publicUrl?: string | undefined;
  /** Absent: people get no mail. */
  mail?: { smtpUrl: string; from: string } | undefined;
}

/** How soon what another node committed, or what is to be tried again, is sent. */
const EVERY_MS = 1_000;
/** What this node commits is sent that much later, so that what happens together shares the two commits of its telling. */
const SOON_MS = 20;

/** Sends what channels are to be told, for as long as the process runs. */
export function startTelling(options: TellingOptions): { stop(): Promise<void> } {
  const { sql, ledger, policy, watch, vault, destinations, clock, log, publicUrl = '', mail } = options;
  const hooks = createHooks({ sql, policy, vault, publicUrl, post: createPost({ destinations }) });
  const mailer = mail && createMailer(mail);
  const dispatcher = createDispatcher({
    sql,
    ledger,
    clock,
    log,
    random: Math.random,
    transports: {
      webhook: hooks,
      slack: hooks,
      ...(mailer && { mail: createMail({ ledger, policy, mailer, publicUrl }) }),
    },
  });
  let running: Promise<void> | null = null;
  let soon: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  // One look at a time. A channel that is slow to answer holds up no other, and no look.
  function look(): void {
    soon = undefined;
    if (running) return;
    running = (mailer ? openMailChannels(sql, ledger) : Promise.resolve())
      .then(dispatcher.look)
      .catch((err: unknown) => log.warn({ err }, 'could not look for what to tell'))
      .finally(() => (running = null));
  }

  const timer = setInterval(look, EVERY_MS);
  const unhear = watch.onNews(() => {
    if (!stopped) soon ??= setTimeout(look, SOON_MS);
  });
  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      clearTimeout(soon);
      unhear();
      await running;
      await dispatcher.close();
      mailer?.close();
    },
  };
}
