import { beforeAll, describe, expect, it } from 'vitest';
import type { CalendarEntry } from '../../lib/service/contracts/calendar.ts';
import { forecastAnswer, problem } from '../../lib/service/contracts/http.ts';
import { whatIfAnswer } from '../../lib/service/contracts/what-if.ts';
import { hours, key, memoryRegion } from '../service/region.ts';

const hourMs = 3_600_000;
const text = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
const sale = (id: string, start: number, length = 24): CalendarEntry => ({
  ...{ id, kind: 'sale', start: text(start), end: text(start + length * hourMs), teams: ['shop'] },
});
const starts = [15, 35, 55, 75].map((day) => Date.UTC(2026, 0, 1 + day));
const coming = Date.UTC(2026, 3, 10);
const past = starts.map((start, i) => sale(`past${i}`, start));
const next = sale('next', coming);
let region: ReturnType<typeof memoryRegion>;

beforeAll(async () => {
  region = memoryRegion();
  const rows = hours(90);
  for (const start of starts) {
    const from = rows.time.indexOf(start);
    for (let h = from; h < from + 24; h++) rows.value[h]! *= 2.5;
  }
  await region.load(key('shop'), rows);
  await region.load(key('search'), hours(90));
  await region.planEvents(...past, next);
  await region.refresh('2026-12-01T02:00:00Z');
});

const post = (body: unknown) =>
  region.api(
    new Request('http://api/v1/what-if', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );
const ask = async (calendar: unknown[], more: object = {}) => {
  const answer = await post({ series: ['shop/eu/requests'], calendar, ...more });
  expect(answer.status).toBe(200);
  return whatIfAnswer.parse(await answer.json());
};
const sum = (column: number[]) => column.reduce((a, b) => a + b, 0);

type Supposed =
  | { op: 'put'; event: CalendarEntry }
  | { op: 'cancel'; id: string }
  | { op: 'scale'; id: string; factor: number }
  | { op: 'move'; id: string; start?: string; end: string };
const suppositions: [string, Supposed[]][] = [
  [
    'the event moves by a day',
    [{ op: 'move', id: 'next', start: text(coming + 24 * hourMs), end: text(coming + 48 * hourMs) }],
  ],
  ['it lasts 48 hours', [{ op: 'move', id: 'next', end: text(coming + 48 * hourMs) }]],
  ['it is cancelled', [{ op: 'cancel', id: 'next' }]],
  ['it is half as large again', [{ op: 'scale', id: 'next', factor: 1.5 }]],
  ['there is another one', [{ op: 'put', event: sale('more', coming + 96 * hourMs) }]],
  ['a past one was none', [{ op: 'cancel', id: 'past1' }]],
];

describe('what if', () => {
  it.each(suppositions)('%s: the same numbers as after the change and a refresh', async (_, changes) => {
    const window = { start: text(coming - 24 * hourMs), end: text(coming + 168 * hourMs) };
    const { series } = await ask(changes, window);
    const [supposed] = series;

    const twin = memoryRegion();
    const rows = hours(90);
    for (const start of starts) {
      const from = rows.time.indexOf(start);
      for (let h = from; h < from + 24; h++) rows.value[h]! *= 2.5;
    }
    await twin.load(key('shop'), rows);
    await twin.planEvents(...past, next);
    await twin.refresh('2026-12-01T02:00:00Z');
    const events: CalendarEntry[] = [...past, next];
    for (const change of changes) {
      const at = events.findIndex(({ id }) => 'id' in change && id === change.id);
      if ('event' in change) events.push(change.event);
      else if (change.op === 'cancel') events[at] = { ...events[at]!, status: 'cancelled' };
      else if ('factor' in change) events[at] = { ...events[at]!, scale: change.factor };
      else
        events[at] = { ...events[at]!, ...('start' in change && { start: change.start }), end: change.end };
    }
    await twin.planEvents(...events);
    await twin.refresh('2026-12-02T02:00:00Z');
    const path = `teams/shop/regions/eu/metrics/requests/forecast?grain=hour&start=${window.start}&end=${window.end}`;
    const truly = forecastAnswer.parse(await (await twin.api(new Request(`http://api/v1/${path}`))).json());
    expect(supposed!.time).toEqual(truly.time);
    expect(supposed!.whatIf).toEqual({ mean: truly.mean, quantiles: truly.quantiles });
    const was = forecastAnswer.parse(await (await region.api(new Request(`http://api/v1/${path}`))).json());
    expect(supposed!.published).toEqual({ mean: was.mean, quantiles: was.quantiles });
  });

  it('tells the peak of the event before and after, and shows it with a day around by itself', async () => {
    const { series } = await ask([{ op: 'cancel', id: 'next' }]);
    const [{ peaks, time, published, whatIf }] = series as [(typeof series)[0]];
    expect(time[0]).toBe(new Date(coming - 24 * hourMs).toISOString().replace('.000', ''));
    expect(peaks).toHaveLength(1);
    expect(peaks[0]!.published!.quantiles['0.5']! / peaks[0]!.whatIf!.quantiles['0.5']!).toBeGreaterThan(1.7);
    expect(sum(published.mean)).toBeGreaterThan(1.2 * sum(whatIf.mean));
  });

  it('leaves a series alone that no change touches, and says what the window’s peak is', async () => {
    const answer = await post({
      series: ['search/eu/requests', 'shop/eu/requests'],
      calendar: [{ op: 'cancel', id: 'next' }],
      start: text(coming),
      end: text(coming + 24 * hourMs),
    });
    const { series } = whatIfAnswer.parse(await answer.json());
    expect(series[0]!.whatIf).toEqual(series[0]!.published);
    expect(series[0]!.peaks[0]).not.toHaveProperty('event');
    expect(series[1]!.whatIf).not.toEqual(series[1]!.published);
  });

  it('grows by a factor a year, evenly', async () => {
    const at = Date.UTC(2026, 5, 20);
    const window = { start: text(at), end: text(at + 7 * 24 * hourMs), grain: 'day' };
    const { series } = await ask([], { ...window, growth: 2 });
    const cutoff = (await region.ports.registry.get(key('shop')))!.lastTime + hourMs;
    const years = (at + 3 * 24 * hourMs - cutoff) / (365.25 * 24 * hourMs);
    expect(sum(series[0]!.whatIf.mean) / sum(series[0]!.published.mean)).toBeCloseTo(2 ** years, 2);
  });

  it('stores nothing: neither calendar, nor model, nor digests', async () => {
    const calendar = await region.ports.calendar.read();
    const digests = await region.ports.forecasts.getDigests(key('shop'));
    const put = () => {
      throw new Error('stored');
    };
    const { putDigests, putModel } = region.ports.forecasts;
    Object.assign(region.ports.forecasts, { putDigests: put, putModel: put });
    await ask([{ op: 'cancel', id: 'past1' }]);
    Object.assign(region.ports.forecasts, { putDigests, putModel });
    expect(await region.ports.calendar.read()).toEqual(calendar);
    expect(await region.ports.forecasts.getDigests(key('shop'))).toEqual(digests);
  });

  it('says which series cannot be asked, and answers for the others', async () => {
    const answer = await post({ series: ['shop/eu/requests', 'none/eu/requests'], growth: 1.1 });
    const { series, refused } = whatIfAnswer.parse(await answer.json());
    expect([series.length, refused[0]!.seriesId]).toEqual([1, 'none/eu/requests']);
    expect((await post({ series: ['none/eu/requests'], growth: 1.1 })).status).toBe(404);
  });

  it.each([
    [{}, 'series'],
    [{ series: [] }, 'series'],
    [{ series: ['shop'] }, 'series.0'],
    [{ series: ['shop/us/requests'] }, 'series.0'],
    [{ series: Array(21).fill('shop/eu/requests') }, 'series'],
    [
      { series: ['shop/eu/requests'], calendar: [{ op: 'move', id: 'none', end: '2026-05-01' }] },
      'calendar.0.id',
    ],
    [{ series: ['shop/eu/requests'], calendar: [{ op: 'hope', id: 'next' }] }, 'calendar.0 "next".op'],
    [{ series: ['shop/eu/requests'], calendar: [{ op: 'move', id: 'next', end: text(coming) }] }, 'end'],
    [{ series: ['shop/eu/requests'], growth: 0 }, 'growth'],
    [{ series: ['shop/eu/requests'], grain: 'minute', end: '2026-06-25T00:00:00Z' }, 'end'],
    [{ series: ['shop/eu/requests'], start: '2031-01-01T00:00:00Z' }, 'start'],
    [{ series: ['shop/eu/requests'], colour: 'red' }, 'colour'],
  ])('refuses %o, naming %s', async (body, at) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(problem.parse(await answer.json()).errors![0]!.at).toContain(at);
  });
});
