import { grainNoise, writeFactors } from '../expand/noise-factors.ts';
import { type ForecastModel, pools } from '../model/types.ts';
import { normalQuantile } from '../numeric/normal.ts';
import type { IntervalWidth } from '../types.ts';

/** The share of actual values that an interval from 0.1 to 0.9 should hold. */
const wanted = 0.8;
/** Days that weigh as much as the belief that the intervals are wide enough, or that they are not too wide: calm passes. */
const priorDays = { narrow: 14, broad: 56 };
const narrowest = 0.7;
const widest = 2.5;

/**
 * What intervals should be stretched by so that they would have held 80 % of late: split conformal prediction (Vovk,
 * Gammerman & Shafer 2005) with the distance from the median in half widths as its score, drawn towards 1 where few
 * days were seen. Between 0.7 and 2.5.
 *
 * @param within steps that intervals would have held, were they as wide as each of `stretches` says
 * @param days local days that the steps are of
 */
export function learntWidth(
  { steps, within }: { steps: number; within: ArrayLike<number> },
  stretches: readonly number[],
  days: number,
): number {
  if (steps === 0) return 1;
  const share = (k: number) => within[k]! / steps;
  let k = 0;
  while (k < stretches.length - 1 && share(k) < wanted) k++;
  let stretch = stretches[k]!;
  if (k > 0 && share(k) > share(k - 1)) {
    const w = Math.min(1, (wanted - share(k - 1)) / (share(k) - share(k - 1)));
    stretch = stretches[k - 1]! * (stretches[k]! / stretches[k - 1]!) ** w;
  }
  const prior = stretch > 1 ? priorDays.narrow : priorDays.broad;
  const drawn = stretch ** (days / (days + prior));
  return Math.min(widest, Math.max(narrowest, drawn));
}

/** The factor for a lead in days: that of the first width that reaches so far, else of the last. */
export function widthAt(widths: readonly IntervalWidth[], days: number): number {
  return (widths.find(({ until }) => days < until) ?? widths.at(-1))?.factor ?? 1;
}

/**
 * Widens (or narrows) the error of a model's level in place, so that the intervals of its hours (of its own steps, where
 * these are longer) become as much wider as `widths` says. What steps scatter around their hour stays.
 */
export function widen({ days, noise, settings }: ForecastModel, widths: readonly IntervalWidth[]): void {
  const seconds = Math.max(3600, settings.stepSeconds);
  const z = normalQuantile(0.9);
  const grain = grainNoise(noise, settings.stepSeconds, seconds, [0.5, 0.9]);
  const none = new Float64Array(pools);
  const factors = new Float64Array(2 * pools);
  for (let d = 0; d < days.ownSd.length; d++) {
    const factor = widthAt(widths, d);
    if (factor === 1) continue;
    const variance = days.sharedSd[d]! ** 2 + days.ownSd[d]! ** 2;
    writeFactors(grain, variance, none, factors);
    let all = 0;
    for (let pool = 0; pool < pools; pool++) {
      const half = Math.log(factors[pools + pool]! / factors[pool]!) / z;
      if (Number.isFinite(half)) all += half ** 2 / pools;
    }
    const wider = Math.max(0, variance + all * (factor ** 2 - 1));
    if (variance > 0) {
      days.sharedSd[d]! *= Math.sqrt(wider / variance);
      days.ownSd[d]! *= Math.sqrt(wider / variance);
    } else days.ownSd[d] = Math.sqrt(wider);
  }
}
