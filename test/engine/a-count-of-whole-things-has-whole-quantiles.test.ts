import { describe, expect, it } from 'vitest';
import { expand, peaks, type SeriesSettings, steps } from '../../lib/engine/index.ts';
import { day, modelFrom, noCalendar, seeded } from './series.ts';

const minute = 60_000;
const start = Date.UTC(2025, 2, 3);
const cutoff = start + 28 * day;
const quantiles = [0.05, 0.1, 0.5, 0.9, 0.95];

/** Orders each minute: seldom at night, up to two a minute at noon. */
function orders(): { time: Float64Array; value: Float64Array } {
  const random = seeded(11);
  const time = steps('UTC', start, cutoff, 60);
  const value = Float64Array.from(time, (at) => {
    const rate = 1 - Math.cos((2 * Math.PI * ((at / day) % 1)) / 1);
    let count = 0;
    for (let left = Math.exp(-rate), p = random(); p > left; count++) p *= random();
    return count;
  });
  return { time, value };
}

function modelOf(scale: number, metricKind: SeriesSettings['metricKind']) {
  const { time, value } = orders();
  const settings = { timeZone: 'UTC', stepSeconds: 60, metricKind };
  const options = { cutoff, horizonEnd: cutoff + 7 * day };
  return modelFrom({ time, value: value.map((y) => scale * y) }, settings, options, noCalendar);
}

const allWhole = (columns: readonly Float64Array[]) =>
  columns.every((column) => column.every(Number.isInteger));

describe('orders each minute', () => {
  const model = modelOf(1, 'count');
  const minutes = expand(model, { start: cutoff, end: cutoff + 7 * day, stepSeconds: 60, quantiles });

  it.each([
    60, 300, 3600, 86_400,
  ])('have whole quantiles that never cross at a grain of %i s', (stepSeconds) => {
    const { quantiles: columns } = expand(model, {
      start: cutoff,
      end: cutoff + 7 * day,
      stepSeconds,
      quantiles,
    });
    expect(allWhole(columns)).toBe(true);
    for (let k = 1; k < columns.length; k++)
      expect(columns[k]!.every((y, i) => y >= columns[k - 1]![i]!)).toBe(true);
  });

  it('have a mean that is no whole number, and adds up to that of the day', () => {
    expect(allWhole([minutes.mean])).toBe(false);
    const days = expand(model, { start: cutoff, end: cutoff + 7 * day, stepSeconds: 86_400, quantiles });
    const sum = minutes.mean.subarray(0, 1440).reduce((a, b) => a + b, 0);
    expect(sum / days.mean[0]!).toBeCloseTo(1, 9);
    expect(sum).toBeGreaterThan(1300);
    expect(sum).toBeLessThan(1580);
  });

  it('are none at the median of the night and one or two at that of noon', () => {
    expect(minutes.quantiles[2]![5]).toBe(0);
    expect([1, 2]).toContain(minutes.quantiles[2]![720]);
  });

  it('peak at a whole number', () => {
    const window = { start: cutoff, end: cutoff + day };
    expect(allWhole(peaks(model, [window], quantiles, { of: 'step' }).quantiles)).toBe(true);
  });
});

it.each([
  ['a gauge', 1, 'gauge'],
  ['a count in thousands', 0.001, 'count'],
] as const)('%s keeps its fractions', (_, scale, kind) => {
  const { quantiles: columns } = expand(modelOf(scale, kind), {
    start: cutoff + day / 2,
    end: cutoff + day / 2 + 60 * minute,
    stepSeconds: 60,
    quantiles,
  });
  expect(allWhole(columns)).toBe(false);
});
