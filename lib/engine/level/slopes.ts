import { median } from '../numeric/quantile.ts';

/** A row from which the level grows at another rate. */
export interface SlopeBreak {
  row: number;
  /** Change of the log level's growth, by row. */
  change: number;
}

const blockDays = 28;
/** Blocks that a rate must have lasted on each side. */
const leastBlocks = 4;
/** Two years: before, a season may be left in the level and looks like slopes. */
const leastHistory = 26;
/** Standard errors that a change must have. */
const significant = 4;

/**
 * Changes of slope of a log level without its steps (NaN where missing): growth from block to block (medians of 28 days) has
 * another mean after a date than before, by at least 4 standard errors of its own robust spread. What merely wanders has
 * blocks that differ as much, and no break. Splits in two, again and again (binary segmentation: Scott & Knott 1974); the
 * date is that of the least-squares hinge between the blocks around.
 */
export function findSlopeBreaks(x: Float64Array, daysPerRow: number): SlopeBreak[] {
  const size = Math.max(2, Math.round(blockDays / daysPerRow));
  const count = Math.floor(x.length / size);
  if (count < leastHistory) return [];
  // Blocks end with the history: the last days are whole.
  const start = x.length - count * size;
  const level = Array.from({ length: count }, (_, b) =>
    median(x.subarray(start + b * size, start + (b + 1) * size)),
  );
  const growth = level.slice(1).map((l, b) => l - level[b]!);
  const cuts: number[] = [];
  split(growth, 0, growth.length, cuts);
  const edges = [0, ...cuts.sort((a, b) => a - b), growth.length];
  return cuts.map((cut, i) => {
    const before = mean(growth, edges[i]!, cut);
    const after = mean(growth, cut, edges[i + 2]!);
    const about = start + cut * size + (size >> 1);
    const from = start + edges[i]! * size;
    const until = start + (edges[i + 2]! + 1) * size;
    return { row: hinge(x, from, until, about, 3 * size), change: (after - before) / size };
  });
}

function split(growth: number[], from: number, until: number, cuts: number[]): void {
  let best = -1;
  let most = significant;
  for (let cut = from + leastBlocks; cut <= until - leastBlocks; cut++) {
    const before = mean(growth, from, cut);
    const after = mean(growth, cut, until);
    const rest = growth.slice(from, until).map((g, i) => Math.abs(g - (from + i < cut ? before : after)));
    const sd = Math.max(1e-3, 1.4826 * median(rest));
    const t = Math.abs(after - before) / (sd * Math.sqrt(1 / (cut - from) + 1 / (until - cut)));
    if (t > most) {
      most = t;
      best = cut;
    }
  }
  if (best < 0) return;
  cuts.push(best);
  split(growth, from, best, cuts);
  split(growth, best, until, cuts);
}

/** The row within `radius` of `about` where a broken line fits [from, until) best. */
function hinge(x: Float64Array, from: number, until: number, about: number, radius: number): number {
  let best = about;
  let least = Number.POSITIVE_INFINITY;
  for (let row = Math.max(from + 2, about - radius); row <= Math.min(until - 2, about + radius); row++) {
    const error = brokenLineError(x, from, until, row);
    if (error < least) {
      least = error;
      best = row;
    }
  }
  return best;
}

/** Residual sum of squares of 1, t, max(0, t − row), by Gram–Schmidt. */
function brokenLineError(x: Float64Array, from: number, until: number, row: number): number {
  const seen: number[] = [];
  for (let t = from; t < until; t++) if (!Number.isNaN(x[t]!)) seen.push(t);
  const columns = [
    seen.map(() => 1),
    seen.map((t) => (t - from) / (until - from)),
    seen.map((t) => Math.max(0, t - row) / (until - from)),
  ];
  const rest = seen.map((t) => x[t]!);
  const basis: number[][] = [];
  for (const column of columns) {
    for (const b of basis) subtract(column, b);
    const norm = Math.sqrt(dot(column, column));
    if (norm < 1e-9) continue;
    const unit = column.map((c) => c / norm);
    basis.push(unit);
    subtract(rest, unit);
  }
  return dot(rest, rest);
}

const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

function subtract(a: number[], unit: number[]): void {
  const along = dot(a, unit);
  for (let i = 0; i < a.length; i++) a[i]! -= along * unit[i]!;
}

function mean(values: number[], from: number, until: number): number {
  let sum = 0;
  for (let i = from; i < until; i++) sum += values[i]!;
  return sum / (until - from);
}
