import type { DayLayout } from '../digest/layout.ts';
import { missingCode, ratioOfCode } from '../digest/shape-code.ts';
import type { DayDigest } from '../types.ts';

const mostRatio = 3;
/** Days of a flat shape that the seen days are held against. */
const pseudoDays = 3;

/**
 * Shape inside the blocks, step by step of the wall clock: mean ratio to the block over the days that kept it,
 * clipped at 3, shrunk to 1, and scaled so that a block keeps its mean.
 */
export function fitShape(digests: readonly DayDigest[], layout: DayLayout): Float64Array {
  const sum = new Float64Array(layout.steps).fill(pseudoDays);
  if (layout.stepsPerBlock === 1) return sum.fill(1);
  const count = new Float64Array(layout.steps).fill(pseudoDays);
  const clipped = ratioOfCode.map((ratio) => Math.min(ratio, mostRatio));
  for (const { shape } of digests) {
    for (let k = 0; k < shape.length; k++) {
      const code = shape[k]!;
      if (code === missingCode) continue;
      sum[k]! += clipped[code]!;
      count[k]!++;
    }
  }
  for (let first = 0; first < layout.steps; first += layout.stepsPerBlock) {
    let total = 0;
    for (let k = first; k < first + layout.stepsPerBlock; k++) {
      sum[k]! /= count[k]!;
      total += sum[k]!;
    }
    for (let k = first; k < first + layout.stepsPerBlock; k++) sum[k]! *= layout.stepsPerBlock / total;
  }
  return sum;
}
