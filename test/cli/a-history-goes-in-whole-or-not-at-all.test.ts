import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Asked, fakeApi, inFolder, run } from './fake-api.ts';

const path = 'PUT /v1/teams/shop/regions/fr/metrics/orders/observations';
const name = ['--team', 'shop', '--region', 'fr', '--metric', 'orders'];
const regions = {
  'GET /v1/regions': { regions: [{ region: 'fr', timeZone: 'Europe/Paris' }] },
};
const accepts = (asked: Asked) => ({
  seriesId: 'shop/fr/orders',
  accepted: asked.body.trim().split('\n').length - 1,
  rejected: 0,
  rejections: [],
});

function hourly(rows: number, start = '2026-01-01T00:00:00Z') {
  const lines = Array.from(
    { length: rows },
    (_, i) => `${new Date(Date.parse(start) + i * 3_600_000).toISOString()},${i}\n`,
  );
  return `timestamp,value\n${lines.join('')}`;
}

describe('cloudtune load', () => {
  it('sends what the file says, with kind and step', () =>
    inFolder(async (dir) => {
      const api = await fakeApi({ ...regions, [path]: accepts });
      const file = join(dir, 'orders.csv.gz');
      writeFileSync(file, gzipSync(hourly(48)));
      const done = await run('load', file, ...name, '--kind', 'count', '--api', api.url);
      await api.close();
      expect(done).toMatchObject({ code: 0, out: `${file}: 48 rows in shop/fr/orders\n` });
      const put = api.asked.find((one) => one.method === 'PUT')!;
      expect(put.query).toEqual({ metricKind: 'count', step: '3600' });
      expect(put.body.split('\n').slice(0, 2)).toEqual(['timestamp,value', '2026-01-01T00:00:00.000Z,0']);
    }));

  it('takes timestamps and values from the columns that are named', () =>
    inFolder(async (dir) => {
      const api = await fakeApi({ ...regions, [path]: accepts });
      const file = join(dir, 'orders.csv');
      writeFileSync(file, 'day,when,n\n1,2026-07-01T00:00:00Z,7\n1,2026-07-01T01:00:00Z,8\n');
      await run('load', file, ...name, '--api', api.url, '--timestamp-column', 'when', '--value-column', 'n');
      await api.close();
      const put = api.asked.find((one) => one.method === 'PUT')!;
      expect(put.body.split('\n')[1]).toBe('2026-07-01T00:00:00.000Z,7');
    }));

  it('reads local times in the zone of the region, or in the one given', () =>
    inFolder(async (dir) => {
      const api = await fakeApi({ ...regions, [path]: accepts });
      const file = join(dir, 'orders.csv');
      writeFileSync(file, 'timestamp,value\n2026-07-01T00:00:00,1\n2026-07-01T01:00:00,2\n');
      await run('load', file, ...name, '--api', api.url);
      await run('load', file, ...name, '--api', api.url, '--time-zone', 'America/New_York');
      await api.close();
      const sent = api.asked.filter((one) => one.method === 'PUT').map((one) => one.body.split('\n')[1]);
      expect(sent).toEqual(['2026-06-30T22:00:00.000Z,1', '2026-07-01T04:00:00.000Z,1']);
    }));

  it('splits a long history into requests that fit, oldest first, without losing a row', () =>
    inFolder(async (dir) => {
      const api = await fakeApi({ ...regions, [path]: accepts });
      const file = join(dir, 'long.csv');
      const rows = 250_000;
      const start = Date.parse('2025-01-01T00:00:00Z');
      const lines = Array.from({ length: rows }, (_, i) => `${new Date(start + i * 60_000).toISOString()},7`);
      writeFileSync(file, `timestamp,value\n${lines.join('\n')}\n`);
      const done = await run('load', file, ...name, '--json', '--api', api.url);
      await api.close();
      expect(JSON.parse(done.out).files[0].accepted).toBe(rows);
      const puts = api.asked.filter((one) => one.method === 'PUT');
      expect(puts.length).toBeGreaterThan(1);
      for (const put of puts) expect(put.body.length).toBeLessThan(3_100_000);
      expect(puts.flatMap((put) => put.body.trim().split('\n').slice(1))).toEqual(lines);
    }));

  it('sends nothing when one of the files cannot be read', () =>
    inFolder(async (dir) => {
      const api = await fakeApi({ ...regions, [path]: accepts });
      const [good, bad] = [join(dir, 'good.csv'), join(dir, 'bad.csv')];
      writeFileSync(good, hourly(48));
      writeFileSync(bad, 'when,what\n1,2\n');
      const done = await run('load', good, bad, ...name, '--api', api.url);
      const none = await run('load', join(dir, 'none.csv'), ...name, '--api', api.url);
      await api.close();
      expect([done.code, none.code]).toEqual([2, 2]);
      expect(done.err).toContain('bad.csv');
      expect(none.err).toContain('no such file');
      expect(api.asked.filter((one) => one.method === 'PUT')).toEqual([]);
    }));

  it('says which line of the file was rejected and why', () =>
    inFolder(async (dir) => {
      const api = await fakeApi({ ...regions, [path]: accepts });
      const file = join(dir, 'orders.csv');
      writeFileSync(file, hourly(48).replace('2026-01-01T02:00:00.000Z,2', '2026-01-01T02:00:00.000Z,many'));
      const done = await run('load', file, ...name, '--api', api.url);
      await api.close();
      expect(done.code).toBe(0);
      expect(done.out).toMatch(/47 rows .* 1 rejected\n {2}line 4: .*many/);
    }));

  it('knows the regions', () =>
    inFolder(async (dir) => {
      const api = await fakeApi(regions);
      const file = join(dir, 'orders.csv');
      writeFileSync(file, hourly(48));
      const done = await run(
        'load',
        file,
        '--team',
        'shop',
        '--region',
        'mars',
        '--metric',
        'orders',
        '--api',
        api.url,
      );
      await api.close();
      expect([done.code, done.err]).toEqual([2, expect.stringMatching(/expected one of fr, got "mars"/)]);
    }));
});
