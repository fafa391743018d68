#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

// Runs the command line on the Node of the lock file: the machine's own may be older than what the rest is written for.

const NODE_MAJOR = 24;

if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) {
  const { runCli } = await import('./program.ts');
  const { env, stdout, stderr } = process;
  process.exitCode = await runCli(process.argv.slice(2), { env, stdout, stderr, now: () => new Date() });
} else {
  const pinned = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node');
  const child = spawn(pinned, process.argv.slice(1), { stdio: 'inherit' });
  // Ctrl-C reaches the child as well: it ends by itself, and this process with it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
  child.once('error', (error) => {
    console.error(
      `placet: Node ${NODE_MAJOR} or newer is needed, and the one of node_modules does not start: ${error}`,
    );
    process.exitCode = 1;
  });
  child.once('exit', (code) => (process.exitCode = code ?? 1));
}
