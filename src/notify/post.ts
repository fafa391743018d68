import { type LookupAddress, lookup } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { type Destinations, hostOf } from './destination.ts';

/** What came of one attempt. */
export interface Attempt {
  /** `failed` is worth another attempt; `gone` ends the channel, `forbidden` this delivery. */
  outcome: 'delivered' | 'failed' | 'gone' | 'forbidden';
  /** HTTP status, or that of the mail server. */
  status: number | null;
  /** For people, in our own words: what the other side wrote is not kept. */
  error: string | null;
  /** How long the receiver asked to be left alone, in milliseconds. */
  retryAfterMs: number | null;
}

/** Posts a body once. Never throws: whatever goes wrong is how the attempt went. */
export type Post = (url: string, headers: Record<string, string>, body: string) => Promise<Attempt>;

/** Every address of a name. */
export type Resolve = (host: string) => Promise<LookupAddress[]>;

export interface PostOptions {
  destinations: Destinations;
  resolve?: Resolve;
  /** From the first byte to the last, in milliseconds. */
  timeoutMs?: number;
}

const ANSWER_BYTES_MAX = 65_536;

/**
 * A sender that goes only where it may. A name is resolved once, all its addresses are checked, and the connection goes to
 * one that was checked: a name that stands for something else a moment later changes nothing. Redirects are not followed.
 */
export function createPost({ destinations, resolve = resolveAll, timeoutMs = 10_000 }: PostOptions): Post {
  return async (text, headers, body) => {
    const started = performance.now();
    const url = new URL(text);
    const host = hostOf(url);
    try {
      const refusal = destinations.refuseUrl(url);
      if (refusal !== null) return failed(`refused: ${refusal}`);
      const addresses = isIP(host) ? [{ address: host, family: isIP(host) }] : await within(timeoutMs, resolve(host));
      const bad = destinations.refuseAddresses(
        url,
        addresses.map(({ address }) => address),
      );
      if (bad !== null) return failed(`refused: ${bad}`);
      return await send(url, addresses, headers, body, timeoutMs - (performance.now() - started));
    } catch (error) {
      return failed(describe(error));
    }
  };
}

function send(
  url: URL,
  addresses: LookupAddress[],
  headers: Record<string, string>,
  body: string,
  timeoutMs: number,
): Promise<Attempt> {
  return new Promise((resolve) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      method: 'POST',
      // A connection of its own: one kept open from an earlier check would go where that one allowed.
      agent: false,
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)), 'user-agent': 'Placet' },
      lookup: (_host, options, callback) => {
        if (options.all) callback(null, addresses);
        else callback(null, addresses[0]!.address, addresses[0]!.family);
      },
      signal: AbortSignal.timeout(Math.max(1, Math.round(timeoutMs))),
      maxHeaderSize: 16_384,
    });
    let isOver = false;
    const end = (attempt: Attempt) => {
      isOver = true;
      resolve(attempt);
      request.destroy();
    };
    request.on('error', (error) => isOver || end(failed(describe(error))));
    request.on('response', (response) => {
      const status = response.statusCode!;
      let bytes = 0;
      response.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > ANSWER_BYTES_MAX && !isOver) end(judge(status, response.headers));
      });
      response.on('end', () => isOver || end(judge(status, response.headers)));
      response.on('error', (error) => isOver || end({ ...failed(describe(error)), status }));
    });
    request.end(body);
  });
}

function judge(status: number, headers: Record<string, string | string[] | undefined>): Attempt {
  if (status >= 200 && status < 300) return { outcome: 'delivered', status, error: null, retryAfterMs: null };
  if (status === 410)
    return { outcome: 'gone', status, error: 'the receiver says that it is gone', retryAfterMs: null };
  const error =
    status >= 300 && status < 400 ? 'redirects are not followed: register the address itself' : `answered ${status}`;
  const after = /^[0-9]{1,6}$/.exec(String(headers['retry-after'] ?? ''));
  const waits = (status === 429 || status === 503) && after;
  return { outcome: 'failed', status, error, retryAfterMs: waits ? Number(after[0]) * 1000 : null };
}

/** An attempt that came to nothing before there was an answer. */
export function failed(error: string, outcome: 'failed' | 'forbidden' = 'failed'): Attempt {
  return { outcome, status: null, error: error.slice(0, 300), retryAfterMs: null };
}

/** The kind of failure, without what the other side may have put into a message. */
function describe(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: string };
  if (code === 'ABORT_ERR' || name === 'TimeoutError' || name === 'AbortError') return 'no answer in time';
  return typeof code === 'string' ? `connection failed: ${code}` : 'connection failed';
}

function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('late'), { name: 'TimeoutError' })), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function resolveAll(host: string): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) =>
    lookup(host, { all: true, verbatim: true }, (error, addresses) => (error ? reject(error) : resolve(addresses))),
  );
}
