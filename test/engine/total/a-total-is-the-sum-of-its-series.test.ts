import { describe, expect, it } from 'vitest';
import {
  addLocalDays,
  addMember,
  commonCorrelation,
  dayErrors,
  digest,
  type Expansion,
  expand,
  type ForecastModel,
  localToInstant,
  newTotal,
  type Observations,
  type SeriesSettings,
  totalOf,
  type Window,
} from '../../../lib/engine/index.ts';
import { modelFrom, seeded, traffic } from '../series.ts';

const timeZone = 'Europe/Paris';
const count: SeriesSettings = { timeZone, stepSeconds: 3600, metricKind: 'count' };
const cutoff = localToInstant(timeZone, 2025, 3, 24);
const start = addLocalDays(timeZone, cutoff, -120);
const end = addLocalDays(timeZone, cutoff, 21);

const sizes = [100, 40, 900];
const models = (settings: SeriesSettings): ForecastModel[] =>
  sizes.map((size, i) =>
    modelFrom(traffic(settings, start, cutoff, { size, seed: i + 1 }), settings, { cutoff }),
  );

function total(members: readonly ForecastModel[], window: Window, correlation: number) {
  const made = newTotal(window, correlation);
  for (const model of members) addMember(made, model);
  return totalOf(made);
}

const quantiles = [0.05, 0.1, 0.3, 0.5, 0.9];

describe('a total', () => {
  for (const metricKind of ['count', 'gauge'] as const)
    it(`has the sum of the means at every grain, a ${metricKind} over a change of clocks`, () => {
      const members = models({ ...count, metricKind });
      for (const stepSeconds of [60, 3600, 86_400, 604_800]) {
        const window = { start: cutoff, end: addLocalDays(timeZone, cutoff, 14), stepSeconds, quantiles };
        const sum = total(members, window, 0.4);
        const each = members.map((model) => expand(model, window));
        for (let i = 0; i < sum.time.length; i++) {
          const added = each.reduce((all, one) => all + one.mean[i]!, 0);
          expect(Math.abs(sum.mean[i]! - added)).toBeLessThanOrEqual(1e-9 * Math.abs(added));
        }
      }
    });

  it('of minutes adds up to that of hours, days and weeks', () => {
    const members = models(count);
    const of = (stepSeconds: number) =>
      total(members, { start: cutoff, end, stepSeconds, quantiles: [] }, 0.4).mean.reduce((a, b) => a + b, 0);
    const minutes = of(60);
    for (const stepSeconds of [3600, 86_400, 604_800])
      expect(Math.abs(of(stepSeconds) / minutes - 1)).toBeLessThan(1e-9);
  });

  it('of one series is that series, whatever the correlation', () => {
    const [model] = models(count);
    for (const stepSeconds of [3600, 86_400])
      for (const correlation of [0, 0.5, 1]) {
        const window = { start: cutoff, end, stepSeconds, quantiles };
        const [sum, one] = [total([model!], window, correlation), expand(model!, window)];
        for (const [j, column] of sum.quantiles.entries())
          for (let i = 0; i < column.length; i++)
            expect(Math.abs(column[i]! / one.quantiles[j]![i]! - 1)).toBeLessThan(1e-9);
      }
  });

  it('has the sum of the quantiles where its series go in lockstep, and narrower ones the less they do', () => {
    const members = models(count);
    const window = { start: cutoff, end, stepSeconds: 86_400, quantiles };
    const each = members.map((model) => expand(model, window));
    const lockstep = total(members, window, 1);
    for (const [j, column] of lockstep.quantiles.entries())
      for (let i = 0; i < column.length; i++) {
        const added = each.reduce((all, one) => all + one.quantiles[j]![i]!, 0);
        expect(Math.abs(column[i]! / added - 1)).toBeLessThan(1e-9);
      }
    const width = (correlation: number) => {
      const { quantiles: columns } = total(members, window, correlation);
      return columns[4]![3]! - columns[1]![3]!;
    };
    expect(width(0)).toBeLessThan(width(0.5));
    expect(width(0.5)).toBeLessThan(width(1));
  });

  it('never crosses its quantiles, is never below zero, and counts whole things whole', () => {
    const random = seeded(7);
    const rare = (seed: number): Observations => {
      const { time } = traffic(count, start, cutoff);
      for (let i = 0; i < seed; i++) random();
      return { time, value: time.map(() => (random() < 0.25 ? 1 + Math.floor(random() * 3) : 0)) };
    };
    const members = [1, 2, 3, 4, 5].map((seed) => modelFrom(rare(seed), count, { cutoff }));
    for (const correlation of [0, 0.3, 1]) {
      const window = {
        start: cutoff,
        end,
        stepSeconds: 3600,
        quantiles: [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99],
      };
      const { quantiles: columns, mean } = total(members, window, correlation);
      for (let i = 0; i < mean.length; i++) {
        let before = 0;
        for (const column of columns) {
          expect(column[i]!).toBeGreaterThanOrEqual(before);
          expect(Number.isInteger(column[i]!)).toBe(true);
          before = column[i]!;
        }
      }
    }
  });

  it('of nothing is refused', () => {
    expect(() => totalOf(newTotal({ start: cutoff, end, stepSeconds: 3600, quantiles: [] }, 0))).toThrow(
      'A total needs at least one series, got none',
    );
  });
});

/** Series whose days share a factor: the correlation of their days' errors is known. */
function correlated(rho: number, members: number, seed: number, until: number): Observations[] {
  const random = seeded(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const made = Array.from({ length: members }, (_, i) =>
    traffic(count, start, until, { noise: 0.02, seed: seed * 100 + i }),
  );
  const common = new Map<number, number>();
  const days = Math.round((until - start) / 86_400_000) + 2;
  for (let d = 0; d < days; d++) common.set(d, normal());
  for (const { time, value } of made) {
    const own = Array.from({ length: days }, normal);
    for (let i = 0; i < time.length; i++) {
      const d = Math.floor((time[i]! - start) / 86_400_000);
      // A year that 120 days cannot teach would be an error of its own, the same for all.
      value[i]! /= 1 + 0.3 * Math.cos((2 * Math.PI * time[i]!) / (365.2425 * 86_400_000));
      value[i]! *= Math.exp(0.12 * (Math.sqrt(rho) * common.get(d)! + Math.sqrt(1 - rho) * own[d]!));
    }
  }
  return made;
}

describe('the correlation of daily errors', () => {
  for (const rho of [0, 0.5, 1])
    it(`is found where it is ${rho}, within 0.15 in the mean over five regions`, () => {
      let found = 0;
      for (let seed = 1; seed <= 5; seed++)
        found += commonCorrelation(
          correlated(rho, 8, seed, cutoff).map((one) => dayErrors(digest(one, count), 'count', false)),
        );
      expect(Math.abs(found / 5 - rho)).toBeLessThan(0.15);
    });

  it('is a half where too little was seen to tell', () => {
    const few = traffic(count, addLocalDays(timeZone, cutoff, -9), cutoff);
    const errors = dayErrors(digest(few, count), 'count', false);
    expect(commonCorrelation([errors, errors])).toBe(0.5);
    expect(commonCorrelation([])).toBe(0.5);
  });
});

describe('an interval of a total', () => {
  const insideOf = ({ time, quantiles: [lower, upper] }: Expansion, of: readonly Observations[]) => {
    const inside = Array.from(time, (from, i) => {
      const until = i + 1 < time.length ? time[i + 1]! : end;
      let actual = 0;
      for (const one of of)
        for (let k = 0; k < one.time.length; k++)
          if (one.time[k]! >= from && one.time[k]! < until) actual += one.value[k]!;
      return actual >= lower![i]! && actual <= upper![i]! ? 1 : 0;
    });
    return inside.reduce<number>((all, one) => all + one, 0) / time.length;
  };

  // The central 80 % of days, over regions whose series share none, half or all of what moves their days.
  for (const rho of [0, 0.5, 1])
    it(`holds at least four days of five, and within 8 points as often as those of its series, where they correlate by ${rho}`, () => {
      let ofTotal = 0;
      let ofSeries = 0;
      const regions = 6;
      for (let seed = 1; seed <= regions; seed++) {
        const all = correlated(rho, 6, seed, end);
        const past = all.map(({ time, value }) => {
          const n = time.findIndex((at) => at >= cutoff);
          return { time: time.slice(0, n), value: value.slice(0, n) };
        });
        const errors = past.map((one) => dayErrors(digest(one, count), 'count', false));
        const members = past.map((one) => modelFrom(one, count, { cutoff }));
        const window = { start: cutoff, end, stepSeconds: 86_400, quantiles: [0.1, 0.9] };
        ofTotal += insideOf(total(members, window, commonCorrelation(errors)), all) / regions;
        for (const [i, model] of members.entries())
          ofSeries += insideOf(expand(model, window), [all[i]!]) / regions / members.length;
      }
      expect(ofTotal).toBeGreaterThan(0.8);
      expect(Math.abs(ofTotal - ofSeries)).toBeLessThan(0.08);
    });
});
