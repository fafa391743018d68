import type { Event } from '../../src/contract/types.ts';
import type { Node } from './agency.ts';

/** A reader of GET /v1/events. */
export interface Stream {
  status: number;
  headers: Headers;
  /** The next event, or null when the stream has ended. */
  next(): Promise<{ id: string; type: string; data: Event } | null>;
  /** What `Last-Event-ID` would be now. */
  lastId: string;
  /** Goes away without a word. */
  close(): Promise<void>;
}

/** Follows the events, as a browser's EventSource would: by the parsing rules of WHATWG HTML, section 9.2.6. */
export async function follow(
  node: Node,
  token: string,
  query = '',
  headers: Record<string, string> = {},
): Promise<Stream> {
  const gone = new AbortController();
  const response = await node.app.request(`/v1/events${query}`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
    signal: gone.signal,
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  let text = '';
  const stream: Stream = {
    status: response.status,
    headers: response.headers,
    lastId: '',
    async next() {
      for (;;) {
        const end = text.indexOf('\n\n');
        if (end === -1) {
          const { done, value } = await reader.read();
          if (done) return null;
          text += decoder.decode(value, { stream: true });
          continue;
        }
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        const fields = new Map(
          block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
        );
        stream.lastId = fields.get('id') ?? stream.lastId;
        const data = fields.get('data');
        if (data !== undefined) return { id: stream.lastId, type: fields.get('event')!, data: JSON.parse(data) };
      }
    },
    async close() {
      gone.abort();
      await reader.cancel().catch(() => {});
    },
  };
  return stream;
}
