import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeModel,
  digest,
  encodeModel,
  expand,
  type FitOutcome,
  fit as fitModel,
  fitSeasonalNaive,
  type MetricKind,
  type Observations,
  type SeriesSettings,
} from '../../lib/engine/index.ts';
import { day, noCalendar, seeded, traffic } from './series.ts';

const cutoff = Date.UTC(2025, 2, 10);

function assertSound(outcome: FitOutcome, kind: MetricKind): void {
  if (outcome.status === 'failed') {
    expect(outcome.reason.length).toBeGreaterThan(10);
    return;
  }
  const model = decodeModel(encodeModel(outcome.model));
  expect(Object.values(model.accuracy).every(Number.isFinite)).toBe(true);
  for (const [stepSeconds, days] of [
    [900, 9],
    [86_400, 700],
  ] as const) {
    const window = { start: cutoff, end: cutoff + days * day, stepSeconds, quantiles: [0.05, 0.5, 0.95] };
    const { mean, quantiles } = expand(model, window);
    expect(mean.every(Number.isFinite)).toBe(true);
    quantiles.forEach((column, k) => {
      const below = quantiles[k - 1];
      expect(column.every((y, i) => Number.isFinite(y) && (below === undefined || y >= below[i]!))).toBe(
        true,
      );
      if (kind === 'count') expect(column.every((y) => y >= 0)).toBe(true);
    });
  }
}

function check(history: Observations, stepSeconds: number, kind: MetricKind = 'count'): FitOutcome {
  const settings: SeriesSettings = { timeZone: 'UTC', stepSeconds, metricKind: kind };
  const digests = digest(history, settings);
  const outcome = fitModel(digests, settings, noCalendar, { cutoff });
  assertSound(outcome, kind);
  assertSound(fitSeasonalNaive(digests, settings, { cutoff }), kind);
  return outcome;
}

const rows = (n: number, stepSeconds: number, value: (i: number) => number): Observations => ({
  time: Float64Array.from({ length: n }, (_, i) => cutoff - (n - i) * stepSeconds * 1000),
  value: Float64Array.from({ length: n }, (_, i) => value(i)),
});

describe('an odd history', () => {
  for (const stepSeconds of [60, 900, 3600, 86_400, 604_800]) {
    const n = stepSeconds < 3600 ? (14 * 86_400) / stepSeconds : 400;
    it(`of steps of ${stepSeconds} s is sound`, () => {
      const random = seeded(3);
      expect(
        check(
          rows(n, stepSeconds, () => 0),
          stepSeconds,
        ).status,
      ).toBe('ok');
      expect(
        check(
          rows(n, stepSeconds, () => 42),
          stepSeconds,
        ).status,
      ).toBe('ok');
      check(
        rows(1, stepSeconds, () => 5),
        stepSeconds,
      );
      check(
        rows(2, stepSeconds, (i) => i),
        stepSeconds,
      );
      check(
        rows(n, stepSeconds, () => (random() < 0.01 ? 1 : 0)),
        stepSeconds,
      );
      check(
        rows(n, stepSeconds, (i) => 1e28 * (1 + (i % 5))),
        stepSeconds,
      );
      check(
        rows(n, stepSeconds, (i) => 1e-9 * (1 + (i % 5))),
        stepSeconds,
      );
      check(
        rows(n, stepSeconds, (i) => (i === n - 1 ? 1e9 : i % 3)),
        stepSeconds,
      );
      check(
        rows(n, stepSeconds, (i) => Math.sin(i / 5) * 100),
        stepSeconds,
        'gauge',
      );
      check(
        rows(n, stepSeconds, () => -7),
        stepSeconds,
        'gauge',
      );
      check(
        rows(n, stepSeconds, (i) => -1000 + i * 0.01),
        stepSeconds,
        'gauge',
      );
    });
  }

  it('that is constant is forecast as what it is', () => {
    const settings: SeriesSettings = { timeZone: 'UTC', stepSeconds: 900, metricKind: 'gauge' };
    for (const constant of [0, 42, -7]) {
      const outcome = check(
        rows(2000, 900, () => constant),
        900,
        'gauge',
      );
      if (outcome.status === 'failed') throw new Error(outcome.reason);
      expect(outcome.model.settings).toEqual(settings);
      const { mean } = expand(outcome.model, {
        start: cutoff,
        end: cutoff + day,
        stepSeconds: 3600,
        quantiles: [],
      });
      mean.forEach((y) => {
        expect(y).toBeCloseTo(constant, 3);
      });
    }
  });

  it('with nothing before the cutoff is refused in words', () => {
    const settings: SeriesSettings = { timeZone: 'UTC', stepSeconds: 3600, metricKind: 'count' };
    const later = digest(traffic(settings, cutoff, cutoff + 5 * day), settings);
    for (const digests of [[], later]) {
      expect(fitModel(digests, settings, noCalendar, { cutoff })).toEqual({
        status: 'failed',
        reason: expect.stringMatching(/before the cutoff/),
      });
      expect(fitSeasonalNaive(digests, settings, { cutoff }).status).toBe('failed');
    }
  });

  it('with a hole of months is sound', () => {
    const settings: SeriesSettings = { timeZone: 'UTC', stepSeconds: 3600, metricKind: 'count' };
    const all = traffic(settings, cutoff - 400 * day, cutoff);
    const keep = (at: number) => at < cutoff - 300 * day || at > cutoff - 20 * day;
    const time = all.time.filter(keep);
    const value = all.value.filter((_, i) => keep(all.time[i]!));
    expect(check({ time, value }, 3600).status).toBe('ok');
    const stale = { time: time.filter((at) => at < cutoff - 300 * day), value: value.slice(0, 100 * 24) };
    expect(check(stale, 3600).status).toBe('ok');
  });

  it('of any numbers at all is sound', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(900, 3600, 86_400),
        fc.constantFrom<MetricKind>('count', 'gauge'),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.double({ min: -1e6, max: 1e9, noNaN: true })), {
          minLength: 1,
          maxLength: 120,
        }),
        (stepSeconds, kind, gaps) => {
          let steps = 0;
          for (const [gap] of gaps) steps += gap;
          let at = cutoff - steps * stepSeconds * 1000;
          const time = Float64Array.from(gaps, ([gap]) => {
            const here = at;
            at += gap * stepSeconds * 1000;
            return here;
          });
          const value = Float64Array.from(gaps, ([, y]) => (kind === 'count' ? Math.abs(y) : y));
          check({ time, value }, stepSeconds, kind);
        },
      ),
      { numRuns: 60, seed: 1 },
    );
  });
});

describe('broken rows', () => {
  const settings: SeriesSettings = { timeZone: 'UTC', stepSeconds: 60, metricKind: 'count' };
  const given = (time: number[], value: number[]) => () =>
    digest({ time: Float64Array.from(time), value: Float64Array.from(value) }, settings);
  it('are refused by their number', () => {
    expect(given([0, 60_000, 60_000], [1, 2, 3])).toThrow(/Row 2: times must ascend/);
    expect(given([0, 600_000, 60_000], [1, 2, 3])).toThrow(/Row 2: times must ascend/);
    expect(given([0, 90_000_000, 60_000], [1, 2, 3])).toThrow(/Row 2: times must ascend/);
    expect(given([0, 60_000], [1, Number.NaN])).toThrow(/Row 1: a value must be a finite number/);
    expect(given([0, 60_000], [1, Number.POSITIVE_INFINITY])).toThrow(/Row 1/);
    expect(given([0, Number.NaN, 60_000], [1, 1, 1])).toThrow(/Row 1: a time/);
    expect(given([0, 60_000], [1])).toThrow(/2 times, 1 values/);
    expect(given([], [])()).toEqual([]);
  });
});
