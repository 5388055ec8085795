import { describe, expect, it } from 'vitest';
import { expand, type Observations, wape } from '../../lib/engine/index.ts';
import { day, modelFrom, traffic } from './series.ts';

const settings = { timeZone: 'UTC', stepSeconds: 3600, metricKind: 'count' as const };
const cutoff = Date.UTC(2025, 5, 2);
const clean = traffic(settings, cutoff - 120 * day, cutoff);
const window = { start: cutoff, end: cutoff + 14 * day, stepSeconds: 3600, quantiles: [0.5] };
const forecast = (history: Observations) =>
  expand(modelFrom(history, settings, { cutoff }), window).quantiles[0]!;
const usual = forecast(clean);

/** The history with the days from `age` days before the cutoff multiplied. */
function disturbed(age: number, days: number, factor: number): Observations {
  const from = cutoff - age * day;
  const value = clean.value.map((y, i) => {
    const at = clean.time[i]!;
    return at >= from && at < from + days * day ? y * factor : y;
  });
  return { time: clean.time, value };
}

describe('the forecast hardly moves', () => {
  for (const [name, age, days, factor] of [
    ['a day of robots, twenty times the usual', 20, 1, 20],
    ['a last day that is mostly missing', 1, 1, 0.2],
    ['an outage of a day', 40, 1, 0],
    ['six hours of robots', 9, 0.25, 30],
  ] as const)
    it(`for ${name}`, () => {
      expect(wape(usual, forecast(disturbed(age, days, factor)))).toBeLessThan(0.05);
    });

  it('for a hole of ten days', () => {
    const keep = (at: number) => at < cutoff - 30 * day || at >= cutoff - 20 * day;
    const time = clean.time.filter(keep);
    const value = clean.value.filter((_, i) => keep(clean.time[i]!));
    expect(wape(usual, forecast({ time, value }))).toBeLessThan(0.03);
  });

  it('but follows a level that has changed for good', () => {
    const doubled = forecast(disturbed(40, 40, 2));
    expect(doubled.reduce((a, b) => a + b, 0) / usual.reduce((a, b) => a + b, 0)).toBeGreaterThan(1.8);
  });
});
