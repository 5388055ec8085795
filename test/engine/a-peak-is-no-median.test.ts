import { describe, expect, it } from 'vitest';
import {
  dayPeaks,
  decodeModel,
  digest,
  encodeModel,
  expand,
  fitSeasonalNaive,
  localParts,
  localToInstant,
  peaks,
  type SeriesSettings,
  steps,
} from '../../lib/engine/index.ts';
import { day, modelFrom, modelOf, seeded } from './series.ts';

const hour = 3_600_000;
const hourly: SeriesSettings = { timeZone: 'UTC', stepSeconds: 3600, metricKind: 'gauge' };
const cutoff = Date.UTC(2026, 2, 2);

/** A flat day with busy hours, whose every hour errs by itself: the day's highest is far above each hour's median. */
function noisy(settings: SeriesSettings, days: number, sd: number, from = cutoff - days * day, seed = 1) {
  const random = seeded(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const time = steps(settings.timeZone, from, from + days * day, settings.stepSeconds);
  return {
    time,
    value: Float64Array.from(time, (at) => {
      const busy = localParts(settings.timeZone, at).hour >= 12 ? 100 : 20;
      return busy * Math.exp(sd * normal());
    }),
  };
}

const truePeaks = (sd: number) => {
  const { value } = noisy(hourly, 4000, sd, 0, 99);
  const highest = Float64Array.from({ length: 4000 }, (_, d) =>
    Math.max(...value.subarray(d * 24, d * 24 + 24)),
  );
  return highest.sort();
};

describe('a peak is no median', () => {
  it('its quantiles are those of the simulated truth within 6 %, and its days differ in time', () => {
    const model = modelFrom(noisy(hourly, 120, 0.3), hourly, { cutoff, horizonEnd: cutoff + 30 * day });
    const truth = truePeaks(0.3);
    const {
      day: days,
      quantiles,
      time,
    } = dayPeaks(model, { start: cutoff, end: cutoff + 30 * day }, [0.1, 0.5, 0.9]);
    expect(Array.from(days)).toEqual(Array.from({ length: 30 }, (_, d) => cutoff + d * day));
    const mean = (column: Float64Array) => column.reduce((a, b) => a + b, 0) / column.length;
    [0.1, 0.5, 0.9].forEach((p, k) => {
      expect(Math.abs(mean(quantiles[k]!) / truth[Math.floor(p * 4000)]! - 1)).toBeLessThan(0.06);
    });
    // Twelve equally busy hours: the median time lies among them.
    time.forEach((at, d) => {
      expect(at).toBeGreaterThanOrEqual(days[d]! + 12 * hour);
      expect(at).toBeLessThan(days[d]! + 24 * hour);
    });
    const { quantiles: hours } = expand(model, {
      start: cutoff,
      end: cutoff + day,
      stepSeconds: 3600,
      quantiles: [0.5],
    });
    expect(quantiles[1]![0]!).toBeGreaterThan(1.3 * Math.max(...hours[0]!));
  });

  it('the probability to pass a threshold is that of the simulated truth within 0.07', () => {
    const model = modelFrom(noisy(hourly, 120, 0.3), hourly, { cutoff, horizonEnd: cutoff + 30 * day });
    const truth = truePeaks(0.3);
    const windows = Array.from({ length: 30 }, (_, d) => ({
      start: cutoff + d * day,
      end: cutoff + (d + 1) * day,
    }));
    for (const p of [0.2, 0.5, 0.9]) {
      const { passing } = peaks(model, windows, [0.5], { threshold: truth[Math.floor(p * 4000)]! });
      const mean = passing.reduce((a, b) => a + b, 0) / 30;
      expect(Math.abs(mean - (1 - p))).toBeLessThan(0.07);
    }
    expect(peaks(model, windows, [0.5]).passing).toHaveLength(0);
  });

  it('a longer window peaks higher, in every quantile, and no lower than each of its days', () => {
    const model = modelFrom(noisy(hourly, 60, 0.2), hourly, { cutoff, horizonEnd: cutoff + 30 * day });
    const span = (days: number) => ({ start: cutoff, end: cutoff + days * day });
    const { quantiles } = peaks(model, [span(1), span(7), span(30)], [0.1, 0.5, 0.9]);
    for (const [one, week, all] of quantiles) {
      expect(week!).toBeGreaterThan(one!);
      expect(all!).toBeGreaterThan(week!);
    }
    const days = dayPeaks(model, span(7), [0.1, 0.5, 0.9]);
    days.quantiles.forEach((column, k) => {
      expect(Math.max(...column)).toBeLessThanOrEqual(quantiles[k]![1]! * 1.0001);
    });
  });

  it('the highest minute lies above the highest hour, and where the series has it', () => {
    const minutes: SeriesSettings = { timeZone: 'Europe/Paris', stepSeconds: 60, metricKind: 'count' };
    const start = localToInstant('Europe/Paris', 2026, 1, 20);
    const end = localToInstant('Europe/Paris', 2026, 3, 2);
    const time = steps('Europe/Paris', start, end, 60);
    const random = seeded(3);
    const value = Float64Array.from(time, (at) => {
      const { hour: h, minute } = localParts('Europe/Paris', at);
      return Math.round((h === 9 && minute === 30 ? 900 : 100) * (0.9 + 0.2 * random()));
    });
    const model = modelFrom({ time, value }, minutes, { cutoff: end, horizonEnd: end + 3 * day });
    const windows = [{ start: end + day, end: end + 2 * day }];
    const step = peaks(model, windows, [0.1, 0.5, 0.9], { of: 'step' });
    const hours = peaks(model, windows, [0.1, 0.5, 0.9]);
    expect(step.time[0]).toBe(localToInstant('Europe/Paris', 2026, 3, 3, 9, 30));
    expect(hours.time[0]).toBe(localToInstant('Europe/Paris', 2026, 3, 3, 9));
    expect(Math.abs(step.quantiles[1]![0]! / 900 - 1)).toBeLessThan(0.1);
    expect(Math.abs(hours.quantiles[1]![0]! / ((900 + 59 * 100) / 60) - 1)).toBeLessThan(0.05);
  });

  it('days of 23 and 25 hours have one peak each, and cut days theirs', () => {
    const paris: SeriesSettings = { timeZone: 'Europe/Paris', stepSeconds: 1800, metricKind: 'gauge' };
    for (const [month, date] of [
      [3, 29],
      [10, 25],
    ] as const) {
      const end = localToInstant('Europe/Paris', 2026, month, date - 1, 18);
      const model = modelFrom(noisy(paris, 60, 0.1, end - 60 * day), paris, {
        cutoff: end,
        horizonEnd: end + 4 * day,
      });
      const until = localToInstant('Europe/Paris', 2026, month, date + 1, 6);
      const { day: days, quantiles, time } = dayPeaks(model, { start: end, end: until }, [0.5]);
      const midnight = (d: number) => localToInstant('Europe/Paris', 2026, month, d);
      expect(Array.from(days)).toEqual([midnight(date - 1), midnight(date), midnight(date + 1)]);
      expect(quantiles[0]![1]!).toBeGreaterThan(100);
      expect(quantiles[0]![2]!).toBeLessThan(40);
      expect(time[0]!).toBeGreaterThanOrEqual(end);
    }
  });

  it('of the fallback, and of steps of a day or a week, are finite and ordered; a stored model has the same', () => {
    const daily: SeriesSettings = { timeZone: 'Asia/Kolkata', stepSeconds: 86_400, metricKind: 'count' };
    const start = localToInstant('Asia/Kolkata', 2026, 3, 2);
    const observations = noisy(daily, 200, 0.2, start - 200 * day);
    const options = { cutoff: start, horizonEnd: start + 30 * day };
    const fallback = modelOf(
      fitSeasonalNaive(digest(noisy(hourly, 20, 0.2), hourly), hourly, {
        cutoff,
        horizonEnd: cutoff + 30 * day,
      }),
    );
    for (const model of [modelFrom(observations, daily, options), fallback]) {
      const window = { start: model.cutoff, end: model.cutoff + 30 * day };
      const found = dayPeaks(model, window, [0.1, 0.5, 0.9]);
      expect(found.day).toHaveLength(30);
      found.day.forEach((_, d) => {
        expect(found.quantiles[0]![d]!).toBeGreaterThan(0);
        expect(found.quantiles[0]![d]!).toBeLessThan(found.quantiles[1]![d]!);
        expect(found.quantiles[1]![d]!).toBeLessThan(found.quantiles[2]![d]!);
      });
      expect(dayPeaks(decodeModel(encodeModel(model)), window, [0.1, 0.5, 0.9])).toEqual(found);
    }
  });

  it('refuses empty windows, windows outside the forecast, and quantiles that do not ascend', () => {
    const model = modelFrom(noisy(hourly, 60, 0.2), hourly, { cutoff, horizonEnd: cutoff + 30 * day });
    expect(() => peaks(model, [{ start: cutoff, end: cutoff }], [0.5])).toThrow(/ends after it starts/);
    expect(() => peaks(model, [{ start: cutoff - day, end: cutoff }], [0.5])).toThrow(
      /not within the forecast/,
    );
    expect(() => peaks(model, [{ start: cutoff, end: cutoff + day }], [0.5, 0.4])).toThrow(/ascend strictly/);
    expect(peaks(model, [], [0.5]).quantiles[0]).toHaveLength(0);
  });
});
