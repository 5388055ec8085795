import type { Observations } from '../../engine/index.ts';
import { localParts, startOfLocalDay } from '../../engine/index.ts';
import { maxRejectionsListed, type Rejection, type Rows, type Settled, TabularError } from './types.ts';

const daySeconds = 86_400;
const weekSeconds = 604_800;
const dayMs = 86_400_000;

const divides = (seconds: number) => Number.isInteger(seconds) && seconds >= 60 && daySeconds % seconds === 0;

/** The most frequent of some numbers (the smallest of several), and how often it comes. NaN does not count. */
function mostCommon(numbers: Float64Array): { found: number; times: number } {
  const counts = new Map<number, number>();
  // Most neighbours are equal: a run of them is counted at once.
  for (let start = 0, end = 0; start < numbers.length; start = end) {
    const number = numbers[start]!;
    for (end = start + 1; numbers[end] === number; ) end++;
    if (!Number.isNaN(number)) counts.set(number, (counts.get(number) ?? 0) + end - start);
  }
  let found = Number.NaN;
  let times = 0;
  for (const [number, count] of counts)
    if (count > times || (count === times && number < found)) [found, times] = [number, count];
  return { found, times };
}

function howOften(numbers: Float64Array, found: number): { found: number; times: number } {
  let times = 0;
  for (const number of numbers) if (number === found) times++;
  return { found, times };
}

/** The local date that starts at this instant, in days since 1970-01-01; NaN where none does. */
function dayStartingAt(timeZone: string, ms: number): number {
  if (startOfLocalDay(timeZone, ms) !== ms) return Number.NaN;
  const { year, month, day } = localParts(timeZone, ms);
  return Date.UTC(year, month - 1, day) / dayMs;
}

function spacings(times: Float64Array): Float64Array {
  const between = new Float64Array(Math.max(0, times.length - 1));
  for (let i = 0; i < between.length; i++) between[i] = times[i + 1]! - times[i]!;
  return between;
}

const counted = (n: number, unit: string) => `${n} ${unit}${n === 1 ? '' : 's'}`;
const inWords = (ms: number) =>
  ms % dayMs === 0
    ? counted(ms / dayMs, 'day')
    : ms % 60_000 === 0
      ? counted(ms / 60_000, 'minute')
      : counted(ms / 1000, 'second');

const noStep = (found: string) =>
  new TabularError(
    `No step fits the timestamps: ${found}. Expected a spacing of at least a minute that divides the day evenly, a local day or a week; give the step if it is known.`,
  );

/**
 * The step of ascending times without repeats: the most common spacing or, where less than nine tenths of the rows
 * keep to it, the largest one that all spacings are multiples of. Days and weeks are counted in local dates.
 */
export function inferStep(times: Float64Array, timeZone: string): number {
  if (times.length < 2)
    throw noStep(times.length === 0 ? 'there are none' : 'there is only one row, so there is no spacing');
  const { found: spacing } = mostCommon(spacings(times));
  if (spacing >= 23 * 3_600_000) {
    const days = times.map((ms) => dayStartingAt(timeZone, ms)).filter((day) => !Number.isNaN(day));
    if (days.length < times.length / 2)
      throw noStep(
        `they are about ${Math.round(spacing / dayMs)} days apart but do not start local days of ${timeZone} (give their time zone, or write bare dates)`,
      );
    const { found } = mostCommon(spacings(days));
    if (found === 1) return daySeconds;
    if (found === 7) return weekSeconds;
    throw noStep(`the most common spacing is ${found} days`);
  }
  if (divides(spacing / 1000)) {
    const { times: onStep } = mostCommon(phases(times, spacing));
    if (onStep >= 0.9 * times.length) return spacing / 1000;
  }
  let common = 0;
  for (const each of spacings(times)) common = greatestCommonDivisor(each, common);
  if (divides(common / 1000)) return common / 1000;
  throw noStep(`the most common spacing is ${inWords(spacing)}`);
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);

function phases(times: Float64Array, stepMs: number): Float64Array {
  const phase = new Float64Array(times.length);
  for (let i = 0; i < phase.length; i++) phase[i] = times[i]! - Math.floor(times[i]! / stepMs) * stepMs;
  return phase;
}

/** Which place each time has within the step: the same for all rows of one series. NaN: none at all. */
function placesInStep(times: Float64Array, timeZone: string, stepSeconds: number): Float64Array {
  if (stepSeconds < daySeconds) return phases(times, stepSeconds * 1000);
  return times.map((ms) => {
    const day = dayStartingAt(timeZone, ms);
    return stepSeconds === daySeconds ? day * 0 : ((day % 7) + 7) % 7;
  });
}

/** Rows in ascending order of time; of several rows of one time the last is kept. */
export function sortObservations(rows: Rows): { rows: Rows; duplicates: number } {
  const { time } = rows;
  let ascending = true;
  for (let i = 1; ascending && i < time.length; i++) ascending = time[i]! > time[i - 1]!;
  if (ascending) return { rows, duplicates: 0 };
  const order = ascendingOrder(time);
  let kept = 0;
  for (let i = 0; i < order.length; i++)
    if (i + 1 === order.length || time[order[i]!] !== time[order[i + 1]!]) order[kept++] = order[i]!;
  return { rows: pick(rows, order.subarray(0, kept)), duplicates: time.length - kept };
}

/** Indices of ascending times, equal ones in their order: a merge sort, as a comparator takes several times as long. */
function ascendingOrder(time: Float64Array): Uint32Array {
  const n = time.length;
  let order = Uint32Array.from({ length: n }, (_, i) => i);
  let merged = new Uint32Array(n);
  for (let width = 1; width < n; width *= 2) {
    for (let start = 0; start < n; start += 2 * width) {
      const middle = Math.min(n, start + width);
      const end = Math.min(n, start + 2 * width);
      let left = start;
      let right = middle;
      for (let at = start; at < end; at++) {
        const takeLeft = left < middle && (right >= end || time[order[left]!]! <= time[order[right]!]!);
        merged[at] = takeLeft ? order[left++]! : order[right++]!;
      }
    }
    [order, merged] = [merged, order];
  }
  return order;
}

const pick = (rows: Rows, order: Uint32Array): Rows => ({
  time: Float64Array.from(order, (at) => rows.time[at]!),
  value: Float64Array.from(order, (at) => rows.value[at]!),
  line: Uint32Array.from(order, (at) => rows.line[at]!),
});

/**
 * Makes a series of rows: sorts them, keeps the last of repeated ones, finds the step unless it is given, and
 * rejects rows that lie off the step. Where its steps start is said by `onStepAt`, the start of any of them, else by
 * most rows. Throws TabularError when there are no rows, no step fits, or most rows lie off the step that was given
 * and nothing but they could say where it starts.
 */
export function settle(
  written: Rows,
  options: { timeZone: string; stepSeconds?: number; onStepAt?: number },
): Settled {
  const { timeZone } = options;
  if (written.time.length === 0) throw new TabularError('There is not one row with a timestamp and a value.');
  const { rows, duplicates } = sortObservations(written);
  const stepSeconds = options.stepSeconds ?? inferStep(rows.time, timeZone);
  if (stepSeconds !== weekSeconds && !divides(stepSeconds))
    throw new TabularError(
      `Expected a step of at least 60 seconds that divides the day, or 604800 (a week), got ${stepSeconds}.`,
    );
  const places = placesInStep(rows.time, timeZone, stepSeconds);
  const { found, times } =
    options.onStepAt === undefined
      ? mostCommon(places)
      : howOften(places, placesInStep(Float64Array.of(options.onStepAt), timeZone, stepSeconds)[0]!);
  if (options.onStepAt === undefined && times * 2 < places.length)
    throw new TabularError(
      `Most rows lie off a step of ${inWords(stepSeconds * 1000)}: ${places.length - times} of ${places.length}. Give the step that the rows have${stepSeconds >= daySeconds ? `, and the time zone whose days they start (now ${timeZone})` : ''}.`,
    );
  const rejections: Rejection[] = [];
  if (times === places.length) return settled(rows, stepSeconds, duplicates, 0, rejections);
  const kept = new Uint32Array(times);
  let length = 0;
  for (let i = 0; i < places.length; i++) {
    if (places[i] === found) kept[length++] = i;
    else
      rejections.push({
        line: rows.line[i]!,
        reason: `${new Date(rows.time[i]!).toISOString()} lies off the step of ${inWords(stepSeconds * 1000)} that ${options.onStepAt === undefined ? 'the other rows keep to' : `the history keeps to, from ${new Date(options.onStepAt).toISOString()} on`}`,
      });
  }
  const rejected = rejections.length;
  rejections.sort((a, b) => a.line - b.line);
  return settled(
    pick(rows, kept),
    stepSeconds,
    duplicates,
    rejected,
    rejections.slice(0, maxRejectionsListed),
  );
}

function settled(
  { time, value }: Observations,
  stepSeconds: number,
  duplicates: number,
  rejected: number,
  rejections: Rejection[],
): Settled {
  return { observations: { time, value }, stepSeconds, duplicates, rejected, rejections };
}
