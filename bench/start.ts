import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { atMost, type Measure } from './measure.ts';

const root = resolve(import.meta.dirname, '..');

/** From `npm start` in an empty state directory to the first forecast that the API answers. */
export async function benchStart(): Promise<Measure[]> {
  const dir = mkdtempSync(join(tmpdir(), 'cloudtune-bench-'));
  const started = performance.now();
  const up = spawn(process.execPath, ['bin/cloudtune.js', 'up', '--dir', dir, '--port', '0'], {
    cwd: root,
    stdio: 'ignore',
  });
  try {
    for (;;) {
      if (up.exitCode !== null) throw new Error(`cloudtune up ended early with exit code ${up.exitCode}`);
      if (await forecastReadable(join(dir, 'endpoint.json'))) break;
      await delay(100);
    }
    const seconds = (performance.now() - started) / 1000;
    return [atMost('npm start: to the first forecast readable', seconds, 20, 's')];
  } finally {
    const ended = new Promise((resolve) => up.once('exit', resolve));
    if (up.exitCode === null) {
      up.kill('SIGTERM');
      await ended;
    }
    rmSync(dir, { recursive: true });
  }
}

async function forecastReadable(endpoint: string): Promise<boolean> {
  if (!existsSync(endpoint)) return false;
  const { url } = JSON.parse(readFileSync(endpoint, 'utf8')) as { url: string };
  const answer = await fetch(`${url}/v1/series`);
  const { series } = (await answer.json()) as {
    series?: { team: string; region: string; metric: string; forecast?: object }[];
  };
  const first = series?.find(({ forecast }) => forecast !== undefined);
  if (first === undefined) return false;
  const { team, region, metric } = first;
  return (await fetch(`${url}/v1/teams/${team}/regions/${region}/metrics/${metric}/forecast`)).ok;
}
