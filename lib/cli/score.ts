import type { Observations } from '../engine/index.ts';
import { type Grain, grains } from '../service/contracts/http.ts';

/** How a forecast did on actual values that it had not seen, beside the seasonal naive on the same steps. */
export interface Score {
  /** Steps compared. */
  steps: number;
  /** Σ|forecast − actual| / Σ|actual|. */
  wape: number;
  naiveWape: number;
}

const week = 7 * 86_400_000;

/** Totals (count) or means (gauge) of each whole step of a grain by its start; a step seen in part is left out. */
export function toGrain(
  { time, value }: Observations,
  options: { grain: Grain; stepSeconds: number; metricKind: 'count' | 'gauge' },
): Map<number, number> {
  const length = grains[options.grain] * 1000;
  const expected = Math.max(1, Math.round(grains[options.grain] / options.stepSeconds));
  const sums = new Map<number, { sum: number; seen: number }>();
  for (let i = 0; i < time.length; i++) {
    const start = Math.floor(time[i]! / length) * length;
    const found = sums.get(start);
    if (found === undefined) sums.set(start, { sum: value[i]!, seen: 1 });
    else {
      found.sum += value[i]!;
      found.seen++;
    }
  }
  const made = new Map<number, number>();
  for (const [start, { sum, seen }] of sums)
    if (seen === expected) made.set(start, options.metricKind === 'count' ? sum : sum / seen);
  return made;
}

/**
 * The seasonal naive of one week: the value a week earlier, and beyond the first week its own forecast, hence the
 * last value known at the same place of the week.
 */
export function seasonalNaive(known: ReadonlyMap<number, number>, first: number, at: number) {
  let time = at;
  while (time >= first) {
    time -= week;
    if (known.has(time)) return known.get(time);
  }
  return undefined;
}

/** Compares on the steps that have an actual value, a forecast and a naive one. */
export function score(
  forecast: { time: readonly number[]; value: readonly number[] },
  known: ReadonlyMap<number, number>,
  actual: ReadonlyMap<number, number>,
): Score {
  let first = Number.POSITIVE_INFINITY;
  for (const time of known.keys()) first = Math.min(first, time);
  let steps = 0;
  let error = 0;
  let naiveError = 0;
  let total = 0;
  forecast.time.forEach((time, i) => {
    const came = actual.get(time);
    const naive = seasonalNaive(known, first, time);
    if (came === undefined || naive === undefined) return;
    steps++;
    error += Math.abs(forecast.value[i]! - came);
    naiveError += Math.abs(naive - came);
    total += Math.abs(came);
  });
  return { steps, wape: error / total, naiveWape: naiveError / total };
}
