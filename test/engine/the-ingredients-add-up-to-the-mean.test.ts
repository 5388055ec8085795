import { describe, expect, it } from 'vitest';
import {
  type Calendar,
  decodeModel,
  digest,
  type Explanation,
  encodeModel,
  expand,
  explain,
  type ForecastModel,
  fitSeasonalNaive,
  type MetricKind,
} from '../../lib/engine/index.ts';
import { day, modelFrom, modelOf, noCalendar, traffic } from './series.ts';

const hour = day / 24;
const minute = hour / 60;

/** The largest gap between a mean and the sum of its ingredients, over the largest ingredient. */
function gap({ mean, ingredients }: Explanation): number {
  let gap = 0;
  let largest = 1e-300;
  mean.forEach((m, i) => {
    let sum = 0;
    for (const { value } of ingredients) {
      sum += value[i]!;
      largest = Math.max(largest, Math.abs(value[i]!));
    }
    gap = Math.max(gap, Math.abs(sum - m));
  });
  return gap / largest;
}

const total = (column: Float64Array) => column.reduce((sum, x) => sum + x, 0);
const named = ({ ingredients }: Explanation, name: string) =>
  ingredients.find((each) => each.name === name)!.value;

/** Minutes of two months over a clock change, with matches that triple the traffic and one holiday ahead. */
function matches(
  metricKind: MetricKind,
  timeZone: string,
): { model: ForecastModel; cutoff: number; next: number } {
  const settings = { timeZone, stepSeconds: 60, metricKind };
  const cutoff = Date.UTC(2026, 2, 20, 7, 30);
  const history = traffic(settings, cutoff - 60 * day, cutoff, { size: 50 });
  if (metricKind === 'gauge') for (let i = 0; i < history.value.length; i++) history.value[i]! -= 40;
  const starts = [-45, -31, -20, -10].map((d) => cutoff + d * day + 18 * hour);
  for (const start of starts)
    history.time.forEach((at, i) => {
      if (at >= start && at < start + 2 * hour) history.value[i]! = Math.abs(history.value[i]!) * 3 + 10;
    });
  const next = cutoff + 4 * day + 5 * minute;
  const events = [
    ...starts.map((start, i) => ({ id: `match-${i}`, kind: 'match', start, end: start + 2 * hour })),
    { id: 'final', kind: 'match', name: 'The final', start: next, end: next + 2 * hour },
    { id: 'other', kind: 'match', name: 'Third place', start: next + hour, end: next + 3 * hour },
    { id: 'replay', kind: 'match', name: 'The final', start: next + day, end: next + day + 2 * hour },
  ];
  const calendar: Calendar = { holidays: [{ date: '2026-03-25', name: 'Feast' }], events };
  return { model: modelFrom(history, settings, { cutoff }, calendar), cutoff, next };
}

describe('the ingredients of a forecast', () => {
  it.each([
    ['count', 'UTC', 60],
    ['count', 'Europe/Paris', 3600],
    ['count', 'America/New_York', 86_400],
    ['gauge', 'Europe/Paris', 60],
    ['gauge', 'Australia/Lord_Howe', 900],
    ['gauge', 'Europe/Paris', 604_800],
  ] as const)('of a %s in %s at steps of %i s add up to its mean', (metricKind, zone, stepSeconds) => {
    const { model, cutoff } = matches(metricKind, zone);
    const window = { start: cutoff, end: cutoff + 15 * day + hour, stepSeconds };
    const explanation = explain(model, window);
    expect(explanation.mean).toEqual(expand(model, { ...window, quantiles: [] }).mean);
    expect(gap(explanation)).toBeLessThan(1e-9);
    expect(explanation.ingredients.map(({ name }) => name)).toEqual([
      'level',
      'year',
      'week',
      'day',
      'holiday',
      'event The final',
      'event Third place',
    ]);
    for (const { value } of explanation.ingredients) expect(value.every(Number.isFinite)).toBe(true);
  });

  it('of a coarser step are those of its minutes together', () => {
    const { model, cutoff } = matches('count', 'Europe/Paris');
    const window = { start: cutoff, end: cutoff + 6 * day };
    const minutes = explain(model, { ...window, stepSeconds: 60 });
    const days = explain(model, { ...window, stepSeconds: 86_400 });
    for (const { name, value } of minutes.ingredients) {
      const size = total(value.map(Math.abs)) + total(minutes.mean) * 1e-6;
      expect(Math.abs(total(value) - total(named(days, name))) / size).toBeLessThan(1e-9);
    }
  });

  it('say which event lifts which minutes', () => {
    const { model, cutoff, next } = matches('count', 'UTC');
    const explanation = explain(model, { start: cutoff, end: cutoff + 7 * day, stepSeconds: 60 });
    const at = (ms: number) => Math.round((ms - cutoff) / minute);
    const final = named(explanation, 'event The final');
    const without = explanation.mean[at(next + 30 * minute)]! - final[at(next + 30 * minute)]!;
    expect(final[at(next + 30 * minute)]! / without).toBeGreaterThan(1.2);
    expect(final[at(next + day + 30 * minute)]!).toBeGreaterThan(0);
    expect(final[at(next - 2 * hour)]).toBe(0);
    expect(final[at(next + 12 * hour)]).toBe(0);
  });

  it('hold where the model is the fallback, of days, of weeks, of zeros', () => {
    const settings = { timeZone: 'UTC', stepSeconds: 3600, metricKind: 'count' as const };
    const cutoff = Date.UTC(2026, 0, 5);
    const window = { start: cutoff, end: cutoff + 9 * day, stepSeconds: 3600 };
    const history = traffic(settings, cutoff - 3 * day, cutoff);
    const naive = modelOf(fitSeasonalNaive(digest(history, settings), settings, { cutoff }));
    expect(gap(explain(naive, window))).toBeLessThan(1e-9);
    for (const stepSeconds of [86_400, 604_800]) {
      const coarse = { ...settings, stepSeconds };
      const model = modelFrom(traffic(coarse, cutoff - 700 * day, cutoff), coarse, { cutoff }, noCalendar);
      expect(gap(explain(model, { ...window, stepSeconds }))).toBeLessThan(1e-9);
    }
    const zeros = { time: history.time, value: history.value.map(() => 0) };
    expect(gap(explain(modelFrom(zeros, settings, { cutoff }), window))).toBeLessThan(1e-9);
  });

  it('keep the names of events where a model is stored', () => {
    const { model } = matches('count', 'UTC');
    const { events } = decodeModel(encodeModel(model));
    expect(events.map(({ name }) => name)).toEqual(model.events.map(({ name }) => name));
  });

  it('outside the forecast are refused', () => {
    const { model, cutoff } = matches('count', 'UTC');
    expect(() => explain(model, { start: cutoff - day, end: cutoff + day, stepSeconds: 60 })).toThrow(
      /is not within the forecast/,
    );
  });
});
