import { describe, expect, it } from 'vitest';
import type { Series } from '../../lib/web/api.ts';
import { columnsOf } from '../../lib/web/columns.ts';
import { trouble } from '../../lib/web/words.ts';
import { around, ceilTo, day, extent, floorTo, grainOf, within } from '../../lib/web/zoom.ts';

const paris = 'Europe/Paris';
const at = (text: string) => Date.parse(text);
const text = (time: number) => new Date(time).toISOString();
const hour = 3_600_000;

const series: Series = {
  seriesId: 'shop/fr/orders',
  team: 'shop',
  region: 'fr',
  metric: 'orders',
  metricKind: 'count',
  stepSeconds: 60,
  timeZone: paris,
  firstTime: '2026-01-01T00:00:00.000Z',
  lastTime: '2026-02-28T22:59:00.000Z',
  forecast: {
    status: 'ok',
    runId: 'fr-20260301T000000Z',
    cutoff: '2026-02-28T23:00:00.000Z',
    horizonEnd: '2026-06-01T22:00:00.000Z',
  },
};

describe('zoom', () => {
  it('floors to the local day, also where the clock changes that day', () => {
    for (const [instant, midnight] of [
      ['2026-03-29T12:00:00Z', '2026-03-28T23:00:00.000Z'],
      ['2026-03-29T00:30:00Z', '2026-03-28T23:00:00.000Z'],
      ['2026-10-25T12:00:00Z', '2026-10-24T22:00:00.000Z'],
      ['2026-10-25T22:59:00Z', '2026-10-24T22:00:00.000Z'],
    ] as const)
      expect(text(floorTo('day', at(instant), paris))).toBe(midnight);
  });

  it('counts a day of 23 and one of 25 hours as one day', () => {
    for (const [midnight, hours] of [
      ['2026-03-28T23:00:00Z', 23],
      ['2026-10-24T22:00:00Z', 25],
    ] as const)
      expect((ceilTo('day', at(midnight) + 1, paris) - at(midnight)) / hour).toBe(hours);
  });

  it('starts weeks on Monday, local time', () => {
    expect(text(floorTo('week', at('2026-04-01T12:00:00Z'), paris))).toBe('2026-03-29T22:00:00.000Z');
    expect(text(ceilTo('week', at('2026-04-01T12:00:00Z'), paris))).toBe('2026-04-05T22:00:00.000Z');
  });

  it('keeps to the hours of zones that are off by half an hour', () => {
    expect(text(floorTo('hour', at('2026-04-01T12:45:00Z'), 'Asia/Kolkata'))).toBe(
      '2026-04-01T12:30:00.000Z',
    );
  });

  it('leaves a boundary where it is', () => {
    for (const grain of ['minute', 'hour', 'day', 'week'] as const) {
      const floor = floorTo(grain, at('2026-04-01T12:34:56Z'), paris);
      expect(floorTo(grain, floor, paris)).toBe(floor);
      expect(ceilTo(grain, floor, paris)).toBe(floor);
    }
  });

  it('asks for a coarser grain the more is shown, and never for a finer one than there is', () => {
    const grain = (days: number, step: number) => grainOf({ start: 0, end: days * day }, step);
    expect([2, 28, 365, 2000].map((days) => grain(days, 60))).toEqual(['minute', 'hour', 'day', 'week']);
    expect([2, 28].map((days) => grain(days, 3600))).toEqual(['hour', 'hour']);
    expect([2, 365].map((days) => grain(days, 86_400))).toEqual(['day', 'day']);
    expect(grain(2, 604_800)).toBe('week');
  });

  it('shows as much before the forecast as after it, inside what there is', () => {
    const shown = around(series, 14);
    expect([text(shown.start), text(shown.end)]).toEqual([
      '2026-02-21T23:00:00.000Z',
      '2026-03-07T23:00:00.000Z',
    ]);
    const all = extent(series);
    expect(around(series, 4000)).toEqual(all);
    expect(within(all, { start: all.end, end: all.end + day })).toEqual({
      start: all.end - day,
      end: all.end,
    });
  });
});

describe('columns', () => {
  it('put history and forecast on one axis, and keep holes apart from the other one’s time', () => {
    const columns = columnsOf({
      history: { time: [0, 60, 120], value: [1, null, 3] },
      forecast: { time: [120, 180], mean: [4, 5], lower: [3, 4], upper: [5, 6] },
    });
    expect(columns.slice(0, 5)).toEqual([
      [0, 60, 120, 180],
      [1, null, 3, undefined],
      [undefined, undefined, 4, 5],
      [undefined, undefined, 3, 4],
      [undefined, undefined, 5, 6],
    ]);
  });
});

describe('words', () => {
  it('say nothing when all is well, and why when it is not', () => {
    const forecast = series.forecast!;
    expect(trouble(series)).toBeUndefined();
    for (const status of ['stale', 'fallback', 'failed'] as const)
      expect(
        trouble({ ...series, forecast: { ...forecast, status, reason: 'a hole of 40 days' } })?.why,
      ).toContain('a hole of 40 days');
    const { forecast: _, ...unseen } = series;
    expect(trouble(unseen)?.title).toBe('No forecast yet');
  });
});
