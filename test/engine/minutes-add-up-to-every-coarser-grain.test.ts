import { describe, expect, it } from 'vitest';
import {
  addLocalDays,
  type CalendarEvent,
  digest,
  expand,
  type ForecastModel,
  fit as fitModel,
  localToInstant,
  type MetricKind,
} from '../../lib/engine/index.ts';
import { day, traffic } from './series.ts';

function model(timeZone: string, stepSeconds: number, metricKind: MetricKind, cutoff: number): ForecastModel {
  const settings = { timeZone, stepSeconds, metricKind };
  const start = addLocalDays(timeZone, cutoff, stepSeconds > 86_400 ? -20 * 7 : -30);
  const event: CalendarEvent = { id: 'e', kind: 'sale', start: cutoff + 2 * day, end: cutoff + 2.5 * day };
  const calendar = { holidays: [], events: [event] };
  const digests = digest(traffic(settings, start, cutoff), settings, calendar);
  const outcome = fitModel(digests, settings, calendar, {
    cutoff,
    horizonEnd: addLocalDays(timeZone, cutoff, 21),
  });
  if (outcome.status !== 'ok') throw new Error(outcome.reason);
  return outcome.model;
}

// Clock changes: at 02:00 and 03:00, at midnight (the day starts at 01:00), by half an hour, and none.
const places: [string, number, number, number][] = [
  ['Europe/Paris', 2025, 3, 20],
  ['Europe/Paris', 2025, 10, 20],
  ['America/Sao_Paulo', 2018, 10, 28],
  ['America/Sao_Paulo', 2018, 2, 10],
  ['Asia/Beirut', 2024, 3, 25],
  ['Africa/Cairo', 2024, 4, 20],
  ['Australia/Lord_Howe', 2024, 4, 1],
  ['Africa/Casablanca', 2024, 3, 5],
  ['Pacific/Apia', 2011, 12, 25],
  ['Asia/Kolkata', 2024, 5, 1],
];

describe('grains of one model', () => {
  for (const [zone, year, month, date] of places)
    for (const kind of ['count', 'gauge'] as const)
      it(`add up in ${zone} from ${year}-${month}-${date}, a ${kind}`, () => {
        const cutoff = localToInstant(zone, year, month, date);
        const forecast = model(zone, 900, kind, cutoff);
        const end = addLocalDays(zone, cutoff, 14);
        const minutes = expand(forecast, { start: cutoff, end, stepSeconds: 60, quantiles: [] });
        for (const stepSeconds of [300, 3600, 21_600, 86_400, 604_800]) {
          const coarse = expand(forecast, { start: cutoff, end, stepSeconds, quantiles: [0.1, 0.9] });
          let m = 0;
          for (let i = 0; i < coarse.time.length; i++) {
            const until = i + 1 < coarse.time.length ? coarse.time[i + 1]! : end;
            let sum = 0;
            let count = 0;
            for (; m < minutes.time.length && minutes.time[m]! < until; m++, count++) sum += minutes.mean[m]!;
            // Where a day has 23 or 25 hours, six-hour steps reach past the window's end.
            if (stepSeconds < 86_400 && count * 60 !== stepSeconds) continue;
            expect(count * 60_000).toBe(until - coarse.time[i]!);
            const expected = kind === 'count' ? sum : sum / count;
            expect(Math.abs(coarse.mean[i]! - expected)).toBeLessThanOrEqual(1e-9 * expected);
          }
          expect(coarse.mean.every((y) => y > 0)).toBe(true);
        }
      });

  it('a step that is no whole number of minutes gets its share of each minute', () => {
    const cutoff = localToInstant('Europe/Paris', 2025, 6, 2);
    const forecast = model('Europe/Paris', 60, 'count', cutoff);
    const window = { start: cutoff, end: cutoff + day, quantiles: [0.5] };
    const total = (stepSeconds: number) =>
      expand(forecast, { ...window, stepSeconds }).mean.reduce((a, b) => a + b, 0);
    for (const odd of [64, 75, 450, 675]) expect(total(odd) / total(86_400)).toBeCloseTo(1, 9);
  });

  it('a day or week of history is split evenly when asked for finer', () => {
    const cutoff = localToInstant('Europe/Paris', 2025, 3, 24);
    for (const [stepSeconds, daysPerRow] of [
      [86_400, 1],
      [604_800, 7],
    ] as const) {
      const forecast = model('Europe/Paris', stepSeconds, 'count', cutoff);
      const window = { start: cutoff, end: addLocalDays('Europe/Paris', cutoff, 7), quantiles: [] };
      const rows = expand(forecast, { ...window, stepSeconds });
      const hours = expand(forecast, { ...window, stepSeconds: 3600 });
      expect(hours.mean.length).toBe(167);
      const sum = hours.mean.reduce((a, b) => a + b, 0);
      expect(sum / rows.mean.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
      expect(hours.mean[0]! * 24 * daysPerRow).toBeCloseTo(rows.mean[0]!, 6);
    }
  });
});
