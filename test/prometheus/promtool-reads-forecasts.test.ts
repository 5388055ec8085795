import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fleet } from '../../lib/api/fleet.ts';
import { serve } from '../../lib/cli/server.ts';
import { forecastAnswer } from '../../lib/service/contracts/http.ts';
import { hours, key, memoryRegion } from '../service/region.ts';

const hourMs = 3_600_000;
const region = memoryRegion();
let server: Awaited<ReturnType<typeof serve>>;
let cutoff: number;

beforeAll(async () => {
  for (const team of ['shop', 'search']) await region.load(key(team), hours(90));
  await region.refresh('2026-12-01T02:00:00Z');
  cutoff = (await region.ports.registry.get(key('shop')))!.lastTime + hourMs;
  // As `npm start` serves it: the front of all regions, over the API of one.
  const front = fleet([{ region: 'eu', url: 'http://api' }], (request) => region.api(request));
  server = await serve(new Map(), front, 0);
});
afterAll(() => server.close());

/** promtool query KIND [OPTIONS] SERVER … */
async function promtool(kind: string, options: string[], ...rest: string[]) {
  const args = ['query', kind, '--format=json', ...options, `${server.url}/prometheus`, ...rest];
  const { stdout } = await promisify(execFile)(
    process.env.PROMTOOL!,
    kind === 'labels' || kind === 'series' ? args.filter((arg) => arg !== '--format=json') : args,
  );
  return stdout;
}

it('reads a range with the numbers of the API', async () => {
  const [start, end] = [cutoff / 1000, cutoff / 1000 + 86_400];
  const out = await promtool(
    'range',
    [`--start=${start}`, `--end=${end}`, '--step=1h'],
    'cloudtune_forecast{team="shop",quantile="0.9"}',
  );
  const [{ metric, values }] = JSON.parse(out);
  expect(metric.quantile).toBe('0.9');
  const path = `teams/shop/regions/eu/metrics/requests/forecast?quantiles=0.9&start=${new Date(cutoff).toISOString()}&end=${new Date(cutoff + 25 * hourMs).toISOString()}`;
  const truly = forecastAnswer.parse(await (await region.api(new Request(`http://api/v1/${path}`))).json());
  expect(values).toHaveLength(25);
  values.forEach(([, value]: [number, string], i: number) => {
    expect(Number(value) / (truly.quantiles['0.9']![i]! / 3600)).toBeCloseTo(1, 5);
  });
});

it('reads an instant, labels and series', async () => {
  const instant = await promtool('instant', [`--time=${cutoff / 1000}`], 'cloudtune_forecast_mean');
  expect(JSON.parse(instant)).toHaveLength(2);
  expect((await promtool('labels', [], 'team')).trim().split('\n')).toEqual(['search', 'shop']);
  expect(await promtool('series', ['--match=cloudtune_observation'])).toContain('team="shop"');
});

it('is told what is refused', async () => {
  await expect(promtool('instant', [], 'sum(cloudtune_forecast)')).rejects.toThrow(
    /bad_data: parse error at char/,
  );
});
