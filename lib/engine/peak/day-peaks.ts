import type { ForecastModel } from '../model/types.ts';
import { startOfDay } from '../time/local.ts';
import type { Span } from '../types.ts';
import { type WindowHours, windowHours } from './hours.ts';
import { checkQuantiles, type Peaks, peaksOfHours } from './peaks.ts';

/** Peaks of local days, one row a day. */
export interface DayPeaks extends Peaks {
  /** First instant of each local day that has a step in the window (of each week, where steps are weeks). */
  day: Float64Array;
}

/**
 * Each local day's highest hourly mean, in the unit of a step's value; the highest step where steps are an hour or
 * longer. Days of 23 and 25 hours have as many. A first or last day that is cut by the window has its part.
 *
 * Throws a RangeError for a window outside [cutoff, horizonEnd) and for quantiles that do not ascend within (0, 1).
 */
export function dayPeaks(
  model: ForecastModel,
  window: Span,
  quantiles: readonly number[],
  threshold?: number,
): DayPeaks {
  checkQuantiles(quantiles);
  const hours = windowHours(model, window, 'hour');
  const days: WindowHours[] = [];
  const starts: number[] = [];
  for (let from = 0; from < hours.day.length; ) {
    let until = from;
    while (until < hours.day.length && hours.day[until] === hours.day[from]) until++;
    days.push({
      time: hours.time.subarray(from, until),
      day: hours.day.subarray(from, until),
      hour: hours.hour.subarray(from, until),
      value: hours.value.subarray(from, until),
      eventSd: hours.eventSd.subarray(from, until),
    });
    starts.push(startOfDay(model.settings.timeZone, hours.day[from]!));
    from = until;
  }
  return { day: Float64Array.from(starts), ...peaksOfHours(model, days, quantiles, 'hour', threshold) };
}
