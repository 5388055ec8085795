import { dayLayout } from '../digest/layout.ts';
import type { ForecastModel } from '../model/types.ts';
import { pools } from '../model/types.ts';
import { writeProfile } from '../profile/row.ts';
import { dayMs, localDay, minuteMs, startOfDay } from '../time/local.ts';
import { nextStep, steps } from '../time/steps.ts';
import { offsetSpan } from '../time/zone.ts';
import type { Expansion, Window } from '../types.ts';
import { grainNoise, writeFactors } from './noise-factors.ts';

const minutes = 1440;
const poolMinutes = minutes / pools;

/**
 * The forecast of a window at any grain. The mean of a coarser step is the sum (count) or the mean (gauge) of its
 * minutes, on days of 23 and 25 hours too. Columns of `target` are reused when their lengths fit.
 *
 * Throws a RangeError for a window outside [cutoff, horizonEnd), a step that does not divide the day, or
 * quantiles that are not strictly ascending within (0, 1).
 */
export function expand(model: ForecastModel, window: Window, target?: Expansion): Expansion {
  checkWindow(model, window);
  const { timeZone, stepSeconds: historySeconds, metricKind } = model.settings;
  const isCount = metricKind === 'count';
  const time = steps(timeZone, window.start, window.end, window.stepSeconds);
  const n = time.length;
  const count = window.quantiles.length;
  const reuse = target?.mean.length === n && target.quantiles.length === count ? target : undefined;
  const mean = reuse?.mean.fill(0) ?? new Float64Array(n);
  const columns = reuse?.quantiles ?? window.quantiles.map(() => new Float64Array(n));
  for (const column of columns) column.fill(0);
  const result: Expansion = { time, mean, quantiles: columns };
  if (n === 0) return result;

  const layout = dayLayout(historySeconds);
  const grain = grainNoise(model.noise, historySeconds, window.stepSeconds, window.quantiles);
  const factors = new Float64Array(count * pools);
  const eventVariance = new Float64Array(pools);
  const profile = new Float64Array(layout.blocks);
  const row = new Float64Array(minutes);
  const minuteShape = new Float64Array(minutes);
  const blockOf = new Uint16Array(minutes);
  for (let m = 0; m < minutes; m++) {
    const slot = layout.steps === 1 ? 0 : Math.floor((m * minuteMs) / layout.stepMs);
    minuteShape[m] = model.shape[slot]!;
    blockOf[m] = (slot / layout.stepsPerBlock) | 0;
  }

  const end = nextStep(timeZone, time[n - 1]!, window.stepSeconds);
  const lastDay = localDay(timeZone, end - 1);
  let step = 0;
  let stepEnd = n > 1 ? time[1]! : end;
  for (let day = localDay(timeZone, window.start); day <= lastDay; day++) {
    const dayStart = startOfDay(timeZone, day);
    const dayEnd = startOfDay(timeZone, day + 1);
    if (dayEnd === dayStart) continue;
    const { days } = model;
    const d = day - model.firstDay;
    const log = days.level[d]! + days.year[d]! + days.weekday[d]! + days.holiday[d]!;
    const level = Math.max(0, Math.exp(log) - model.offset);
    const perMinute = isCount ? rowMinutes(layout.daysPerRow, historySeconds, dayEnd - dayStart) : 1;
    writeProfile(model.profile, day, days.dayOff[d] === 1, profile);
    for (let b = 0; b < profile.length; b++) profile[b]! *= level * perMinute;
    for (let m = 0; m < minutes; m++) row[m] = profile[blockOf[m]!]! * minuteShape[m]!;
    const own = days.ownSd[d]!;
    const shared = days.sharedSd[d]!;
    const variance = shared * shared + (own * own) / grain.days;
    eventVariance.fill(0);

    const until = Math.min(dayEnd, end);
    for (let at = Math.max(dayStart, window.start); at < until; ) {
      const span = offsetSpan(timeZone, at);
      const spanEnd = Math.min(span.until, until);
      // Wall-clock minute 0 of this span's clock; a clock set back over midnight starts below zero.
      const zero = day * dayMs - span.offset + (at + span.offset < day * dayMs ? -dayMs : 0);
      const lifted = applyEvents(model, row, zero, at, spanEnd, eventVariance);
      writeFactors(grain, variance, eventVariance, factors);
      while (at < spanEnd) {
        const minute = (at - zero) / minuteMs;
        const pool = Math.floor(minute / poolMinutes);
        const runEnd = Math.min(spanEnd, zero + (pool + 1) * poolMinutes * minuteMs);
        const length = (runEnd - at) / minuteMs;
        if (window.stepSeconds === 60 && Number.isInteger(minute) && Number.isInteger(length)) {
          for (let i = 0; i < length; i++) mean[step + i] = row[minute + i]!;
          for (let k = 0; k < count; k++) {
            const column = columns[k]!;
            const factor = factors[k * pools + pool]!;
            for (let i = 0; i < length; i++) column[step + i] = row[minute + i]! * factor;
          }
          step += length;
          stepEnd = step + 1 < n ? time[step + 1]! : end;
          at = runEnd;
          continue;
        }
        const pieceEnd = Math.min(runEnd, stepEnd);
        const sum = integrate(row, minute, (pieceEnd - zero) / minuteMs);
        mean[step]! += sum;
        for (let k = 0; k < count; k++) columns[k]![step]! += sum * factors[k * pools + pool]!;
        at = pieceEnd;
        if (at === stepEnd) {
          step++;
          stepEnd = step + 1 < n ? time[step + 1]! : end;
        }
      }
      if (lifted) for (let m = 0; m < minutes; m++) row[m] = profile[blockOf[m]!]! * minuteShape[m]!;
      eventVariance.fill(0);
    }
  }
  if (!isCount) averageGauge(result, end, model.shift);
  return result;
}

/** What a minute has of a row's total: a row below a day is a rate, a day or a week is split over its minutes. */
function rowMinutes(daysPerRow: number, historySeconds: number, dayLength: number): number {
  return historySeconds < 86_400 ? 60 / historySeconds : minuteMs / dayLength / daysPerRow;
}

/** Σ of the row from minute `from` to minute `until`, parts of minutes by their share. */
function integrate(row: Float64Array, from: number, until: number): number {
  const first = Math.floor(from);
  const last = Math.floor(until);
  if (first === last) return row[first]! * (until - from);
  let sum = row[first]! * (first + 1 - from);
  for (let m = first + 1; m < last; m++) sum += row[m]!;
  return until > last ? sum + row[last]! * (until - last) : sum;
}

/** Multiplies the minutes that lie within an event. Of two events at once the larger lift holds. */
function applyEvents(
  model: ForecastModel,
  row: Float64Array,
  zero: number,
  from: number,
  until: number,
  eventVariance: Float64Array,
): boolean {
  let lifts: Float64Array | undefined;
  for (const event of model.events) {
    const { lift, sd } = model.curves[event.curve]!;
    const eventEnd = event.start + lift.length * minuteMs;
    if (eventEnd <= from || event.start >= until) continue;
    lifts ??= new Float64Array(minutes);
    const first = Math.max(from, event.start);
    for (let at = first; at < Math.min(until, eventEnd); at += minuteMs) {
      const minute = Math.floor((at - zero) / minuteMs);
      const here = lift[Math.floor((at - event.start) / minuteMs)]!;
      if (here > lifts[minute]!) lifts[minute] = here;
      const pool = Math.floor(minute / poolMinutes);
      eventVariance[pool] = Math.max(eventVariance[pool]!, sd * sd);
    }
  }
  if (lifts === undefined) return false;
  for (let m = 0; m < minutes; m++) if (lifts[m]! > 0) row[m]! *= lifts[m]!;
  return true;
}

function averageGauge({ time, mean, quantiles }: Expansion, end: number, shift: number): void {
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
