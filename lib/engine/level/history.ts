import type { DayLayout } from '../digest/layout.ts';
import { median } from '../numeric/quantile.ts';

/** The days of a history that say something, ascending, and their levels. */
export interface LevelHistory {
  /** Local dates; length n. */
  day: Int32Array;
  /** Position on an even grid of rows: days, or weeks for weekly rows. */
  index: Int32Array;
  /** Robust level of each day. */
  level: Float64Array;
  /** Means of the blocks of each day, NaN where nothing was seen or an event reigned; shape (n, blocks). */
  blocks: Float64Array;
  /** Mean day, scaled to mean 1; length: blocks. */
  typical: Float64Array;
}

export interface DayBlocks {
  day: number;
  blocks: ArrayLike<number>;
}

const typicalDays = 200;
const leastMass = 0.3;

/**
 * Level of a day: the ratio of each hour to the typical day's, as a weighted trimmed mean with the typical day as
 * weights (the lowest 15 % and the highest 10 % of the weight are cut), so that an hour of robots or of outage
 * does not move its day. A day with less than 30 % of the typical mass seen has no level and is left out.
 */
export function levelHistory(rows: readonly DayBlocks[], layout: DayLayout): LevelHistory {
  const { blocks, daysPerRow } = layout;
  const typical = typicalDay(rows, blocks);
  const day: number[] = [];
  const level: number[] = [];
  const kept: number[] = [];
  const groups = hourGroups(blocks);
  const ratio = new Float64Array(groups.length);
  const weight = new Float64Array(groups.length);
  const order = groups.map((_, g) => g);
  for (let i = 0; i < rows.length; i++) {
    const values = rows[i]!.blocks;
    let mass = 0;
    for (let g = 0; g < groups.length; g++) {
      const [from, until] = groups[g]!;
      let sum = 0;
      let expected = 0;
      for (let b = from; b < until; b++) {
        const y = values[b]!;
        if (Number.isNaN(y)) continue;
        sum += y;
        expected += typical[b]!;
      }
      weight[g] = expected;
      ratio[g] = expected > 0 ? sum / expected : 0;
      mass += expected;
    }
    if (!(mass >= leastMass * blocks)) continue;
    day.push(rows[i]!.day);
    level.push(trimmedMean(ratio, weight, order, mass));
    kept.push(i);
  }
  const flat = new Float64Array(kept.length * blocks);
  kept.forEach((i, row) => {
    flat.set(rows[i]!.blocks, row * blocks);
  });
  return {
    day: Int32Array.from(day),
    index: Int32Array.from(day, (d) => Math.round((d - day[0]!) / daysPerRow)),
    level: Float64Array.from(level),
    blocks: flat,
    typical,
  };
}

function hourGroups(blocks: number): [number, number][] {
  const count = Math.min(24, blocks);
  return Array.from({ length: count }, (_, g): [number, number] => [
    Math.floor((g * blocks) / count),
    Math.floor(((g + 1) * blocks) / count),
  ]);
}

/** Mean of the last days by block, scaled to mean 1. Each day weighs by itself alone, not by its size. */
function typicalDay(rows: readonly DayBlocks[], blocks: number): Float64Array {
  const typical = new Float64Array(blocks);
  const seen = new Float64Array(blocks);
  for (const { blocks: values } of rows.slice(-typicalDays)) {
    let sum = 0;
    let count = 0;
    for (let b = 0; b < blocks; b++) {
      const y = values[b]!;
      if (Number.isNaN(y)) continue;
      sum += y;
      count++;
    }
    if (!(sum > 0) || count < blocks * leastMass) continue;
    const scale = count / sum;
    for (let b = 0; b < blocks; b++) {
      const y = values[b]!;
      if (Number.isNaN(y)) continue;
      typical[b]! += y * scale;
      seen[b]!++;
    }
  }
  let total = 0;
  for (let b = 0; b < blocks; b++) {
    typical[b] = seen[b]! > 0 ? Math.max(0, typical[b]! / seen[b]!) : Number.NaN;
    if (seen[b]! > 0) total += typical[b]!;
  }
  const known = typical.filter((x) => !Number.isNaN(x));
  const fill = known.length > 0 && total > 0 ? median(known) : 1;
  total = 0;
  for (let b = 0; b < blocks; b++) {
    if (Number.isNaN(typical[b]!) || !(known.length > 0 && fill >= 0)) typical[b] = fill;
    total += typical[b]!;
  }
  if (!(total > 0)) return typical.fill(1);
  for (let b = 0; b < blocks; b++) typical[b]! *= blocks / total;
  return typical;
}

function trimmedMean(ratio: Float64Array, weight: Float64Array, order: number[], mass: number): number {
  order.sort((a, b) => ratio[a]! - ratio[b]!);
  const from = 0.15 * mass;
  const until = 0.9 * mass;
  let seen = 0;
  let sum = 0;
  for (const g of order) {
    const next = seen + weight[g]!;
    const share = Math.min(next, until) - Math.max(seen, from);
    if (share > 0) sum += share * ratio[g]!;
    seen = next;
  }
  return sum / (until - from);
}
