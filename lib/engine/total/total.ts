import { expand } from '../expand/expand.ts';
import type { ForecastModel } from '../model/types.ts';
import type { Expansion, Window } from '../types.ts';

/**
 * The sum of several series over one window, series by series, so that memory holds one model at a time.
 *
 * Means add. A member's quantiles at p and 1 − p are its median + a ± s: a half-width s, and a skew a. Half-widths add like standard
 * deviations, S² = Σ s² + ρ ((Σ c)² − Σ c²), where c ≤ s is the part that a whole day shares: what members have in common was
 * measured by the day, and what minutes do around their day is their own. Skews, and the way from median to mean, fade as third
 * cumulants do, Σ a s² / Σ s² (Cornish & Fisher 1938, "Moments and cumulants in the specification of distributions"), as far as the
 * members are independent, and add as far as they go in lockstep. At ρ = 1 and grains of a day and above quantiles just add; the
 * total of one member is that member.
 */
export interface Total {
  window: Window;
  correlation: number;
  /** Probabilities above a half: each stands for itself and its mirror image. */
  tails: number[];
  /** Probabilities that the members are expanded at, ascending. */
  probabilities: number[];
  time: Float64Array;
  mean: Float64Array;
  /** Σ of (mean − median), of its product with the weight, and of the weight: the square of the 80 % interval's half-width. */
  gap: Sums;
  weight: Float64Array;
  /** A tail each. */
  width: Float64Array[];
  squares: Float64Array[];
  shared: Float64Array[];
  sharedSquares: Float64Array[];
  skew: Sums[];
  /** Below this the total cannot fall. */
  floor: number;
  whole: boolean;
  members: number;
}

interface Sums {
  plain: Float64Array;
  weighted: Float64Array;
}

const weightTail = 0.9;
const mirror = (p: number) => Number((1 - p).toFixed(12));
const day = 86_400;

/**
 * A total without members yet.
 *
 * @param correlation of the members' daily errors, 0…1, as by `commonCorrelation`
 */
export function newTotal(window: Window, correlation: number): Total {
  const tails = [
    ...new Set([
      weightTail,
      ...window.quantiles.filter((p) => p !== 0.5).map((p) => (p > 0.5 ? p : mirror(p))),
    ]),
  ];
  const none = new Float64Array(0);
  return {
    window,
    correlation,
    tails,
    probabilities: [0.5, ...tails, ...tails.map(mirror)].sort((a, b) => a - b),
    time: none,
    mean: none,
    gap: { plain: none, weighted: none },
    weight: none,
    width: [],
    squares: [],
    shared: [],
    sharedSquares: [],
    skew: [],
    floor: 0,
    whole: true,
    members: 0,
  };
}

/** Adds a series. Throws RangeError for a window that is not within its forecast. */
export function addMember(total: Total, model: ForecastModel): void {
  const { window, probabilities, tails } = total;
  // Rounded members would not add up to the quantiles of their sum: that one is rounded at the end.
  const own = { ...model, whole: false };
  const steps = expand(own, { ...window, quantiles: probabilities });
  const n = steps.time.length;
  if (total.members === 0) makeRoom(total, steps.time);
  total.members++;
  total.floor -= model.shift;
  total.whole &&= model.whole;
  const at = (p: number) => probabilities.indexOf(p);
  const median = steps.quantiles[at(0.5)]!;
  const sharedOf = dayShare(own, total, steps);
  const [weightUpper, weightLower] = [
    steps.quantiles[at(weightTail)]!,
    steps.quantiles[at(mirror(weightTail))]!,
  ];
  for (let i = 0; i < n; i++) {
    const half = (weightUpper[i]! - weightLower[i]!) / 2;
    const weight = half * half;
    const gap = steps.mean[i]! - median[i]!;
    total.mean[i]! += steps.mean[i]!;
    total.weight[i]! += weight;
    total.gap.plain[i]! += gap;
    total.gap.weighted[i]! += gap * weight;
  }
  for (const [k, tail] of tails.entries()) {
    const upper = steps.quantiles[at(tail)]!;
    const lower = steps.quantiles[at(mirror(tail))]!;
    for (let i = 0; i < n; i++) {
      const width = (upper[i]! - lower[i]!) / 2;
      const skew = (upper[i]! + lower[i]!) / 2 - median[i]!;
      const shared = Math.min(width, sharedOf(k, i));
      const half = (weightUpper[i]! - weightLower[i]!) / 2;
      total.width[k]![i]! += width;
      total.squares[k]![i]! += width * width;
      total.shared[k]![i]! += shared;
      total.sharedSquares[k]![i]! += shared * shared;
      total.skew[k]!.plain[i]! += skew;
      total.skew[k]!.weighted[i]! += skew * half * half;
    }
  }
}

/** The sum's columns: quantiles never cross, and no count is below zero. Throws RangeError for a total of nothing. */
export function totalOf(total: Total): Expansion {
  if (total.members === 0) throw new RangeError('A total needs at least one series, got none');
  const { window, time, mean, tails } = total;
  const n = time.length;
  const quantiles = window.quantiles.map(() => new Float64Array(n));
  // From the middle outwards, so that each can be kept from crossing its neighbour.
  const middle = window.quantiles.findIndex((p) => p >= 0.5);
  const from = middle < 0 ? window.quantiles.length : middle;
  const levels = window.quantiles.map((p) => ({
    k: p === 0.5 ? -1 : tails.indexOf(p > 0.5 ? p : mirror(p)),
    sign: p > 0.5 ? 1 : -1,
  }));
  for (let i = 0; i < n; i++) {
    const weightShare = jointly(total, tails.indexOf(weightTail), i);
    const median = mean[i]! - joined(total.gap, total.weight[i]!, weightShare, i);
    const quantileAt = (j: number): number => {
      const { k, sign } = levels[j]!;
      if (k < 0) return median;
      const skew = joined(total.skew[k]!, total.weight[i]!, jointly(total, k, i), i);
      return median + skew + sign * spread(total, k, i);
    };
    let last = median;
    for (let j = from; j < levels.length; j++) quantiles[j]![i] = last = Math.max(last, quantileAt(j));
    last = median;
    for (let j = from - 1; j >= 0; j--) quantiles[j]![i] = last = Math.min(last, quantileAt(j));
    for (const column of quantiles) {
      const value = Math.max(total.floor, column[i]!);
      column[i] = total.whole ? Math.round(value) : value;
    }
  }
  return { time, mean, quantiles };
}

function spread({ squares, shared, sharedSquares, correlation }: Total, k: number, i: number): number {
  const common = Math.max(0, shared[k]![i]! * shared[k]![i]! - sharedSquares[k]![i]!);
  return Math.sqrt(squares[k]![i]! + correlation * common);
}

/** How far the members go in lockstep at a step: 0 where their spreads add in quadrature, 1 where they just add. */
function jointly(total: Total, k: number, i: number): number {
  const room = total.width[k]![i]! ** 2 - total.squares[k]![i]!;
  if (!(room > 0)) return 1;
  return Math.min(1, Math.max(0, (spread(total, k, i) ** 2 - total.squares[k]![i]!) / room));
}

const joined = ({ plain, weighted }: Sums, weight: number, share: number, i: number): number =>
  weight > 0 ? share * plain[i]! + ((1 - share) * weighted[i]!) / weight : plain[i]!;

/** Half-width of a step that its whole day shares, by tail and step: the day's relative half-width × the step's level. */
function dayShare(model: ForecastModel, total: Total, steps: Expansion): (k: number, i: number) => number {
  const { window, probabilities, tails } = total;
  if (window.stepSeconds >= day) return () => Number.POSITIVE_INFINITY;
  const days = expand(model, { ...window, stepSeconds: day, quantiles: probabilities });
  const { shift } = model;
  const share = tails.map((tail) => {
    const upper = days.quantiles[probabilities.indexOf(tail)]!;
    const lower = days.quantiles[probabilities.indexOf(mirror(tail))]!;
    return days.mean.map((mean, d) => (mean + shift > 0 ? (upper[d]! - lower[d]!) / 2 / (mean + shift) : 0));
  });
  const dayOf = new Uint32Array(steps.time.length);
  for (let i = 0, d = 0; i < dayOf.length; i++) {
    while (d + 1 < days.time.length && days.time[d + 1]! <= steps.time[i]!) d++;
    dayOf[i] = d;
  }
  return (k, i) => share[k]![dayOf[i]!]! * (steps.mean[i]! + shift);
}

function makeRoom(total: Total, time: Float64Array): void {
  const column = () => new Float64Array(time.length);
  const sums = (): Sums => ({ plain: column(), weighted: column() });
  const columns = () => total.tails.map(column);
  Object.assign(total, {
    time,
    mean: column(),
    weight: column(),
    gap: sums(),
    width: columns(),
    squares: columns(),
    shared: columns(),
    sharedSquares: columns(),
    skew: total.tails.map(sums),
  } satisfies Partial<Total>);
}
