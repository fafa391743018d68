import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a receiver was sent. */
export interface Received {
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** A webhook receiver on a port of its own, which behaves as it is told. */
export interface Receiver {
  url: string;
  port: number;
  received: Received[];
  /** How it answers from now on. */
  answer: (response: ServerResponse, received: Received) => void;
  close(): Promise<void>;
}

export async function openReceiver(): Promise<Receiver> {
  const server = createServer((request, response) => void take(request, response));
  await new Promise<void>((resume) => server.listen(0, '127.0.0.1', resume));
  const { port } = server.address() as AddressInfo;
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    received: [],
    answer: (response) => response.writeHead(204).end(),
    async close() {
      server.closeAllConnections();
      await new Promise((resume) => server.close(resume));
    },
  };
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const part of request) body += part;
    const one = { path: request.url!, headers: request.headers as Record<string, string>, body };
    receiver.received.push(one);
    receiver.answer(response, one);
  }
  return receiver;
}

/**
 * Does one of the signatures fit the secret? Written from the specification (Standard Webhooks 1.0) on the Web Cryptography
 * API, apart from what signs.
 */
export async function isSignedWith(secret: string, { headers, body }: Received): Promise<boolean> {
  const bytes = Uint8Array.from(atob(secret.replace(/^whsec_/, '')), (c) => c.charCodeAt(0));
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
  const signed = new TextEncoder().encode(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`);
  for (const part of headers['webhook-signature']!.split(' ')) {
    const [version, signature] = part.split(',');
    if (version !== 'v1') continue;
    const given = Uint8Array.from(atob(signature!), (c) => c.charCodeAt(0));
    if (await crypto.subtle.verify('HMAC', key, given, signed)) return true;
  }
  return false;
}
