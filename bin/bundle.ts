import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
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
await forgetTraces(join(dist, 'assembly'));

/** The CDK notes where in the source each construct was made, with this machine's paths: nothing for a package. */
async function forgetTraces(assembly: string): Promise<void> {
  const traced = new Set(['trace', 'stackTrace', 'creationStack']);
  for (const name of await readdir(assembly)) {
    if (!name.endsWith('.metadata.json') && name !== 'tree.json') continue;
    const file = join(assembly, name);
    const text = JSON.stringify(JSON.parse(await readFile(file, 'utf8')), (key, value) =>
      traced.has(key) ? undefined : value?.type === 'aws:cdk:creationStack' ? { ...value, data: [] } : value,
    );
    if (text.includes(packageRoot)) throw new Error(`${file} still names ${packageRoot}: leave that out too`);
    await writeFile(file, text);
  }
}
