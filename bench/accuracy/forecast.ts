import { forecastSeries, type SeriesForecast } from '../../lib/cli/forecast/forecast-series.ts';
import { addLocalDays } from '../../lib/engine/index.ts';
import type { Answer } from './score.ts';
import type { Task } from './task.ts';

/** What the command answers to a task, at the steps that then happened. */
export function forecastTask({ request, rows, events, holidays, actual }: Task): Answer {
  const forecast = forecastSeries(rows, request, events, holidays);
  const { time, mean, quantiles } = forecast.expansion();
  const place = new Map<number, number>();
  time.forEach((at, i) => {
    place.set(at, i);
  });
  const pick = (column: Float64Array) =>
    Float64Array.from(actual.time, (at) => column[place.get(at) ?? -1] ?? Number.NaN);
  return {
    mean: pick(mean),
    q10: pick(quantiles[0]!),
    q50: pick(quantiles[1]!),
    q90: pick(quantiles[2]!),
    ...(request.stepSeconds < 86_400 && { peaks: dayPeaksOf(forecast) }),
  };
}

function dayPeaksOf(forecast: SeriesForecast): NonNullable<Answer['peaks']> {
  const { day, quantiles } = forecast.dayPeaks();
  const peaks: NonNullable<Answer['peaks']> = new Map();
  day.forEach((at, i) => {
    peaks.set(at, { q10: quantiles[0]![i]!, q50: quantiles[1]![i]!, q90: quantiles[2]![i]! });
  });
  return peaks;
}

/**
 * The seasonal naive of a season of so many days (default: a week; for weeks 364 days): the last value at the same
 * wall-clock time a whole number of seasons before; its quantiles are those of its own differences over one season.
 */
export function seasonalNaive(
  { request, rows, actual }: Task,
  days = request.stepSeconds > 86_400 ? 364 : 7,
): Answer {
  const { timeZone, cutoff } = request;
  const seen = new Map<number, number>();
  rows.time.forEach((at, i) => {
    if (at < cutoff) seen.set(at, rows.value[i]!);
  });
  const before = (at: number) => addLocalDays(timeZone, at, -days);
  let first = Number.POSITIVE_INFINITY;
  for (const at of seen.keys()) first = Math.min(first, at);
  const q50 = Float64Array.from(actual.time, (at) => {
    for (let from = before(at); from >= first; from = before(from)) {
      const value = seen.get(from);
      if (value !== undefined) return value;
    }
    return Number.NaN;
  });
  const differences: number[] = [];
  const recent = cutoff - 84 * 86_400_000;
  for (const [at, value] of seen) {
    if (at < recent) continue;
    const old = seen.get(before(at));
    if (old !== undefined) differences.push(value - old);
  }
  const sorted = Float64Array.from(differences).sort();
  const low = sorted[Math.floor(0.1 * sorted.length)] ?? 0;
  const high = sorted[Math.floor(0.9 * sorted.length)] ?? 0;
  return { q50, mean: q50, q10: q50.map((q) => q + low), q90: q50.map((q) => q + high) };
}
