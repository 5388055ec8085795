import { digest } from '../digest/digest.ts';
import { mergeDigests } from '../digest/merge.ts';
import { dayMs, localDay, startOfDay } from '../time/local.ts';
import type { Calendar, DayDigest, Observations, SeriesSettings } from '../types.ts';

/** A history that can be looked at as it was at any instant. */
export interface Past {
  digestsAt: (origin: number) => DayDigest[];
  /** Mean |y − y a week before| over the steps before an instant: what MASE divides by. NaN where there is none. */
  scaleAt: (origin: number) => number;
}

/** Digests the history once; at an origin only the origin's own day is digested again, up to it. */
export function pastOf(observations: Observations, settings: SeriesSettings, calendar: Calendar): Past {
  const digests = digest(observations, settings, calendar, Number.POSITIVE_INFINITY);
  const { time, value } = observations;
  const rows = (from: number, until: number) => ({
    time: time.subarray(from, until),
    value: value.subarray(from, until),
  });
  const differences = weeklyDifferences(observations, settings.stepSeconds);
  return {
    digestsAt: (origin) => {
      const today = localDay(settings.timeZone, origin);
      const before = digests.filter(({ day }) => day < today);
      const from = rowAt(time, startOfDay(settings.timeZone, today));
      return mergeDigests(before, digest(rows(from, rowAt(time, origin)), settings, calendar));
    },
    scaleAt: (origin) => {
      const { sum, count } = differences;
      const at = rowAt(time, origin);
      return count[at]! > 0 ? sum[at]! / count[at]! : Number.NaN;
    },
  };
}

/** The first row at or after an instant. */
export function rowAt(time: Float64Array, at: number): number {
  let low = 0;
  let high = time.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (time[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Running sums, up to each row, of |differences| over a week. */
function weeklyDifferences({ time, value }: Observations, stepSeconds: number) {
  const sum = new Float64Array(time.length + 1);
  const count = new Float64Array(time.length + 1);
  const slack = stepSeconds * 500;
  let j = 0;
  for (let i = 0; i < time.length; i++) {
    const before = time[i]! - 7 * dayMs;
    while (j < i && time[j]! < before - slack) j++;
    const there = j < i && time[j]! < before + slack;
    sum[i + 1] = sum[i]! + (there ? Math.abs(value[i]! - value[j]!) : 0);
    count[i + 1] = count[i]! + (there ? 1 : 0);
  }
  return { sum, count };
}
