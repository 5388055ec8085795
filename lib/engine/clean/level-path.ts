import { median } from '../numeric/quantile.ts';
import { weekdayOf } from '../time/local.ts';

/** Rows that may go astray and come back without the level being said to have moved. */
const strayDays = 4;
/** A jump, in logarithms, that the last days are not believed. */
const leastJump = Math.log(2.5);
/** An outage of many days is one that ends: below a tenth of before, and back again within four weeks. */
const nearZero = Math.log(0.1);
export const longestOutage = 28;
const scaleOfMad = 1.4826;

/** What the level would have been on each row had nothing gone astray, in logarithms. */
export interface LevelPath {
  /** Without the weekday's effect; length: rows. */
  path: Float64Array;
  /** Effect of each weekday, Monday first. */
  weekday: Float64Array;
  /** 1 for rows within an outage of days that ended. */
  asleep: Uint8Array;
}

/**
 * A running median of the log levels, weekdays taken out, over four rows at each side: a median keeps a step where it
 * is, and passes over runs shorter than half its window (Tukey, Exploratory Data Analysis, 1977, section 7). The
 * first and last four rows follow the level unless it jumps; outages of many days are skipped if they end.
 */
export function levelPath(day: Int32Array, log: Float64Array, daysPerRow: number): LevelPath {
  const reach = Math.max(1, Math.round(strayDays / daysPerRow));
  const weekday = weekdayEffects(day, log, daysPerRow);
  const level = log.map((z, i) => z - weekday[weekdayOf(day[i]!)]!);
  const awake = rowsAwake(level, 2 * reach + 1);
  const kept = Float64Array.from(awake, (i) => level[i]!);
  const smooth = runningMedian(kept, reach);
  followEnds(kept, smooth, reach);
  const path = new Float64Array(log.length);
  for (let i = 0, k = 0; i < path.length; i++) {
    while (k + 1 < awake.length && awake[k + 1]! <= i) k++;
    path[i] = smooth[k]!;
  }
  const asleep = new Uint8Array(log.length).fill(1);
  for (const i of awake) asleep[i] = 0;
  return { path, weekday, asleep };
}

/** Median distance of each weekday from the week around it. */
function weekdayEffects(day: Int32Array, log: Float64Array, daysPerRow: number): Float64Array {
  const effect = new Float64Array(7);
  if (daysPerRow > 1) return effect;
  const around = runningMedian(log, 3);
  const apart: number[][] = Array.from({ length: 7 }, () => []);
  for (let i = 0; i < day.length; i++) apart[weekdayOf(day[i]!)]!.push(log[i]! - around[i]!);
  for (let w = 0; w < 7; w++) if (apart[w]!.length > 1) effect[w] = median(apart[w]!);
  return effect;
}

/** Rows that do not lie in an outage which ended. */
function rowsAwake(level: Float64Array, memory: number): number[] {
  const awake: number[] = [];
  for (let i = 0; i < level.length; ) {
    let back = i;
    if (awake.length >= memory) {
      const usual = median(Float64Array.from(awake.slice(-memory), (k) => level[k]!));
      while (back < level.length && level[back]! < usual + nearZero) back++;
      const ends = back < level.length && level[back]! > usual + nearZero / 2;
      if (!ends || back - i > longestOutage) back = i;
    }
    if (back === i) awake.push(i++);
    else i = back;
  }
  return awake;
}

function runningMedian(x: Float64Array, reach: number): Float64Array {
  const sorted: number[] = [];
  return x.map((_, i) => {
    sorted.length = 0;
    const until = Math.min(x.length, i + reach + 1);
    for (let j = Math.max(0, i - reach); j < until; j++) {
      let at = sorted.length;
      sorted.push(x[j]!);
      for (; at > 0 && sorted[at - 1]! > x[j]!; at--) sorted[at] = sorted[at - 1]!;
      sorted[at] = x[j]!;
    }
    const m = sorted.length;
    return (sorted[(m - 1) >> 1]! + sorted[m >> 1]!) / 2;
  });
}

/** Ends have too few neighbours for a median: there the path follows each row that is no jump from the one before. */
function followEnds(x: Float64Array, smooth: Float64Array, reach: number): void {
  const n = x.length;
  if (n < 2 * reach + 1) {
    smooth.fill(median(x));
    return;
  }
  const apart = x.map((v, i) => Math.abs(v - smooth[i]!));
  const jump = Math.max(leastJump, 6 * scaleOfMad * median(apart));
  const follow = (i: number, before: number) => {
    smooth[i] = Math.abs(x[i]! - smooth[before]!) > jump ? smooth[before]! : x[i]!;
  };
  for (let i = n - reach; i < n; i++) follow(i, i - 1);
  for (let i = reach - 1; i >= 0; i--) follow(i, i + 1);
}
