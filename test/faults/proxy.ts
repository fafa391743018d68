import { type Socket, connect, createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/**
 * What happens to a connection when a client sends a query over it:
 * - `pass`: nothing
 * - `before`: it is cut before the query reaches the database
 * - `after`: the query reaches the database, and the connection is cut at once
 * - `swallow`: the database answers, and the connection is cut instead of the answer
 * - `midway`: half of the answer's first bytes arrive
 */
export type Fault = 'pass' | 'before' | 'after' | 'swallow' | 'midway';

export interface Proxy {
  /** The same database through the proxy. */
  url: string;
  /** Asked at each query of each connection, by the name that the connection gave itself. */
  fault: (application: string) => Fault;
  /** How often each fault was done. */
  done: Record<Fault, number>;
  /** Cuts every connection and refuses new ones. */
  down(): void;
  up(): void;
  close(): Promise<void>;
}

/** Stands between a pool and PostgreSQL on a port of its own, and cuts connections at chosen moments. */
export async function createProxy(databaseUrl: string): Promise<Proxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let isDown = false;

  const server = createServer({ noDelay: true }, (client) => {
    if (isDown) return client.destroy();
    const database = connect({ host: target.hostname, port: Number(target.port), noDelay: true });
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => {});
    }
    let application = '';
    let isReady = false;
    let pending: Fault = 'pass';
    const cut = () => {
      client.destroy();
      // Ended and not reset: what the database has received it may still carry out.
      database.end();
    };
    client.on('data', (chunk) => {
      application ||= /application_name\0([^\0]*)/.exec(chunk.toString('latin1'))?.[1] ?? '';
      const fault = isReady ? proxy.fault(application) : 'pass';
      if (fault === 'before') {
        proxy.done.before++;
        return cut();
      }
      database.write(chunk);
      if (fault === 'after') {
        proxy.done.after++;
        return cut();
      }
      if (fault !== 'pass') pending = fault;
    });
    database.on('data', (chunk) => {
      // ReadyForQuery of the start: from here on the client sends queries.
      isReady ||= chunk.at(-6) === 0x5a;
      if (client.destroyed) return;
      if (pending === 'pass') return void client.write(chunk);
      proxy.done[pending]++;
      if (pending === 'swallow') return cut();
      client.end(chunk.subarray(0, Math.ceil(chunk.length / 2)), cut);
    });
    client.on('close', () => database.end());
    database.on('close', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const proxy: Proxy = {
    url: Object.assign(new URL(databaseUrl), { hostname: '127.0.0.1', port: String(port) }).href,
    fault: () => 'pass',
    done: { pass: 0, before: 0, after: 0, swallow: 0, midway: 0 },
    down() {
      isDown = true;
      for (const socket of sockets) socket.destroy();
    },
    up() {
      isDown = false;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}
