import { describe, expect, it } from 'vitest';
import { type Calendar, digest, expand, fitSeasonalNaive, localParts, wape } from '../../lib/engine/index.ts';
import { day, modelFrom, modelOf, noCalendar, traffic } from './series.ts';

const hour = day / 24;

describe('the calendar', () => {
  it('an event lifts the same minutes after its start as its past editions did', () => {
    const settings = { timeZone: 'UTC', stepSeconds: 60, metricKind: 'count' as const };
    const cutoff = Date.UTC(2025, 2, 10);
    const history = traffic(settings, cutoff - 60 * day, cutoff);
    const starts = [-45, -31, -20, -10].map((d) => cutoff + d * day + 18 * hour);
    for (const start of starts)
      history.time.forEach((at, i) => {
        const since = (at - start) / hour;
        if (since >= 0 && since < 2) history.value[i]! *= since < 0.5 ? 5 : 3;
      });
    const next = cutoff + 4 * day + 9 * hour;
    const events = [...starts, next].map((start, i) => ({
      id: `match-${i}`,
      kind: 'match',
      start,
      end: start + 2 * hour,
    }));
    const calendar: Calendar = { holidays: [], events };
    const window = { start: cutoff, end: cutoff + 7 * day, stepSeconds: 60, quantiles: [] };
    const lifted = expand(modelFrom(history, settings, { cutoff }, calendar), window).mean;
    const plain = expand(
      modelFrom(history, settings, { cutoff }, { holidays: [], events: events.slice(0, -1) }),
      window,
    ).mean;
    const ratio = (hours: number) => {
      const i = Math.round((next - cutoff + hours * hour) / 60_000);
      return lifted[i]! / plain[i]!;
    };
    expect(ratio(-2)).toBe(1);
    expect(ratio(-0.5)).toBeGreaterThan(0.9);
    expect(ratio(-0.5)).toBeLessThan(1.15);
    expect(ratio(0.25)).toBeGreaterThan(4);
    expect(ratio(0.25)).toBeLessThan(5.5);
    expect(ratio(1.5)).toBeGreaterThan(2.5);
    expect(ratio(1.5)).toBeLessThan(3.3);
    expect(ratio(4.5)).toBe(1);
  });

  it('a holiday is forecast as its past editions were, wherever it falls', () => {
    const settings = { timeZone: 'UTC', stepSeconds: 86_400, metricKind: 'count' as const };
    const cutoff = Date.UTC(2025, 0, 1);
    const history = traffic(settings, cutoff - 4 * 365 * day, cutoff);
    const dates = ['2021-04-06', '2022-05-18', '2023-06-14', '2024-03-20', '2025-05-07'];
    const starts = dates.map((date) => Date.parse(date));
    history.time.forEach((at, i) => {
      if (starts.includes(at)) history.value[i]! *= 0.3;
    });
    const calendar: Calendar = { holidays: dates.map((date) => ({ date, name: 'Feast' })), events: [] };
    const window = { start: cutoff, end: cutoff + 365 * day, stepSeconds: 86_400, quantiles: [] };
    const known = expand(modelFrom(history, settings, { cutoff }, calendar), window).mean;
    const unknown = expand(modelFrom(history, settings, { cutoff }, noCalendar), window).mean;
    const at = (starts[4]! - cutoff) / day;
    expect(known[at]! / unknown[at]!).toBeLessThan(0.5);
    expect(known[at + 14]! / unknown[at + 14]!).toBeCloseTo(1, 1);
  });

  it('after a launch demand goes on falling, ever more slowly', () => {
    const settings = { timeZone: 'UTC', stepSeconds: 86_400, metricKind: 'gauge' as const };
    const launch = Date.UTC(2025, 0, 1);
    const level = (d: number) => 1000 / (1 + 0.1 * d);
    const time = Float64Array.from({ length: 45 }, (_, i) => launch + i * day);
    const value = time.map((at, i) => level(i) * (localParts('UTC', at).weekday >= 5 ? 1.2 : 1));
    const cutoff = launch + 45 * day;
    const calendar: Calendar = { holidays: [], events: [{ id: 'game', kind: 'launch', start: launch }] };
    const window = { start: cutoff, end: cutoff + 120 * day, stepSeconds: 86_400, quantiles: [] };
    const actual = Float64Array.from({ length: 120 }, (_, h) => level(45 + h));
    const known = expand(modelFrom({ time, value }, settings, { cutoff }, calendar), window).mean;
    const naive = modelOf(fitSeasonalNaive(digest({ time, value }, settings), settings, { cutoff }));
    expect(wape(actual, known)).toBeLessThan(0.4 * wape(actual, expand(naive, window).mean));
    expect(known[100]!).toBeLessThan(known[30]!);
    expect(known[30]! - known[60]!).toBeGreaterThan(known[70]! - known[100]!);
  });
});
