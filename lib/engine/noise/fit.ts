import type { DayLayout } from '../digest/layout.ts';
import { missingCode, ratioOfCode } from '../digest/shape-code.ts';
import { type Noise, noiseProbabilities, pools } from '../model/types.ts';
import { sortedQuantile } from '../numeric/quantile.ts';
import type { DayDigest } from '../types.ts';

const columns = noiseProbabilities.length;
/** Enough for the quantiles of a pool; more samples are thinned evenly. */
const mostSamples = 800;

/** A past day beside what the model says of it. */
export interface FittedDay {
  /** Blocks as seen, NaN where nothing was or an event reigned, and as the level times the profile has them. */
  blocks: ArrayLike<number>;
  fitted: ArrayLike<number>;
  digest: DayDigest;
}

/** Noise tables, and the mean ratio of actual to fitted for each hour of the clock. */
export interface FittedNoise {
  noise: Noise;
  meanRatio: Float64Array;
}

/** Pools the ratio of actual to fitted by the hour of the clock ± 1 h, at three spans: the step, the hour, the day. */
export function fitNoise(days: readonly FittedDay[], layout: DayLayout, shape: Float64Array): FittedNoise {
  const stepRatios: number[][] = Array.from({ length: pools }, () => []);
  const hourRatios: number[][] = Array.from({ length: pools }, () => []);
  const dayRatios: number[] = [];
  const hours = Math.min(pools, layout.blocks);
  for (const { blocks, fitted, digest } of days) {
    let actualDay = 0;
    let fittedDay = 0;
    let seen = 0;
    for (let h = 0; h < hours; h++) {
      const from = Math.floor((h * layout.blocks) / hours);
      const until = Math.floor(((h + 1) * layout.blocks) / hours);
      let actual = 0;
      let expected = 0;
      for (let b = from; b < until; b++) {
        const y = blocks[b]!;
        const f = fitted[b]!;
        if (Number.isNaN(y) || !(f > 0)) continue;
        actual += y;
        expected += f;
        seen++;
        const pool = Math.floor((b * pools) / layout.blocks);
        if (layout.stepsPerBlock === 1) stepRatios[pool]!.push(y / f);
        else if (digest.shape.length > 0) {
          const scale = y / f;
          for (let k = b * layout.stepsPerBlock; k < (b + 1) * layout.stepsPerBlock; k++) {
            const code = digest.shape[k]!;
            if (code !== missingCode) stepRatios[pool]!.push((scale * ratioOfCode[code]!) / shape[k]!);
          }
        }
      }
      if (expected > 0) hourRatios[Math.floor((h * pools) / hours)]!.push(actual / expected);
      actualDay += actual;
      fittedDay += expected;
    }
    if (fittedDay > 0 && seen >= layout.blocks / 2) dayRatios.push(actualDay / fittedDay);
  }
  const meanRatio = Float64Array.from({ length: pools }, (_, pool) =>
    winsorisedMean(around(hourRatios, pool)),
  );
  const noise: Noise = {
    step: new Float32Array(pools * columns),
    hour: new Float32Array(pools * columns),
    day: new Float32Array(columns),
  };
  for (let pool = 0; pool < pools; pool++) {
    writeQuantiles(around(stepRatios, pool), meanRatio[pool]!, noise.step, pool * columns);
    writeQuantiles(around(hourRatios, pool), meanRatio[pool]!, noise.hour, pool * columns);
  }
  let mean = 0;
  for (const m of meanRatio) mean += m / pools;
  writeQuantiles(
    dayRatios.sort((a, b) => a - b),
    mean,
    noise.day,
    0,
  );
  return { noise, meanRatio };
}

/** No noise at all: rows of a day or more, whose noise is the level's. */
export function noNoise(): Noise {
  return {
    step: new Float32Array(pools * columns).fill(1),
    hour: new Float32Array(pools * columns).fill(1),
    day: new Float32Array(columns).fill(1),
  };
}

/** Ascending samples of a pool and its neighbours, thinned evenly; wider where a pool is poor. */
function around(ratios: number[][], pool: number): Float64Array {
  for (let reach = 1; ; reach *= 2) {
    let total = 0;
    for (let k = -reach; k <= reach; k++) total += ratios[(pool + k + 2 * pools) % pools]!.length;
    if (total < 40 && reach < pools / 2) continue;
    const stride = Math.max(1, Math.ceil(total / mostSamples));
    const samples = new Float64Array(Math.ceil(total / stride));
    let at = 0;
    let next = 0;
    for (let k = -reach; k <= reach; k++) {
      const list = ratios[(pool + k + 2 * pools) % pools]!;
      for (; next < list.length; next += stride) samples[at++] = list[next]!;
      next -= list.length;
    }
    return samples.subarray(0, at).sort();
  }
}

/** Mean of samples held within their own 0.5…99.5 % and no farther above the median than twice the 98 % quantile is. */
function winsorisedMean(ascending: Float64Array): number {
  if (ascending.length === 0) return 1;
  const low = sortedQuantile(ascending, 0.005);
  const middle = sortedQuantile(ascending, 0.5);
  const high = middle + 2 * (sortedQuantile(ascending, 0.98) - middle);
  let sum = 0;
  for (const x of ascending) sum += x < low ? low : x > high ? high : x;
  const mean = sum / ascending.length;
  return mean > 0 ? mean : 1;
}

function writeQuantiles(ascending: ArrayLike<number>, mean: number, out: Float32Array, at: number): void {
  for (let j = 0; j < columns; j++)
    out[at + j] =
      ascending.length === 0 ? 1 : Math.max(0, sortedQuantile(ascending, noiseProbabilities[j]!) / mean);
}
