// Plays the whole Azure trace, 8,819 calls, against two nodes: test/runs/azure-replay.test.ts, which plays the beginning of it in the suite.
import { spawnSync } from 'node:child_process';

const env = { ...process.env, PLACET_REPLAY_CALLS: '8819' };
const { status } = spawnSync('npx', ['vitest', 'run', 'test/runs/azure-replay.test.ts'], {
  stdio: 'inherit',
  env,
  shell: process.platform === 'win32',
});
process.exitCode = status ?? 1;
