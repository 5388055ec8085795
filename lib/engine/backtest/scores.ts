/** How forecasts did on the steps that came. NaN where nothing can be said. */
export interface Scores {
  steps: number;
  /** Σ|e|/Σ|y| of the 0.5 quantile. */
  wape: number;
  /** Mean of |e| over the in-sample mean |difference| over a week before the origin (Hyndman & Koehler 2006). */
  mase: number;
  /** Σ(mean − y)/Σy: positive is too high. */
  bias: number;
  /** Σ quantile loss over Σ|y|, a number a quantile. */
  pinball: number[];
  /** Share of actual values from the lowest to the highest quantile, both included. */
  coverage: number;
  /** Windows (local days, or the event itself) whose peak was compared. */
  peaks: number;
  /** Mean of (forecast − actual)/actual of the median peak, signed and not, and of the hours its time was off. */
  peakBias: number;
  peakError: number;
  peakHours: number;
}

/** Sums that scores are made of. */
export interface Tally {
  steps: number;
  size: number;
  sum: number;
  error: number;
  scaled: number;
  scaledSteps: number;
  signed: number;
  loss: Float64Array;
  inside: number;
  /** Steps whose value lay within the outer quantiles, were these as far from the middle as each of `stretches` says. */
  within: Float64Array;
  peaks: number;
  peakSigned: number;
  peakError: number;
  peakHours: number;
}

/** From 0.4 to 4 times as wide, each 1.12 times the one before. */
export const stretches: readonly number[] = Array.from({ length: 21 }, (_, i) => 0.4 * 10 ** (i / 20));

export const newTally = (quantiles: number): Tally => ({
  steps: 0,
  size: 0,
  sum: 0,
  error: 0,
  scaled: 0,
  scaledSteps: 0,
  signed: 0,
  loss: new Float64Array(quantiles),
  inside: 0,
  within: new Float64Array(stretches.length),
  peaks: 0,
  peakSigned: 0,
  peakError: 0,
  peakHours: 0,
});

/** One step of a forecast: its mean, and its quantiles at `at` of their columns. */
export interface StepForecast {
  mean: Float64Array;
  quantiles: readonly Float64Array[];
  /** Position of the 0.5 quantile. */
  middle: number;
}

/**
 * `scale`: the in-sample error of the seasonal naive before the origin; NaN where there is none. `stretched`: how much
 * wider than by itself the forecast's interval was made already.
 */
export function tallyStep(
  tally: Tally,
  forecast: StepForecast,
  at: number,
  actual: number,
  probabilities: readonly number[],
  scale: number,
  stretched = 1,
): void {
  const { mean, quantiles, middle } = forecast;
  const error = Math.abs(actual - quantiles[middle]![at]!);
  tally.steps++;
  tally.size += Math.abs(actual);
  tally.sum += actual;
  tally.error += error;
  tally.signed += mean[at]! - actual;
  if (scale > 0) {
    tally.scaled += error / scale;
    tally.scaledSteps++;
  }
  for (let k = 0; k < probabilities.length; k++) {
    const off = actual - quantiles[k]![at]!;
    tally.loss[k]! += off >= 0 ? probabilities[k]! * off : (probabilities[k]! - 1) * off;
  }
  const [low, high] = [quantiles[0]![at]!, quantiles.at(-1)![at]!];
  if (actual >= low && actual <= high) tally.inside++;
  const half =
    actual < quantiles[middle]![at]! ? quantiles[middle]![at]! - low : high - quantiles[middle]![at]!;
  const reach = error === 0 ? 0 : (stretched * error) / half;
  for (let k = stretches.length - 1; k >= 0 && reach <= stretches[k]!; k--) tally.within[k]!++;
}

/** Adds one tally to another. */
export function addTally(to: Tally, other: Tally): void {
  to.steps += other.steps;
  to.size += other.size;
  to.sum += other.sum;
  to.error += other.error;
  to.scaled += other.scaled;
  to.scaledSteps += other.scaledSteps;
  to.signed += other.signed;
  for (let k = 0; k < to.loss.length; k++) to.loss[k]! += other.loss[k]!;
  to.inside += other.inside;
  for (let k = 0; k < to.within.length; k++) to.within[k]! += other.within[k]!;
  to.peaks += other.peaks;
  to.peakSigned += other.peakSigned;
  to.peakError += other.peakError;
  to.peakHours += other.peakHours;
}

/** A peak and its time, forecast and as it came. */
export function tallyPeak(
  tally: Tally,
  forecast: { value: number; time: number },
  actual: { value: number; time: number },
): void {
  if (actual.value === 0) return;
  const off = (forecast.value - actual.value) / Math.abs(actual.value);
  tally.peaks++;
  tally.peakSigned += off;
  tally.peakError += Math.abs(off);
  tally.peakHours += Math.abs(forecast.time - actual.time) / 3_600_000;
}

export function scoresOf(tally: Tally): Scores {
  const over = (sum: number, n: number) => (n > 0 ? sum / n : Number.NaN);
  return {
    steps: tally.steps,
    wape: over(tally.error, tally.size),
    mase: over(tally.scaled, tally.scaledSteps),
    bias: tally.sum === 0 ? Number.NaN : tally.signed / tally.sum,
    pinball: Array.from(tally.loss, (loss) => over(loss, tally.size)),
    coverage: over(tally.inside, tally.steps),
    peaks: tally.peaks,
    peakBias: over(tally.peakSigned, tally.peaks),
    peakError: over(tally.peakError, tally.peaks),
    peakHours: over(tally.peakHours, tally.peaks),
  };
}
