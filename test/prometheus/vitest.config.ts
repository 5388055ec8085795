import { defineConfig } from 'vitest/config';

// Run by run.sh, which says where promtool is in PROMTOOL.
export default defineConfig({
  test: {
    include: ['test/prometheus/**/*.test.ts'],
    reporters: ['default', './test/counts-reporter.ts'],
    pool: 'threads',
    testTimeout: 60_000,
  },
});
