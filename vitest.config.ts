import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // Modules are loaded once a worker and not once a file, which was half of the processor time of most files. What a file changes is in
    // its own database, and it puts back what it changes of the process.
    isolate: false,
    // One less than there are cores would be one on a machine with two, and files wait for timers, disks and browsers as well.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // A form goes out and a page comes in before there is anything to look at.
    expect: { poll: { timeout: 15_000 } },
    // Files run side by side, each on a database of its own. Tests that kill and restart servers take seconds on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
