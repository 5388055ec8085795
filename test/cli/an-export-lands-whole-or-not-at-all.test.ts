import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeApi, run } from './fake-api.ts';

const content = 'timestamp,value\n2026-01-01T00:00:00Z,7\n';
const answer = {
  ...{ exportId: 'x1', seriesId: 'shop/eu/orders', timeZone: 'Europe/Paris', of: 'observations' },
  ...{ grain: 'day', start: '2026-01-01T00:00:00Z', end: '2026-01-02T00:00:00Z', format: 'csv' },
  ...{ columns: ['timestamp', 'value'], rows: 1, bytes: content.length, file: 'orders.csv' },
  ...{ keptUntil: '2026-01-08T00:00:00Z', urlExpires: '2026-01-01T01:00:00Z' },
  url: `data:text/csv,${encodeURIComponent(content)}`,
};
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloudtune-export-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function exported(reply: unknown, ...args: string[]) {
  const api = await fakeApi({ 'POST /v1/teams/shop/regions/eu/metrics/orders/exports': reply });
  const done = await run('export', 'shop/eu/orders', ...args, '--api', api.url);
  await api.close();
  return { ...done, body: api.asked[0] === undefined ? undefined : JSON.parse(api.asked[0].body) };
}

describe('cloudtune export', () => {
  it('asks for what it is told, in the format of the file, and puts the file there', async () => {
    const out = join(folder, 'history.csv');
    const {
      code,
      body,
      out: said,
    } = await exported(
      answer,
      ...['--observations', '--grain', 'day', '--start', '2026-01-01T00:00:00Z', '--out', out],
    );
    expect(code).toBe(0);
    expect(body).toEqual({
      ...{ of: 'observations', grain: 'day', format: 'csv', start: '2026-01-01T00:00:00.000Z' },
    });
    expect(readFileSync(out, 'utf8')).toBe(content);
    expect(said).toContain('1 days from 2026-01-01T00:00:00Z');
  });

  it('asks for quantiles and a run of a forecast, as Parquet unless told otherwise', async () => {
    const { body } = await exported(
      answer,
      ...['--quantiles', '0.5, 0.99', '--run', 'eu-20260101T000000Z', '--out', join(folder, 'a.parquet')],
    );
    expect(body).toEqual({
      ...{ of: 'forecast', grain: 'hour', format: 'parquet', quantiles: ['0.5', '0.99'] },
      run: 'eu-20260101T000000Z',
    });
  });

  it('leaves what was there where the file breaks off or is gone', async () => {
    const out = join(folder, 'old.csv');
    writeFileSync(out, 'as it was');
    const short = await exported({ ...answer, bytes: 100 }, '--out', out);
    expect([short.code, short.err]).toEqual([1, expect.stringContaining('got 39 of 100 bytes')]);
    const gone = await exported({ ...answer, url: 'http://127.0.0.1:1/x' }, '--out', out);
    expect([gone.code, gone.err]).toEqual([1, expect.stringContaining('could not be fetched')]);
    expect(readFileSync(out, 'utf8')).toBe('as it was');
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
