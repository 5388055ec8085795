import { describe, expect, it } from 'vitest';
import { expand, type SeriesSettings, steps } from '../../lib/engine/index.ts';
import { day, modelFrom, noCalendar, seeded } from './series.ts';

const settings: SeriesSettings = { timeZone: 'UTC', stepSeconds: 86_400, metricKind: 'count' };
const start = Date.UTC(2021, 0, 1);

/** Near enough a standard normal. */
function normals(seed: number): () => number {
  const random = seeded(seed);
  return () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += random();
    return sum;
  };
}

/** Days of a level that wanders, with a week, a year's season of a phase of its own, and noise. */
function wandering(seed: number, days: number): Float64Array {
  const normal = normals(seed);
  let level = 0;
  return Float64Array.from({ length: days }, (_, t) => {
    level += 0.01 * normal();
    const season = 0.2 * Math.sin((2 * Math.PI * t) / 365 + seed);
    return 1000 * Math.exp(level + season + (t % 7 > 4 ? -0.2 : 0) + 0.05 * normal());
  });
}

/** How often q0.1 … q0.9 held, and how wide it was beside the median, over `horizon` days after `days` of history. */
function forecast(value: Float64Array, days: number, horizon: number) {
  const cutoff = start + days * day;
  const history = { time: steps('UTC', start, cutoff, 86_400), value: value.slice(0, days) };
  const model = modelFrom(history, settings, { cutoff, horizonEnd: cutoff + horizon * day }, noCalendar);
  const { quantiles } = expand(model, {
    start: cutoff,
    end: cutoff + horizon * day,
    stepSeconds: 86_400,
    quantiles: [0.1, 0.5, 0.9],
  });
  const [low, middle, high] = quantiles as [Float64Array, Float64Array, Float64Array];
  let held = 0;
  let width = 0;
  for (let h = 0; h < horizon; h++) {
    const y = value[days + h]!;
    if (y >= low[h]! && y <= high[h]!) held++;
    width += (high[h]! - low[h]!) / middle[h]! / horizon;
  }
  return { cover: held / horizon, width };
}

describe('the 80 % interval', () => {
  it.each([
    { days: 28, horizon: 14 },
    { days: 90, horizon: 45 },
    { days: 200, horizon: 100 },
    { days: 800, horizon: 200 },
  ])('holds 70 to 95 % of $horizon days after $days days of a level that wanders', ({ days, horizon }) => {
    let cover = 0;
    const series = 40;
    for (let seed = 1; seed <= series; seed++)
      cover += forecast(wandering(seed, days + horizon), days, horizon).cover / series;
    expect(cover).toBeGreaterThan(0.7);
    expect(cover).toBeLessThan(0.95);
  });

  it('is narrow where two years were calm: no wider than twice what the days themselves differ', () => {
    const normal = normals(3);
    const value = Float64Array.from({ length: 828 }, () => 1000 * Math.exp(0.03 * normal()));
    const { cover, width } = forecast(value, 800, 28);
    expect(cover).toBeGreaterThan(0.7);
    expect(width).toBeLessThan(2 * 2.56 * 0.03);
  });

  it('is as wide relative to the level at any scale', () => {
    const value = wandering(9, 120);
    const scaled = forecast(
      value.map((y) => 1e6 * y),
      90,
      30,
    );
    expect(scaled.width).toBeCloseTo(forecast(value, 90, 30).width, 6);
  });
});
