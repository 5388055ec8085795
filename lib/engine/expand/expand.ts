import type { ForecastModel } from '../model/types.ts';
import { pools } from '../model/types.ts';
import { dayMs, localDay, minuteMs, startOfDay } from '../time/local.ts';
import { nextStep, steps } from '../time/steps.ts';
import { offsetSpan } from '../time/zone.ts';
import type { Expansion, Window } from '../types.ts';
import { dayRows, writeDayRow } from './day-row.ts';
import { liftRow } from './lift-row.ts';
import { grainNoise, writeFactors } from './noise-factors.ts';
import { dayMinutes, newSheet, type Sheet, writeSpan } from './sheet.ts';

/**
 * The forecast of a window at any grain. The mean of a coarser step is the sum (count) or the mean (gauge) of its
 * minutes, on days of 23 and 25 hours too. Quantiles of counts of whole things are whole numbers, at any grain. Columns of `target` are written over where their lengths fit.
 *
 * Throws a RangeError for a window outside [cutoff, horizonEnd), a step that does not divide the day, or
 * quantiles that are not strictly ascending within (0, 1).
 */
export function expand(model: ForecastModel, window: Window, target?: Expansion): Expansion {
  checkWindow(model, window);
  const { timeZone, stepSeconds: historySeconds, metricKind } = model.settings;
  const time = windowTime(model, window, target);
  const n = time.length;
  const end = n > 0 ? nextStep(timeZone, time[n - 1]!, window.stepSeconds) : window.start;
  const sheet = newSheet(time, end, window.stepSeconds, window.quantiles.length, model.whole, target);
  const grain = grainNoise(model.noise, historySeconds, window.stepSeconds, window.quantiles);
  const factors = new Float64Array(window.quantiles.length * pools);
  const eventVariance = new Float64Array(pools);
  const rows = dayRows(model);
  const row = new Float64Array(dayMinutes);
  let day = localDay(timeZone, window.start);
  for (let dayStart = startOfDay(timeZone, day); dayStart < end; day++) {
    const dayEnd = startOfDay(timeZone, day + 1);
    const from = Math.max(dayStart, window.start);
    const until = Math.min(dayEnd, end);
    const own = model.days.ownSd[day - model.firstDay]!;
    const shared = model.days.sharedSd[day - model.firstDay]!;
    const variance = shared * shared + (own * own) / grain.rows;
    for (let at = from; at < until; ) {
      const span = offsetSpan(timeZone, at);
      // Where a clock is set back over midnight, the day begins with the last minutes of the date before.
      const wall = at + span.offset - day * dayMs;
      const zero = day * dayMs - span.offset - (wall < 0 ? dayMs : 0);
      const spanEnd = Math.min(span.until, until, zero + dayMs);
      writeDayRow(model, rows, day, dayEnd - dayStart, row);
      eventVariance.fill(0);
      liftRow(model, row, zero, at, spanEnd, eventVariance);
      writeFactors(grain, variance, eventVariance, factors);
      writeSpan(sheet, row, factors, zero, at, spanEnd);
      at = spanEnd;
    }
    dayStart = dayEnd;
  }
  if (metricKind === 'gauge') averageGauge(sheet, model.shift);
  return { time, mean: sheet.mean, quantiles: sheet.quantiles };
}

/** Starts of the window's steps; those of `target` where it is the same window again. */
function windowTime(
  model: ForecastModel,
  { start, end, stepSeconds }: Window,
  target?: Expansion,
): Float64Array {
  const stepMs = stepSeconds * 1000;
  const length = Math.ceil((end - start) / stepMs);
  const same = stepSeconds < 86_400 && target !== undefined && length > 0 && target.time.length === length;
  if (same && target.time[0] === start && target.time[length - 1] === start + (length - 1) * stepMs)
    return target.time;
  return steps(model.settings.timeZone, start, end, stepSeconds);
}

function averageGauge({ time, mean, quantiles, end }: Sheet, shift: number): void {
  const n = time.length;
  for (let i = 0; i < n; i++) {
    const length = ((i + 1 < n ? time[i + 1]! : end) - time[i]!) / minuteMs;
    mean[i] = mean[i]! / length - shift;
    for (const column of quantiles) column[i] = column[i]! / length - shift;
  }
}

function checkWindow(model: ForecastModel, { start, end, quantiles }: Window): void {
  if (!(start >= model.cutoff && end <= model.horizonEnd && start <= end))
    throw new RangeError(
      `The window ${iso(start)} to ${iso(end)} is not within the forecast: ask between ${iso(model.cutoff)} and ${iso(model.horizonEnd)}`,
    );
  let before = 0;
  for (const p of quantiles) {
    if (!(p > before && p < 1))
      throw new RangeError(`Quantiles ascend strictly between 0 and 1, got ${quantiles.join(', ')}`);
    before = p;
  }
}

const iso = (ms: number) => (Number.isFinite(ms) ? new Date(ms).toISOString() : String(ms));
