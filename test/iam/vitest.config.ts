import { defineConfig } from 'vitest/config';

// Run by run.sh, which says in IAM_PYTHON where moto is.
export default defineConfig({
  test: {
    include: ['test/iam/**/*.test.ts'],
    globalSetup: './test/laptop/synthesize.ts',
    reporters: ['default', './test/counts-reporter.ts'],
    pool: 'threads',
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
