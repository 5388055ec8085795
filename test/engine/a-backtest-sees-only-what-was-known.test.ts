import { describe, expect, it } from 'vitest';
import { backtest, type Calendar, type SeriesSettings } from '../../lib/engine/index.ts';
import { day, noCalendar, traffic } from './series.ts';

const hour = day / 24;
const hourly: SeriesSettings = { timeZone: 'Europe/Paris', stepSeconds: 3600, metricKind: 'count' };
const start = Date.UTC(2025, 0, 6);
const end = start + 120 * day;
const within = (days: number) => (origin: number) => origin + days * day;

describe('a backtest', () => {
  it('has the model and the seasonal naive in every table, on the same steps', () => {
    const observations = traffic(hourly, start, end, { noise: 0.1 });
    const done: number[] = [];
    const report = backtest(observations, hourly, noCalendar, {
      origins: 4,
      horizonEnd: within(10),
      progress: (i) => done.push(i),
    });
    expect(report.origins).toHaveLength(4);
    expect(done).toEqual([0, 1, 2, 3]);
    expect(new Set(report.origins.map(({ origin }) => new Date(origin).getUTCHours())).size).toBeGreaterThan(
      1,
    );
    expect(report.bands.map(({ band }) => band)).toEqual(['1h', '1d', '7d', '30d']);
    expect(report.bands.map(({ model }) => model.steps)).toEqual([4, 4 * 23, 4 * 144, 4 * 72]);
    for (const { model, naive } of [report.all, ...report.bands]) {
      expect(naive.steps).toBe(model.steps);
      for (const scores of [model, naive]) {
        expect(scores.wape).toBeGreaterThan(0);
        expect(scores.mase).toBeGreaterThan(0);
        expect(scores.pinball).toHaveLength(3);
        for (const loss of scores.pinball) expect(loss).toBeGreaterThanOrEqual(0);
        expect(scores.coverage).toBeLessThanOrEqual(1);
      }
    }
    expect(report.all.model.wape).toBeLessThan(report.all.naive.wape);
    // 0.1 of noise a step, whose mean absolute value is 0.1 · 0.8; the naive has it twice.
    expect(report.all.model.wape).toBeGreaterThan(0.06);
    expect(report.all.model.wape).toBeLessThan(0.1);
    expect(Math.abs(report.all.model.bias)).toBeLessThan(0.05);
    // Ten days hold nine or ten whole local ones.
    expect(report.all.model.peaks).toBeGreaterThanOrEqual(4 * 9);
    expect(report.all.naive.peaks).toBe(report.all.model.peaks);
    expect(Math.abs(report.all.model.peakBias)).toBeLessThan(0.05);
    expect(report.all.model.peakHours).toBeLessThan(4);
  });

  it('is the same whatever comes after its last horizon', () => {
    const observations = traffic(hourly, start, end);
    const report = backtest(observations, hourly, noCalendar, { origins: 1, horizonEnd: within(5) });
    const { origin } = report.origins[0]!;
    const wild = observations.value.map((y, i) => (observations.time[i]! >= origin ? y * 1000 : y));
    const later = backtest({ ...observations, value: wild }, hourly, noCalendar, {
      origins: 1,
      horizonEnd: within(5),
    });
    expect(later.origins).toEqual(report.origins);
    expect(later.all.model.bias).toBeCloseTo((1 + report.all.model.bias) / 1000 - 1, 9);
  });

  it('scores each event by what came before it, and knows of none before it was announced', () => {
    const minutely = { ...hourly, stepSeconds: 600 };
    const observations = traffic(minutely, start, end, { noise: 0.02 });
    const events = [30, 43, 57, 72, 85, 99, 114].map((d) => ({
      id: `sale-${d}`,
      kind: 'sale',
      name: `Sale of day ${d}`,
      start: start + d * day + 9 * hour,
      end: start + d * day + 15 * hour,
    }));
    observations.time.forEach((at, i) => {
      if (events.some((e) => at >= e.start && at < e.end)) observations.value[i]! *= 3;
    });
    const run = (calendar: Calendar) =>
      backtest(observations, minutely, calendar, { origins: 3, horizonEnd: within(20) });
    const known = run({ holidays: [], events });
    expect(known.events.length).toBeGreaterThanOrEqual(2);
    for (const { model, naive } of known.events) {
      expect(model.wape).toBeLessThan(0.2);
      expect(naive.steps).toBe(model.steps);
      expect(Math.abs(model.peakBias)).toBeLessThan(0.2);
      expect(model.peakHours).toBeLessThan(6);
    }
    // The naive knows of a sale only where the last such weekday had one.
    expect(Math.max(...known.events.map(({ naive }) => naive.wape))).toBeGreaterThan(0.5);
    expect(Math.min(...known.events.map(({ naive }) => naive.peakBias))).toBeLessThan(-0.4);
    const late = events.map((event) => ({ ...event, announced: event.start - hour }));
    const surprised = run({ holidays: [], events: late });
    expect(surprised.events).toEqual([]);
    expect(surprised.all.model.wape).toBeGreaterThan(known.all.model.wape * 1.2);
  });

  it('does not compare declared exclusions', () => {
    const observations = traffic(hourly, start, end);
    const span = { start: end - 3 * day, end: end - 2 * day };
    const broken = {
      ...observations,
      value: observations.value.map((y, i) =>
        observations.time[i]! >= span.start && observations.time[i]! < span.end ? y * 50 : y,
      ),
    };
    const run = (exclusions: (typeof span)[]) =>
      backtest(broken, hourly, noCalendar, { origins: 1, horizonEnd: within(7), exclusions }).all.model;
    expect(run([]).wape).toBeGreaterThan(0.5);
    expect(run([span]).wape).toBeLessThan(0.1);
    expect(run([span]).steps).toBe(6 * 24);
  });

  it.each([86_400, 604_800])('serves steps of %i s', (stepSeconds) => {
    const settings = { ...hourly, stepSeconds };
    const observations = traffic(settings, start - 900 * day, end, { noise: 0.02 });
    const report = backtest(observations, settings, noCalendar, { origins: 3, horizonEnd: within(91) });
    expect(report.all.model.steps).toBeGreaterThan(30);
    expect(report.all.model.wape).toBeLessThan(report.all.naive.wape);
    expect(report.all.model.mase).toBeGreaterThan(0);
    expect(report.all.model.peaks).toBe(0);
  });

  it('of too short a history, of no origin, without a median is refused in words', () => {
    const observations = traffic(hourly, end - 20 * day, end);
    const run = (options: object) => () =>
      backtest(observations, hourly, noCalendar, { horizonEnd: within(2), ...options });
    expect(run({ horizonEnd: within(30) })).toThrow(
      /A backtest of 30 days needs 44 days of history, got 20 days: ask for a shorter horizon/,
    );
    expect(run({ origins: 0 })).toThrow(/at least 1, got 0/);
    expect(run({ quantiles: [0.1, 0.9] })).toThrow(/needs the quantile 0.5/);
  });
});
