import { beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { forecastAnswer, problem, seriesPage } from '../../lib/service/contracts/http.ts';
import { hours, key, memoryRegion } from '../service/region.ts';

type Forecast = z.infer<typeof forecastAnswer>;

const region = memoryRegion();
const path = '/v1/teams/shop/regions/eu/metrics/requests/forecast';
const get = (query: string, headers: Record<string, string> = {}) =>
  region.api(new Request(`http://api${path}${query}`, { headers }));
const read = async (query: string): Promise<Forecast> => {
  const answer = await get(query);
  expect(answer.status).toBe(200);
  return forecastAnswer.parse(await answer.json());
};
const refused = async (query: string, status = 400) => {
  const answer = await get(query);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const body = problem.parse(await answer.json());
  expect([answer.status, body.status]).toEqual([status, status]);
  return body;
};

beforeAll(async () => {
  // Local midnight of 2026-09-27 is the cutoff (one hour was skipped in March); the clock goes back on 2026-10-25.
  const { time, value } = hours(265);
  await region.load(key('shop'), { time: time.slice(0, -1), value: value.slice(0, -1) });
  await region.refresh('2026-12-01T03:00:00Z');
});

describe('a forecast', () => {
  it('is seven days of hours from the cutoff, unless something else is asked for', async () => {
    const forecast = await read('');
    expect(forecast).toMatchObject({
      seriesId: 'shop/eu/requests',
      status: 'ok',
      grain: 'hour',
      start: '2026-09-26T22:00:00Z',
      end: '2026-10-03T22:00:00Z',
      cutoff: '2026-09-26T22:00:00Z',
    });
    expect(forecast.time).toHaveLength(168);
    expect(forecast.mean).toHaveLength(168);
    expect(Object.keys(forecast.quantiles).sort()).toEqual(['0.1', '0.5', '0.9']);
    expect(forecast.nextToken).toBeUndefined();
  });

  it('is widened to whole local days, of 25 hours too', async () => {
    const days = await read('?grain=day&start=2026-10-24T10:00:00%2B02:00&end=2026-10-26T00:00:01%2B01:00');
    expect(days.time).toEqual(['2026-10-23T22:00:00Z', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z']);
    expect(days.end).toBe('2026-10-26T23:00:00Z');
    const inHours = await read(`?start=${days.time[1]}&end=${days.time[2]}`);
    expect(inHours.time).toHaveLength(25);
    const total = inHours.mean.reduce((sum, value) => sum + value, 0);
    expect(Math.abs(total / days.mean[1]! - 1)).toBeLessThan(1e-5);
  });

  it('has weeks from Monday, and only whole ones', async () => {
    const weeks = await read('?grain=week&start=2026-09-27T00:00:00Z&end=2026-10-20T00:00:00Z');
    expect(weeks.time[0]).toBe('2026-09-27T22:00:00Z');
    expect(weeks.end).toBe('2026-10-25T23:00:00Z');
  });

  it('is cut to what is forecast, and a window wholly outside is refused with what there is', async () => {
    const cut = await read('?grain=day&start=2026-09-01T00:00:00Z&end=2026-09-29T00:00:00Z');
    expect([cut.start, cut.time.length]).toEqual(['2026-09-26T22:00:00Z', 3]);
    const late = await refused('?start=2028-01-01T00:00:00Z&end=2028-01-02T00:00:00Z');
    expect(late.errors).toEqual([
      {
        at: 'start',
        got: '2028-01-01T00:00:00Z',
        expected: expect.stringContaining('2026-09-26T22:00:00Z to 2026-12-25T23:00:00Z'),
      },
    ]);
    await refused('?start=2026-10-02T00:00:00Z&end=2026-10-02T00:00:00Z');
  });

  it('has the quantiles that were asked for, under the names that they were asked by', async () => {
    const { quantiles } = await read('?quantiles=0.90,.5,0.025');
    expect(Object.keys(quantiles)).toEqual(['0.025', '.5', '0.90']);
    quantiles['.5']!.forEach((median, i) => {
      expect(median).toBeGreaterThanOrEqual(quantiles['0.025']![i]!);
      expect(median).toBeLessThanOrEqual(quantiles['0.90']![i]!);
    });
  });

  it.each([
    ['?quantiles=0', 'quantiles'],
    ['?quantiles=1', 'quantiles'],
    ['?quantiles=0.5,0.50', 'quantiles'],
    ['?quantiles=', 'quantiles'],
    ['?quantiles=1e-1', 'quantiles'],
    [`?quantiles=${Array.from({ length: 22 }, (_, i) => (i + 1) / 100).join()}`, 'quantiles'],
    ['?grain=year', 'grain'],
    ['?start=2026-10-01', 'start'],
    ['?start=2026-02-30T00:00:00Z', 'start'],
    ['?start=2026-10-01T00:00:00', 'start'],
    ['?start=2026-10-01T00:00:00+02:00', 'start'],
    ['?quantile=0.5', 'quantile'],
    ['?grain=day&grain=hour', 'grain'],
    ['?nextToken=e30', 'nextToken'],
  ])('refuses %s, and names the part', async (query, at) => {
    const { errors } = await refused(query);
    expect(errors?.[0]).toMatchObject({ at, expected: expect.stringMatching(/./) });
  });

  it('is a 404 for a series or region that is not there, and for one that no run has seen', async () => {
    await region.load(key('fresh'), hours(3));
    for (const other of [
      '/v1/teams/none/regions/eu/metrics/requests/forecast',
      '/v1/teams/shop/regions/us/metrics/requests/forecast',
      '/v1/teams/sh%2Fop/regions/eu/metrics/requests/forecast',
      '/v1/teams/fresh/regions/eu/metrics/requests/forecast',
    ]) {
      const answer = await region.api(new Request(`http://api${other}`));
      expect([other, answer.status]).toEqual([other, 404]);
      expect(problem.parse(await answer.json()).detail).toMatch(/There is no|has no forecast yet/);
    }
  });
});

describe('pages', () => {
  it('hold at most 120,000 numbers, and together the whole window, once', async () => {
    const query = '?grain=minute&quantiles=0.5&end=2026-11-20T00:00:00Z';
    const time: string[] = [];
    let page = await read(query);
    for (;;) {
      expect(page.time.length * 3).toBeLessThanOrEqual(120_000);
      for (const at of page.time) time.push(at);
      if (page.nextToken === undefined) break;
      page = await read(`?nextToken=${page.nextToken}`);
    }
    const start = Date.parse('2026-09-26T22:00:00Z');
    expect(time).toHaveLength((Date.parse('2026-11-20T00:00:00Z') - start) / 60_000);
    expect(time.every((at, i) => Date.parse(at) === start + i * 60_000)).toBe(true);
  });

  it('come from the run of the first one, whatever is published since; another question is refused', async () => {
    const first = await read('?grain=minute&end=2026-11-20T00:00:00Z');
    const { runId } = await region.refresh('2026-12-02T03:00:00Z');
    expect((await read('')).runId).toBe(runId);
    const second = await read(`?grain=minute&nextToken=${first.nextToken}`);
    expect(second.runId).toBe(first.runId);
    expect(second.start).toBe(first.end);
    await refused(`?grain=hour&nextToken=${first.nextToken}`);
    await refused(`?quantiles=0.3&nextToken=${first.nextToken}`);
  });

  it('are gone with their run', async () => {
    const token = Buffer.from(
      JSON.stringify({
        runId: 'eu-20200101T000000Z',
        from: Date.UTC(2026, 9, 1),
        end: Date.UTC(2026, 9, 2),
        grain: 'hour',
        quantiles: ['0.5'],
      }),
    ).toString('base64url');
    expect((await refused(`?nextToken=${token}`, 410)).detail).toContain('eu-20200101T000000Z');
  });
});

describe('a reader who has it already', () => {
  it('gets 304 until another run is published', async () => {
    const first = await get('?grain=day');
    const etag = first.headers.get('etag')!;
    expect(etag).toMatch(/^"eu-\d{8}T\d{6}Z\./);
    expect(first.headers.get('cache-control')).toContain('max-age');
    for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await get('?grain=day', { 'if-none-match': tags });
      expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    }
    expect((await get('?grain=week', { 'if-none-match': etag })).status).toBe(200);
    await region.refresh('2026-12-03T03:00:00Z');
    expect((await get('?grain=day', { 'if-none-match': etag })).status).toBe(200);
  });
});

describe('the list of series', () => {
  it('pages through all of them, each with the state of its forecast', async () => {
    const list = async (query: string) => {
      const answer = await region.api(new Request(`http://api/v1/series${query}`));
      return seriesPage.parse(await answer.json());
    };
    const first = await list('?limit=1');
    expect(first.series).toHaveLength(1);
    const rest = await list(`?limit=10&nextToken=${first.nextToken}`);
    const all = [...first.series, ...rest.series];
    expect(all.map(({ team }) => team)).toEqual(['fresh', 'shop']);
    expect(all[1]?.forecast?.status).toBe('ok');
    expect((await list('?team=shop')).series).toHaveLength(1);
  });
});
