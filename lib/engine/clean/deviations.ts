import { sortedQuantile } from '../numeric/quantile.ts';
import { weekdayOf } from '../time/local.ts';
import { type BlockRows, dayLevel } from './expected.ts';
import type { LevelPath } from './level-path.ts';

/** Added to both sides of a ratio, as a share of the day's level: at night hardly anything is extraordinary. */
const cushion = 0.05;
const mostSampled = 200;
const scaleOfMad = 1.4826;

/** How far each block lies from what was expected of it; columns of shape (n, blocks). */
export interface Deviations {
  /** In the unit of a block; NaN where nothing can be said. */
  expected: Float64Array;
  /** ln((seen + cushion) / (expected + cushion)); NaN where not seen or not expected. */
  log: Float64Array;
  /** The same, but only as far as no level of the day before, of the day or of the day after explains it. */
  unexplained: Float64Array;
  /** Usual size of `log` in each block of the day; length: blocks. */
  scale: Float64Array;
}

/** Compares blocks with level × share. On the days around a step either level is allowed: a step is no anomaly. */
export function deviations(
  rows: BlockRows,
  levels: LevelPath,
  share: Float64Array,
  offset: number,
): Deviations {
  const { day, blocks, value } = rows;
  const { path, weekday } = levels;
  const n = day.length;
  const expected = new Float64Array(n * blocks);
  const log = new Float64Array(n * blocks);
  const unexplained = new Float64Array(n * blocks);
  for (let i = 0; i < n; i++) {
    const effect = weekday[weekdayOf(day[i]!)]!;
    const before = path[Math.max(0, i - 1)]!;
    const after = path[Math.min(n - 1, i + 1)]!;
    const level = dayLevel(path[i]! + effect, offset);
    const higher = Math.log(dayLevel(Math.max(before, path[i]!, after) + effect, offset) / level);
    const lower = Math.log(dayLevel(Math.min(before, path[i]!, after) + effect, offset) / level);
    for (let at = i * blocks; at < (i + 1) * blocks; at++) {
      const usual = level * share[at]!;
      expected[at] = usual;
      const d = Math.log((value[at]! + cushion * level) / (usual + cushion * level));
      log[at] = d;
      unexplained[at] = d > 0 ? Math.max(0, d - higher) : d < 0 ? Math.min(0, d - lower) : d;
    }
  }
  return { expected, log, unexplained, scale: usualSizes(log, n, blocks) };
}

/** Scaled median absolute deviation of each block, nowhere below the middle one of all blocks. */
function usualSizes(log: Float64Array, n: number, blocks: number): Float64Array {
  const stride = Math.ceil(n / mostSampled);
  const size = new Float64Array(blocks);
  const column = new Float64Array(Math.ceil(n / stride));
  for (let b = 0; b < blocks; b++) {
    let m = 0;
    for (let i = n - 1; i >= 0; i -= stride) {
      const d = Math.abs(log[i * blocks + b]!);
      if (!Number.isNaN(d)) column[m++] = d;
    }
    size[b] = m === 0 ? 0 : scaleOfMad * sortedQuantile(column.subarray(0, m).sort(), 0.5);
  }
  const middle = sortedQuantile(size.slice().sort(), 0.5);
  return size.map((s) => Math.max(s, middle));
}
