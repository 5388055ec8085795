import type { ForecastModel } from '../model/types.ts';
import { sortedQuantile } from '../numeric/quantile.ts';
import type { Span } from '../types.ts';
import { type PeakOf, type WindowHours, windowHours } from './hours.ts';
import { ratioOfCode } from './ratio-code.ts';
import { drawScenarios, type Scenarios, scenarioCount } from './scenarios.ts';

export interface PeakOptions {
  /**
   * `hour` (default): the highest hourly mean, in the unit of a step's value; the highest step where steps are longer.
   * `step`: the highest step of the history's own length.
   */
  of?: PeakOf;
  /** Adds the probability that the peak lies above this value. */
  threshold?: number;
}

/** Columns of equal length, one row a window. */
export interface Peaks {
  /** One column a quantile asked for. */
  quantiles: Float64Array[];
  /** Median of the time of the peak: first instant of its hour or step. */
  time: Float64Array;
  /** Probability that the peak lies above the threshold; empty without one. */
  passing: Float64Array;
}

/**
 * The distribution of the highest value of each window and of its time. It is read from whole days that might happen:
 * the level errs along a path that days share, each day takes the hour-by-hour errors of one past day as they were,
 * and an event's error holds for all of it (`drawScenarios`): a bootstrap of residual days (Efron & Tibshirani 1993,
 * ch. 8), seeded, so the same model gives the same answer. The highest of several unsure hours is more than the
 * highest median: that is what no quantile of single steps tells.
 *
 * Throws a RangeError for a window that is empty or not within [cutoff, horizonEnd), or for quantiles that do not
 * ascend within (0, 1).
 */
export function peaks(
  model: ForecastModel,
  windows: readonly Span[],
  quantiles: readonly number[],
  options: PeakOptions = {},
): Peaks {
  const of = options.of ?? 'hour';
  checkQuantiles(quantiles);
  return peaksOfHours(
    model,
    windows.map((window) => {
      if (!(window.start < window.end))
        throw new RangeError(`A window ends after it starts, got ${window.start} to ${window.end}`);
      return windowHours(model, window, of);
    }),
    quantiles,
    of,
    options.threshold,
  );
}

/** The same for windows that are already cut into hours. */
export function peaksOfHours(
  model: ForecastModel,
  windows: readonly WindowHours[],
  quantiles: readonly number[],
  of: PeakOf,
  threshold?: number,
): Peaks {
  const out: Peaks = {
    quantiles: quantiles.map(() => new Float64Array(windows.length)),
    time: new Float64Array(windows.length),
    passing: new Float64Array(threshold === undefined ? 0 : windows.length),
  };
  let lastDay = model.firstDay;
  for (const { day } of windows) lastDay = Math.max(lastDay, day.at(-1) ?? 0);
  // The mean of an hour's steps need not be whole.
  const whole = model.whole && (of === 'step' || model.settings.stepSeconds >= 3600);
  const scenarios = drawScenarios(model, lastDay);
  const codes = of === 'step' ? model.paths.highest : model.paths.mean;
  const ratio =
    codes.length === 0 ? new Float64Array(model.paths.hours).fill(1) : Float64Array.from(codes, ratioOfCode);
  const top = new Float64Array(scenarioCount);
  const at = new Uint32Array(scenarioCount);
  windows.forEach((window, w) => {
    highest(window, scenarios, ratio, model.paths.hours, top, at);
    if (threshold !== undefined)
      out.passing[w] = top.filter((y) => y - model.shift > threshold).length / scenarioCount;
    top.sort();
    at.sort();
    quantiles.forEach((p, k) => {
      const y = sortedQuantile(top, p) - model.shift;
      out.quantiles[k]![w] = whole ? Math.round(y) : y;
    });
    out.time[w] = window.time[at[(scenarioCount - 1) >> 1]!]!;
  });
  return out;
}

/** The highest value of each scenario, and the position of its hour: day by day, since scenarios share few day paths. */
function highest(
  window: WindowHours,
  { firstDay, level, path, event }: Scenarios,
  ratio: Float64Array,
  hours: number,
  top: Float64Array,
  at: Uint32Array,
): void {
  const paths = ratio.length / hours;
  const quiet = { value: new Float64Array(paths), at: new Uint32Array(paths) };
  const lifted = { value: new Float64Array(paths), at: new Uint32Array(paths) };
  const { day } = window;
  top.fill(Number.NEGATIVE_INFINITY);
  for (let from = 0, until = 0; from < day.length; from = until) {
    while (until < day.length && day[until] === day[from]) until++;
    const sd = highestOfPaths(window, from, until, ratio, hours, quiet, lifted);
    const row = (day[from]! - firstDay) * scenarioCount;
    for (let s = 0; s < scenarioCount; s++) {
      const j = path[row + s]!;
      const calm = quiet.value[j]!;
      const surge = sd > 0 ? lifted.value[j]! * Math.exp(sd * event[row + s]!) : 0;
      const y = level[row + s]! * Math.max(calm, surge);
      if (y > top[s]!) {
        top[s] = y;
        at[s] = calm >= surge ? quiet.at[j]! : lifted.at[j]!;
      }
    }
  }
}

interface Highest {
  value: Float64Array;
  at: Uint32Array;
}

/** For each day path the highest hour of a day outside events and inside them; returns what the events leave unsure. */
function highestOfPaths(
  { hour, value, eventSd }: WindowHours,
  from: number,
  until: number,
  ratio: Float64Array,
  hours: number,
  quiet: Highest,
  lifted: Highest,
): number {
  quiet.value.fill(0);
  quiet.at.fill(from);
  lifted.value.fill(0);
  let sd = 0;
  for (let i = from; i < until; i++) {
    const into = eventSd[i]! > 0 ? lifted : quiet;
    sd = Math.max(sd, eventSd[i]!);
    for (let j = 0, k = hour[i]!; j < into.value.length; j++, k += hours) {
      const y = value[i]! * ratio[k]!;
      if (y > into.value[j]!) {
        into.value[j] = y;
        into.at[j] = i;
      }
    }
  }
  return sd;
}

export function checkQuantiles(quantiles: readonly number[]): void {
  let before = 0;
  for (const p of quantiles) {
    if (!(p > before && p < 1))
      throw new RangeError(`Quantiles ascend strictly between 0 and 1, got ${quantiles.join(', ')}`);
    before = p;
  }
}
