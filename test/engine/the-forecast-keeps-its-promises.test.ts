import { describe, expect, it } from 'vitest';
import { expand, type ForecastModel } from '../../lib/engine/index.ts';
import { day, modelFrom, traffic } from './series.ts';

const settings = { timeZone: 'Europe/Berlin', stepSeconds: 900, metricKind: 'count' as const };
const cutoff = Date.UTC(2025, 2, 9, 23);
const history = traffic(settings, cutoff - 400 * day, cutoff, { noise: 0.2 });
const model = modelFrom(history, settings, { cutoff });
const quantiles = [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99];
const month = { start: cutoff, end: cutoff + 30 * day, quantiles };

describe('a forecast', () => {
  it('scales with its history', () => {
    const tenfold = { time: history.time, value: history.value.map((y) => 10 * y) };
    const once = expand(model, { ...month, stepSeconds: 3600 });
    const ten = expand(modelFrom(tenfold, settings, { cutoff }), { ...month, stepSeconds: 3600 });
    for (const [a, b] of [
      [once.mean, ten.mean],
      [once.quantiles[1]!, ten.quantiles[1]!],
      [once.quantiles[5]!, ten.quantiles[5]!],
    ] as const)
      a.forEach((y, i) => {
        expect(Math.abs(b[i]! / y - 10)).toBeLessThan(1e-4);
      });
  });

  it('of a longer horizon starts with the shorter one', () => {
    const shorter = modelFrom(history, settings, { cutoff, horizonEnd: month.end });
    expect(expand(shorter, { ...month, stepSeconds: 3600 })).toEqual(
      expand(model, { ...month, stepSeconds: 3600 }),
    );
  });

  it('of a window in the middle is the middle of the forecast', () => {
    const whole = expand(model, { ...month, stepSeconds: 60 });
    const part = expand(model, {
      ...month,
      start: cutoff + 5.5 * day,
      end: cutoff + 7 * day,
      stepSeconds: 60,
    });
    const first = (5.5 * day) / 60_000;
    expect(part.mean).toEqual(whole.mean.slice(first, first + part.mean.length));
    expect(part.quantiles[0]).toEqual(whole.quantiles[0]!.slice(first, first + part.mean.length));
  });

  it('into the columns of another window is the same', () => {
    for (const stepSeconds of [60, 3600]) {
      const later = { ...month, start: cutoff + day, end: cutoff + 31 * day, stepSeconds };
      const used = expand(model, later);
      const window = { ...month, stepSeconds };
      expect(expand(model, window, used)).toEqual(expand(model, window));
    }
  });

  it('never crosses its quantiles and holds only finite numbers, at any grain', () => {
    for (const stepSeconds of [60, 300, 3600, 86_400, 604_800]) {
      const { mean, quantiles: columns } = expand(model, { ...month, stepSeconds });
      expect(mean.every((y) => Number.isFinite(y) && y >= 0)).toBe(true);
      columns.forEach((column, k) => {
        expect(column.every((y, i) => Number.isFinite(y) && y >= (columns[k - 1]?.[i] ?? 0))).toBe(true);
      });
    }
  });

  it('is surer of a day than of the sum of its minutes at their worst', () => {
    const width = (stepSeconds: number) => {
      const { quantiles: columns } = expand(model, { ...month, stepSeconds });
      const sum = (column: Float64Array) => column.reduce((a, b) => a + b, 0);
      return sum(columns[5]!) - sum(columns[1]!);
    };
    expect(width(3600)).toBeLessThan(width(60));
    expect(width(86_400)).toBeLessThan(width(3600));
    expect(width(604_800)).toBeLessThan(width(86_400) * 1.2);
  });

  it('holds 80 % of what comes within its central 80 %', () => {
    const future = traffic(settings, cutoff - 400 * day, cutoff + 30 * day, { noise: 0.2 });
    const actual = future.value.slice(history.value.length);
    const { quantiles: columns } = expand(model, { ...month, stepSeconds: 900 });
    let inside = 0;
    actual.forEach((y, i) => {
      if (y >= columns[1]![i]! && y <= columns[5]![i]!) inside++;
    });
    expect(inside / actual.length).toBeGreaterThan(0.7);
    expect(inside / actual.length).toBeLessThan(0.95);
  });

  it('outside the horizon is refused with what is allowed', () => {
    const ask = (m: ForecastModel, start: number, end: number) =>
      expand(m, { start, end, stepSeconds: 3600, quantiles: [] });
    expect(() => ask(model, cutoff - day, cutoff + day)).toThrow(
      /ask between 2025-03-09T23:00:00.000Z and 2027-03-/,
    );
    expect(() => ask(model, cutoff, cutoff + 800 * day)).toThrow(RangeError);
    expect(() => ask(model, cutoff, Number.NaN)).toThrow(RangeError);
    expect(() => expand(model, { ...month, stepSeconds: 7 })).toThrow(/divisor of 86400, got 7/);
    expect(() => expand(model, { ...month, stepSeconds: 60, quantiles: [0.5, 0.1] })).toThrow(/ascend/);
  });
});
