import {
  addLocalDays,
  type CalendarEvent,
  digest,
  type Expansion,
  encodeDigests,
  encodeModel,
  expand,
  type FitOutcome,
  fit as fitModel,
  localParts,
  localToInstant,
  mergeDigests,
  type Observations,
  type SeriesSettings,
} from '../lib/engine/index.ts';
import type { Measure } from './measure.ts';

const minutes = 1_051_200;
const repetitions = 9;
const settings: SeriesSettings = { timeZone: 'Europe/Paris', stepSeconds: 60, metricKind: 'count' };
const quantiles = [0.05, 0.1, 0.5, 0.9, 0.95];
const holidayDates = ['01-01', '05-01', '05-08', '07-14', '08-15', '11-01', '11-11', '12-25'];

/**
 * Speed of the engine on two years of minutes, as ratios within this process: LOG is one pass of Math.log over as many
 * doubles, SUM one plain sum of them. Medians of interleaved repetitions.
 */
export function benchEngine(): Measure[] {
  const cutoff = localToInstant('Europe/Paris', 2026, 1, 1);
  const observations = twoYears(cutoff);
  const years = [2024, 2025, 2026, 2027];
  const calendar = {
    holidays: years.flatMap((year) => holidayDates.map((date) => ({ date: `${year}-${date}`, name: date }))),
    events: years.map((year): CalendarEvent => {
      const start = localToInstant('Europe/Paris', year, 11, 24);
      return { id: `sale-${year}`, kind: 'sale', start, end: addLocalDays('Europe/Paris', start, 1) };
    }),
  };
  const newestFrom = observations.time.findIndex((at) => at >= addLocalDays('Europe/Paris', cutoff, -1));
  const newest = { time: observations.time.slice(newestFrom), value: observations.value.slice(newestFrom) };
  const digests = digest(observations, settings, calendar);
  const model = modelOf(fitModel(digests, settings, calendar, { cutoff }));
  const window = { start: cutoff, end: cutoff + 262_800 * 60_000, stepSeconds: 60, quantiles };
  const target: Expansion = expand(model, window);

  const numbers = observations.value.map((y) => y + 1);
  let sink = 0;
  const time = interleaved({
    log: () => {
      sink += sumOfLogs(numbers);
    },
    sum: () => {
      sink += plainSum(numbers);
    },
    fit: () => {
      fitModel(digest(observations, settings, calendar), settings, calendar, { cutoff });
    },
    expand: () => {
      expand(model, window, target);
    },
    refresh: () => {
      const merged = mergeDigests(digests, digest(newest, settings, calendar));
      fitModel(merged, settings, calendar, { cutoff });
    },
  });
  if (!Number.isFinite(sink)) throw new Error('The yardstick did not run');
  const bound = (name: string, value: number, unit: string, most: number): Measure => ({
    name,
    value,
    unit,
    goal: `≤ ${most}`,
    holds: value <= most,
  });
  const report = (name: string, value: number, unit: string): Measure => ({
    name,
    value,
    unit,
    goal: 'reported',
    holds: true,
  });
  return [
    bound('digest and fit of 1,051,200 minutes', time.fit / time.log, 'LOG', 10),
    bound('expand of 262,800 minutes × 6 columns', time.expand / time.sum, 'SUM', 4),
    report('refresh by one day', time.refresh / time.log, 'LOG'),
    bound('stored model of a series of minutes', encodeModel(model).length, 'bytes', 130_000),
    bound(
      'digests of two years of minutes',
      encodeDigests(digests).length / digests.length,
      'bytes a day',
      1000,
    ),
    report('LOG itself', time.log, 'ms'),
    report('SUM itself', time.sum, 'ms'),
  ];
}

function sumOfLogs(numbers: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += Math.log(numbers[i]!);
  return sum;
}

function plainSum(numbers: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += numbers[i]!;
  return sum;
}

function modelOf(outcome: FitOutcome) {
  if (outcome.status === 'failed') throw new Error(outcome.reason);
  return outcome.model;
}

/** Median milliseconds of each piece of work, each run in turn so that all meet the same machine. */
function interleaved<K extends string>(work: Record<K, () => void>): Record<K, number> {
  const names = Object.keys(work) as K[];
  const taken = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>;
  for (let round = -2; round < repetitions; round++)
    for (const name of names) {
      const before = performance.now();
      work[name]();
      if (round >= 0) taken[name].push(performance.now() - before);
    }
  return Object.fromEntries(
    names.map((name) => [name, taken[name].sort((a, b) => a - b)[repetitions >> 1]!]),
  ) as Record<K, number>;
}

/** Counts with a day, a week, a year, noise of their own and a robot, the same each time. */
function twoYears(cutoff: number): Observations {
  const time = new Float64Array(minutes);
  const value = new Float64Array(minutes);
  let state = 1;
  for (let i = 0; i < minutes; i++) {
    const at = cutoff - (minutes - i) * 60_000;
    const { hour, minute, weekday } = localParts('Europe/Paris', at);
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    const noise = 1 + 0.2 * (state / 2_147_483_648);
    const clock = 1 + 0.7 * Math.sin((2 * Math.PI * (hour + minute / 60 - 9)) / 24);
    const year = 1 + 0.3 * Math.cos((2 * Math.PI * i) / 525_949);
    const robot = i > 500_000 && i < 501_000 ? 5 : 1;
    time[i] = at;
    value[i] = Math.round(300 * clock * year * (weekday >= 5 ? 0.6 : 1) * noise * robot);
  }
  return { time, value };
}
