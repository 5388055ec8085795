import { defineConfig } from 'vitest/config';

// Run by run.sh, which makes sure that moto is there.
export default defineConfig({
  test: {
    include: ['test/moto/**/*.test.ts'],
    globalSetup: './test/laptop/synthesize.ts',
    reporters: ['default', './test/counts-reporter.ts'],
    pool: 'threads',
    isolate: false,
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
