import { defineConfig } from 'vitest/config';

// Much of the time of the laptop's tests is waiting for backoffs: more workers than cores.
const maxWorkers = 3;
const threads = {
  pool: 'threads',
  isolate: false,
  maxWorkers,
  testTimeout: 30_000,
  hookTimeout: 60_000,
} as const;
// Suites that need more than Node (moto, a browser, promtool, CDK's validation) have scripts of their own.
const others = [
  'test/parity/**',
  'test/moto/**',
  'test/browser/**',
  'test/synth/**',
  'test/iam/**',
  'test/prometheus/**',
];
// These boot the whole app on the laptop cloud; it is synthesized once for all of them.
const laptop = ['test/e2e/**/*.test.ts', 'test/faults/**/*.test.ts'];

export default defineConfig({
  test: {
    maxWorkers,
    reporters: ['default', './test/counts-reporter.ts'],
    projects: [
      {
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: [...others, ...laptop], ...threads },
      },
      {
        test: { name: 'laptop', include: laptop, globalSetup: './test/laptop/synthesize.ts', ...threads },
      },
    ],
  },
});
