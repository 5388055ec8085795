import { type SeriesKey, type SeriesRecord, seriesId } from './contracts/series.ts';
import { SettingsConflict } from './errors.ts';

/**
 * A series' record after a write to its history: first and last time widened, revisions of the written months
 * replaced. Throws SettingsConflict when the record has another step or kind.
 */
export function mergeHistory(
  { team, region, metric }: SeriesKey,
  record: SeriesRecord | undefined,
  change: Pick<SeriesRecord, 'metricKind' | 'stepSeconds' | 'firstTime' | 'lastTime' | 'revisions'>,
  now: Date,
): SeriesRecord {
  if (
    record !== undefined &&
    (record.metricKind !== change.metricKind || record.stepSeconds !== change.stepSeconds)
  )
    throw new SettingsConflict(
      `${seriesId(record)} is recorded as a ${record.metricKind} with a step of ${record.stepSeconds} s, got a ${change.metricKind} with a step of ${change.stepSeconds} s: give it the recorded ones, or use another metric name`,
    );
  return {
    schemaVersion: 1,
    team,
    region,
    metric,
    metricKind: change.metricKind,
    stepSeconds: change.stepSeconds,
    firstTime: Math.min(change.firstTime, record?.firstTime ?? Number.POSITIVE_INFINITY),
    lastTime: Math.max(change.lastTime, record?.lastTime ?? Number.NEGATIVE_INFINITY),
    revisions: { ...record?.revisions, ...change.revisions },
    updatedAt: now.toISOString(),
  };
}
