import { readHeads } from '../audit/store.ts';
import { Problem } from '../contract/problem.ts';
import type { Event } from '../contract/types.ts';
import type { Sql } from '../db/postgres.ts';
import type { Watch } from '../tickets/watch.ts';
import { ACCESS_ACTIONS, type Reader, eventOf, mayKnow } from './events.ts';
import { type Page, readPage } from './store.ts';

/** One event as a stream gives it: its position is what the reader resumes from. */
export interface Told {
  seq: number;
  event: Event;
}

/** What a reader follows. */
export interface Follow {
  tenant: string;
  /** Who reads, as `<kind>/<id>`: so that one cannot take all streams. */
  principal: string;
  /** Position of the last event that the reader has; null: from now on. */
  after: number | null;
  /** Event types; none means all. */
  types: string[];
  ticketId: string | undefined;
  /** Who reads, asked for before anything is told. @throws Problem when the way in has ended */
  reader(): Promise<Reader>;
}

/** Pieces of a stream, as asked for: events, or the position reached when for a while there were none. */
export type Piece = { told: Told[] } | { at: number };

export interface Feed {
  /** @throws Problem 400 `events.position` beyond the log, 410 `events.too_far_back`, 503 `events.full` */
  follow(what: Follow, signal: AbortSignal): Promise<AsyncGenerator<Piece>>;
  /** Ends all streams, and refuses new ones. */
  close(): void;
}

export interface FeedOptions {
  sql: Sql;
  watch: Watch;
  publicUrl: string;
  /** How often a reader that hears nothing looks for what other nodes wrote, in milliseconds. */
  lookMs?: number;
}

const PAGE_MAX = 200;
const READERS_MAX = 1000;
const READERS_OF_TENANT_MAX = 200;
const READERS_OF_PRINCIPAL_MAX = 10;
/** Beyond that many entries, whoever comes back reads the tickets anew instead: that is quicker for both. */
const REPLAY_MAX = 1_000_000;
/** Looks without news before the reader is told how far the log was gone through, and is asked for its way in again. */
const LOOKS_A_BEAT = 15;
const PAGES_KEPT = 64;
/** Name of the count of all readers; no tenant can have it. */
const ALL = '';

/**
 * Events as they are committed, read from the log. All readers of a tenant that are at the end of its log share one
 * reading, so that an event costs a node two queries, whatever the number of its readers.
 */
export function createFeed({ sql, watch, publicUrl, lookMs = 1000 }: FeedOptions): Feed {
  const closing = new AbortController();
  const readers = new Map<string, number>();
  const sizes = new Map<string, { size: Promise<number>; until: number }>();
  const pages = new Map<string, Promise<Page>>();
  watch.onNews((tenant, size) => {
    if (readers.has(tenant)) sizes.set(tenant, { size: Promise.resolve(size), until: performance.now() + lookMs / 2 });
  });

  function sizeOf(tenant: string): Promise<number> {
    const known = sizes.get(tenant);
    if (known && known.until > performance.now()) return known.size;
    const size = readHeads(sql, [tenant]).then((heads) => heads.get(tenant)?.size ?? 0);
    sizes.set(tenant, { size, until: performance.now() + lookMs / 2 });
    size.catch(() => sizes.delete(tenant));
    return size;
  }

  /** What lies between two positions of a log never changes, so the reading is shared for as long as it is kept. */
  function pageOf(tenant: string, after: number, size: number): Promise<Page> {
    const name = `${tenant}/${after}/${size}`;
    let page = pages.get(name);
    if (!page) {
      page = readPage(sql, tenant, after, size, PAGE_MAX);
      pages.set(name, page);
      page.catch(() => pages.delete(name));
      if (pages.size > PAGES_KEPT) pages.delete(pages.keys().next().value!);
    }
    return page;
  }

  async function follow(what: Follow, signal: AbortSignal): Promise<AsyncGenerator<Piece>> {
    const { tenant } = what;
    const [head] = (await readHeads(sql, [tenant])).values();
    const size = head?.size ?? 0;
    const from = what.after ?? size - 1;
    if (from >= size) throw new Problem(400, 'events.position', `The log ends before position ${from}.`);
    if (size - from > REPLAY_MAX)
      throw new Problem(410, 'events.too_far_back', 'Too much has happened since: list the tickets, then follow anew.');
    const ended = AbortSignal.any([signal, closing.signal]);
    const leave = enter(tenant, `${tenant}/${what.principal}`);
    // A stream that is given up before it is read never reaches the end of its generator.
    ended.addEventListener('abort', leave, { once: true });
    if (ended.aborted) leave();
    return read(what, from, ended, leave);
  }

  /** @returns what leaves again, once */
  function enter(tenant: string, principal: string): () => void {
    const isFull =
      count(ALL) >= READERS_MAX ||
      count(tenant) >= READERS_OF_TENANT_MAX ||
      count(principal) >= READERS_OF_PRINCIPAL_MAX;
    if (closing.signal.aborted || isFull)
      throw new Problem(503, 'events.full', 'Too many streams are open; poll the tickets, or try again later.');
    const names = [ALL, tenant, principal];
    for (const name of names) readers.set(name, count(name) + 1);
    let isIn = true;
    return () => {
      if (!isIn) return;
      isIn = false;
      for (const name of names)
        if (count(name) > 1) readers.set(name, count(name) - 1);
        else readers.delete(name);
      if (!readers.has(tenant)) sizes.delete(tenant);
    };
  }

  function count(name: string): number {
    return readers.get(name) ?? 0;
  }

  async function* read(what: Follow, from: number, signal: AbortSignal, done: () => void): AsyncGenerator<Piece> {
    const { tenant, types, ticketId } = what;
    let at = from;
    let looks = 0;
    try {
      while (!signal.aborted) {
        const look = new AbortController();
        // Listening begins before the look, so that a commit between the two is not missed.
        const news = watch.news(tenant, lookMs, AbortSignal.any([signal, look.signal]));
        const size = await sizeOf(tenant);
        const page = size > at + 1 ? await pageOf(tenant, at, size) : { sources: [], upTo: at };
        const beat = ++looks >= LOOKS_A_BEAT;
        const wanted = page.sources.filter(
          ({ action, resource }) =>
            !ACCESS_ACTIONS.includes(action) &&
            (types.length === 0 || types.includes(action)) &&
            (ticketId === undefined || resource === `ticket/${ticketId}`),
        );
        // A way in that has ended is noticed before anything more is told, and soon where there is nothing to tell.
        const asked = wanted.length > 0 || beat || page.sources.some(({ action }) => ACCESS_ACTIONS.includes(action));
        const reader = asked ? await what.reader() : null;
        const told = reader ? wanted.filter((source) => mayKnow(reader, source)) : [];
        const isBehind = page.upTo < size - 1;
        at = page.upTo;
        if (told.length > 0 || beat || isBehind) look.abort();
        if (told.length > 0)
          yield { told: told.map((source) => ({ seq: source.seq, event: eventOf(tenant, publicUrl, source) })) };
        else if (beat) yield { at };
        if (told.length > 0 || beat) looks = 0;
        if (!look.signal.aborted) await news;
      }
    } finally {
      done();
    }
  }

  return { follow, close: () => closing.abort() };
}
