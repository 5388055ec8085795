import { describe, expect, it } from 'vitest';
import { expand } from '../../../lib/engine/index.ts';
import { day, modelFrom, noCalendar, traffic } from '../series.ts';

const cutoff = Date.UTC(2025, 2, 10);
const settings = { timeZone: 'UTC', stepSeconds: 3600, metricKind: 'count' as const };

/** The forecast of each day over the one without the coming event; `truly` says what past ones did to a day, counted from their first. */
function moved(length: number, truly: (d: number) => number): (d: number) => number {
  const observations = traffic(settings, cutoff - 365 * day, cutoff, { noise: 0.03 });
  const starts = [-330, -260, -200, -145, -90, -40].map((d) => cutoff + d * day);
  observations.time.forEach((at, i) => {
    for (const start of starts) observations.value[i]! *= truly(Math.floor((at - start) / day));
  });
  const next = cutoff + 20 * day;
  const events = [...starts, next].map((start, i) => ({
    ...{ id: `s${i}`, kind: 'sale', start, end: start + length * day },
  }));
  const window = { start: cutoff, end: cutoff + 60 * day, stepSeconds: 86_400, quantiles: [] };
  const options = { cutoff, horizonEnd: cutoff + 60 * day };
  const mean = (list: typeof events) =>
    expand(modelFrom(observations, settings, options, { ...noCalendar, events: list }), window).mean;
  const [lifted, plain] = [mean(events), mean(events.slice(0, -1))];
  return (d) => lifted[20 + d]! / plain[20 + d]!;
}

describe('a long event', () => {
  it('leaves the dip after it, and the wait before it, as past ones did, within a third of them', () => {
    const dips: Record<number, number> = { [-1]: 0.85, 0: 3, 1: 0.8, 2: 0.85 };
    const ratio = moved(1, (d) => dips[d] ?? 1);
    for (const d of [-1, 1, 2]) {
      expect(ratio(d) - 1, `day ${d}`).toBeLessThan((2 / 3) * (dips[d]! - 1));
      expect(ratio(d) - 1, `day ${d}`).toBeGreaterThan((4 / 3) * (dips[d]! - 1));
    }
    expect(Math.abs(ratio(0) / 3 - 1)).toBeLessThan(0.1);
    for (const d of [-4, 6, 10]) expect(Math.abs(ratio(d) - 1)).toBeLessThan(0.02);
  });

  it('of more than a week acts by the day, within a tenth', () => {
    const ratio = moved(10, (d) => (d >= 0 && d < 10 ? 1.6 : 1));
    for (const d of [0, 3, 9]) expect(Math.abs(ratio(d) / 1.6 - 1), `day ${d}`).toBeLessThan(0.1);
    expect(Math.abs(ratio(14) - 1)).toBeLessThan(0.05);
  });
});
