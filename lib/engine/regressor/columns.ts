import type { Extra } from '../level/design.ts';
import { localDay, startOfDay } from '../time/local.ts';
import type { Regressor, SeriesSettings } from '../types.ts';

/** Standardised, so that one prior suits all: a standard deviation moves the level by some 20 %, or by nothing. */
const priorSd = 0.2;
/** How far beyond what the history has seen a value still counts, as a share of the range seen. */
const beyond = 0.5;

/**
 * Daily columns of regressors (in the logarithm of the level, linear) for the rows of a history (`seen`, first dates) and its horizon. A day has the mean of
 * its values, a week that of its days. Missing days between known ones are interpolated, days before the first are
 * usual (zero); of the horizon every day up to `lastDay` must be reached. Standardised over the rows seen, and held
 * within their range and half of it more: what was never seen is not believed to go on in a straight line.
 *
 * Throws a RangeError that names the regressor, and the first date that is missing.
 */
export function regressorColumns(
  regressors: readonly Regressor[],
  { timeZone }: SeriesSettings,
  seen: Int32Array,
  daysPerRow: number,
  lastDay: number,
): Extra[] {
  const names = new Set<string>();
  return regressors.map((regressor) => {
    if (names.has(regressor.name)) throw new RangeError(`Two regressors are named "${regressor.name}"`);
    names.add(regressor.name);
    const means = dailyMeans(regressor, timeZone);
    if (means.first > seen.at(-1)!)
      throw new RangeError(
        `The regressor "${regressor.name}" has no value before the cutoff: its effect cannot be learnt. Give it over the history too`,
      );
    const reached = means.first + means.value.length - 1;
    if (reached < lastDay)
      throw new RangeError(
        `The regressor "${regressor.name}" ends before the horizon does: its first missing date is ${dateText(reached + 1)}, and the horizon needs it until ${dateText(lastDay)}. Give it for every day of the horizon, or leave it out`,
      );
    const at = standardised(means, seen, daysPerRow);
    return {
      kind: 'regressor',
      name: regressor.name,
      size: 1,
      sd: () => priorSd,
      learns: false,
      row: (day, put) => put(0, at(day)),
    };
  });
}

interface DailyMeans {
  first: number;
  value: Float64Array;
}

function dailyMeans({ name, time, value }: Regressor, timeZone: string): DailyMeans {
  if (time.length !== value.length || time.length === 0)
    throw new RangeError(
      `The regressor "${name}" needs one value a time: got ${time.length} times, ${value.length} values`,
    );
  const first = localDay(timeZone, time[0]!);
  const size = localDay(timeZone, time.at(-1)!) - first + 1;
  const sum = new Float64Array(size);
  const count = new Float64Array(size);
  let day = first;
  let dayEnd = startOfDay(timeZone, day + 1);
  for (let i = 0; i < time.length; i++) {
    const at = time[i]!;
    if (i > 0 && !(at > time[i - 1]!))
      throw new RangeError(
        `The regressor "${name}": times must ascend without repeats, got ${at} in row ${i}`,
      );
    if (!Number.isFinite(value[i]!))
      throw new RangeError(`The regressor "${name}": row ${i} is not finite, got ${value[i]}; leave it out`);
    if (at >= dayEnd) {
      day = localDay(timeZone, at);
      dayEnd = startOfDay(timeZone, day + 1);
    }
    sum[day - first]! += value[i]!;
    count[day - first]!++;
  }
  return { first, value: interpolated(sum, count) };
}

/** Means, with straight lines over the days that have none. The first and the last day have values. */
function interpolated(sum: Float64Array, count: Float64Array): Float64Array {
  const mean = new Float64Array(sum.length);
  let before = 0;
  for (let d = 0; d < mean.length; d++) {
    if (count[d] === 0) continue;
    mean[d] = sum[d]! / count[d]!;
    for (let gap = before + 1; gap < d; gap++)
      mean[gap] = mean[before]! + ((mean[d]! - mean[before]!) * (gap - before)) / (d - before);
    before = d;
  }
  return mean;
}

function standardised({ first, value }: DailyMeans, seen: Int32Array, daysPerRow: number) {
  const last = value.length - 1;
  const raw = (day: number): number => {
    let sum = 0;
    for (let d = day; d < day + daysPerRow; d++) sum += value[Math.max(0, Math.min(last, d - first))]!;
    return sum / daysPerRow;
  };
  let n = 0;
  let mean = 0;
  let square = 0;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const day of seen) {
    if (day < first) continue;
    const x = raw(day);
    const step = x - mean;
    mean += step / ++n;
    square += step * (x - mean);
    low = Math.min(low, x);
    high = Math.max(high, x);
  }
  const sd = n > 1 ? Math.sqrt(square / n) : 0;
  // What hardly varied has taught nothing.
  if (!(sd > 1e-9 * Math.max(Math.abs(low), Math.abs(high)))) return () => 0;
  const more = beyond * (high - low);
  return (day: number) =>
    day < first ? 0 : (Math.max(low - more, Math.min(high + more, raw(day))) - mean) / sd;
}

const dateText = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10);
