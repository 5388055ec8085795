import { defineConfig } from 'vitest/config';

// Run by run.sh, which starts moto and says where it listens in MOTO_ENDPOINT.
export default defineConfig({
  test: {
    include: ['test/parity/**/*.test.ts'],
    reporters: ['default', './test/counts-reporter.ts'],
    pool: 'threads',
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
