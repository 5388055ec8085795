import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeScores } from '../../lib/adapters/ledger/scores-file.ts';
import { accuracyAnswer } from '../../lib/service/contracts/accuracy.ts';
import { type ExportAnswer, exportAnswer } from '../../lib/service/contracts/exports.ts';
import { hours, key, memoryRegion } from '../service/region.ts';

const root = resolve(import.meta.dirname, '../..');
const path = 'http://api/v1/teams/shop/regions/eu/metrics/requests';
const howTo = readFileSync(join(root, 'docs/how-to/pandas-and-duckdb.md'), 'utf8');
const region = memoryRegion();
let dir: string;
let said: string;
let file: ExportAnswer;

async function exported(name: string, body: unknown) {
  const request = { method: 'POST', headers: { 'content-type': 'application/json' } };
  const response = await region.api(
    new Request(`${path}/exports`, { ...request, body: JSON.stringify(body) }),
  );
  const answer = exportAnswer.parse(await response.json());
  writeFileSync(join(dir, name), new Uint8Array(await (await fetch(answer.url)).arrayBuffer()));
  return answer;
}
const accuracy = async () =>
  accuracyAnswer.parse(await (await region.api(new Request(`${path}/accuracy`))).json());

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pandas-'));
  const all = hours(63);
  const part = (from: number, until: number) => ({
    time: all.time.slice(24 * from, 24 * until),
    value: all.value.slice(24 * from, 24 * until),
  });
  await region.load(key('shop'), part(0, 60));
  await region.refresh('2026-12-01T03:00:00Z');
  await region.load(key('shop'), part(60, 63));
  await region.refresh('2026-12-02T03:00:00Z');
  file = await exported('forecast.parquet', { quantiles: ['0.5', '0.9', '0.99'] });
  await exported('history.csv', { of: 'observations', format: 'csv' });
  for (const month of ['2026-03', '2026-04']) {
    const folder = join(dir, `ledger/team=shop/region=eu/metric=requests/month=${month}`);
    mkdirSync(folder, { recursive: true });
    const rows = await region.ports.ledger.read(key('shop'), [month]);
    writeFileSync(join(folder, 'scores.parquet'), encodeScores(rows));
  }
  const script = [...howTo.matchAll(/```python\n([\s\S]*?)```/g)].map(([, code]) => code).join('\n');
  const python = join(root, '.venv/bin/python');
  said = (await promisify(execFile)(python, ['-c', script], { cwd: dir })).stdout;
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it('by the lines of the how-to, with the numbers that the API has', async () => {
  const peak = (await (
    await region.api(new Request(`${path}/forecast?quantiles=0.9&start=${file.start}&end=${file.end}`))
  ).json()) as { quantiles: Record<string, number[]> };
  const highest = Number(/highest P90 of an hour: ([\d.]+)/.exec(said)?.[1]);
  expect(highest).toBe(Math.max(...peak.quantiles['0.9']!));
  expect(said).toContain('hours of history: 1512');
  expect(said).toMatch(/busiest day: 2026-\d\d-\d\d/);
});

it('and so is the ledger, month by month', async () => {
  const { bands } = await accuracy();
  const own = bands.filter(({ grain }) => grain === 'step');
  expect(own.length).toBeGreaterThanOrEqual(3);
  for (const { band, model, naive } of own) {
    const row = new RegExp(`requests +${band} +([\\d.]+) +([\\d.]+) +([\\d.]+)`).exec(said);
    expect(row?.slice(1).map(Number)).toEqual([
      expect.closeTo(model.wape!, 5),
      expect.closeTo(naive.wape!, 5),
      expect.closeTo(model.coverage!, 5),
    ]);
  }
});
