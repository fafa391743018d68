import type { Ledger } from '../audit/ledger.ts';
import type { Sql } from '../db/postgres.ts';
import type { Log } from '../log.ts';
import { type Addressed, type Outcome, claimDue, claimNew, settle } from './deliveries.ts';
import type { Source } from './events.ts';
import type { Attempt } from './post.ts';
import { type Waiting, listDue, listWaiting, readPage, readSources } from './store.ts';
import type { ChannelRow, DeliveryRow } from './tables.ts';

/** How the events of one kind of channel go out. */
export interface Transport {
  /** Who gets which of these events on the channel; null while that cannot be said, so that nothing is passed over. */
  address(tenant: string, channel: ChannelRow, sources: Source[], now: Date): Promise<Addressed[] | null>;
  /** Sends to one recipient, once: one event, or those of a digest. */
  send(tenant: string, channel: ChannelRow, recipient: string, sources: Source[], now: Date): Promise<Attempt>;
}

export interface Dispatcher {
  /** Begins what there is to do now. */
  look(): Promise<void>;
  /** Does what there is to do now, once. @returns how many messages were sent */
  turn(): Promise<number>;
  /** Waits for what is being sent, and sends no more. */
  close(): Promise<void>;
}

export interface DispatcherOptions {
  sql: Sql;
  ledger: Ledger;
  clock: () => Date;
  random: () => number;
  log: Log;
  transports: Partial<Record<ChannelRow['kind'], Transport>>;
}

const CHANNELS_MAX = 5_000;
const SERVED_MAX = 32;
const BATCH_MAX = 25;
const IN_FLIGHT_MAX = 5;
/** Deliveries of a channel that may wait for another attempt. Beyond that new events wait where they are: in the log. */
const OPEN_MAX = 200;

/** Sends what channels are to be told. Any number of nodes may run one. */
export function createDispatcher({ sql, ledger, clock, random, log, transports }: DispatcherOptions): Dispatcher {
  const busy = new Map<string, Promise<number>>();
  /** From its cursor up to where the log held nothing for a channel. Worth no write: a restart reads it once more. */
  const scanned = new Map<string, { cursor: number; upTo: number }>();
  let closed = false;

  /** @returns what was begun */
  async function begin(): Promise<Promise<number>[]> {
    const waiting = await listWaiting(sql, clock().toISOString(), CHANNELS_MAX);
    const begun: Promise<number>[] = [];
    // In no order, so that those who are slow to answer do not always come first.
    waiting.sort(() => random() - 0.5);
    for (const one of waiting) {
      const name = nameOf(one);
      if (closed || busy.size >= SERVED_MAX || busy.has(name) || (!one.due && one.size <= readFrom(one) + 1)) continue;
      const served = serve(one)
        .catch((err: unknown) => {
          log.warn({ err, tenant: one.tenant, channel: one.channel.channel_id }, 'could not tell, will be tried again');
          return 0;
        })
        .finally(() => busy.delete(name));
      busy.set(name, served);
      begun.push(served);
    }
    return begun;
  }

  /** A cursor that was moved, by a claim or a replay, is where to read from. */
  function readFrom(one: Waiting): number {
    const known = scanned.get(nameOf(one));
    return known?.cursor === one.channel.cursor ? known.upTo : one.channel.cursor;
  }

  async function serve(waiting: Waiting): Promise<number> {
    const transport = transports[waiting.channel.kind];
    if (!transport) return 0;
    const again = waiting.due ? await serveDue(waiting, transport) : 0;
    return again + (waiting.open < OPEN_MAX ? await serveNew(waiting, transport) : 0);
  }

  async function serveNew(waiting: Waiting, transport: Transport): Promise<number> {
    const { tenant, channel, size } = waiting;
    const page = await readPage(sql, tenant, readFrom(waiting), size, BATCH_MAX);
    const addressed = page.sources.length > 0 ? await transport.address(tenant, channel, page.sources, clock()) : [];
    if (addressed === null) return 0;
    if (addressed.length === 0) {
      scanned.set(nameOf(waiting), { cursor: channel.cursor, upTo: page.upTo });
      return 0;
    }
    const claimed = await ledger.submit(tenant, (tx) =>
      claimNew(tx, channel.channel_id, channel.cursor, page.upTo, addressed),
    );
    return deliver(waiting, transport, claimed, new Map(page.sources.map((source) => [source.seq, source])));
  }

  async function serveDue(waiting: Waiting, transport: Transport): Promise<number> {
    const { tenant, channel } = waiting;
    const due = await listDue(sql, tenant, channel.channel_id, clock().toISOString(), BATCH_MAX);
    if (due.length === 0) return 0;
    const sources = await readSources(sql, tenant, [...new Set(due.map(({ event_seq }) => event_seq))]);
    const claimed = await ledger.submit(tenant, (tx) => claimDue(tx, channel.channel_id, due));
    return deliver(waiting, transport, claimed, sources);
  }

  async function deliver(
    { tenant, channel }: Waiting,
    transport: Transport,
    rows: DeliveryRow[],
    sources: Map<number, Source>,
  ): Promise<number> {
    const groups = groupRows(rows);
    const outcomes: Outcome[] = [];
    await inFlight(groups, IN_FLIGHT_MAX, async (group) => {
      const found = group.map(({ event_seq }) => sources.get(event_seq)!);
      const attempt = await transport.send(tenant, channel, group[0]!.recipient, found, clock());
      for (const row of group) outcomes.push({ row, attempt, random: random() });
    });
    if (outcomes.length > 0) await ledger.submit(tenant, (tx) => settle(tx, channel.channel_id, outcomes));
    return groups.length;
  }

  return {
    async look() {
      await begin();
    },
    async turn() {
      return (await Promise.all(await begin())).reduce((sum, sent) => sum + sent, 0);
    },
    async close() {
      closed = true;
      await Promise.all(busy.values());
    },
  };
}

/** One message each; what belongs to one person's digest is one message together. */
function groupRows(rows: DeliveryRow[]): DeliveryRow[][] {
  const single = rows.filter(({ digest }) => !digest).map((row) => [row]);
  const digests = Map.groupBy(
    rows.filter(({ digest }) => digest),
    ({ recipient }) => recipient,
  );
  return [...single, ...digests.values()];
}

/** In order of their beginning, so many at a time. */
async function inFlight<T>(items: T[], max: number, act: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  const workers = Array.from({ length: Math.min(max, items.length) }, async () => {
    for (const item of left) await act(item);
  });
  await Promise.all(workers);
}

function nameOf({ tenant, channel }: Pick<Waiting, 'tenant' | 'channel'>): string {
  return `${tenant}/${channel.channel_id}`;
}
