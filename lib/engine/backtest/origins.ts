import { dayMs } from '../time/local.ts';
import type { Observations, SeriesSettings } from '../types.ts';

/** Days of history that a first origin has behind it, at least: what a fit needs to see a week twice. */
const leastDays = (stepSeconds: number) => (stepSeconds > 86_400 ? 182 : stepSeconds === 86_400 ? 56 : 14);
/** Turns through the day from origin to origin, never meeting an hour twice. */
const golden = (Math.sqrt(5) - 1) / 2;

/**
 * Up to `count` origins, ascending, each the start of a step that was seen: evenly over the later half of what leaves
 * a horizon to compare with and enough to learn from, below a day at ever another time of the day.
 * Throws a RangeError that says how much there is and how much is needed.
 */
export function backtestOrigins(
  { time }: Observations,
  { stepSeconds }: SeriesSettings,
  count: number,
  horizonEnd: (origin: number) => number,
): number[] {
  if (!(Number.isInteger(count) && count >= 1))
    throw new RangeError(`A backtest has a whole number of origins, at least 1, got ${count}`);
  const start = time[0] ?? Number.NaN;
  const end = (time.at(-1) ?? Number.NaN) + stepSeconds * 1000;
  const learnt = start + leastDays(stepSeconds) * dayMs;
  const horizon = horizonEnd(start) - start;
  // A month or a year has no one length: step back until the horizon fits.
  let last = end - horizon;
  for (let more = 0; more < 5 && horizonEnd(last) > end + 1; more++) last -= dayMs;
  if (!(last >= learnt))
    throw new RangeError(
      `A backtest of ${days(horizon)} needs ${days(learnt - start + horizon)} of history, got ${days(end - start)}: ask for a shorter horizon, or give more history`,
    );
  const first = Math.max(learnt, (start + last) / 2);
  const origins = new Set<number>();
  for (let i = 0; i < count; i++) {
    const even = count === 1 ? last : first + ((last - first) * i) / (count - 1);
    const turned = stepSeconds < 86_400 && i < count - 1 ? ((i * golden) % 1) * dayMs : 0;
    origins.add(stepAtOrBefore(time, Math.min(last, even + turned)));
  }
  return [...origins].sort((a, b) => a - b);
}

function stepAtOrBefore(time: Float64Array, at: number): number {
  let low = 0;
  let high = time.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (time[middle]! <= at) low = middle;
    else high = middle - 1;
  }
  return time[low]!;
}

const days = (ms: number) => `${Number((ms / dayMs).toFixed(1))} days`;
