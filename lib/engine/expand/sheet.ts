import { pools } from '../model/types.ts';
import { minuteMs } from '../time/local.ts';

export const dayMinutes = 1440;
export const poolMinutes = dayMinutes / pools;

/** Added to a number below 2⁵¹ this leaves no room for its fraction: Math.round in a fifth of the time. */
const noFraction = 1.5 * 2 ** 52;

/** The columns being written, and how far they are. */
export interface Sheet {
  time: Float64Array;
  mean: Float64Array;
  quantiles: Float64Array[];
  stepSeconds: number;
  /** End of the last step. */
  end: number;
  /** The step that is written next. */
  step: number;
  /** Added to a quantile and taken off again: 0, or `noFraction` where quantiles are whole numbers. */
  rounding: number;
}

/**
 * Adds the minutes of [from, until) to their steps. `row` holds a day's rates by the wall clock, whose minute 0 is at `zero`;
 * `factors` what each quantile is over the mean, shape (quantiles, pools).
 */
export function writeSpan(
  sheet: Sheet,
  row: Float64Array,
  factors: Float64Array,
  zero: number,
  from: number,
  until: number,
): void {
  const whole = sheet.stepSeconds === 60 && (from - zero) % minuteMs === 0 && (until - from) % minuteMs === 0;
  if (whole) writeMinutes(sheet, row, factors, (from - zero) / minuteMs, (until - zero) / minuteMs);
  else addPieces(sheet, row, factors, zero, from, until);
}

/** Each minute is a step: no sums. */
function writeMinutes(
  sheet: Sheet,
  row: Float64Array,
  factors: Float64Array,
  from: number,
  until: number,
): void {
  const { mean, quantiles, step, rounding } = sheet;
  const first = from | 0;
  const last = until | 0;
  const shift = (step - first) | 0;
  mean.set(row.subarray(first, last), step);
  for (let minute = first; minute < last; ) {
    const pool = (minute / poolMinutes) | 0;
    const end = Math.min(last, (pool + 1) * poolMinutes) | 0;
    let k = 0;
    // Two columns at once: half the loads, and the loop is short enough to stay in registers.
    for (; k + 1 < quantiles.length; k += 2)
      copyTwo(
        row,
        minute,
        end,
        shift,
        quantiles[k]!,
        factors[k * pools + pool]!,
        quantiles[k + 1]!,
        factors[(k + 1) * pools + pool]!,
        rounding,
      );
    if (k < quantiles.length)
      copyOne(row, minute, end, shift, quantiles[k]!, factors[k * pools + pool]!, rounding);
    minute = end;
  }
  sheet.step += last - first;
}

function copyTwo(
  row: Float64Array,
  first: number,
  last: number,
  shift: number,
  one: Float64Array,
  factor: number,
  other: Float64Array,
  otherFactor: number,
  rounding: number,
): void {
  for (let m = first; m < last; m++) {
    const x = row[m]!;
    one[m + shift] = x * factor + rounding - rounding;
    other[m + shift] = x * otherFactor + rounding - rounding;
  }
}

function copyOne(
  row: Float64Array,
  first: number,
  last: number,
  shift: number,
  column: Float64Array,
  factor: number,
  rounding: number,
): void {
  for (let m = first; m < last; m++) column[m + shift] = row[m]! * factor + rounding - rounding;
}

function addPieces(
  sheet: Sheet,
  row: Float64Array,
  factors: Float64Array,
  zero: number,
  from: number,
  until: number,
): void {
  const { time, mean, quantiles, end, rounding } = sheet;
  for (let at = from; at < until; ) {
    const step = sheet.step;
    const stepEnd = step + 1 < time.length ? time[step + 1]! : end;
    const minute = (at - zero) / minuteMs;
    const pool = Math.floor(minute / poolMinutes);
    const pieceEnd = Math.min(until, stepEnd, zero + (pool + 1) * poolMinutes * minuteMs);
    const sum = integrate(row, minute, (pieceEnd - zero) / minuteMs);
    mean[step]! += sum;
    for (let k = 0; k < quantiles.length; k++) quantiles[k]![step]! += sum * factors[k * pools + pool]!;
    at = pieceEnd;
    if (at !== stepEnd) continue;
    for (const column of quantiles) column[step] = column[step]! + rounding - rounding;
    sheet.step++;
  }
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

/** The columns to write on: those of `target` where their lengths fit, emptied if steps are summed up. */
export function newSheet(
  time: Float64Array,
  end: number,
  stepSeconds: number,
  quantiles: number,
  whole: boolean,
  target: { mean: Float64Array; quantiles: Float64Array[] } | undefined,
): Sheet {
  const n = time.length;
  const sheet = { time, stepSeconds, end, step: 0, rounding: whole ? noFraction : 0 };
  if (target?.mean.length === n && target.quantiles.length === quantiles) {
    if (stepSeconds !== 60) for (const column of [target.mean, ...target.quantiles]) column.fill(0);
    return { ...sheet, mean: target.mean, quantiles: target.quantiles };
  }
  const columns = Array.from({ length: quantiles }, () => new Float64Array(n));
  return { ...sheet, mean: new Float64Array(n), quantiles: columns };
}
