import { describe, expect, it } from 'vitest';
import {
  decodeModel,
  encodeModel,
  expand,
  explain,
  type Regressor,
  type SeriesSettings,
} from '../../lib/engine/index.ts';
import { day, modelFrom, noCalendar, seeded, traffic } from './series.ts';

const cutoff = Date.UTC(2026, 0, 1);
const hourly: SeriesSettings = { timeZone: 'Europe/Paris', stepSeconds: 3600, metricKind: 'count' };

/** A price that jumps about: 10, or 8 on one day in five. */
function price(until = cutoff + 60 * day): Regressor {
  const random = seeded(7);
  const time = Float64Array.from(
    { length: Math.round((until - cutoff) / day) + 400 },
    (_, i) => cutoff + (i - 400) * day,
  );
  return { name: 'price', time, value: time.map(() => (random() < 0.2 ? 8 : 10)) };
}

/** Hours of traffic that are half as much again where the price is 8. */
function history({ time, value }: Regressor) {
  const plain = traffic(hourly, cutoff - 300 * day, cutoff);
  const cheap = new Set(
    Array.from(time)
      .filter((_, i) => value[i] === 8)
      .map((at) => Math.floor(at / day)),
  );
  plain.time.forEach((at, i) => {
    if (cheap.has(Math.floor(at / day))) plain.value[i]! *= 1.5;
  });
  return plain;
}

const window = { start: cutoff, end: cutoff + 50 * day, stepSeconds: 86_400 };

describe('a regressor', () => {
  it('of known effect is found within 5 %, forecast, and named among the ingredients', () => {
    const known = price();
    const model = modelFrom(history(known), hourly, { cutoff, horizonEnd: window.end, regressors: [known] });
    const { mean, ingredients } = explain(model, window);
    const effect = ingredients.find(
      ({ name, kind }) => name === 'regressor price' && kind === 'regressor',
    )!.value;
    const factor = (cheap: boolean) => {
      const of = Array.from(mean).flatMap((m, i) =>
        (known.value[400 + i] === 8) === cheap ? [m / (m - effect[i]!)] : [],
      );
      return of.reduce((sum, x) => sum + x, 0) / of.length;
    };
    expect(factor(true) / factor(false)).toBeGreaterThan(1.43);
    expect(factor(true) / factor(false)).toBeLessThan(1.57);
    expect(decodeModel(encodeModel(model)).extras).toEqual(model.extras);
  });

  it('may have missing days: they lie on the line between their neighbours', () => {
    const known = price();
    const linear = { ...known, value: known.time.map((_, i) => 10 + Math.sin(i / 20)) };
    const holes = (_: number, i: number) => i % 9 !== 4 || i > 420;
    const holed = { ...linear, time: linear.time.filter(holes), value: linear.value.filter(holes) };
    const observations = history(known);
    const mean = (regressor: Regressor) =>
      expand(modelFrom(observations, hourly, { cutoff, horizonEnd: window.end, regressors: [regressor] }), {
        ...window,
        quantiles: [],
      }).mean;
    const whole = mean(linear);
    mean(holed).forEach((m, i) => {
      expect(m / whole[i]!).toBeCloseTo(1, 2);
    });
  });

  it('of the past alone, or that ends before the horizon, is refused by name and date', () => {
    const short = price(cutoff + 20 * day);
    const fitWith = (regressors: Regressor[]) =>
      modelFrom(history(price()), hourly, { cutoff, horizonEnd: window.end, regressors });
    expect(() => fitWith([short])).toThrow(
      /"price" ends before the horizon does: its first missing date is 2026-01-21, and the horizon needs it until 2026-02-20/,
    );
    const future = { name: 'price', time: short.time.slice(405), value: short.value.slice(405) };
    expect(() => fitWith([future])).toThrow(/"price" has no value before the cutoff/);
    expect(() => fitWith([price(), price()])).toThrow(/Two regressors are named "price"/);
    expect(() => fitWith([{ ...price(), value: price().value.fill(Number.NaN) }])).toThrow(
      /row 0 is not finite/,
    );
  });

  it('that never varied, or that means nothing, changes next to nothing', () => {
    const known = price();
    const random = seeded(3);
    const observations = traffic(hourly, cutoff - 300 * day, cutoff);
    const mean = (regressors: Regressor[]) =>
      expand(modelFrom(observations, hourly, { cutoff, horizonEnd: window.end, regressors }, noCalendar), {
        ...window,
        quantiles: [],
      }).mean;
    const without = mean([]);
    expect(mean([{ ...known, value: known.value.map(() => 5) }])).toEqual(without);
    mean([{ ...known, value: known.value.map(() => random()) }]).forEach((m, i) => {
      expect(Math.abs(m / without[i]! - 1)).toBeLessThan(0.03);
    });
  });

  it('far beyond what was ever seen is held near it', () => {
    const known = price();
    const extreme = { ...known, value: known.value.map((x, i) => (i > 410 ? -1000 : x)) };
    const model = modelFrom(history(known), hourly, {
      cutoff,
      horizonEnd: window.end,
      regressors: [extreme],
    });
    const { mean } = expand(model, { ...window, quantiles: [] });
    expect(mean[30]! / mean[3]!).toBeLessThan(3);
  });
});
