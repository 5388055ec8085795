import { expect, test } from 'vitest';
import { type SeriesSettings, steps } from '../../lib/engine/index.ts';
import { day, modelFrom, noCalendar, seeded } from './series.ts';

const settings: SeriesSettings = { timeZone: 'UTC', stepSeconds: 86_400, metricKind: 'count' };
const start = Date.UTC(2021, 0, 1);

/** Log of what a year of forecast says of its days, above the forecast's own mean. */
function yearAfter(days: number, log: (t: number) => number): number[] {
  const random = seeded(5);
  const cutoff = start + days * day;
  const time = steps('UTC', start, cutoff, 86_400);
  const value = Float64Array.from(time, (_, t) => 1000 * Math.exp(log(t) + 0.05 * (random() + random() - 1)));
  const model = modelFrom({ time, value }, settings, { cutoff, horizonEnd: cutoff + 364 * day }, noCalendar);
  const year = Array.from(model.days.year.subarray(0, 364));
  const mean = year.reduce((a, b) => a + b, 0) / year.length;
  return year.map((x) => x - mean);
}

test('a wave that two years agree on is forecast in full, within a tenth of its size', () => {
  const wave = (t: number) => 0.3 * Math.cos((2 * Math.PI * t) / 365.2425);
  const year = yearAfter(800, wave);
  for (let d = 0; d < 364; d += 13) expect(Math.abs(year[d]! - wave(800 + d))).toBeLessThan(0.03);
});
