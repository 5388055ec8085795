import { describe, expect, it } from 'vitest';
import { expand, localToInstant } from '../../../lib/engine/index.ts';
import { day, modelFrom, noCalendar, traffic } from '../series.ts';
import { hour, meanOver, minute, type TrueEvent } from './lifted.ts';

const settings = { timeZone: 'Europe/Paris', stepSeconds: 60, metricKind: 'count' as const };
const midnight = (month: number, date: number) => localToInstant('Europe/Paris', 2025, month, date, 0, 0, 0);

/** A sale of a local day: an opening and a closing spike, and a body by the wall clock. */
function sale(id: string, month: number, date: number): TrueEvent {
  const [start, end] = [midnight(month, date), midnight(month, date + 1)];
  const summer = [midnight(3, 30) + 2 * hour, midnight(10, 26) + 3 * hour];
  const truth = (at: number) => {
    if (at < start || at >= end) return 1;
    const clock = ((at + (at >= summer[0]! && at < summer[1]! ? 2 : 1) * hour) % day) / hour;
    const body = 2 + 0.8 * Math.sin((2 * Math.PI * (clock - 14)) / 24);
    return body + 3 * Math.exp(-(at - start) / (30 * minute)) + 2 * Math.exp(-(end - at) / (30 * minute));
  };
  return { id, kind: 'sale', start, end, truth };
}

describe.each([
  ['23 hours', 3, 30, [1, 2, 3]],
  ['25 hours', 10, 26, [8, 9, 10]],
] as const)('a sale on the day of %s', (_, month, date, months) => {
  const past = months.map((m, i) => sale(`past${i}`, m, 12));
  const next = sale('next', month, date);
  const cutoff = midnight(month, 20);
  const observations = traffic(settings, cutoff - 100 * day, cutoff, { noise: 0.02, size: 1000 });
  for (const { truth, start, end } of past)
    observations.time.forEach((at, i) => {
      if (at >= start && at < end!) observations.value[i]! *= truth!(at);
    });
  const events = [...past, next].map(({ truth: _truth, ...event }) => event);
  const model = modelFrom(observations, settings, { cutoff }, { ...noCalendar, events });

  it('opens and closes with it, keeps the evening in the evening, and ends with it', () => {
    const window = {
      start: next.start - 2 * hour,
      end: next.end! + 4 * hour,
      stepSeconds: 60,
      quantiles: [],
    };
    const lifted = expand(model, window).mean;
    const plain = expand({ ...model, events: [] }, window).mean;
    const lift = (at: number) => {
      const i = Math.floor((at - window.start) / minute);
      return lifted[i]! / plain[i]!;
    };
    for (const [from, until] of [
      [next.start, next.start + 10 * minute],
      [next.start + 5 * hour, next.start + 8 * hour],
      [next.start + 12 * hour, next.start + 15 * hour],
      [next.end! - 8 * hour, next.end! - 4 * hour],
      [next.end! - 10 * minute, next.end!],
    ] as const) {
      const ratio = meanOver(lift, from, until) / meanOver(next.truth!, from, until);
      expect(Math.abs(ratio - 1), `${(from - next.start) / hour} h`).toBeLessThan(0.1);
    }
    expect(lift(next.end! + 3 * hour)).toBe(1);
    expect(lift(next.start - 1.5 * hour)).toBe(1);
  });
});
