import { zstdDecompressSync } from 'node:zlib';
import { parquetReadObjects } from 'hyparquet';
import { beforeAll, describe, expect, it } from 'vitest';
import { exportAnswer } from '../../lib/service/contracts/exports.ts';
import { forecastAnswer, observationsAnswer } from '../../lib/service/contracts/http.ts';
import { hours, key, memoryRegion } from '../service/region.ts';

const compressors = { ZSTD: (bytes: Uint8Array) => new Uint8Array(zstdDecompressSync(bytes)) };
const path = '/v1/teams/shop/regions/eu/metrics/requests';
const region = memoryRegion();
let runId = '';

beforeAll(async () => {
  await region.load(key('shop'), hours(60));
  ({ runId } = await region.refresh('2026-12-01T03:00:00Z'));
});

const ask = (body: unknown, on = path) =>
  region.api(
    new Request(`http://api${on}/exports`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );
const read = async (what: string) => (await region.api(new Request(`http://api${path}/${what}`))).json();
const bytesOf = async (url: string) => new Uint8Array(await (await fetch(url)).arrayBuffer());
async function made(body: unknown) {
  const response = await ask(body);
  expect(response.status).toBe(201);
  return exportAnswer.parse(await response.json());
}

describe('an export', () => {
  it('of a forecast holds what the API answers, step by step, as CSV', async () => {
    const start = '2026-03-10T00:00:00Z';
    const end = '2026-03-12T00:00:00Z';
    const answer = await made({ start, end, grain: 'hour', quantiles: ['0.5', '0.99'], format: 'csv' });
    expect(answer).toMatchObject({
      ...{ runId, rows: 48, format: 'csv', columns: ['timestamp', 'mean', 'q0.5', 'q0.99'] },
      ...{ start, end, of: 'forecast', file: 'shop-eu-requests-forecast-hour.csv' },
    });
    const text = Buffer.from(await bytesOf(answer.url)).toString();
    expect(answer.bytes).toBe(text.length);
    const page = forecastAnswer.parse(
      await read(`forecast?start=${start}&end=${end}&grain=hour&quantiles=0.5,0.99`),
    );
    expect(text.trimEnd().split('\n').slice(1)).toEqual(
      page.time.map((at, i) =>
        [at, page.mean[i], page.quantiles['0.5']![i], page.quantiles['0.99']![i]].join(','),
      ),
    );
  });

  it('without a question is the whole published forecast by the hour, as Parquet', async () => {
    const answer = await made({});
    const file = (await bytesOf(answer.url)).buffer as ArrayBuffer;
    const rows = (await parquetReadObjects({ file, compressors })) as { timestamp: Date; mean: number }[];
    expect(rows).toHaveLength(answer.rows);
    expect(Object.keys(rows[0]!)).toEqual(answer.columns);
    expect(answer.rows).toBeGreaterThan(89 * 24);
    expect(rows[0]!.timestamp.toISOString().replace('.000Z', 'Z')).toBe(answer.start);
    const page = forecastAnswer.parse(await read(`forecast?grain=hour&start=${answer.start}`));
    expect(rows.slice(0, page.mean.length).map(({ mean }) => mean)).toEqual(page.mean);
  });

  it('of observations has the history, with gaps where nothing was seen', async () => {
    const answer = await made({ of: 'observations', format: 'csv', grain: 'day' });
    const page = observationsAnswer.parse(
      await read(`observations?grain=day&start=${answer.start}&end=${answer.end}`),
    );
    const lines = Buffer.from(await bytesOf(answer.url))
      .toString()
      .trimEnd()
      .split('\n');
    expect(lines).toEqual(['timestamp,value', ...page.time.map((at, i) => `${at},${page.value[i] ?? ''}`)]);
  });

  it('is made once: the same question of the same data finds it, and so does its id', async () => {
    const body = { grain: 'week' };
    const first = await made(body);
    const second = await ask(body);
    expect(second.status).toBe(200);
    expect(second.headers.get('location')).toBe(`${path}/exports/${first.exportId}`);
    expect(exportAnswer.parse(await second.json()).exportId).toBe(first.exportId);
    const again = exportAnswer.parse(await read(`exports/${first.exportId}`));
    expect({ ...again, urlExpires: '' }).toEqual({ ...first, urlExpires: '' });
    await region.load(key('shop'), hours(61));
    await region.refresh('2026-12-02T03:00:00Z');
    expect((await made(body)).exportId).not.toBe(first.exportId);
    expect((await made({ ...body, run: runId, format: 'csv' })).runId).toBe(runId);
  });

  it('that cannot be made is refused, and names what is wrong', async () => {
    const refused = async (body: unknown, at: string, status = 400) => {
      const response = await ask(body);
      const problem = (await response.json()) as { errors?: { at: string }[] };
      expect([response.status, problem.errors?.[0]?.at]).toEqual([status, at]);
    };
    await refused({ grain: 'year' }, 'grain');
    await refused({ quantile: ['0.5'] }, 'quantile');
    await refused({ quantiles: ['1.5'] }, 'quantiles');
    await refused({ of: 'observations', quantiles: ['0.5'] }, 'quantiles');
    await refused({ start: '2030-01-01T00:00:00Z', end: '2031-01-01T00:00:00Z' }, 'start');
    const nobody = await ask({}, path.replace('shop', 'nobody'));
    expect(nobody.status).toBe(404);
    for (const id of ['nothing', '..%2F..%2Fx'])
      expect((await region.api(new Request(`http://api${path}/exports/${id}`))).status).toBe(404);
  });
});
