import { describe, expect, it } from 'vitest';
import { type Asked, aSeries, fakeApi, run } from './fake-api.ts';

const path = 'GET /v1/teams/shop/regions/fr/metrics/orders';
const hour = 3_600_000;

function columns(asked: Asked, column: (length: number) => Record<string, unknown>) {
  const { start, end, grain } = asked.query as { start: string; end: string; grain: string };
  const length = Math.round((Date.parse(end) - Date.parse(start)) / hour);
  return {
    seriesId: aSeries.seriesId,
    timeZone: aSeries.timeZone,
    metricKind: 'count',
    grain,
    start,
    end,
    time: Array.from({ length }, (_, i) => new Date(Date.parse(start) + i * hour).toISOString()),
    ...column(length),
  };
}

const answers = (series: Record<string, unknown>) => ({
  'GET /v1/series': { series: [series] },
  'GET /v1/regions': { regions: [{ region: 'fr', timeZone: 'Europe/Paris' }] },
  [`${path}/observations`]: (asked: Asked) =>
    columns(asked, (length) => ({
      value: Array.from({ length }, (_, i) => (i % 24 === 3 ? null : 50 + (i % 24))),
    })),
  [`${path}/forecast`]: (asked: Asked) =>
    columns(asked, (length) => ({
      ...aSeries.forecast,
      mean: new Array(length).fill(60),
      quantiles: { '0.1': new Array(length).fill(40), '0.9': new Array(length).fill(80) },
    })),
});

describe('cloudtune show', () => {
  it('draws history and forecast around the cutoff, asking only for what there is', async () => {
    const api = await fakeApi(answers(aSeries));
    const done = await run('show', 'shop/fr/orders', '--api', api.url);
    await api.close();
    expect(done.code).toBe(0);
    expect(done.out).toMatch(/[\u2801-\u28ff]/);
    expect(done.out).toContain('orders per hour');
    expect(done.out).toContain('WAPE 8.3 %, seasonal naive 12.7 %');
    const query = (what: string) => api.asked.find((one) => one.path.endsWith(what))!.query;
    expect(query('observations')).toMatchObject({
      start: '2026-02-22T00:00:00.000Z',
      end: aSeries.forecast.cutoff,
    });
    expect(query('forecast')).toMatchObject({
      start: aSeries.forecast.cutoff,
      end: '2026-03-08T00:00:00.000Z',
    });
  });

  it('says why a forecast is stale', async () => {
    const reason = 'no observations for 12 days';
    const api = await fakeApi(
      answers({ ...aSeries, forecast: { ...aSeries.forecast, status: 'stale', reason } }),
    );
    const done = await run('show', 'shop/fr/orders', '--api', api.url);
    await api.close();
    expect(done.out).toContain(`stale (${reason})`);
  });

  it('draws the history of a series without a forecast', async () => {
    const { forecast: _, ...unseen } = aSeries;
    const api = await fakeApi(answers(unseen));
    const done = await run('show', 'shop/fr/orders', '--api', api.url);
    await api.close();
    expect(done.out).toContain('no forecast yet');
    expect(api.asked.some((one) => one.path.endsWith('/forecast'))).toBe(false);
  });

  it.each([
    [['shop/mars'], 2, 'team/region/metric'],
    [['shop'], 2, 'team/region/metric'],
    [['shop/fr/none'], 1, 'no series shop/fr/none'],
    [['shop/fr/orders', '--start', 'yesterday'], 2, 'Expected an instant'],
    [['shop/fr/orders', '--grain', 'month'], 2, 'hour'],
    [
      ['shop/fr/orders', '--start', '2026-03-02T00:00:00Z', '--end', '2026-03-01T00:00:00Z'],
      2,
      'after the start',
    ],
  ])('refuses %j', async (args, code, words) => {
    const api = await fakeApi(answers(aSeries));
    const done = await run('show', ...args, '--api', api.url);
    await api.close();
    expect([done.code, done.err]).toEqual([code, expect.stringContaining(words)]);
  });
});
