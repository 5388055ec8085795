import { weekdayOf } from '../time/local.ts';
import type { LevelPath } from './level-path.ts';

/** Weeks at each side from which a block's neighbours come. */
const weeks = 3;
const enough = 3;
const daysAround = 10;

/** Rows of blocks on their days; shape (n, blocks), NaN where nothing was seen. */
export interface BlockRows {
  day: Int32Array;
  daysPerRow: number;
  blocks: number;
  value: Float64Array;
}

/** Whether block t comes right after the one before it, rather than after a hole of days. */
export const follows = ({ day, daysPerRow, blocks }: BlockRows, t: number): boolean =>
  t % blocks !== 0 || day[t / blocks]! - day[t / blocks - 1]! === daysPerRow;

/**
 * Each block's usual share of its day's level: the median of the same block over the same weekday of three weeks at
 * each side, itself left out, so that what comes at a fixed time is usual, however sharp. A row with fewer than three
 * such neighbours takes the nearest days of its kind (working day or weekend) too; NaN where there are not two.
 * Shape (n, blocks).
 */
export function usualShares(
  rows: BlockRows,
  { path, weekday, asleep }: LevelPath,
  offset: number,
): Float64Array {
  const { day, blocks, value } = rows;
  const n = day.length;
  const scale = Float64Array.from(path, (m, i) => 1 / dayLevel(m + weekday[weekdayOf(day[i]!)]!, offset));
  const rowOf = new Map<number, number>();
  day.forEach((d, i) => {
    if (asleep[i] === 0) rowOf.set(d, i);
  });
  const share = new Float64Array(n * blocks).fill(Number.NaN);
  const sorted = new Float64Array(2 * weeks + daysAround);
  for (let i = 0; i < n; i++) {
    const others = neighbours(day[i]!, rowOf);
    if (others.length < 2) continue;
    for (let b = 0; b < blocks; b++) {
      let m = 0;
      for (const j of others) {
        const x = value[j * blocks + b]! * scale[j]!;
        if (Number.isNaN(x)) continue;
        let at = m++;
        for (; at > 0 && sorted[at - 1]! > x; at--) sorted[at] = sorted[at - 1]!;
        sorted[at] = x;
      }
      if (m > 1) share[i * blocks + b] = (sorted[(m - 1) >> 1]! + sorted[m >> 1]!) / 2;
    }
  }
  return share;
}

/** The level of a day from its logarithm; NaN below the offset, where nothing can be told from nothing. */
export function dayLevel(log: number, offset: number): number {
  const level = Math.exp(log) - offset;
  return level >= offset ? level : Number.NaN;
}

function neighbours(day: number, rowOf: ReadonlyMap<number, number>): number[] {
  const others: number[] = [];
  const add = (d: number) => {
    const row = rowOf.get(d);
    if (row !== undefined) others.push(row);
  };
  for (let w = 1; w <= weeks; w++) {
    add(day - 7 * w);
    add(day + 7 * w);
  }
  const weekend = weekdayOf(day) >= 5;
  for (let d = 1; d <= daysAround && others.length < enough; d++)
    for (const other of [day - d, day + d]) if (d % 7 !== 0 && weekdayOf(other) >= 5 === weekend) add(other);
  return others;
}
