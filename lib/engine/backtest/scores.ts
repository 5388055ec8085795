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
  peaks: number;
  peakSigned: number;
  peakError: number;
  peakHours: number;
}

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

/** `scale`: the in-sample error of the seasonal naive before the origin; NaN where there is none. */
export function tallyStep(
  tally: Tally,
  forecast: StepForecast,
  at: number,
  actual: number,
  probabilities: readonly number[],
  scale: number,
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
  if (actual >= quantiles[0]![at]! && actual <= quantiles.at(-1)![at]!) tally.inside++;
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
