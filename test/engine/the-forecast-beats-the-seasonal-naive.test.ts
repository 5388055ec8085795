import { describe, expect, it } from 'vitest';
import {
  coverage,
  digest,
  expand,
  fitSeasonalNaive,
  mase,
  type Observations,
  pinball,
  type SeriesSettings,
  wape,
} from '../../lib/engine/index.ts';
import { day, modelFrom, modelOf, traffic } from './series.ts';

function split({ time, value }: Observations, cutoff: number): [Observations, Float64Array] {
  const n = time.findIndex((at) => at >= cutoff);
  return [{ time: time.slice(0, n), value: value.slice(0, n) }, value.slice(n)];
}

describe('against the seasonal naive', () => {
  for (const [stepSeconds, years, horizon] of [
    [600, 1.2, 60],
    [3600, 2.2, 180],
    [86_400, 3, 180],
    [604_800, 5, 182],
  ] as const)
    it(`the forecast is nearer in every measure from steps of ${stepSeconds} s`, () => {
      const settings: SeriesSettings = { timeZone: 'UTC', stepSeconds, metricKind: 'count' };
      const cutoff = Date.UTC(2025, 0, 6);
      const start = cutoff - Math.round((years * 365) / 7) * 7 * day;
      const [history, actual] = split(
        traffic(settings, start, cutoff + horizon * day, { noise: 0.1 }),
        cutoff,
      );
      const window = { start: cutoff, end: cutoff + horizon * day, stepSeconds, quantiles: [0.1, 0.5, 0.9] };
      const ours = modelFrom(history, settings, { cutoff });
      const naive = modelOf(fitSeasonalNaive(digest(history, settings), settings, { cutoff }));
      const [a, b] = [expand(ours, window), expand(naive, window)];
      expect(a.mean.length).toBe(actual.length);
      expect(wape(actual, a.quantiles[1]!)).toBeLessThan(0.75 * wape(actual, b.quantiles[1]!));
      for (const [k, p] of window.quantiles.entries())
        expect(pinball(actual, a.quantiles[k]!, p)).toBeLessThan(pinball(actual, b.quantiles[k]!, p));
      const season = stepSeconds === 604_800 ? 52 : (7 * 86_400) / stepSeconds;
      expect(mase(actual, a.mean, history.value, season)).toBeLessThan(1.2);
      expect(coverage(actual, a.quantiles[0]!, a.quantiles[2]!)).toBeGreaterThan(0.6);
      expect(ours.accuracy.wape).toBeLessThan(ours.accuracy.naiveWape);
    });

  it('the naive repeats the last week', () => {
    const settings: SeriesSettings = { timeZone: 'Europe/Paris', stepSeconds: 3600, metricKind: 'gauge' };
    const cutoff = Date.UTC(2025, 5, 1, 22);
    const history = traffic(settings, cutoff - 21 * day, cutoff);
    const naive = modelOf(fitSeasonalNaive(digest(history, settings), settings, { cutoff }));
    const week = expand(naive, { start: cutoff, end: cutoff + 7 * day, stepSeconds: 3600, quantiles: [0.5] });
    week.mean.forEach((y, i) => {
      expect(y / history.value[history.value.length - 168 + i]!).toBeCloseTo(1, 5);
    });
    expect(week.quantiles[0]).toEqual(week.mean);
  });
});
