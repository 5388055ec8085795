import { median } from '../numeric/quantile.ts';

/** A row from which the level stays higher or lower. */
export interface LevelStep {
  /** The first row of the new level. */
  row: number;
  /** New log level less the old. */
  size: number;
  declared: boolean;
}

/** Rows looked at on both sides of a date; at the end of the history at least five after it, for three may be an accident. */
const reach = 7;
const leastAfter = 5;
/** How far out of the ordinary a step must be, in scaled MADs of all the differences of the series itself. */
const outlying = 5.5;
const leastSize = 0.05;
/** Share of a step that must come within days, or it is a slope. */
const sudden = 0.7;
/** Share that must be left in the median of so many rows, or it was a spell. */
const lasting = 0.6;
const lastingRows = 56;
const sizedBy = 14;
const lateRows = 28;
const yearRows = 365;
/** Share of a step that, a year earlier or later, makes it a season. */
const seasonal = 0.4;

/**
 * Steps of the adjusted log level e (length n, NaN where missing), taken out one by one, the most outlying first: D = median
 * of 7 rows from a date on less that of the 7 before, against the median |D| of the whole series, so that what is noisy or
 * wanders is held to its own measure. A step is sudden, lasts, does not come a year apart and is no holiday (`special`).
 * `declared` rows are steps of whatever size they have. Rows of weeks have declared steps alone.
 * (Matching pursuit, Mallat & Zhang 1993, with Haar's filter.)
 */
export function findSteps(
  e: Float64Array,
  declared: readonly number[],
  daysPerRow: number,
  special: (row: number) => boolean,
): LevelStep[] {
  const n = e.length;
  const steps: LevelStep[] = [];
  const rest = e.slice();
  /** Change of the median over `rows` on each side of a row, no farther than to the next steps. */
  const change = (row: number, rows: number) => {
    let from = Math.max(0, row - rows);
    let until = Math.min(n, row + rows);
    for (const step of steps) {
      if (step.row <= row) from = Math.max(from, step.row);
      else until = Math.min(until, step.row);
    }
    return middle(rest, row, until) - middle(rest, from, row);
  };
  const take = (row: number, isDeclared: boolean) => {
    const size = change(row, sizedBy);
    if (Number.isNaN(size)) return;
    steps.push({ row, size, declared: isDeclared });
    for (let t = row; t < n; t++) rest[t]! -= size;
  };
  for (const row of declared) if (row > 0 && row < n) take(row, true);
  if (daysPerRow > 1 || n < 4 * reach) return steps.sort((a, b) => a.row - b.row);

  /** Whether a step may be a holiday's; of a late one it cannot be told yet whether it outlives the holidays around it. */
  const festive = (row: number) => {
    const late = n - row < lateRows;
    for (let t = row - (late ? reach : 1); t <= row + (late ? reach : 0); t++) if (special(t)) return true;
    return false;
  };
  const refused = new Uint8Array(n);
  const most = declared.length + 2 + Math.floor(n / 90);
  for (let round = 0; round < most + 10 && steps.length < most; round++) {
    const difference = rest.map((_, t) =>
      t < reach || t + leastAfter > n ? Number.NaN : middle(rest, t, t + reach) - middle(rest, t - reach, t),
    );
    const scale = 1.4826 * median(difference.map(Math.abs));
    let at = -1;
    for (let t = 0; t < n; t++)
      if (refused[t] === 0 && Math.abs(difference[t]!) > Math.abs(difference[at] ?? 0)) at = t;
    if (at < 0) break;
    const size = Math.abs(difference[at]!);
    if (size < Math.max(leastSize, outlying * scale)) break;
    const sign = Math.sign(difference[at]!);
    const row = sharpest(rest, at, sign);
    const again = (lag: number) => {
      for (let t = row + lag - 10; t <= row + lag + 10; t++)
        if (sign * (difference[t] ?? 0) > seasonal * size) return true;
      return false;
    };
    if (
      row + leastAfter <= n &&
      sign * change(row, 3) >= sudden * size &&
      sign * change(row, lastingRows) >= lasting * size &&
      !again(-yearRows) &&
      !again(yearRows) &&
      !festive(row) &&
      steps.every((step) => Math.abs(step.row - row) >= 3)
    )
      take(row, false);
    else refused.fill(1, Math.max(0, at - 3), at + 4);
  }
  return steps.sort((a, b) => a.row - b.row);
}

/** Log level that the steps up to each of n rows add. */
export function stepSum(steps: readonly LevelStep[], n: number): Float64Array {
  const sum = new Float64Array(n);
  for (const { row, size } of steps) for (let t = row; t < n; t++) sum[t]! += size;
  return sum;
}

/** Median of the rows [from, until) within e that are seen; NaN where less than half are. */
function middle(e: Float64Array, from: number, until: number): number {
  const end = Math.min(until, e.length);
  const start = Math.max(0, from);
  const seen = e.subarray(start, end).filter((x) => !Number.isNaN(x));
  return seen.length > 0 && 2 * seen.length >= end - start ? median(seen) : Number.NaN;
}

/** The row near `about` whose two sides differ most by their means: medians alone leave a day or three open. */
function sharpest(e: Float64Array, about: number, sign: number): number {
  let best = about;
  let most = 0;
  for (let row = Math.max(1, about - 3); row <= Math.min(e.length - 1, about + 3); row++) {
    const gap = sign * (mean(e, row, row + reach) - mean(e, row - reach, row));
    if (gap > most) {
      most = gap;
      best = row;
    }
  }
  return best;
}

function mean(e: Float64Array, from: number, until: number): number {
  let sum = 0;
  let seen = 0;
  for (let t = Math.max(0, from); t < Math.min(until, e.length); t++) {
    if (Number.isNaN(e[t]!)) continue;
    sum += e[t]!;
    seen++;
  }
  return sum / seen;
}
