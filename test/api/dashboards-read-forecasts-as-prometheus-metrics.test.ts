import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { forecastAnswer, observationsAnswer } from '../../lib/service/contracts/http.ts';
import { hours, key, memoryRegion } from '../service/region.ts';

const hourMs = 3_600_000;
let region: ReturnType<typeof memoryRegion>;
/** The forecast begins here. */
let cutoff: number;

beforeAll(async () => {
  region = memoryRegion();
  for (const team of ['shop', 'search']) await region.load(key(team), hours(90));
  await region.load(key('shop', 'orders'), hours(90, 10));
  await region.refresh('2026-12-01T02:00:00Z');
  cutoff = (await region.ports.registry.get(key('shop')))!.lastTime + hourMs;
});

interface Answer {
  status: string;
  errorType?: string;
  error?: string;
  // biome-ignore lint/suspicious/noExplicitAny: as loose as Prometheus's own
  data?: any;
}
async function get(path: string, query: Record<string, string> | [string, string][] = {}) {
  const answer = await region.api(
    new Request(`http://api/prometheus/api/v1/${path}?${new URLSearchParams(query)}`),
  );
  return { ...((await answer.json()) as Answer), code: answer.status };
}
const range = (query: string, more: object = {}) =>
  get('query_range', {
    query,
    start: String(cutoff / 1000),
    end: String(cutoff / 1000 + 86_400),
    step: '1h',
    ...more,
  });

describe('query_range', () => {
  it('answers a quantile as the API has it, counts by the second', async () => {
    const { data } = await range('cloudtune_forecast{team="shop",metric="requests",quantile="0.9"}');
    expect(data.resultType).toBe('matrix');
    expect(data.result).toHaveLength(1);
    const [{ metric, values }] = data.result;
    expect(metric).toEqual({
      ...{ __name__: 'cloudtune_forecast', team: 'shop', region: 'eu', metric: 'requests', quantile: '0.9' },
    });
    const path = `teams/shop/regions/eu/metrics/requests/forecast?quantiles=0.9&start=${new Date(cutoff).toISOString()}&end=${new Date(cutoff + 25 * hourMs).toISOString()}`;
    const truly = forecastAnswer.parse(await (await region.api(new Request(`http://api/v1/${path}`))).json());
    expect(values.map(([at]: [number]) => at * 1000)).toEqual(truly.time.map((at) => Date.parse(at)));
    values.forEach(([, value]: [number, string], i: number) => {
      expect(Number(value) / (truly.quantiles['0.9']![i]! / 3600)).toBeCloseTo(1, 5);
    });
  });

  it('answers what was seen up to the cutoff, and the forecast from there on', async () => {
    const around = { start: String(cutoff / 1000 - 7200), end: String(cutoff / 1000 + 7200) };
    const { data } = await range('{__name__=~"cloudtune_(observation|forecast_mean)",team="search"}', around);
    const of = (name: string) =>
      data.result.find((one: { metric: { __name__: string } }) => one.metric.__name__ === name).values;
    expect(of('cloudtune_observation').map(([at]: [number]) => at - cutoff / 1000)).toEqual([-7200, -3600]);
    expect(of('cloudtune_forecast_mean').map(([at]: [number]) => at - cutoff / 1000)).toEqual([
      0, 3600, 7200,
    ]);
    const path = `teams/search/regions/eu/metrics/requests/observations?start=${new Date(cutoff - 2 * hourMs).toISOString()}`;
    const seen = observationsAnswer.parse(
      await (await region.api(new Request(`http://api/v1/${path}`))).json(),
    );
    expect(Number(of('cloudtune_observation')[0][1])).toBeCloseTo(seen.value[0]! / 3600, 6);
  });

  it('has days whose value is the mean of their hours', async () => {
    // A day of Paris.
    const midnight = Date.UTC(2026, 3, 13, 22) / 1000;
    const window = { start: String(midnight), end: String(midnight + 23 * 3600) };
    const of = async (step: string) =>
      (await range('cloudtune_forecast_mean{team="shop",metric="orders"}', { ...window, step })).data
        .result[0].values as [number, string][];
    const [[, coarse]] = (await of('1d')) as [[number, string]];
    const hourly = await of('1h');
    const mean = hourly.reduce((sum, [, value]) => sum + Number(value), 0) / 24;
    expect(hourly).toHaveLength(24);
    expect((await of('30m'))[3]![0]).toBe(midnight + 5400);
    expect(Number(coarse) / mean).toBeCloseTo(1, 6);
  });

  it('takes any quantile by its number, finds the customary ones by an expression, and the usual ones unasked', async () => {
    const quantiles = async (matcher: string) =>
      (await range(`cloudtune_forecast{team="search"${matcher}}`)).data.result.map(
        (one: { metric: { quantile: string } }) => one.metric.quantile,
      );
    expect(await quantiles('')).toEqual(['0.1', '0.5', '0.9']);
    expect(await quantiles(',quantile="0.975"')).toEqual(['0.975']);
    expect(await quantiles(',quantile=~"0.9.?"')).toEqual(['0.9', '0.95', '0.99']);
    expect(await quantiles(',quantile!="0.5"')).not.toContain('0.5');
  });

  it.each([
    [{ query: '' }, 'query'],
    [{ start: 'yesterday' }, 'start'],
    [{ end: '0' }, 'end'],
    [{ step: '0' }, 'step'],
    [{ step: 'soon' }, 'step'],
    [{ step: '1' }, '11,000 points'],
  ])('refuses %o in Prometheus’s form', async (more, words) => {
    const answer = await range('cloudtune_forecast', more);
    expect(answer).toMatchObject({ code: 400, status: 'error', errorType: 'bad_data' });
    expect(answer.error).toContain(words);
  });

  it('refuses more samples than one answer holds', async () => {
    const answer = await range('{__name__=~".+"}', { end: String(cutoff / 1000 + 60 * 86_400), step: '10m' });
    expect(answer).toMatchObject({ code: 422, errorType: 'execution' });
  });
});

describe('query', () => {
  it('answers the value of the hour in which the instant lies; a form will do', async () => {
    const body = new URLSearchParams({
      query: 'cloudtune_forecast_mean{team="search"}',
      time: String(cutoff / 1000 + 1800),
    });
    const answer = await region.api(
      new Request('http://api/prometheus/api/v1/query', { method: 'POST', body }),
    );
    const { data } = (await answer.json()) as Answer;
    expect(data.resultType).toBe('vector');
    expect(data.result[0].value[0]).toBe(cutoff / 1000 + 1800);
    expect(Number(data.result[0].value[1])).toBeGreaterThan(0);
  });

  it('answers Grafana’s question whether somebody is there', async () => {
    expect((await get('query', { query: '1+1' })).data.result[1]).toBe('2');
  });

  it.each([
    'rate(cloudtune_forecast[5m])',
    'cloudtune_forecast[5m]',
    'cloudtune_forecast offset 1d',
    'sum(cloudtune_forecast)',
    'cloudtune_forecast{team="shop"',
    'cloudtune_forecast{team=shop}',
    'cloudtune_forecast{team~"shop"}',
    '{}',
    '{team=~".*"}',
    'a{team=~"(a+)+"}',
    'a{team=~"["}',
    'cloudtune_forecast{quantile="high"}',
    '"',
  ])('refuses %s', async (query) => {
    const answer = await get('query', { query });
    expect(answer).toMatchObject({ code: 400, status: 'error', errorType: 'bad_data' });
    expect(answer.error!.length).toBeGreaterThan(10);
  });
});

describe('what there is', () => {
  it('is found by labels, their values, series and metadata', async () => {
    expect((await get('labels')).data).toEqual(['__name__', 'metric', 'quantile', 'region', 'team']);
    expect((await get('label/team/values')).data).toEqual(['search', 'shop']);
    expect((await get('label/metric/values', { 'match[]': '{team="search"}' })).data).toEqual(['requests']);
    expect((await get('label/__name__/values')).data).toEqual([
      'cloudtune_forecast',
      'cloudtune_forecast_mean',
      'cloudtune_observation',
    ]);
    expect((await get('label/none/values')).data).toEqual([]);
    const { data } = await get('series', [
      ['match[]', 'cloudtune_observation'],
      ['match[]', 'cloudtune_observation{team="shop"}'],
    ]);
    expect(data).toHaveLength(3);
    expect((await get('metadata', { metric: 'cloudtune_observation' })).data).toMatchObject({
      cloudtune_observation: [{ type: 'gauge' }],
    });
  });

  it('says so where there is nothing of the name', async () => {
    expect(await get('alerts')).toMatchObject({ code: 404, errorType: 'not_found' });
    expect(await get('series')).toMatchObject({ code: 400, errorType: 'bad_data' });
    expect((await get('query', { query: 'up' })).data).toEqual({ resultType: 'vector', result: [] });
  });
});

describe('the dashboard in the docs', () => {
  it('asks for nothing that is refused', async () => {
    const file = resolve(import.meta.dirname, '../../docs/how-to/grafana-dashboard.json');
    const dashboard = JSON.parse(readFileSync(file, 'utf8'));
    const queries = dashboard.panels.flatMap((panel: { targets: { expr: string }[] }) =>
      panel.targets.map(({ expr }) => expr),
    );
    expect(queries.length).toBeGreaterThan(3);
    for (const query of queries) {
      const filled = query
        .replaceAll('$team', 'shop')
        .replaceAll('$region', 'eu')
        .replaceAll('$metric', 'requests');
      const window = { start: String(cutoff / 1000 - 7200), end: String(cutoff / 1000 + 7200) };
      const answer = await range(filled, window);
      expect(answer.code, query).toBe(200);
      expect(answer.data.result, query).toHaveLength(1);
    }
  });
});
