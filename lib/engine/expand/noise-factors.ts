import { type Noise, noiseProbabilities, pools } from '../model/types.ts';
import { normalQuantile } from '../numeric/normal.ts';

const columns = noiseProbabilities.length;
const zGrid = noiseProbabilities.map(normalQuantile);
/** Below this median ratio (counts that are mostly zero) errors are seen from the mean instead. */
const sparse = 0.05;

/** Noise at one grain and for the quantiles asked for: what `writeFactors` needs, found once a window. */
export interface GrainNoise {
  z: Float64Array;
  /** Shape (quantiles, pools): ratio quantile, its reference, and (ln ratio/reference)². */
  ratio: Float64Array;
  reference: Float64Array;
  squared: Float64Array;
  /** 1 where the ratio stands as it is: zeros, and what lies below the mean of counts that are mostly zero. */
  plain: Uint8Array;
  /** Days (weeks, in weekly histories) whose own errors a step averages over. */
  rows: number;
}

/** Between the spans that were measured (step, hour, day) quantiles go linearly in the logarithm of the span. */
function tableAt(noise: Noise, historySeconds: number, stepSeconds: number, pool: number, j: number): number {
  const at = pool * columns + j;
  if (stepSeconds >= 86_400) return noise.day[j]!;
  if (stepSeconds <= historySeconds) return noise.step[at]!;
  const below = stepSeconds < 3600;
  const fromSeconds = below ? historySeconds : Math.max(historySeconds, 3600);
  const untilSeconds = below ? 3600 : 86_400;
  const w = Math.log(stepSeconds / fromSeconds) / Math.log(untilSeconds / fromSeconds);
  const from = below ? noise.step[at]! : noise.hour[at]!;
  const until = below ? noise.hour[at]! : noise.day[j]!;
  return from + w * (until - from);
}

/** The quantile function of one row of a table at z, linear in z between its columns and beyond its ends. */
export function rowQuantile(row: ArrayLike<number>, z: number): number {
  let j = 0;
  while (j < columns - 2 && z > zGrid[j + 1]!) j++;
  const w = (z - zGrid[j]!) / (zGrid[j + 1]! - zGrid[j]!);
  return Math.max(0, row[j]! + w * (row[j + 1]! - row[j]!));
}

export function grainNoise(
  noise: Noise,
  historySeconds: number,
  stepSeconds: number,
  quantiles: readonly number[],
): GrainNoise {
  const size = quantiles.length * pools;
  const grain: GrainNoise = {
    z: Float64Array.from(quantiles, normalQuantile),
    ratio: new Float64Array(size),
    reference: new Float64Array(size),
    squared: new Float64Array(size),
    plain: new Uint8Array(size),
    rows: Math.max(1, stepSeconds / Math.max(86_400, historySeconds)),
  };
  for (let pool = 0; pool < pools; pool++) {
    const row = noiseProbabilities.map((_, j) => tableAt(noise, historySeconds, stepSeconds, pool, j));
    const median = rowQuantile(row, 0);
    const reference = median >= sparse ? median : 1;
    for (let k = 0; k < quantiles.length; k++) {
      const at = k * pools + pool;
      const ratio = rowQuantile(row, grain.z[k]!);
      grain.ratio[at] = ratio;
      grain.reference[at] = reference;
      grain.plain[at] = ratio <= 0 || (median < sparse && ratio <= 1) ? 1 : 0;
      const log = ratio > 0 ? Math.log(ratio / reference) : 0;
      grain.squared[at] = log * log;
    }
  }
  return grain;
}

/**
 * Writes what each quantile of a step is over its mean, shape (quantiles, pools). The noise of the step and
 * the error of the level add in quadrature in the logarithm, each half by itself: factors never cross.
 */
export function writeFactors(
  grain: GrainNoise,
  variance: number,
  eventVariance: Float64Array,
  out: Float64Array,
): void {
  for (let k = 0, at = 0; k < grain.z.length; k++) {
    const z = grain.z[k]!;
    for (let pool = 0; pool < pools; pool++, at++) {
      if (grain.plain[at] === 1) out[at] = grain.ratio[at]!;
      else {
        const log = Math.sqrt(grain.squared[at]! + z * z * (variance + eventVariance[pool]!));
        out[at] = grain.reference[at]! * Math.exp(z < 0 ? -log : log);
      }
    }
  }
}
