import { beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import {
  eventsAnswer,
  explanationAnswer,
  forecastAnswer,
  peaksAnswer,
  problem,
} from '../../lib/service/contracts/http.ts';
import { hours, key, memoryRegion } from '../service/region.ts';

const region = memoryRegion();
const base = '/v1/teams/shop/regions/eu/metrics/requests';
const get = (path: string, headers: Record<string, string> = {}) =>
  region.api(new Request(`http://api${base}/${path}`, { headers }));
async function read<T extends z.ZodType>(schema: T, path: string): Promise<z.infer<T>> {
  const answer = await get(path);
  expect(answer.status, await answer.clone().text()).toBe(200);
  return schema.parse(await answer.json());
}
async function refused(path: string) {
  const answer = await get(path);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.status).toBe(400);
  return problem.parse(await answer.json());
}

const hour = 3_600_000;
const instant = (ms: number) => new Date(ms).toISOString();
/** Sales of four hours from 09:00, every other Saturday; the last one is still to come. */
const saleDays = [12, 26, 40, 54, 68, 82, 96];
const first = Date.UTC(2026, 0, 4, 23);
const sales = saleDays.map((day, i) => ({
  id: `sale-${i}`,
  kind: 'sale',
  name: `Sale ${i}`,
  teams: ['shop'],
  start: instant(first + (day * 24 + 9) * hour - (day >= 84 ? hour : 0)),
  end: instant(first + (day * 24 + 13) * hour - (day >= 84 ? hour : 0)),
}));
const coming = sales.at(-1)!;

beforeAll(async () => {
  const { time, value } = hours(90);
  for (const day of saleDays.slice(0, -1)) for (let h = 9; h < 13; h++) value[day * 24 + h]! *= 3;
  await region.load(key('shop'), { time, value });
  const events = [...sales, { ...coming, id: 'theirs', teams: ['search'] }];
  await region.planEvents(
    ...events.map((event) => ({
      ...event,
      start: `${event.start.slice(0, 19)}Z`,
      end: `${event.end.slice(0, 19)}Z`,
    })),
  );
  await region.refresh('2026-12-01T03:00:00Z');
});

describe('an explanation', () => {
  it.each([
    'hour',
    'day',
    'week',
  ])('has ingredients that add up to the mean of the forecast, by %s', async (grain) => {
    const query = `?grain=${grain}&end=2026-05-15T00:00:00Z`;
    const explained = await read(explanationAnswer, `explanation${query}`);
    const forecast = await read(forecastAnswer, `forecast${query}`);
    expect(explained.time).toEqual(forecast.time);
    expect(explained.mean).toEqual(forecast.mean);
    explained.mean.forEach((mean, i) => {
      const sum = explained.ingredients.reduce((total, { value }) => total + value[i]!, 0);
      expect(Math.abs(sum / mean - 1)).toBeLessThan(1e-5);
    });
  });

  it('names the event, which adds something while it lasts and nothing a day later', async () => {
    const day = `${coming.start.slice(0, 10)}T00:00:00Z`;
    const { time, ingredients } = await read(
      explanationAnswer,
      `explanation?start=${day}&end=${instant(Date.parse(day) + 48 * hour)}`,
    );
    const event = ingredients.find(({ name }) => name === 'event Sale 6')!;
    const at = (ms: number) => time.findIndex((one) => Date.parse(one) === ms);
    expect(event.kind).toBe('event');
    expect(event.value[at(Date.parse(coming.start))]).toBeGreaterThan(50);
    expect(Math.abs(event.value[at(Date.parse(coming.start) + 24 * hour)]!)).toBeLessThan(1);
    expect(ingredients.filter(({ kind }) => kind === 'event')).toHaveLength(1);
  });

  it('pages like the forecast, each step once', async () => {
    const window = 'grain=minute&start=2026-05-01T00:00:00Z&end=2026-05-13T00:00:00Z';
    const times: string[] = [];
    let token: string | undefined;
    do {
      const next = token === undefined ? '' : `&nextToken=${token}`;
      const page = await read(explanationAnswer, `explanation?${window}${next}`);
      const cells = page.time.length * (2 + page.ingredients.length);
      expect(cells).toBeLessThanOrEqual(120_000);
      times.push(...page.time);
      token = page.nextToken;
    } while (token !== undefined);
    expect(times).toHaveLength(12 * 1440);
    expect(new Set(times).size).toBe(times.length);
  });

  it('is not sent twice: 304 while the run is the same', async () => {
    const etag = (await get('explanation')).headers.get('etag')!;
    expect((await get('explanation', { 'if-none-match': etag })).status).toBe(304);
    expect((await get('explanation?grain=day', { 'if-none-match': etag })).status).toBe(200);
  });
});

describe('peaks', () => {
  it('are those of each local day, by default, with quantiles that do not cross', async () => {
    const peaks = await read(peaksAnswer, 'peaks?end=2026-04-15T00:00:00Z');
    expect(peaks).toMatchObject({ by: 'day', of: 'hour' });
    expect(peaks.start[0]).toBe('2026-04-04T23:00:00Z');
    expect(peaks.start).toHaveLength(11);
    const [low, middle, high] = ['0.1', '0.5', '0.9'].map((quantile) => peaks.quantiles[quantile]!);
    peaks.start.forEach((start, i) => {
      expect(low![i]!).toBeLessThanOrEqual(middle![i]!);
      expect(middle![i]!).toBeLessThanOrEqual(high![i]!);
      expect(peaks.time[i]! >= start && peaks.time[i]! < peaks.end[i]!).toBe(true);
    });
  });

  it('of events are those of the calendar that touch the series, with their names', async () => {
    const peaks = await read(peaksAnswer, 'peaks?by=event&quantiles=0.9,0.5');
    expect(peaks).toMatchObject({ of: 'step', event: ['sale-6'], name: ['Sale 6'] });
    expect([peaks.start[0], peaks.end[0]].map((at) => Date.parse(at!))).toEqual(
      [coming.start, coming.end].map((at) => Date.parse(at)),
    );
    expect(Object.keys(peaks.quantiles).sort()).toEqual(['0.5', '0.9']);
    const days = await read(peaksAnswer, 'peaks?end=2026-04-10T00:00:00Z&quantiles=0.5');
    expect(peaks.quantiles['0.5']![0]!).toBeGreaterThan(1.3 * Math.max(...days.quantiles['0.5']!));
  });

  it('of a whole window are one row; what it is likely to pass falls as the threshold rises', async () => {
    const passing = async (threshold: number) => {
      const peaks = await read(
        peaksAnswer,
        `peaks?by=window&end=2026-04-20T00:00:00Z&threshold=${threshold}`,
      );
      expect(peaks.start).toHaveLength(1);
      return peaks.passing![0]!;
    };
    expect(await passing(0)).toBe(1);
    expect(await passing(1e9)).toBe(0);
    const days = await read(peaksAnswer, 'peaks?end=2026-04-10T00:00:00Z&threshold=0');
    expect(days.passing).toEqual(days.start.map(() => 1));
  });

  it('change their entity tag with the calendar, whose events they are of', async () => {
    const etag = (await get('peaks?by=event')).headers.get('etag')!;
    expect((await get('peaks?by=event', { 'if-none-match': etag })).status).toBe(304);
    const { document } = await region.ports.calendar.read();
    await region.planEvents();
    expect((await get('peaks?by=event', { 'if-none-match': etag })).status).toBe(200);
    expect((await read(peaksAnswer, 'peaks?by=event')).start).toEqual([]);
    await region.planEvents(...document.events);
  });

  it.each([
    ['start=2026-05-02T00:00:00Z&end=2026-05-01T00:00:00Z', 'end'],
    ['end=2026-01-01T00:00:00Z', 'end'],
    ['start=2030-01-01T00:00:00Z', 'start'],
    ['by=month', 'by'],
    ['threshold=high', 'threshold'],
    ['quantiles=1.5', 'quantiles'],
    ['grain=day', 'grain'],
  ])('refuses %s, naming the parameter', async (query, at) => {
    expect((await refused(`peaks?${query}`)).errors![0]!.at).toBe(at);
  });
});

describe('the events of a series', () => {
  it('are those that touch it and overlap the window, as instants', async () => {
    const all = await read(eventsAnswer, 'events');
    expect(all.events.map(({ id }) => id)).toEqual(sales.map(({ id }) => id));
    const some = await read(eventsAnswer, `events?start=${sales[1]!.end}&end=${sales[3]!.start}`);
    expect(some.events.map(({ id }) => id)).toEqual(['sale-2']);
    expect(Date.parse(some.events[0]!.start)).toBe(Date.parse(sales[2]!.start));
  });

  it('are not found for a series that is not there', async () => {
    const answer = await region.api(new Request('http://api/v1/teams/x/regions/eu/metrics/y/events'));
    expect(answer.status).toBe(404);
  });
});
