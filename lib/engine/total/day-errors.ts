import { median } from '../numeric/quantile.ts';
import type { DayDigest, MetricKind } from '../types.ts';

/** How far a series was from the same day of the week before, on its last days: what correlations are estimated from. */
export interface DayErrors {
  /** Local date of the first error in days since 1970-01-01, and days from one to the next: 1, or 7 for weekly rows. */
  firstDay: number;
  everyDays: number;
  /** In the unit of a day (a week): totals of a count, means of a gauge. 0 where a day or its forerunner was not seen. */
  values: number[];
}

/** Errors kept of a series: eight weeks of days. */
const kept = 56;
/** Errors beyond so many standard deviations (as the median of their sizes tells it) are cut to it. */
const cut = 3;
/** Share of a day's steps that must have been seen. */
const leastSeen = 0.5;

/**
 * Errors of the weekly seasonal naive on the last days of a history, without their median (growth is no error) and with gross
 * outliers cut, so that one bad day does not decide. Numbers have 4 digits, so that they are small where they are stored.
 *
 * @param digests ascending by day
 */
export function dayErrors(digests: readonly DayDigest[], metricKind: MetricKind, weekly: boolean): DayErrors {
  const everyDays = weekly ? 7 : 1;
  const level = new Map<number, number>();
  for (const { day, mean, present, expected } of digests.slice(-(kept + 7)))
    if (present >= leastSeen * expected) level.set(day, metricKind === 'count' ? mean * expected : mean);
  const lastDay = digests.at(-1)?.day ?? 0;
  const firstDay = lastDay - (kept - 1) * everyDays;
  const raw = Array.from({ length: kept }, (_, i) => {
    const day = firstDay + i * everyDays;
    return (level.get(day) ?? Number.NaN) - (level.get(day - 7) ?? Number.NaN);
  });
  const seen = raw.filter((error) => !Number.isNaN(error));
  const centre = seen.length > 0 ? median(seen) : 0;
  const most = seen.length > 0 ? (cut / 0.6745) * median(seen.map((error) => Math.abs(error - centre))) : 0;
  const values = raw.map((error) => {
    if (Number.isNaN(error)) return 0;
    const rest = error - centre;
    // Where most errors are nothing (a series at rest), what is left of them is all there is.
    return Number((most > 0 ? Math.max(-most, Math.min(most, rest)) : rest).toPrecision(4));
  });
  return { firstDay, everyDays, values };
}
