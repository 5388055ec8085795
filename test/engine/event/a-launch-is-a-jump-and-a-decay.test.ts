import { describe, expect, it } from 'vitest';
import { type CalendarEvent, expand, type ForecastModel } from '../../../lib/engine/index.ts';
import { day, modelFrom, noCalendar, traffic } from '../series.ts';
import { hour } from './lifted.ts';

const cutoff = Date.UTC(2025, 2, 10);

interface TrueLaunch extends CalendarEvent {
  /** What it truly adds to the rate at an instant, over the rate without it. */
  adds?: (days: number) => number;
}

const fall = (height: number, floor: number, tau: number) => (days: number) =>
  height * (floor + (1 - floor) * Math.exp(-days / tau));

/** Counts whose launches are known: what was seen up to the cutoff, and what truly comes. */
function world(
  stepSeconds: number,
  launches: TrueLaunch[],
  { days = 500, horizon = 60, stocked = true } = {},
) {
  const settings = { timeZone: 'UTC', stepSeconds, metricKind: 'count' as const };
  const all = traffic(settings, cutoff - days * day, cutoff + horizon * day, { noise: 0.03, size: 1000 });
  const plain = all.value.slice();
  for (const { adds, start, end, stock } of launches) {
    if (adds === undefined) continue;
    let left = stocked ? (stock ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
    all.time.forEach((at, i) => {
      if (at < start || (end !== undefined && at >= end)) return;
      const added = Math.min(left, all.value[i]! * adds((at - start) / day + stepSeconds / 172_800));
      left -= added;
      all.value[i]! += added;
    });
  }
  const n = all.time.findIndex((at) => at >= cutoff);
  const seen = { time: all.time.slice(0, n), value: all.value.slice(0, n) };
  const calendar = { ...noCalendar, events: launches.map(({ adds: _, ...event }) => event) };
  const model = modelFrom(seen, settings, { cutoff, horizonEnd: cutoff + horizon * day }, calendar);
  return { model, actual: all.value.slice(n), plain: plain.slice(n), stepSeconds };
}

/** Sums of days [from, until) after the cutoff: forecast, truth, and truth without any launch. */
function sums({ model, actual, plain, stepSeconds }: ReturnType<typeof world>, from: number, until: number) {
  const { mean } = expand(model, {
    ...{ start: model.cutoff, end: model.horizonEnd, stepSeconds, quantiles: [] },
  });
  const perDay = 86_400 / stepSeconds;
  const sum = (column: Float64Array) =>
    column.slice(from * perDay, until * perDay).reduce((a, b) => a + b, 0);
  return { forecast: sum(mean), actual: sum(actual), plain: sum(plain) };
}

const launch = (id: string, days: number, more: Partial<TrueLaunch> = {}): TrueLaunch => ({
  ...{ id, kind: 'launch', start: cutoff + days * day, adds: fall(3, 0.1, 8) },
  ...more,
});

const sdOf = (model: ForecastModel, id: string) =>
  model.curves[model.events.find((event) => event.id === id)!.curve]!.sd;

describe('a launch', () => {
  it.each([
    86_400, 3600,
  ])('to come rises and falls as past ones did, within a fifth (steps of %i s)', (step) => {
    const at = step < 86_400 ? 10 / 24 : 0;
    const seen = world(step, [launch('a', -300 + at), launch('b', -150 + at), launch('next', 5 + at)]);
    for (const [from, until] of [
      [0, 5],
      [6, 8],
      [10, 14],
      [20, 30],
      [45, 60],
    ] as const) {
      const { forecast, actual } = sums(seen, from, until);
      expect(Math.abs(forecast / actual - 1), `days ${from} to ${until}`).toBeLessThan(0.2);
    }
    const found = seen.model.findings.editions;
    expect(found.map(({ id }) => id)).toEqual(['a', 'b']);
    for (const { lift } of found) expect(Math.abs(lift - 4)).toBeLessThan(0.8);
  });

  it('that goes on falls towards its floor, not to nothing, within a sixth', () => {
    const seen = world(3600, [launch('now', -20 + 10 / 24, { adds: fall(4, 0.2, 10) })]);
    for (const from of [0, 3, 7, 14, 30, 50]) {
      const { forecast, actual, plain } = sums(seen, from, from + 7);
      expect(Math.abs(forecast / actual - 1), `day ${from}`).toBeLessThan(1 / 6);
      expect(forecast / plain).toBeGreaterThan(1.3);
    }
  });

  it('of long ago teaches the season nothing: a year later there is no wave', () => {
    const plain = world(86_400, [], { days: 800 });
    const seen = world(86_400, [launch('old', -345, { adds: fall(4, 0, 6) })], { days: 800 });
    const ratio = sums(seen, 15, 40).forecast / sums(plain, 15, 40).forecast;
    expect(Math.abs(ratio - 1)).toBeLessThan(0.06);
  });

  it('without a past is as high as its rate says, and stays something for good', () => {
    const seen = world(3600, [
      { id: 'new', kind: 'launch', start: cutoff + 10 * day + 9 * hour, rate: 5000 },
    ]);
    const window = { start: cutoff, end: seen.model.horizonEnd, stepSeconds: 3600, quantiles: [0.99] };
    const lifted = expand(seen.model, window);
    const plain = expand({ ...seen.model, events: [] }, window).mean;
    const added = lifted.mean.map((y, i) => y - plain[i]!);
    const first = added.slice(10 * 24, 11 * 24 + 9);
    expect(Math.max(...added)).toBe(Math.max(...first));
    expect(Math.max(...first)).toBeGreaterThan(0.8 * 5000);
    expect(Math.max(...first)).toBeLessThan(5000);
    expect(added[50 * 24]!).toBeGreaterThan(0.05 * plain[50 * 24]!);
    expect(Math.max(...lifted.quantiles[0]!)).toBeLessThan(6 * Math.max(...lifted.mean));
  });

  it('without a past or a rate, or a likeness, has no size and moves nothing', () => {
    const seen = world(3600, [{ id: 'new', kind: 'launch', start: cutoff + 5 * day }]);
    expect(seen.model.events).toEqual([]);
  });

  it('is like another kind, scaled, and less sure for it', () => {
    const past = [launch('a', -300), launch('b', -150)];
    const coming = (more: Partial<TrueLaunch>) => world(86_400, [...past, launch('next', 5, more)]);
    const added = (of: ReturnType<typeof world>) => {
      const { model } = of;
      const plain = { ...of, model: { ...model, events: model.events.filter(({ id }) => id !== 'next') } };
      return sums(of, 6, 20).forecast - sums(plain, 6, 20).forecast;
    };
    const plain = coming({});
    const alike = coming({ kind: 'drop', like: 'launch', scale: 1.5 });
    const unknown = coming({ kind: 'drop' });
    expect(added(alike) / added(plain)).toBeCloseTo(1.5, 6);
    expect(added(unknown) / added(plain)).toBeCloseTo(0.5, 6);
    expect(sdOf(alike.model, 'next')).toBeGreaterThan(sdOf(plain.model, 'next'));
    expect(sdOf(unknown.model, 'next')).toBeGreaterThan(sdOf(alike.model, 'next'));
  });
});

describe('a launch with a stock', () => {
  const drop = (id: string, days: number, stock: number): TrueLaunch => ({
    ...{ id, kind: 'drop', start: cutoff + days * day + 10 * hour, stock, adds: fall(8, 0, 0.2) },
  });
  const events = [drop('a', -60, 400_000), drop('b', -30, 400_000), drop('next', 3, 600_000)];
  const options = { days: 100, horizon: 8 };

  it('ends the orders when it is gone: as many as there are, and within a quarter as fast', () => {
    const seen = world(60, events, options);
    const { model } = seen;
    const until = Math.max(...model.events.map((event) => event.until));
    const truly = seen.actual.findLastIndex((y, i) => y > 2 * seen.plain[i]!) * 60_000 + cutoff;
    expect((until - events[2]!.start) / (truly - events[2]!.start)).toBeGreaterThan(0.75);
    expect((until - events[2]!.start) / (truly - events[2]!.start)).toBeLessThan(1.25);
    const lifted = sums(seen, 3, 4).forecast;
    const plain = sums({ ...seen, model: { ...model, events: [] } }, 3, 4).forecast;
    // The minute in which the last one goes is sold whole.
    expect(Math.abs((lifted - plain) / 600_000 - 1)).toBeLessThan(0.01);
    expect(sums(seen, 4, 8).forecast / sums(seen, 4, 8).plain).toBeCloseTo(1, 1);
  });

  it('leaves visits as they are: a series that went beyond its stock before is not bound by it', () => {
    const seen = world(60, events, { ...options, stocked: false });
    for (const { until } of seen.model.events) expect(until).toBe(Number.POSITIVE_INFINITY);
    const { forecast, actual } = sums(seen, 3, 4);
    expect(Math.abs(forecast / actual - 1)).toBeLessThan(0.2);
  });

  it('never binds a gauge', () => {
    const settings = { timeZone: 'UTC', stepSeconds: 3600, metricKind: 'gauge' as const };
    const calendar = {
      ...noCalendar,
      events: [{ id: 'next', kind: 'drop', start: cutoff + 2 * day, stock: 10, rate: 1000 }],
    };
    const history = traffic(settings, cutoff - 60 * day, cutoff);
    const model = modelFrom(history, settings, { cutoff, horizonEnd: cutoff + 10 * day }, calendar);
    for (const { until } of model.events) expect(until).toBe(Number.POSITIVE_INFINITY);
    expect(model.events.length).toBeGreaterThan(0);
  });
});
