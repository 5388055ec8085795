import { median } from '../numeric/quantile.ts';

const halfWindow = 7;
const reach = 3;
/** Last rows that may be an accident (a step is told after five), and how many times as far off as the clip they lie then. */
const youngest = 4;
const farOff = 3;
/** In logarithms, about a third: what lies nearer is no accident, however calm the level was. */
const wild = 0.3;

/**
 * Clips each value to ±3 scaled MAD around the median of its 15 neighbours (fewer at the ends), so that a wild
 * last day cannot carry the level away. Of the last four rows, what lies three times as far
 * off, and by a third of the level, is not even believed to its clip: it is missing (NaN) until a fifth day says that it
 * stays. NaN stays NaN.
 */
export function clipToNeighbours(values: Float64Array): Float64Array {
  const n = values.length;
  const centre = new Float64Array(n);
  const deviation = new Float64Array(n);
  const sorted: number[] = [];
  for (let i = 0; i < n; i++) {
    sorted.length = 0;
    const until = Math.min(n, i + halfWindow + 1);
    for (let j = Math.max(0, i - halfWindow); j < until; j++) {
      const x = values[j]!;
      if (Number.isNaN(x)) continue;
      let at = sorted.length;
      sorted.push(x);
      for (; at > 0 && sorted[at - 1]! > x; at--) sorted[at] = sorted[at - 1]!;
      sorted[at] = x;
    }
    const m = sorted.length;
    centre[i] = m === 0 ? Number.NaN : (sorted[(m - 1) >> 1]! + sorted[m >> 1]!) / 2;
    deviation[i] = Math.abs(values[i]! - centre[i]!);
  }
  const width = reach * 1.4826 * median(deviation);
  const distrusted = Math.max(0, n - youngest);
  return values.map((x, i) =>
    i >= distrusted && deviation[i]! > Math.max(wild, farOff * width)
      ? Number.NaN
      : Math.max(centre[i]! - width, Math.min(centre[i]! + width, x)),
  );
}
