import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildPage } from '../lib/cli/page.ts';
import { packageRoot } from '../lib/cli/root.ts';
import { runApp } from '../lib/cli/synthesize.ts';

/**
 * Makes `dist`, what the npm package runs (npm's `prepack`): the command, the worker that runs functions, the page,
 * and a synthesized assembly, so that an installed package needs neither esbuild nor the CDK.
 */
const dist = join(packageRoot, 'dist');
await rm(dist, { recursive: true, force: true });
await build({
  entryPoints: {
    cloudtune: join(packageRoot, 'bin/cloudtune.ts'),
    // Loaded by path, beside the bundle that starts it.
    runtime: join(packageRoot, 'lib/local/functions/runtime.ts'),
  },
  outdir: dist,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  // The packages are dependencies, and some (workers, native code) run only from their own folders.
  packages: 'external',
  splitting: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  logLevel: 'warning',
});
await Promise.all([buildPage(join(dist, 'web')), runApp(join(dist, 'assembly'))]);
