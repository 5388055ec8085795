import type { ForecastEntry } from './contracts/refresh.ts';
import type { SeriesKey } from './contracts/series.ts';
import { scheduledAt } from './run-id.ts';

const dayMs = 86_400_000;

/**
 * The entry of a series that got no new forecast: its last published one, marked stale, unless that was made more
 * than `maxStaleDays` before this run; then failed. The reason says why either way.
 */
export function keepForecast(options: {
  series: SeriesKey;
  runId: string;
  reason: string;
  last: ForecastEntry | undefined;
  maxStaleDays: number;
}): ForecastEntry {
  const { series, runId, reason, last, maxStaleDays } = options;
  const base = { schemaVersion: 1, ...series, runId, reason } as const;
  if (last?.modelKey === undefined || last.modelRunId === undefined) return { ...base, status: 'failed' };
  const ageDays = (scheduledAt(runId) - scheduledAt(last.modelRunId)) / dayMs;
  if (ageDays > maxStaleDays)
    return {
      ...base,
      status: 'failed',
      reason: `${reason}; the last forecast is ${Math.floor(ageDays)} days old, older than ${maxStaleDays}`,
    };
  const { modelKey, modelRunId, cutoff, horizonEnd, accuracy, past, track } = last;
  return { ...base, status: 'stale', modelKey, modelRunId, cutoff, horizonEnd, accuracy, past, track };
}
