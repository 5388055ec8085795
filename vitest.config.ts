import { defineConfig } from 'vitest/config';

// Suites that need more than Node (moto, a browser, CDK's validation) have scripts of their own.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/parity/**', 'test/browser/**', 'test/synth/**'],
    reporters: ['default', './test/counts-reporter.ts'],
    pool: 'threads',
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
