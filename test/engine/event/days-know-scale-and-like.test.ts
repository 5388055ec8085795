import { describe, expect, it } from 'vitest';
import { type CalendarEvent, expand } from '../../../lib/engine/index.ts';
import { day, modelFrom, noCalendar, traffic } from '../series.ts';

const cutoff = Date.UTC(2025, 2, 10);
const settings = { timeZone: 'UTC', stepSeconds: 86_400, metricKind: 'count' as const };

const fair = (id: string, at: number, more: Partial<CalendarEvent> = {}): CalendarEvent => ({
  ...{ id, kind: 'fair', start: cutoff + at * day, end: cutoff + (at + 1) * day },
  ...more,
});
const past = [-399, -308, -203, -119, -48].map((at, i) => fair(`past${i}`, at));

/** What day 22 is, over what it is without the event; each past fair trebled its day. */
function liftWith(more: Partial<CalendarEvent>): (at: number) => number {
  const history = traffic(settings, cutoff - 500 * day, cutoff, { noise: 0.03 });
  history.time.forEach((at, i) => {
    if (past.some(({ start }) => start === at)) history.value[i]! *= 3;
  });
  const mean = (events: CalendarEvent[]) =>
    expand(modelFrom(history, settings, { cutoff }, { ...noCalendar, events }), {
      ...{ start: cutoff, end: cutoff + 60 * day, stepSeconds: 86_400, quantiles: [] },
    }).mean;
  const [lifted, plain] = [mean([...past, fair('next', 22, more)]), mean(past)];
  return (at) => lifted[at]! / plain[at]!;
}

describe('an event of days', () => {
  it('is as large as its past editions, times its scale in what it adds', () => {
    const [plain, scaled] = [liftWith({}), liftWith({ scale: 2 })];
    expect(Math.abs(plain(22) / 3 - 1)).toBeLessThan(0.15);
    expect((scaled(22) - 1) / (plain(22) - 1)).toBeCloseTo(2, 4);
    expect(scaled(35)).toBeCloseTo(1, 6);
  });

  it('without a past of its own is like another kind', () => {
    const [plain, alike] = [liftWith({}), liftWith({ kind: 'market', like: 'fair' })];
    expect(alike(22)).toBeCloseTo(plain(22), 6);
    expect(liftWith({ kind: 'market' })(22)).toBeLessThan(0.8 * plain(22));
  });
});
