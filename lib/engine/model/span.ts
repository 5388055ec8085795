import { civilDay, localDay, localParts, startOfDay } from '../time/local.ts';
import type { DayDigest, FitOptions, SeriesSettings } from '../types.ts';

/** The local days that a model covers. */
export interface ModelSpan {
  horizonEnd: number;
  firstDay: number;
  dayCount: number;
}

/** A week more than was asked for: a last step may reach past the end. */
const spareDays = 8;

/** Throws a RangeError unless cutoff < horizonEnd, both finite. Default horizon: two years of local dates. */
export function modelSpan(settings: SeriesSettings, { cutoff, horizonEnd }: FitOptions): ModelSpan {
  if (!Number.isFinite(cutoff))
    throw new RangeError(`The cutoff must be an instant in milliseconds, got ${cutoff}`);
  const firstDay = localDay(settings.timeZone, cutoff);
  const { year, month, day } = localParts(settings.timeZone, cutoff);
  const end = horizonEnd ?? startOfDay(settings.timeZone, civilDay(year + 2, month, day));
  if (!(Number.isFinite(end) && end > cutoff))
    throw new RangeError(`The horizon must end after the cutoff ${cutoff}, got ${end}`);
  const dayCount = localDay(settings.timeZone, end - 1) - firstDay + 1 + spareDays;
  return { horizonEnd: end, firstDay, dayCount };
}

/** What a gauge that goes below zero needs added so that logarithms exist: its depth and half its range. */
export function negativeShift(digests: readonly DayDigest[]): number {
  let low = 0;
  let high = 0;
  for (const { blocks } of digests)
    for (const y of blocks) {
      if (y < low) low = y;
      if (y > high) high = y;
    }
  return low < 0 ? -low + (high - low) / 2 : 0;
}
