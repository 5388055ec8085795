import type { Run } from './api.ts';
import { type Forecast, type Grain, readForecast, readRunCutoff, type Series, type Span } from './api.ts';
import { ceilTo, day } from './zoom.ts';

/** The forecast as it was seen some days before each step, put together from the runs of those days. */

export const leads = [7, 30, 90] as const;

/** Runs that are asked for one line at the most; of more, every second, third … */
const mostRuns = 12;
/** Runs whose cutoff is asked for. */
const mostKnown = 60;

export interface PastRun {
  runId: string;
  /** Milliseconds since 1970. */
  cutoff: number;
}

/** Of so many, evenly, and the last one always. */
export function thinned<T>(all: readonly T[], most: number): T[] {
  const every = Math.ceil(all.length / most);
  return all.filter((_, i) => (all.length - 1 - i) % every === 0);
}

/** The runs that still have a forecast of the series, by cutoff. */
export async function readPastRuns(
  series: Series,
  runs: readonly Run[],
  signal: AbortSignal,
): Promise<PastRun[]> {
  const ended = runs.filter(({ status }) => status === 'published' || status === 'superseded');
  const found = await Promise.all(
    thinned([...ended].reverse(), mostKnown).map(async ({ runId }) => {
      const cutoff = await readRunCutoff(series, runId, signal);
      return cutoff === undefined ? [] : [{ runId, cutoff }];
    }),
  );
  // Of several with one cutoff the last one saw the most.
  return [...new Map(found.flat().map((run) => [run.cutoff, run])).values()].sort(
    (a, b) => a.cutoff - b.cutoff,
  );
}

/**
 * Which run is drawn where: at each instant the latest that was made at least so many days before it.
 *
 * @param runs by cutoff
 */
export function pastParts(
  runs: readonly PastRun[],
  days: number,
  window: Span,
): { runId: string; span: Span }[] {
  const parts = runs
    .map(({ runId, cutoff }, i) => ({
      runId,
      span: {
        start: Math.max(window.start, cutoff + days * day),
        end: Math.min(window.end, (runs[i + 1]?.cutoff ?? Number.POSITIVE_INFINITY) + days * day),
      },
    }))
    .filter(({ span }) => span.start < span.end);
  if (parts.length <= mostRuns) return parts;
  const kept = thinned(parts, mostRuns);
  return kept.map(({ runId, span }, i) => ({
    runId,
    span: { start: span.start, end: kept[i + 1]?.span.start ?? span.end },
  }));
}

export async function readPast(
  series: Series,
  runs: readonly PastRun[],
  { days, window, grain }: { days: number; window: Span; grain: Grain },
  signal: AbortSignal,
): Promise<Forecast> {
  const { timeZone } = series;
  const parts = pastParts(runs, days, window)
    .map(({ runId, span }) => ({
      runId,
      span: { start: ceilTo(grain, span.start, timeZone), end: ceilTo(grain, span.end, timeZone) },
    }))
    .filter(({ span }) => span.start < span.end);
  const found = await Promise.all(
    parts.map(({ runId, span }) => readForecast(series, span, grain, signal, runId)),
  );
  return {
    time: found.flatMap(({ time }) => time),
    mean: found.flatMap(({ mean }) => mean),
    lower: found.flatMap(({ lower }) => lower),
    upper: found.flatMap(({ upper }) => upper),
  };
}
