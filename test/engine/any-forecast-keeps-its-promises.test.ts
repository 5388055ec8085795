import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forecastSeries } from '../../lib/cli/forecast/forecast-series.ts';
import {
  addLocalDays,
  type Calendar,
  digest,
  type Expansion,
  encodeDigests,
  encodeModel,
  expand,
  explain,
  type ForecastModel,
  type MetricKind,
  mergeDigests,
  type Observations,
  type SeriesSettings,
  startOfLocalDay,
} from '../../lib/engine/index.ts';
import { randomFrom, shuffle } from '../../lib/engine/numeric/random.ts';
import { day, modelFrom, seeded, traffic } from './series.ts';

/** Zones with and without changes of the clock, of half an hour too, and at offsets of parts of an hour. */
const zones = [
  'UTC',
  'Europe/Paris',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'America/St_Johns',
  'Pacific/Chatham',
];
const quantiles = [0.01, 0.1, 0.5, 0.9, 0.99];

interface Case {
  settings: SeriesSettings;
  history: Observations;
  calendar: Calendar;
  cutoff: number;
}

/** A history of two to seven weeks (a year and more in days) with holes, noise, any level, perhaps with events. */
const anyDrawn = fc.record({
  timeZone: fc.constantFrom(...zones),
  stepSeconds: fc.constantFrom(300, 900, 3600, 86_400),
  metricKind: fc.constantFrom<MetricKind>('count', 'gauge'),
  days: fc.integer({ min: 14, max: 50 }),
  // A day around which clocks change somewhere, or not.
  start: fc.constantFrom(Date.UTC(2025, 1, 20), Date.UTC(2025, 8, 25), Date.UTC(2025, 5, 1)),
  noise: fc.constantFrom(0, 0.02, 0.3),
  size: fc.constantFrom(1e-3, 0.7, 100, 1e9),
  missing: fc.constantFrom(0, 0.05, 0.5),
  below: fc.boolean(),
  events: fc.integer({ min: 0, max: 3 }),
  seed: fc.integer({ min: 1, max: 1000 }),
});
type Drawn = typeof anyDrawn extends fc.Arbitrary<infer D> ? D : never;

function caseOf(drawn: Drawn): Case {
  const { timeZone, stepSeconds, metricKind, noise, size, missing, seed } = drawn;
  const settings = { timeZone, stepSeconds, metricKind };
  const days = stepSeconds === 86_400 ? 9 * drawn.days : drawn.days;
  const start = startOfLocalDay(timeZone, drawn.start);
  const cutoff = startOfLocalDay(timeZone, start + days * day);
  const whole = traffic(settings, start, cutoff, { noise, size, seed });
  const random = seeded(seed);
  const kept = [...whole.time.keys()].filter(() => random() >= missing);
  const shift = drawn.below && metricKind === 'gauge' ? size : 0;
  const events = Array.from({ length: drawn.events }, (_, i) => {
    const at = cutoff + (i - 2) * 7 * day + 15 * 3_600_000;
    return { id: `sale-${i}`, kind: 'sale', start: at, end: at + 3 * 3_600_000 };
  });
  return {
    settings,
    cutoff,
    history: {
      time: Float64Array.from(kept, (i) => whole.time[i]!),
      value: Float64Array.from(kept, (i) => whole.value[i]! - shift),
    },
    calendar: { holidays: [{ date: '2025-04-21', name: 'Easter Monday' }], events },
  };
}

const horizon = 16;
const fitted = ({ history, settings, calendar, cutoff }: Case, days = horizon): ForecastModel =>
  modelFrom(history, settings, { cutoff, horizonEnd: endOf(settings, cutoff, days) }, calendar);

const endOf = ({ timeZone }: SeriesSettings, cutoff: number, days: number) =>
  addLocalDays(timeZone, cutoff, days);

const forecast = (model: ForecastModel, stepSeconds: number, days = horizon): Expansion =>
  expand(model, {
    start: model.cutoff,
    end: endOf(model.settings, model.cutoff, days),
    stepSeconds,
    quantiles,
  });

/** Largest distance of two columns over the largest value in them. */
function apart(one: Float64Array, other: Float64Array): number {
  expect(one.length).toBe(other.length);
  let far = 0;
  let large = Number.MIN_VALUE;
  for (let i = 0; i < one.length; i++) {
    far = Math.max(far, Math.abs(one[i]! - other[i]!));
    large = Math.max(large, Math.abs(one[i]!));
  }
  return far / large;
}

const holds = (property: (one: Case) => void, runs = 25) =>
  fc.assert(
    fc.property(anyDrawn, (drawn) => property(caseOf(drawn))),
    { numRuns: runs, seed: 20_261_124 },
  );

describe('any history', () => {
  it('gives finite numbers, quantiles that never cross, and no count below zero', () => {
    holds((one) => {
      const model = fitted(one);
      for (const grain of [one.settings.stepSeconds, 86_400]) {
        const { mean, quantiles: columns } = forecast(model, grain);
        expect(mean.every(Number.isFinite)).toBe(true);
        columns.forEach((column, k) => {
          expect(column.every((y, i) => Number.isFinite(y) && !(y < (columns[k - 1]?.[i] ?? y)))).toBe(true);
          if (one.settings.metricKind === 'count') expect(column.every((y) => y >= 0)).toBe(true);
        });
      }
    });
  });

  it('scaled gives its forecast scaled, up to the precision of stored logarithms', () => {
    fc.assert(
      fc.property(anyDrawn, fc.constantFrom(1e-4, 0.37, 12.5, 1e5), (drawn, scale) => {
        const one = caseOf(drawn);
        const scaled = { ...one.history, value: one.history.value.map((y) => scale * y) };
        const [was, is] = [one, { ...one, history: scaled }].map((each) =>
          forecast(fitted(each), one.settings.stepSeconds),
        );
        expect(
          apart(
            was!.mean.map((y) => scale * y),
            is!.mean,
          ),
        ).toBeLessThan(1e-3);
      }),
      { numRuns: 25, seed: 7 },
    );
  });

  it('a whole number of weeks later gives the same forecast later, where no clock is changed', () => {
    holds((one) => {
      const settings = { ...one.settings, timeZone: 'UTC' };
      if (settings.stepSeconds === 86_400) return;
      const at = (weeks: number): Case => {
        const cutoff = Math.floor(one.cutoff / day) * day + weeks * 7 * day;
        const later = cutoff - one.cutoff;
        const history = { ...one.history, time: one.history.time.map((t) => t + later) };
        return { settings, history, cutoff, calendar: { holidays: [], events: [] } };
      };
      const [now, then] = [at(0), at(3)].map((each) => forecast(fitted(each), settings.stepSeconds));
      expect(apart(now!.mean, then!.mean)).toBeLessThan(1e-6);
      now!.quantiles.forEach((column, k) => {
        expect(apart(column, then!.quantiles[k]!)).toBeLessThan(1e-6);
      });
    });
  });

  it('forecast farther begins with what is forecast less far', () => {
    holds((one) => {
      const { stepSeconds } = one.settings;
      const short = forecast(fitted(one), stepSeconds);
      const long = forecast(fitted(one, 400), stepSeconds);
      expect(long.mean).toEqual(short.mean);
      expect(long.quantiles).toEqual(short.quantiles);
    });
  });

  it('digested in pieces, in any order and some days twice, is the same to the byte', () => {
    fc.assert(
      fc.property(
        anyDrawn,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
        (drawn, cuts) => {
          const one = caseOf(drawn);
          const { history, settings, calendar } = one;
          const whole = digest(history, settings, calendar);
          const edges = [0, ...cuts.map((c) => Math.floor(c * history.time.length)), history.time.length]
            .map((i) => {
              const time = history.time[Math.min(i, history.time.length - 1)]!;
              if (i >= history.time.length) return i;
              return history.time.findIndex((t) => t >= startOfLocalDay(settings.timeZone, time));
            })
            .sort((a, b) => a - b);
          const pieces = edges.slice(1).map((until, k) => {
            const [from, to] = [edges[k]!, until];
            const part = { time: history.time.subarray(from, to), value: history.value.subarray(from, to) };
            return digest(part, settings, calendar);
          });
          const merged = [...pieces, ...pieces.slice(0, 1)].reduceRight(
            (joined, piece) => mergeDigests(joined, piece),
            [] as ReturnType<typeof digest>,
          );
          expect(encodeDigests(merged)).toEqual(encodeDigests(whole));
        },
      ),
      { numRuns: 25, seed: 3 },
    );
  });

  it('in any order of rows gives the same forecast', () => {
    holds((one) => {
      const { settings, history, cutoff, calendar } = one;
      const order = Uint16Array.from(history.time, (_, i) => i);
      shuffle(order, randomFrom(5));
      const of = (rows: ArrayLike<number>) =>
        forecastSeries(
          {
            time: Float64Array.from(rows, (i) => history.time[i]!),
            value: Float64Array.from(rows, (i) => history.value[i]!),
            line: Uint32Array.from(rows, (i) => i + 2),
          },
          { ...settings, valueColumn: 'value', quantiles, cutoff, end: endOf(settings, cutoff, horizon) },
          calendar.events,
          () => [],
        ).expansion();
      expect(of(order)).toEqual(of(Uint16Array.from(order.keys())));
    }, 12);
  });

  it('adds up: steps to days and ingredients to the mean, to 1e-9', () => {
    holds((one) => {
      const { stepSeconds, metricKind, timeZone } = one.settings;
      const model = fitted(one);
      const steps = forecast(model, stepSeconds);
      const days = forecast(model, 86_400);
      const sums = new Float64Array(days.mean.length);
      const counts = new Float64Array(days.mean.length);
      let d = 0;
      steps.time.forEach((at, i) => {
        while (d + 1 < days.time.length && at >= days.time[d + 1]!) d++;
        sums[d]! += steps.mean[i]!;
        counts[d]!++;
      });
      if (metricKind === 'gauge') for (let k = 0; k < sums.length; k++) sums[k]! /= counts[k]!;
      expect(startOfLocalDay(timeZone, days.time[1]!)).toBe(days.time[1]);
      expect(apart(days.mean, sums)).toBeLessThan(1e-9);

      const window = {
        start: model.cutoff,
        end: endOf(model.settings, model.cutoff, 3),
        stepSeconds,
        quantiles: [],
      };
      const { mean, ingredients } = explain(model, window);
      const total = new Float64Array(mean.length);
      let largest = Number.MIN_VALUE;
      for (const { value } of ingredients)
        value.forEach((y, i) => {
          total[i]! += y;
          largest = Math.max(largest, Math.abs(y));
        });
      mean.forEach((y, i) => {
        expect(Math.abs(y - total[i]!) / largest).toBeLessThan(1e-9);
      });
    });
  });

  it('gives the same model to the byte each time', () => {
    holds((one) => {
      expect(encodeModel(fitted(one))).toEqual(encodeModel(fitted(one)));
    }, 10);
  });
});
