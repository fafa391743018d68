import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Call, caller } from './agency.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** The service that ships, as a process of its own. */
export interface Server {
  child: ChildProcess;
  call: Call;
}

/** Starts the service on a free port and a database that outlives it. */
export async function startProcess(databaseUrl: string): Promise<Server> {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      HOST: '127.0.0.1',
      PORT: '0',
      PLACET_DEMO: 'off',
      LOG_LEVEL: 'silent',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let url: string | undefined;
  for await (const line of createInterface({ input: child.stdout! })) {
    url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (url) break;
  }
  if (!url) {
    child.kill('SIGKILL');
    throw new Error('the service did not start');
  }
  child.stdout!.resume();
  return { child, call: caller((path, init) => fetch(`${url}${path}`, init)) };
}

/** Ends it as a machine that loses power does, and waits until it is gone. */
export async function killProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
