import {
  addLocalDays,
  type Calendar,
  type CalendarEvent,
  type DayDigest,
  dayPeaks,
  digest,
  type Expansion,
  encodeDigests,
  encodeModel,
  expand,
  type FitOutcome,
  type ForecastModel,
  fit as fitModel,
  localParts,
  localToInstant,
  mergeDigests,
  type Observations,
  type SeriesSettings,
} from '../lib/engine/index.ts';
import { atMost, figure, type Measure } from './measure.ts';

const minutes = 1_051_200;
const sevenYears = 3_679_200;
const repetitions = 9;
const settings: SeriesSettings = { timeZone: 'Europe/Paris', stepSeconds: 60, metricKind: 'count' };
const quantiles = [0.05, 0.1, 0.5, 0.9, 0.95];
const holidayDates = ['01-01', '05-01', '05-08', '07-14', '08-15', '11-01', '11-11', '12-25'];

/**
 * Speed of the engine on two (and seven) years of minutes, as ratios within this process: LOG is one pass of Math.log over
 * 1,051,200 doubles, SUM one plain sum of them. Medians of interleaved repetitions; a refresh is the mean of a month of them.
 */
export function benchEngine(): Measure[] {
  const cutoff = localToInstant(settings.timeZone, 2026, 1, 1);
  const long = madeUp(cutoff, sevenYears);
  const short = {
    time: long.time.slice(-minutes),
    value: long.value.slice(-minutes),
  };
  const calendar = calendarOf(Array.from({ length: 9 }, (_, i) => 2019 + i));
  const digests = digest(short, settings, calendar);
  const longDigests = digest(long, settings, calendar);
  const model = modelOf(fitModel(digests, settings, calendar, { cutoff }));
  const quarter = { start: cutoff, end: addLocalDays(settings.timeZone, cutoff, 90) };
  const window = { start: cutoff, end: cutoff + 262_800 * 60_000, stepSeconds: 60, quantiles };
  const target: Expansion = expand(model, window);

  const numbers = short.value.map((y) => y + 1);
  let sink = 0;
  const time = interleaved({
    log: () => {
      sink += sumOfLogs(numbers);
    },
    sum: () => {
      sink += plainSum(numbers);
    },
    digest: () => {
      digest(short, settings, calendar);
    },
    fit: () => {
      fitModel(digests, settings, calendar, { cutoff });
    },
    longFit: () => {
      fitModel(longDigests, settings, calendar, { cutoff });
    },
    expand: () => {
      expand(model, window, target);
    },
    peaks: () => {
      dayPeaks(model, quarter, [0.1, 0.5, 0.9]);
    },
  });
  const refresh = monthOfRefreshes(short, digests, calendar, cutoff);
  if (!Number.isFinite(sink)) throw new Error('The yardstick did not run');
  return [
    atMost('digest of 1,051,200 minutes', time.digest / time.log, 4, 'LOG'),
    atMost('fit from two years of digests of minutes', time.fit / time.log, 25, 'LOG'),
    atMost('fit from seven years of digests of minutes', time.longFit / time.log, 60, 'LOG'),
    atMost('refresh by a day, mean of a month', refresh / time.log, 6, 'LOG'),
    atMost('expand of 262,800 minutes × 6 columns', time.expand / time.sum, 2, 'SUM'),
    atMost('peaks of 90 days', time.peaks / time.fit, 0.25, 'fit'),
    atMost('stored model of a series of minutes', encodeModel(model).length, 130_000, 'bytes'),
    atMost('digests of two years of minutes', encodeDigests(digests).length / digests.length, 1000, 'B/day'),
    figure('LOG itself', time.log, 'ms'),
    figure('SUM itself', time.sum, 'ms'),
  ];
}

/** Mean milliseconds of thirty daily refreshes, fits anew included: the new day's minutes are digested, the model goes on. */
function monthOfRefreshes(
  { time, value }: Observations,
  digests: DayDigest[],
  calendar: Calendar,
  end: number,
): number {
  const { timeZone } = settings;
  let previous: ForecastModel | undefined;
  let spent = 0;
  for (let d = -30; d <= 0; d++) {
    const cutoff = addLocalDays(timeZone, end, d);
    const from = time.indexOf(addLocalDays(timeZone, cutoff, -1));
    const until = d === 0 ? time.length : time.indexOf(cutoff);
    const newest = { time: time.slice(from, until), value: value.slice(from, until) };
    const known = digests.slice(0, digests.length + d - 1);
    const begun = performance.now();
    const merged = mergeDigests(known, digest(newest, settings, calendar));
    const options = { cutoff, ...(previous !== undefined && { previous }) };
    const model = modelOf(fitModel(merged, settings, calendar, options));
    if (previous !== undefined) spent += performance.now() - begun;
    previous = model;
  }
  return spent / 30;
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

function calendarOf(years: readonly number[]): Calendar {
  const { timeZone } = settings;
  return {
    holidays: years.flatMap((year) => holidayDates.map((date) => ({ date: `${year}-${date}`, name: date }))),
    events: years.map((year): CalendarEvent => {
      const start = localToInstant(timeZone, year, 11, 24);
      return { id: `sale-${year}`, kind: 'sale', start, end: addLocalDays(timeZone, start, 1) };
    }),
  };
}

/** Counts with a day, a week, a year, noise of their own and a robot, the same each time. */
function madeUp(cutoff: number, length: number): Observations {
  const time = new Float64Array(length);
  const value = new Float64Array(length);
  let state = 1;
  for (let i = 0; i < length; i++) {
    const at = cutoff - (length - i) * 60_000;
    const { hour, minute, weekday } = localParts(settings.timeZone, at);
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    const noise = 1 + 0.2 * (state / 2_147_483_648);
    const clock = 1 + 0.7 * Math.sin((2 * Math.PI * (hour + minute / 60 - 9)) / 24);
    const year = 1 + 0.3 * Math.cos((2 * Math.PI * i) / 525_949);
    const robot = length - i > 500_000 && length - i < 501_000 ? 5 : 1;
    time[i] = at;
    value[i] = Math.round(300 * clock * year * (weekday >= 5 ? 0.6 : 1) * noise * robot);
  }
  return { time, value };
}
