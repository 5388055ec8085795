import { describe, expect, it } from 'vitest';
import { type Asked, fakeApi, run } from './fake-api.ts';

const hour = 3_600_000;
const total = {
  region: 'fr',
  metric: 'orders',
  metricKind: 'count',
  timeZone: 'Europe/Paris',
  runId: 'fr-20260301T000000Z',
  cutoff: '2026-03-01T00:00:00Z',
  horizonEnd: '2026-03-05T00:00:00Z',
  correlation: 0.42,
  series: { ok: 2, stale: 1, fallback: 0, missing: 1 },
  wanting: [
    { seriesId: 'd/fr/orders', status: 'missing', reason: 'it has no forecast' },
    { seriesId: 'c/fr/orders', status: 'stale', reason: 'its batch was lost' },
  ],
};
const answers = {
  'GET /v1/regions': { regions: [{ region: 'fr', timeZone: 'Europe/Paris' }] },
  'GET /v1/regions/fr/metrics': { totals: [total] },
  'GET /v1/regions/fr/metrics/orders/forecast': ({ query }: Asked) => {
    const { start, end, grain } = query as { start: string; end: string; grain: string };
    const length = Math.round((Date.parse(end) - Date.parse(start)) / hour);
    const column = (value: number) => new Array(length).fill(value);
    return {
      ...total,
      grain,
      start,
      end,
      time: Array.from({ length }, (_, i) => new Date(Date.parse(start) + i * hour).toISOString()),
      mean: column(60),
      quantiles: { '0.1': column(40), '0.9': column(80) },
    };
  },
};

describe('a total', () => {
  it('is listed with its series, and says which are missing or stale', async () => {
    const api = await fakeApi(answers);
    const [words, json] = [
      await run('totals', '--api', api.url),
      await run('totals', '--json', '--api', api.url),
    ];
    await api.close();
    expect(words.code).toBe(0);
    expect(words.out).toMatch(/fr\/orders +count +3 +1 +0 +1 +2026-03-01 00:00 +0.42/);
    expect(words.out).toContain('d/fr/orders is missing: it has no forecast');
    expect(words.out).toContain('c/fr/orders is stale: its batch was lost');
    expect(JSON.parse(json.out)).toEqual({ totals: [total] });
  });

  it('is drawn as far as all its series are forecast', async () => {
    const api = await fakeApi(answers);
    const done = await run('show', 'fr/orders', '--api', api.url);
    await api.close();
    expect(done.code).toBe(0);
    expect(done.out).toMatch(/[\u2801-\u28ff]/);
    expect(done.out).toContain('orders per hour');
    expect(done.out).toContain('fr/orders: total of 3 series, 1 missing');
    expect(api.asked.at(-1)!.query).toMatchObject({
      start: '2026-03-01T00:00:00.000Z',
      end: '2026-03-05T00:00:00.000Z',
    });
  });

  it('that is not there is refused with the way to the list', async () => {
    const api = await fakeApi(answers);
    const done = await run('show', 'fr/visits', '--api', api.url);
    await api.close();
    expect(done.code).toBe(1);
    expect(done.err).toContain('There is no total fr/visits: "cloudtune totals" lists what there is');
  });
});
