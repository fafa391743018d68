#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

// Runs the command line on the Node of the lock file: the machine's own may be older than what the rest is written for.

const NODE_MAJOR = 24;

if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) {
  // Through `exit`, so that a database which was started for the command is stopped with it.
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  // Who reads may stop reading, as `head` does.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  const { runCli } = await import('./program.ts');
  const { env, stdout, stderr } = process;
  process.exitCode = await runCli(process.argv.slice(2), { env, stdout, stderr, now: () => new Date() });
} else {
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  const pinned = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', file);
  const child = spawn(pinned, process.argv.slice(1), { stdio: 'inherit' });
  process.on('SIGINT', () => {}); // The terminal sends Ctrl-C to the child as well.
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.once('error', (error) => {
    console.error(
      `placet: Node ${NODE_MAJOR} or newer is needed, and the one of node_modules does not start: ${error}`,
    );
    process.exitCode = 1;
  });
  child.once('exit', (code) => (process.exitCode = code ?? 1));
}
