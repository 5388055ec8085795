import { describe, expect, it } from 'vitest';
import {
  addLocalDays,
  addTally,
  backtest,
  type Calendar,
  digest,
  type Edition,
  expand,
  fit as fitModel,
  learntWidth,
  newTally,
  type Observations,
  type ScoredGrain,
  type SeriesSettings,
  scoreDay,
  scoresOf,
  startOfLocalDay,
  stretches,
  type Tally,
} from '../../lib/engine/index.ts';
import { day, modelOf, traffic } from './series.ts';

const timeZone = 'Europe/Paris';
const quantiles = [0.1, 0.5, 0.9];
const start = Date.UTC(2025, 0, 6);
const end = startOfLocalDay(timeZone, start + 112 * day);
const calendar: Calendar = {
  holidays: [],
  events: [60, 75, 96, 104].map((n, i) => ({
    id: `match-${i}`,
    kind: 'match',
    start: start + n * day + 18 * 3_600_000,
    end: start + n * day + 21 * 3_600_000,
  })),
};

/** Cutoffs of each of the last days, at another hour each. */
const cutoffs = Array.from({ length: 32 }, (_, i) => start + (80 + i) * day + ((i * 5) % 24) * 3_600_000);

function upTo({ time, value }: Observations, until: number): Observations {
  const n = time.findIndex((at) => at >= until);
  return n < 0 ? { time, value } : { time: time.subarray(0, n), value: value.subarray(0, n) };
}

function editionsOf(observations: Observations, settings: SeriesSettings): Edition[] {
  return cutoffs.map((cutoff) => {
    const digests = digest(upTo(observations, cutoff), settings, calendar);
    const outcome = fitModel(digests, settings, calendar, { cutoff, horizonEnd: end });
    return { model: modelOf(outcome) };
  });
}

function scoredDays(observations: Observations, settings: SeriesSettings, editions: readonly Edition[]) {
  const digests = digest(observations, settings, calendar);
  const sums = new Map<string, { model: Tally; naive: Tally }>();
  for (let at = startOfLocalDay(timeZone, cutoffs[0]!); at < end; at = addLocalDays(timeZone, at, 1)) {
    const span = { start: at, end: addLocalDays(timeZone, at, 1) };
    const day = scoreDay({ span, editions, observations, digests, settings, calendar, quantiles });
    for (const { band, grain, event, model, naive } of day) {
      const key = [band, grain, ...(event === undefined ? [] : [event])].join(' ');
      const sum = sums.get(key) ?? { model: newTally(3), naive: newTally(3) };
      addTally(sum.model, model);
      addTally(sum.naive, naive);
      sums.set(key, sum);
    }
  }
  return sums;
}

describe.each([
  ['hours', 3600],
  ['quarters', 900],
])('days of %s, scored one by one', (_, stepSeconds) => {
  const settings: SeriesSettings = { timeZone, stepSeconds, metricKind: 'count' };
  const observations = traffic(settings, start, end, { noise: 0.2 });
  for (let i = 0; i < observations.time.length; i++)
    if (calendar.events.some((e) => observations.time[i]! >= e.start && observations.time[i]! < e.end!))
      observations.value[i]! *= 2;
  const editions = editionsOf(observations, settings);
  const sums = scoredDays(observations, settings, editions);

  it('add up to a backtest with the same cutoffs, in each band and each event', () => {
    const report = backtest(observations, settings, calendar, { origins: cutoffs, horizonEnd: () => end });
    const sameAs = (scored: Tally, scores: typeof report.all.model) => {
      const { mase: _, ...expected } = scores;
      const { mase: __, ...got } = scoresOf(scored);
      for (const [name, value] of Object.entries(expected))
        expect.soft(got[name as keyof typeof got], name).toEqual(near(value));
    };
    expect(report.bands.map(({ band }) => band)).toEqual(['1h', '1d', '7d', '30d', '90d']);
    for (const { band, model, naive } of report.bands) {
      sameAs(sums.get(`${band} step`)!.model, model);
      sameAs(sums.get(`${band} step`)!.naive, naive);
    }
    expect(report.events.map(({ id }) => id)).toEqual(['match-2', 'match-3']);
    for (const { id, model } of report.events) {
      const all = newTally(3);
      for (const [key, sum] of sums) if (key.endsWith(` step ${id}`)) addTally(all, sum.model);
      sameAs(all, model);
    }
  });

  it('say of a coarser grain what its own rows say', () => {
    const grains: [ScoredGrain, number][] = [
      ['hour', 3600],
      ['day', 86_400],
    ];
    for (const [grain, seconds] of grains) {
      if (seconds <= stepSeconds) continue;
      const { model } = editions[0]!;
      const whole = startOfLocalDay(timeZone, model.cutoff + day - 1);
      const { time, quantiles: rows } = expand(model, {
        start: whole,
        end,
        stepSeconds: seconds,
        quantiles: [0.5],
      });
      let error = 0;
      let size = 0;
      time.forEach((at, i) => {
        const until = time[i + 1] ?? end;
        let came = 0;
        observations.time.forEach((t, k) => {
          if (t >= at && t < until) came += observations.value[k]!;
        });
        error += Math.abs(came - rows[0]![i]!);
        size += came;
      });
      const all = newTally(3);
      for (let at = whole; at < end; at = addLocalDays(timeZone, at, 1))
        for (const row of scoreDay({
          span: { start: at, end: addLocalDays(timeZone, at, 1) },
          editions: [{ model }],
          observations,
          digests: digest(observations, settings, calendar),
          settings,
          calendar,
          quantiles,
        }))
          if (row.grain === grain) addTally(all, row.model);
      expect(all.steps).toBe(time.length);
      expect(all.error / all.size).toBeCloseTo(error / size, 6);
    }
  });

  it('score a week with its Sunday, by forecasts from before its Monday', () => {
    const weeks = [...sums].filter(([key]) => key.includes(' week'));
    // 32 cutoffs over four weeks and more: each of them sees the whole weeks that begin after it.
    const mondays = [84, 91, 98, 105].map((n) => startOfLocalDay(timeZone, start + n * day));
    const expected = mondays.reduce(
      (n, monday) => n + cutoffs.filter((cutoff) => cutoff <= monday).length,
      0,
    );
    expect(weeks.reduce((n, [, { model }]) => n + model.steps, 0)).toBe(expected);
    expect(expected).toBe(4 + 11 + 18 + 25);
  });
});

describe('the width of intervals', () => {
  const settings: SeriesSettings = { timeZone, stepSeconds: 3600, metricKind: 'count' };
  const observations = traffic(settings, start, end, { noise: 0.2 });
  const cutoff = start + 90 * day;
  const digests = digest(upTo(observations, cutoff), settings, calendar);
  const window = { start: cutoff, end: cutoff + 5 * day, stepSeconds: 3600, quantiles };
  const halves = (widths?: { until: number; factor: number }[]) => {
    const options = { cutoff, horizonEnd: end, ...(widths !== undefined && { widths }) };
    const { mean, quantiles: rows } = expand(modelOf(fitModel(digests, settings, calendar, options)), window);
    return { mean, median: rows[1]!, half: rows[2]!.map((high, i) => Math.log(high / rows[1]![i]!)) };
  };

  it('is what was learnt, while the middle stays', () => {
    const plain = halves();
    const wide = halves([
      { until: 2, factor: 1.5 },
      { until: 366, factor: 1.2 },
    ]);
    expect(wide.mean).toEqual(plain.mean);
    expect(wide.median).toEqual(plain.median);
    const ratio = (from: number, until: number) =>
      wide.half.slice(from, until).reduce((a, b) => a + b) /
      plain.half.slice(from, until).reduce((a, b) => a + b);
    expect(ratio(0, 36)).toBeCloseTo(1.5, 1);
    expect(ratio(60, 120)).toBeCloseTo(1.2, 1);
  });

  it('grows where intervals held too little, shrinks where they held too much, and moves little on few days', () => {
    const tally = (held: (stretch: number) => number) => ({ steps: 1000, within: stretches.map(held) });
    const narrow = tally((stretch) => 1000 * Math.min(1, 0.5 * stretch));
    const broad = tally((stretch) => 1000 * Math.min(1, 0.95 * stretch));
    expect(learntWidth(narrow, stretches, 10_000)).toBeCloseTo(1.6, 2);
    expect(learntWidth(broad, stretches, 10_000)).toBeCloseTo(0.8 / 0.95, 2);
    expect(learntWidth(narrow, stretches, 1)).toBeCloseTo(1.6 ** (1 / 15), 2);
    expect(learntWidth({ steps: 0, within: stretches.map(() => 0) }, stretches, 0)).toBe(1);
    expect(
      learntWidth(
        tally(() => 0),
        stretches,
        10_000,
      ),
    ).toBe(2.5);
  });
});

const near = (value: number | number[]) => (Array.isArray(value) ? value.map(closeTo) : closeTo(value));
const closeTo = (x: number) => (Number.isNaN(x) ? x : expect.closeTo(x, 9));
