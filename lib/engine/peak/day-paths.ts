import type { DayLayout } from '../digest/layout.ts';
import { missingCode, ratioOfCode as ratioToBlock } from '../digest/shape-code.ts';
import type { DayPaths } from '../model/types.ts';
import type { FittedDay } from '../noise/fit.ts';
import { weekdayOf } from '../time/local.ts';
import { codeOfRatio } from './ratio-code.ts';

/** A day with a smaller share of its hours seen tells nothing of its highest. */
const leastSeen = 0.75;

/** Hours of a day that a path has: 24, or the steps of a day where they are longer. */
export const pathHours = (layout: DayLayout): number => Math.min(24, layout.steps);

export const isRest = (day: number, dayOff: boolean): boolean => dayOff || weekdayOf(day) >= 5;

/**
 * What each past day did around its own fit, hour by hour: mean over fitted mean, and highest step over highest fitted
 * step. Kept whole, a day carries how its hours err together, which no quantile of single hours does.
 * `shape`: each step over its block, times the mean ratio of its hour, as the model has it.
 */
export function dayPaths(
  days: readonly FittedDay[],
  layout: DayLayout,
  shape: ArrayLike<number>,
  dayOff: (day: number) => boolean,
): DayPaths {
  const hours = pathHours(layout);
  const rest: number[] = [];
  const mean: number[] = [];
  const highest: number[] = [];
  if (layout.steps > 1)
    for (const day of days) {
      const path = pathOf(day, layout, shape, hours);
      if (path === undefined) continue;
      rest.push(isRest(day.digest.day, dayOff(day.digest.day)) ? 1 : 0);
      mean.push(...path.mean);
      highest.push(...path.highest);
    }
  return {
    hours,
    rest: Uint8Array.from(rest),
    mean: Uint16Array.from(mean, codeOfRatio),
    highest: Uint16Array.from(highest, codeOfRatio),
  };
}

/** One day's ratios; an hour that was not seen counts as fitted. Undefined where too few were. */
function pathOf(
  { blocks, fitted, digest }: FittedDay,
  layout: DayLayout,
  shape: ArrayLike<number>,
  hours: number,
) {
  const { stepsPerBlock } = layout;
  const mean = new Float64Array(hours).fill(1);
  const highest = new Float64Array(hours).fill(1);
  let seen = 0;
  for (let h = 0; h < hours; h++) {
    const from = Math.floor((h * layout.blocks) / hours);
    const until = Math.floor(((h + 1) * layout.blocks) / hours);
    let actual = 0;
    let expected = 0;
    let top = 0;
    let fittedTop = 0;
    for (let b = from; b < until; b++) {
      const y = blocks[b]!;
      const f = fitted[b]!;
      if (Number.isNaN(y) || !(f > 0)) continue;
      actual += y;
      for (let k = b * stepsPerBlock; k < (b + 1) * stepsPerBlock; k++) {
        const step = f * shape[k]!;
        expected += step / stepsPerBlock;
        const code = stepsPerBlock === 1 ? 0 : (digest.shape[k] ?? missingCode);
        if (code === missingCode) continue;
        top = Math.max(top, stepsPerBlock === 1 ? y : y * ratioToBlock[code]!);
        fittedTop = Math.max(fittedTop, step);
      }
    }
    if (!(expected > 0)) continue;
    mean[h] = actual / expected;
    highest[h] = fittedTop > 0 ? top / fittedTop : mean[h]!;
    seen++;
  }
  return seen >= leastSeen * hours ? { mean, highest } : undefined;
}
