import { describe, expect, it } from 'vitest';
import { day } from '../series.ts';
import { cutoff, hour, liftOf, meanOver, minute, modelWith, type TrueEvent } from './lifted.ts';

/** A sale: an opening spike, a body by the clock (evenings sell more), a closing spike. */
function sale(id: string, start: number, hours: number): TrueEvent {
  const end = start + hours * hour;
  const truth = (at: number) => {
    if (at < start || at >= end) return 1;
    const clock = (at % day) / hour;
    const body = 2 + 0.8 * Math.sin((2 * Math.PI * (clock - 14)) / 24);
    const opening = 3 * Math.exp(-(at - start) / (30 * minute));
    const closing = 2 * Math.exp(-(end - at) / (30 * minute));
    return body + opening + closing;
  };
  return { id, kind: 'sale', start, end, truth };
}

describe('a new edition', () => {
  const past = [-63, -49, -28, -14].map((d) => sale(`past${d}`, cutoff + d * day, 24));

  it('of 48 hours keeps opening, body and closing each where they belong, within 11 %', () => {
    const next = sale('next', cutoff + 21 * day, 48);
    const lift = liftOf(modelWith([...past, { ...next, truth: () => 1 }]));
    const near = (from: number, until: number) =>
      expect(meanOver(lift, from, until) / meanOver(next.truth!, from, until) - 1);
    for (const [from, until] of [
      [next.start, next.start + 10 * minute],
      [next.start + 30 * minute, next.start + 90 * minute],
      [next.end! - 10 * minute, next.end!],
      [next.end! - 90 * minute, next.end! - 30 * minute],
    ] as const) {
      near(from, until).toBeLessThan(0.11);
      near(from, until).toBeGreaterThan(-0.11);
    }
    // The night in the middle has neither the old closing nor the old opening in it.
    for (let h = 4; h < 44; h += 2) {
      near(next.start + h * hour, next.start + (h + 2) * hour).toBeLessThan(0.11);
      near(next.start + h * hour, next.start + (h + 2) * hour).toBeGreaterThan(-0.11);
    }
    expect(lift(next.end! + 3 * hour)).toBe(1);
  });

  it('that starts at another hour takes the spikes along and leaves the evenings where they are, within 12 %', () => {
    const next = sale('next', cutoff + 22 * day + 9 * hour, 24);
    const lift = liftOf(modelWith([...past, { ...next, truth: () => 1 }]));
    for (const [from, until] of [
      [next.start, next.start + 10 * minute],
      [next.end! - 10 * minute, next.end!],
      [next.start + 4 * hour, next.start + 6 * hour],
      [next.start + 9 * hour, next.start + 11 * hour],
      [next.start + 18 * hour, next.start + 20 * hour],
    ] as const) {
      const ratio = meanOver(lift, from, until) / meanOver(next.truth!, from, until);
      expect(Math.abs(ratio - 1), `${(from - next.start) / hour} h`).toBeLessThan(0.12);
    }
  });

  it('of a growing kind is projected: a fifth more each time goes on for more than half', () => {
    const match = (id: string, start: number, more: number): TrueEvent => {
      const end = start + 2 * hour;
      return { id, kind: 'match', start, end, truth: (at) => (at >= start && at < end ? 1 + more : 1) };
    };
    const starts = [-63, -49, -35, -21, -7].map((d) => cutoff + d * day + 18 * hour);
    const grown = starts.map((start, i) => match(`m${i}`, start, 1.2 ** i));
    const next = match('next', cutoff + 7 * day + 18 * hour, 0);
    const more = liftOf(modelWith([...grown, next]))(next.start + hour) - 1;
    expect(more).toBeGreaterThan(1.2 ** 4.3);
    expect(more).toBeLessThan(1.2 ** 5.2);
    const level = starts.map((start, i) => match(`m${i}`, start, 1));
    expect(liftOf(modelWith([...level, next]))(next.start + hour) - 1).toBeCloseTo(0.98, 1);
  });

  it('without a past of its own is like another kind, and scaled in what it adds', () => {
    const start = cutoff + 10 * day + 12 * hour;
    const fair = (scale?: number) => ({
      ...{ id: 'fair', kind: 'fair', start, end: start + 24 * hour, like: 'sale' },
      ...(scale !== undefined && { scale }),
    });
    const plain = liftOf(modelWith([...past, fair()]));
    const half = liftOf(modelWith([...past, fair(1.5)]));
    for (const h of [0, 0.5, 6, 12, 23.9])
      expect((half(start + h * hour) - 1) / (plain(start + h * hour) - 1)).toBeCloseTo(1.5, 3);
    const body = meanOver(plain, start + 4 * hour, start + 20 * hour);
    expect(body / meanOver(sale('', start, 24).truth!, start + 4 * hour, start + 20 * hour)).toBeCloseTo(
      1,
      1,
    );
    // With neither, all kinds stand in by half.
    const { like: _, ...unknown } = fair();
    const pooled = meanOver(liftOf(modelWith([...past, unknown])), start + 4 * hour, start + 20 * hour);
    expect(pooled).toBeGreaterThan(1.2);
    expect(pooled).toBeLessThan(0.8 * body);
  });

  it('in progress goes on as it began: twice the usual extra is believed for the rest', () => {
    const strong = (event: TrueEvent): TrueEvent => ({
      ...event,
      truth: (at) => 1 + 2 * (event.truth!(at) - 1),
    });
    const now = cutoff + 8 * hour;
    const current = strong(sale('now', cutoff, 24));
    const events = [...past, current];
    const lift = liftOf(modelWith(events, { until: now }));
    const usual = sale('usual', cutoff, 24).truth!;
    const [from, until] = [now + hour, current.end! - 3 * hour];
    const ratio = meanOver(lift, from, until) / meanOver(current.truth!, from, until);
    expect(ratio).toBeGreaterThan(0.85);
    expect(ratio).toBeLessThan(1.1);
    expect(meanOver(lift, from, until)).toBeGreaterThan(1.3 * meanOver(usual, from, until));
  });
});
