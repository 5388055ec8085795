import { describe, expect, it } from 'vitest';
import {
  type Calendar,
  type CalendarEvent,
  digest,
  type Exclusion,
  expand,
  fit as fitModel,
  type Observations,
  type SeriesSettings,
  wape,
} from '../../lib/engine/index.ts';
import { day, modelFrom, modelOf, noCalendar, seeded, traffic } from './series.ts';

const hour = 3_600_000;
const cutoff = Date.UTC(2025, 5, 2);
const minutes: SeriesSettings = { timeZone: 'UTC', stepSeconds: 60, metricKind: 'count' };
const hours: SeriesSettings = { ...minutes, stepSeconds: 3600 };
const days: SeriesSettings = { ...minutes, stepSeconds: 86_400 };
const minutely = traffic(minutes, cutoff - 60 * day, cutoff, { noise: 0.2 });
const hourly = traffic(hours, cutoff - 120 * day, cutoff);
const daily = traffic(days, cutoff - 400 * day, cutoff);

interface Planted {
  start: number;
  end: number;
  change: (y: number, held: number) => number;
}

/** The history with spans changed; `held` is the last value before the span. */
function changed({ time, value }: Observations, ...planted: Planted[]): Observations {
  const out = value.slice();
  for (const { start, end, change } of planted) {
    const held = value[time.findIndex((at) => at >= start) - 1]!;
    time.forEach((at, i) => {
      if (at >= start && at < end) out[i] = change(value[i]!, held);
    });
  }
  return { time, value: out };
}

const found = (
  history: Observations,
  settings: SeriesSettings,
  calendar: Calendar = noCalendar,
): Exclusion[] => modelFrom(history, settings, { cutoff }, calendar).findings.exclusions;

const at = (age: number, hourOfDay = 0, minute = 0) =>
  cutoff - age * day + hourOfDay * hour + minute * 60_000;

describe('each anomaly is found with its dates, within a block, and its size, within 15 %', () => {
  const block = 15 * 60_000;
  const spike = { start: at(12, 14), end: at(12, 14, 30), change: (y: number) => 6 * y };
  const robot = { start: at(20, 13, 5), end: at(20, 18, 20), change: (y: number) => 4 * y };
  const longRobot = { start: at(33, 15), end: at(31, 11), change: (y: number) => 5 * y };
  const outage = { start: at(26, 9, 40), end: at(26, 12, 5), change: () => 0 };
  const stuck = { start: at(40, 10), end: at(40, 16), change: (_: number, held: number) => held };
  const history = changed(minutely, spike, robot, longRobot, outage, stuck);
  const exclusions = found(history, minutes);

  it('all five, and nothing else, in order of time', () => {
    expect(exclusions.map(({ reason }) => reason)).toEqual(['stuck', 'robot', 'outage', 'robot', 'spike']);
  });

  for (const [name, planted, place, size] of [
    ['stuck values', stuck, 0, undefined],
    ['robots of two days', longRobot, 1, 5],
    ['an outage', outage, 2, 0],
    ['robots of five hours', robot, 3, 4],
    ['a spike of half an hour', spike, 4, 6],
  ] as const)
    it(name, () => {
      const exclusion = exclusions[place]!;
      expect(Math.abs(exclusion.start - planted.start)).toBeLessThanOrEqual(block);
      expect(Math.abs(exclusion.end - planted.end)).toBeLessThanOrEqual(block);
      if (size === undefined) return;
      expect(Math.abs(exclusion.size - size)).toBeLessThan(0.15 * Math.max(1, size));
    });

  it('and the forecast is within 1.5 % of the one from an untouched history', () => {
    const window = { start: cutoff, end: cutoff + 14 * day, stepSeconds: 3600, quantiles: [0.5] };
    const forecast = (one: Observations) => expand(modelFrom(one, minutes, { cutoff }), window).quantiles[0]!;
    expect(wape(forecast(minutely), forecast(history))).toBeLessThan(0.015);
  });

  it('in hours, and in days', () => {
    const robots = { start: at(50, 7), end: at(50, 19), change: (y: number) => 3 * y };
    const down = { start: at(30), end: at(18), change: () => 0 };
    expect(found(changed(hourly, robots), hours)).toMatchObject([
      { start: robots.start, end: robots.end, reason: 'robot' },
    ]);
    expect(found(changed(hourly, down), hours)).toMatchObject([
      { start: down.start, end: down.end, reason: 'outage' },
    ]);
    const week = { start: at(70), end: at(67), change: (y: number) => 4 * y };
    const zero = { start: at(150), end: at(149), change: () => 0 };
    expect(found(changed(daily, week, zero), days)).toMatchObject([
      { start: zero.start, end: zero.end, reason: 'outage', size: 0 },
      { start: week.start, end: week.end, reason: 'robot' },
    ]);
  });

  it('on the day when clocks change, by the wall clock', () => {
    const settings: SeriesSettings = { ...hours, timeZone: 'Europe/Paris' };
    const history = traffic(settings, cutoff - 120 * day, cutoff);
    // 2025-03-30 has 23 hours in Paris: 12:00 there is 10:00Z.
    const noon = Date.UTC(2025, 2, 30, 10);
    const robots = { start: noon, end: noon + 5 * hour, change: (y: number) => 5 * y };
    expect(found(changed(history, robots), settings)).toMatchObject([{ start: noon, end: noon + 5 * hour }]);
  });
});

describe('what is no anomaly is kept', () => {
  it('a clean series: no exclusion in any of forty, nor in twenty with weather of their own', () => {
    let exclusions = 0;
    for (let seed = 1; seed <= 40; seed++)
      exclusions += found(traffic(hours, cutoff - 90 * day, cutoff, { noise: 0.1, seed }), hours).length;
    for (let seed = 1; seed <= 20; seed++) {
      const random = seeded(seed);
      const weather = Float64Array.from({ length: 91 }, () => Math.exp(0.5 * (random() + random() - 1)));
      const clean = traffic(hours, cutoff - 90 * day, cutoff, { noise: 0.3, seed });
      exclusions += found(
        { time: clean.time, value: clean.value.map((y, i) => y * weather[Math.floor(i / 24)]!) },
        hours,
      ).length;
    }
    expect(exclusions).toBe(0);
  });

  it('a step of the level, up or down, at noon or at the end', () => {
    for (const [age, factor] of [
      [30, 3],
      [30, 0.3],
      [60.5, 10],
      [6, 2.5],
      [5, 0.3],
    ] as const) {
      const step = { start: at(age), end: cutoff, change: (y: number) => factor * y };
      expect(found(changed(hourly, step), hours)).toEqual([]);
    }
  });

  it('growth, however fast, and the decay after a launch', () => {
    for (const rate of [-0.3, 0.05, 0.2]) {
      const value = daily.value.map((y, i) => y * Math.exp(rate * Math.max(0, i - 340)));
      expect(found({ time: daily.time, value }, days)).toEqual([]);
    }
  });

  it('a burst of machines at a fixed time each day, each Sunday, or each month', () => {
    const bursts = (when: (d: number) => boolean) => {
      const value = minutely.value.map((y, i) => {
        const date = new Date(minutely.time[i]!);
        const due = date.getUTCHours() === 3 && date.getUTCMinutes() < 5;
        return due && when(Math.floor(minutely.time[i]! / day)) ? y + 900 : y;
      });
      return found({ time: minutely.time, value }, minutes);
    };
    expect(bursts(() => true)).toEqual([]);
    expect(bursts((d) => (d + 3) % 7 === 6)).toEqual([]);
    expect(bursts((d) => d % 14 === 2)).toEqual([]);
  });

  it('spikes that are the series’ nature, but not the robot that dwarfs them', () => {
    const random = seeded(9);
    const value = hourly.value.map((y) => (random() < 0.02 ? y * (2 + 4 * random()) : y));
    const spiky = { time: hourly.time, value };
    expect(found(spiky, hours)).toEqual([]);
    const robots = { start: at(40, 9), end: at(40, 15), change: (y: number) => 150 * y };
    expect(found(changed(spiky, robots), hours)).toMatchObject([{ reason: 'robot' }]);
  });

  it('a season that comes once a year', () => {
    const long = traffic(days, cutoff - 800 * day, cutoff);
    const sale = (age: number) => ({ start: at(age), end: at(age - 2), change: (y: number) => 5 * y });
    expect(found(changed(long, sale(100), sale(465)), days)).toEqual([]);
  });

  it('whatever the calendar explains', () => {
    const event: CalendarEvent = { id: 'sale', kind: 'sale', start: at(20, 12), end: at(20, 18) };
    const history = changed(hourly, { start: at(20, 11), end: at(20, 22), change: (y) => 6 * y });
    expect(found(history, hours)).toHaveLength(1);
    expect(found(history, hours, { holidays: [], events: [event] })).toEqual([]);
    const closed = changed(hourly, { start: at(33), end: at(32), change: () => 0 });
    const holidays = [{ date: new Date(at(33)).toISOString().slice(0, 10), name: 'Feast' }];
    expect(found(closed, hours)).toHaveLength(1);
    expect(found(closed, hours, { holidays, events: [] })).toEqual([]);
  });

  it('zeros of nights and of sparse counts, and constants', () => {
    const random = seeded(4);
    const of = (value: (i: number) => number) =>
      found({ time: hourly.time, value: hourly.value.map((_, i) => value(i)) }, hours);
    expect(of((i) => (i % 24 < 6 ? 0 : 50 + 10 * random()))).toEqual([]);
    expect(of(() => (random() < 0.05 ? 1 : 0))).toEqual([]);
    expect(of(() => Math.floor(3 * random()))).toEqual([]);
    expect(of(() => 42)).toEqual([]);
    expect(of(() => 0)).toEqual([]);
  });
});

describe('a declared exclusion', () => {
  const span = { start: at(20, 6, 7), end: at(18, 3) };
  const disturbed = changed(minutely, { ...span, change: (y) => 1.7 * y + 3 });
  const fitted = (history: Observations, settings: SeriesSettings, exclusions = [span]) =>
    modelOf(fitModel(digest(history, settings), settings, noCalendar, { cutoff, exclusions }));

  it('leaves no trace of what was seen within it, from stored digests of minutes, hours or days', () => {
    expect(fitted(disturbed, minutes)).toEqual(fitted(minutely, minutes));
    expect(fitted(changed(hourly, { ...span, change: () => 5 }), hours)).toEqual(fitted(hourly, hours));
    expect(fitted(changed(daily, { ...span, change: () => 5 }), days)).toEqual(fitted(daily, days));
  });

  it('stands among the findings, with no size', () => {
    expect(fitted(minutely, minutes).findings.exclusions).toEqual([
      { ...span, reason: 'declared', size: Number.NaN },
    ]);
  });

  it('also empties an event that it touches', () => {
    const event: CalendarEvent = { id: 'a', kind: 'sale', start: at(19, 10), end: at(19, 16) };
    const next = { ...event, id: 'b', start: cutoff + 2 * day, end: cutoff + 2 * day + 6 * hour };
    const calendar = { holidays: [], events: [event, next] };
    const model = (history: Observations) =>
      modelOf(
        fitModel(digest(history, minutes, calendar), minutes, calendar, { cutoff, exclusions: [span] }),
      );
    expect(model(disturbed)).toEqual(model(minutely));
  });

  it('of the whole history is refused in words', () => {
    const exclusions = [{ start: at(1000), end: cutoff }];
    const outcome = fitModel(digest(hourly, hours), hours, noCalendar, { cutoff, exclusions });
    expect(outcome).toEqual({ status: 'failed', reason: expect.stringMatching(/outside the span/) });
  });

  it('that ends before it starts is refused', () => {
    expect(() => fitted(hourly, hours, [{ start: at(3), end: at(3) }])).toThrow(/must end after its start/);
  });
});
