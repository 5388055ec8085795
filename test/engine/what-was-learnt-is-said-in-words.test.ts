import { describe, expect, it } from 'vitest';
import {
  decodeModel,
  digest,
  encodeModel,
  type FitOptions,
  fitSeasonalNaive,
  learned,
  type SeriesSettings,
  whatChanged,
} from '../../lib/engine/index.ts';
import { day, modelFrom, noCalendar, traffic } from './series.ts';

const cutoff = Date.UTC(2026, 3, 1);
const hourly: SeriesSettings = { timeZone: 'UTC', stepSeconds: 3600, metricKind: 'count' };
const options: FitOptions = { cutoff, horizonEnd: cutoff + 40 * day };
const at = (text: string) => Date.parse(`${text}Z`);

/** Hours of traffic: a holiday halves the first of each month, a sale doubles its evening, one day is dead. */
function history(from = cutoff - 200 * day) {
  const plain = traffic(hourly, from, cutoff);
  plain.time.forEach((t, i) => {
    const date = new Date(t);
    if (date.getUTCDate() === 1) plain.value[i]! *= 0.5;
    if (t >= at('2026-02-12T18:00') && t < at('2026-02-12T22:00')) plain.value[i]! *= 2;
    if (t >= at('2026-01-20T00:00') && t < at('2026-01-21T00:00')) plain.value[i] = 0;
  });
  return plain;
}
const first = [
  '2025-10-01',
  '2025-11-01',
  '2025-12-01',
  '2026-01-01',
  '2026-02-01',
  '2026-03-01',
  '2026-04-01',
  '2026-05-01',
];
const calendar = {
  holidays: first.map((date) => ({ date, name: 'First' })),
  events: [
    { id: 'a', kind: 'sale', start: at('2026-02-12T18:00'), end: at('2026-02-12T22:00') },
    { id: 'b', kind: 'sale', start: at('2026-04-12T18:00'), end: at('2026-04-12T22:00') },
  ],
};

describe('what a model learnt', () => {
  it('is told with dates and percents', () => {
    const model = modelFrom(history(), hourly, options, calendar);
    const words = learned(model);
    const of = (about: string) =>
      words.filter((lesson) => lesson.about === about).map((lesson) => lesson.words);
    expect(of('trend')).toHaveLength(1);
    expect(of('trend')[0]).toMatch(/^From 2026-04-01 to 2026-05-\d\d the level is expected to /);
    expect(of('exclusion').join()).toMatch(
      /2026-01-20.* to 2026-01-2.* was left out: it looks like an outage/,
    );
    const [holiday] = of('holiday');
    expect(holiday).toMatch(/^First changes its day by −\d+\.\d %, learnt from .*2026-03-01\.$/);
    const percent = Number(/−(\d+\.\d)/.exec(holiday!)![1]);
    expect(percent).toBeGreaterThan(38);
    expect(percent).toBeLessThan(55);
    const [sale] = of('event');
    expect(sale).toMatch(/^A sale changes its time by \+\d+\.\d % in the mean of one edition: 2026-02-12/);
    expect(Math.abs(Number(/\+(\d+\.\d)/.exec(sale!)![1]) - 100)).toBeLessThan(15);
    expect(learned(decodeModel(encodeModel(model)))).toEqual(words);
  });

  it('is nothing where the model is a seasonal naive', () => {
    const few = digest(traffic(hourly, cutoff - 10 * day, cutoff), hourly);
    const outcome = fitSeasonalNaive(few, hourly, options);
    expect(outcome.status).toBe('ok');
    if (outcome.status === 'ok') expect(learned(outcome.model)).toEqual([]);
  });
});

describe('what changed between two forecasts', () => {
  const digests = digest(history(), hourly, calendar);
  const window = { start: cutoff, end: cutoff + 20 * day, stepSeconds: 86_400 };

  it('adds up, by cause and by ingredient', () => {
    const before = { digests, calendar: { ...calendar, events: [] }, options };
    const after = {
      digests: digest(history(cutoff - 150 * day), hourly, calendar),
      calendar,
      options: { ...options, exclusions: [{ start: at('2026-03-20T00:00'), end: cutoff }] },
    };
    const changes = whatChanged(hourly, before, after, window);
    expect(changes.causes.map(({ cause }) => cause)).toEqual(['data', 'calendar', 'exclusions']);
    changes.time.forEach((_, i) => {
      const change = changes.after[i]! - changes.before[i]!;
      for (const parts of [changes.causes, changes.ingredients]) {
        const sum = parts.reduce((total, part) => total + part.change[i]!, 0);
        expect(Math.abs(sum - change)).toBeLessThan(1e-9 * changes.after[i]!);
      }
    });
    expect(changes.newExclusions.map(({ reason }) => reason)).toContain('declared');
  });

  it('is nothing where nothing was given anew, and says which cannot be fitted', () => {
    const same = { digests, calendar, options };
    const { causes, before, after } = whatChanged(hourly, same, same, window);
    expect(causes).toEqual([]);
    expect(after).toEqual(before);
    const none = { digests: [], calendar: noCalendar, options };
    expect(() => whatChanged(hourly, none, same, window)).toThrow(/compared cannot be fitted: No day before/);
  });
});
