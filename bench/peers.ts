import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { atLeast, atMost, figure, type Measure } from './measure.ts';

const minutes = 1_051_200;

/**
 * Digest and fit of two years of minutes beside MSTL of augurs (Bandara, Hyndman & Bergmeir 2021, in Rust as WebAssembly),
 * each bundled and in a process of its own. MSTL takes a minute or more.
 */
export async function benchPeers(): Promise<Measure[]> {
  const dir = mkdtempSync(join(tmpdir(), 'cloudtune-bench-'));
  try {
    const entryPoints = ['engine', 'mstl'].map((name) => resolve(import.meta.dirname, `peer/${name}.ts`));
    await build({
      entryPoints,
      outdir: dir,
      bundle: true,
      platform: 'node',
      format: 'esm',
      outExtension: { '.js': '.mjs' },
    });
    const wasm = fileURLToPath(import.meta.resolve('@bsull/augurs/mstl')).replace(/\.js$/, '_bg.wasm');
    const run = async (...args: string[]): Promise<{ milliseconds: number; peak: number }> =>
      JSON.parse((await promisify(execFile)(process.execPath, args)).stdout);
    const ours = await run(join(dir, 'engine.mjs'), `${minutes}`);
    const mstl = await run(join(dir, 'mstl.mjs'), `${minutes}`, wasm);
    return [
      figure('digest and fit of two years of minutes', ours.milliseconds, 'ms'),
      figure('the same by MSTL (augurs)', mstl.milliseconds, 'ms'),
      atLeast('MSTL to digest and fit, time', mstl.milliseconds / ours.milliseconds, 150, 'times'),
      figure('peak memory of a series by MSTL', mstl.peak, 'MB'),
      atMost("peak memory of a series, share of MSTL's", ours.peak / mstl.peak, 0.667, 'times'),
    ];
  } finally {
    rmSync(dir, { recursive: true });
  }
}
