import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { totalAnswer, totalsAnswer } from '../../lib/service/contracts/http.ts';
import { ingestObservations } from '../../lib/service/ingest-observations.ts';
import { publishRun } from '../../lib/service/publish-run.ts';
import { reconcileRegion } from '../../lib/service/reconcile-region.ts';
import { hours, key, memoryRegion } from '../service/region.ts';

const base = 'http://api/v1/regions/eu/metrics';

async function region() {
  const made = memoryRegion();
  for (const [team, scale] of [
    ['a', 100],
    ['b', 40],
    ['c', 900],
  ] as const)
    await made.load(key(team), hours(40, scale));
  const read = async (path: string, init?: RequestInit) => made.api(new Request(`${base}${path}`, init));
  const forecast = async (query = ''): Promise<z.infer<typeof totalAnswer>> =>
    totalAnswer.parse(await (await read(`/requests/forecast${query}`)).json());
  const of = async (team: string, query: string) => {
    const answer = await made.api(
      new Request(`http://api/v1/teams/${team}/regions/eu/metrics/requests/forecast${query}`),
    );
    return (await answer.json()) as { mean: number[]; quantiles: Record<string, number[]> };
  };
  return { ...made, read, forecast, of };
}

describe('the total of a metric in a region', () => {
  it('has the sum of the means of its series at each grain, within the seven digits of an answer', async () => {
    const { refresh, forecast, of } = await region();
    await refresh('2026-12-01T03:00:00Z');
    for (const query of [
      '',
      '?grain=day&end=2026-03-20T00:00:00Z',
      '?grain=minute&end=2026-02-14T01:00:00Z',
    ]) {
      const total = await forecast(query);
      const members = await Promise.all(['a', 'b', 'c'].map((team) => of(team, query)));
      expect(total.mean.length).toBeGreaterThan(0);
      for (const [i, mean] of total.mean.entries()) {
        const sum = members.reduce((all, one) => all + one.mean[i]!, 0);
        expect(Math.abs(mean / sum - 1)).toBeLessThan(1e-6);
        const [low, high] = [total.quantiles['0.1']![i]!, total.quantiles['0.9']![i]!];
        expect(low).toBeLessThan(high);
        // Never narrower than its widest member, nor wider than all of them in lockstep (a whole number more each).
        const widths = members.map((one) => one.quantiles['0.9']![i]! - one.quantiles['0.1']![i]!);
        expect(high - low).toBeLessThanOrEqual(widths.reduce((a, b) => a + b, 0) + 4);
        expect(high - low).toBeGreaterThanOrEqual(Math.max(...widths) - 4);
      }
    }
  });

  it('is listed with its series, and none before the first run', async () => {
    const { refresh, read } = await region();
    expect(await (await read('')).json()).toEqual({ totals: [] });
    expect((await read('/requests/forecast')).status).toBe(404);
    await refresh('2026-12-01T03:00:00Z');
    const { totals } = totalsAnswer.parse(await (await read('')).json());
    expect(totals).toHaveLength(1);
    expect(totals[0]).toMatchObject({
      region: 'eu',
      metric: 'requests',
      metricKind: 'count',
      runId: 'eu-20261201T030000Z',
      series: { ok: 3, stale: 0, fallback: 0, missing: 0 },
      wanting: [],
    });
  });

  it('says which series are stale, lost, of another kind or long silent, and why', async () => {
    const { ports, load, refresh, plan, batch, forecast } = await region();
    await load(key('silent'), hours(5));
    await load(key('d'), hours(40));
    await refresh('2026-12-01T03:00:00Z');
    await load(key('late'), hours(40));
    const gauge = { ...hours(40), line: Uint32Array.from(hours(40).time, (_, i) => i + 1) };
    await ingestObservations(ports, key('level'), {
      metricKind: 'gauge',
      table: { series: new Map([['', gauge]]), rejected: 0, rejections: [] },
    });
    const { runId, manifestKey } = await plan('2026-12-02T03:00:00Z');
    const known = ['a', 'b', 'c', 'silent', 'level'].map((team) => ({ team, metric: 'requests' }));
    await batch(runId, known);
    // The batch of d and late is lost.
    ports.forecasts.mapOutputs.set(runId, []);
    const results = { bucket: 'forecasts', key: runId };
    const { counts } = await reconcileRegion(ports, { runId, manifestKey, results });
    await publishRun(ports, { runId, counts });
    const total = await forecast();
    expect(total.series).toEqual({ ok: 3, stale: 1, fallback: 0, missing: 3 });
    const why = Object.fromEntries(
      total.wanting.map(({ seriesId, status, reason }) => [seriesId, [status, reason]]),
    );
    const lost = 'its batch ended without an outcome for it';
    expect(why).toEqual({
      'd/eu/requests': ['stale', lost],
      'late/eu/requests': ['missing', lost],
      'level/eu/requests': ['missing', 'it is a gauge, the total is of counts'],
      'silent/eu/requests': [
        'missing',
        'its history ends at 2026-01-09T23:00:00Z, more than 30 days before the latest of the others',
      ],
    });
  });

  it('pages, is tagged by its run, and refuses what it does not have', async () => {
    const { refresh, read, forecast, api } = await region();
    await refresh('2026-12-01T03:00:00Z');
    const query = '?grain=minute&end=2026-04-01T00:00:00Z';
    const first = await forecast(query);
    expect(first.nextToken).toBeDefined();
    const second = await forecast(`?nextToken=${first.nextToken}`);
    expect(second.start).toBe(first.end);
    const whole = await read('/requests/forecast');
    const etag = whole.headers.get('etag')!;
    expect((await read('/requests/forecast', { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect((await read('/orders/forecast')).status).toBe(404);
    expect((await read('/_/forecast')).status).toBe(404);
    expect((await read('/requests/forecast?grain=year')).status).toBe(400);
    expect((await read('?x=1')).status).toBe(400);
    expect((await api(new Request('http://api/v1/regions/us/metrics'))).status).toBe(404);
    expect((await api(new Request('http://api/v1/regions/us/metrics/requests/forecast'))).status).toBe(404);
  });
});
