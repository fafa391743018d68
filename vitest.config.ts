import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // Files run side by side, each on a database of its own. Tests that kill and restart servers take seconds on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
