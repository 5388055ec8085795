import { describe, expect, it } from 'vitest';
import { client } from '../../lib/cli/client.ts';
import type { ExampleHistory } from '../../lib/cli/examples.ts';
import { score, seasonalNaive, toGrain } from '../../lib/cli/score.ts';
import { failures, summarize, summaryText } from '../../lib/cli/summary.ts';
import { aRun, aSeries, fakeApi } from './fake-api.ts';

const hour = 3_600_000;
const day = 24 * hour;
const cutoff = Date.parse(aSeries.forecast.cutoff);
const columns = (start: number, step: number, values: number[]) => ({
  time: Float64Array.from(values, (_, i) => start + i * step),
  value: Float64Array.from(values),
});

describe('score', () => {
  it('adds counts up, averages gauges, and leaves out steps seen in part', () => {
    const minutes = columns(0, 60_000, new Array(90).fill(2));
    const at = (metricKind: 'count' | 'gauge') =>
      toGrain(minutes, { grain: 'hour', stepSeconds: 60, metricKind });
    expect([...at('count')]).toEqual([[0, 120]]);
    expect([...at('gauge')]).toEqual([[0, 2]]);
  });

  it('repeats the last week known, however far ahead', () => {
    const known = new Map([
      [0, 5],
      [7 * day, 6],
    ]);
    expect(seasonalNaive(known, 0, 14 * day)).toBe(6);
    expect(seasonalNaive(known, 0, 70 * day)).toBe(6);
    expect(seasonalNaive(known, 0, 70 * day + hour)).toBeUndefined();
  });

  it('counts a step only when all three sides have a value', () => {
    const known = new Map([
      [0, 10],
      [hour, 10],
    ]);
    const actual = new Map([
      [7 * day, 20],
      [7 * day + 2 * hour, 99],
    ]);
    const forecast = { time: [7 * day, 7 * day + hour, 7 * day + 2 * hour], value: [15, 15, 15] };
    expect(score(forecast, known, actual)).toEqual({ steps: 1, wape: 0.25, naiveWape: 0.5 });
  });
});

describe('the table of cloudtune up --once', () => {
  const held: ExampleHistory = {
    team: 'shop',
    region: 'fr',
    metric: 'orders',
    file: 'orders.csv.gz',
    metricKind: 'count',
    unit: 'orders',
    timeZone: 'Europe/Paris',
    cutoff: aSeries.forecast.cutoff,
    grain: 'hour',
    stepSeconds: 3600,
    known: columns(cutoff - 7 * day, hour, new Array(168).fill(100)),
    heldOut: columns(cutoff, hour, [110, 120, 130]),
  };

  async function summaryOf(series: unknown[], runs: unknown[]) {
    const api = await fakeApi({
      'GET /v1/series': { series },
      'GET /v1/teams/shop/regions/fr/metrics/orders/forecast': {
        ...aSeries.forecast,
        seriesId: aSeries.seriesId,
        timeZone: aSeries.timeZone,
        metricKind: 'count',
        grain: 'hour',
        start: aSeries.forecast.cutoff,
        end: '2026-03-01T03:00:00.000Z',
        time: [0, 1, 2].map((i) => new Date(cutoff + i * hour).toISOString()),
        mean: [1, 1, 1],
        quantiles: { '0.5': [110, 115, 125] },
      },
    });
    const summary = await summarize(
      client(api.url),
      (id) => (id === 'shop/fr/orders' ? Promise.resolve(held) : undefined),
      runs as (typeof aRun)[] as never,
    );
    await api.close();
    return { summary, asked: api.asked };
  }

  it('measures the median forecast read through the API against what was held out', async () => {
    const { summary, asked } = await summaryOf([aSeries], [aRun]);
    expect(summary.series[0]?.score).toMatchObject({ steps: 3, wape: 10 / 360, naiveWape: 60 / 360 });
    expect(asked.at(-1)?.query).toMatchObject({
      start: '2026-03-01T00:00:00.000Z',
      end: '2026-03-01T03:00:00.000Z',
      quantiles: '0.5',
    });
    expect(summaryText(summary)).toMatch(
      /shop\/fr\/orders +ok +2026-03-01 00:00 +hour +3 +2\.8 % +16\.7 % +83\.3 %/,
    );
    expect(failures(summary)).toEqual([]);
  });

  it('does not score a forecast that has seen more than the table says', async () => {
    const later = { ...aSeries, forecast: { ...aSeries.forecast, cutoff: '2026-03-05T00:00:00.000Z' } };
    const { summary } = await summaryOf([later], [aRun]);
    expect(summary.series[0]?.score).toBeUndefined();
  });

  it('fails for a run that did not publish and for a series without a forecast', async () => {
    const failed = { ...aSeries, forecast: { status: 'failed', reason: 'too short', runId: aRun.runId } };
    const { forecast: _, ...unseen } = aSeries;
    const { summary } = await summaryOf(
      [failed, { ...unseen, seriesId: 'shop/fr/new' }],
      [{ ...aRun, status: 'failed', error: 'States.Timeout' }],
    );
    expect(failures(summary)).toEqual([
      'run fr-20260301T000000Z ended failed: States.Timeout',
      'shop/fr/orders has no forecast: too short',
      'shop/fr/new has no forecast: no published run saw it',
    ]);
    expect(summaryText(summary)).toContain('shop/fr/orders is failed: too short');
  });
});
