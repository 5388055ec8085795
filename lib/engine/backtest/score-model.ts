import { expand } from '../expand/expand.ts';
import type { ForecastModel } from '../model/types.ts';
import { peaks } from '../peak/peaks.ts';
import { nextStep } from '../time/steps.ts';
import type { Observations, Span, Window } from '../types.ts';
import { leadOf } from './bands.ts';
import { rowAt } from './past.ts';
import { type Tally, tallyPeak, tallyStep } from './scores.ts';
import { seenPeak } from './seen-peak.ts';

export interface Comparison {
  /** Ascending, 0.5 among them. */
  quantiles: readonly number[];
  exclusions: readonly Span[];
  /** The in-sample error of the seasonal naive before the cutoff; NaN where there is none. */
  scale: number;
  /** How much wider than by themselves intervals were made already, by the lead. Default: 1. */
  stretched?: (lead: number) => number;
}

/**
 * Compares a model with what came, over the steps of a window. `observations` are at its grain. `lead`: from the cutoff
 * to the last instant of the step.
 */
export function scoreSteps(
  model: ForecastModel,
  { time: seen, value }: Observations,
  window: Omit<Window, 'quantiles'>,
  { quantiles, exclusions, scale, stretched = () => 1 }: Comparison,
  talliesOf: (at: number, lead: number) => Iterable<Tally>,
): void {
  const { time, ...columns } = expand(model, { ...window, quantiles });
  const forecast = { ...columns, middle: quantiles.indexOf(0.5) };
  const { timeZone } = model.settings;
  let row = rowAt(seen, window.start);
  for (let i = 0; i < time.length; i++) {
    const at = time[i]!;
    while (row < seen.length && seen[row]! < at) row++;
    if (row === seen.length) break;
    if (seen[row] !== at || exclusions.some(({ start, end }) => at >= start && at < end)) continue;
    // A step belongs to the band that all of it lies in.
    const lead = leadOf(model, (time[i + 1] ?? nextStep(timeZone, at, window.stepSeconds)) - 1);
    for (const tally of talliesOf(at, lead))
      tallyStep(tally, forecast, i, value[row]!, quantiles, scale, stretched(lead));
  }
}

/** Compares the median peak of each window (an hour's mean, or a step) with the one that came. */
export function scorePeaks<W extends Span>(
  model: ForecastModel,
  observations: Observations,
  windows: readonly W[],
  of: 'hour' | 'step',
  talliesOf: (window: W) => Iterable<Tally>,
): void {
  const actual = windows.map((window) => seenPeak(observations, model.settings, window, of));
  const kept = windows.filter((_, w) => actual[w] !== undefined);
  if (kept.length === 0) return;
  const forecast = peaks(model, kept, [0.5], { of });
  const came = actual.filter((peak) => peak !== undefined);
  kept.forEach((window, w) => {
    const peak = { value: forecast.quantiles[0]![w]!, time: forecast.time[w]! };
    for (const tally of talliesOf(window)) tallyPeak(tally, peak, came[w]!);
  });
}
