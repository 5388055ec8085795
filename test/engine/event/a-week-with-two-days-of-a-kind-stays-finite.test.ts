import { describe, expect, it } from 'vitest';
import { expand } from '../../../lib/engine/index.ts';
import { day, modelFrom, noCalendar, seeded, traffic } from '../series.ts';

const cutoff = Date.UTC(2025, 2, 10);

function largest(stepSeconds: number, days: number, events: [number, number][], thin = 0): number {
  const settings = { timeZone: 'UTC', stepSeconds, metricKind: 'count' as const };
  const history = traffic(settings, cutoff - days * day, cutoff, { size: 1000 });
  const random = seeded(5);
  history.time.forEach((at, i) => {
    if (random() < thin) history.value[i] = 0;
    if (events.some(([from, length]) => at >= cutoff + from * day && at < cutoff + (from + length) * day))
      history.value[i]! *= 4;
  });
  const calendar = {
    ...noCalendar,
    events: events.map(([from, length], i) => {
      const start = cutoff + from * day;
      return { id: `e${i}`, kind: 'fair', start, end: start + length * day };
    }),
  };
  const options = { cutoff, horizonEnd: cutoff + 200 * day };
  const model = modelFrom(history, settings, options, calendar);
  const { mean } = expand(model, {
    ...{ start: cutoff, end: cutoff + 180 * day, stepSeconds, quantiles: [] },
  });
  expect(mean.every(Number.isFinite)).toBe(true);
  return Math.max(...mean) / Math.max(...history.value);
}

describe('the level of days and weeks', () => {
  it('is finite where one week has several days of a kind', () => {
    expect(
      largest(604_800, 546, [
        [-310, 10],
        [-490, 2],
        [-42, 1],
        [60, 10],
      ]),
    ).toBeLessThan(3);
    expect(
      largest(604_800, 406, [
        [-120, 10],
        [-119, 10],
        [-20, 1],
      ]),
    ).toBeLessThan(3);
  });

  it('swings no further than it did where most days have nothing', () => {
    expect(largest(86_400, 611, [], 0.7)).toBeLessThan(1.5);
  });
});
