import { z } from 'zod';
import { metricKind, namePart, seriesKey } from './series.ts';

/** What crosses the state machine `Refresh`: ids and keys, never series. */

/** `REGION-YYYYMMDDTHHMMSSZ`: region and scheduled time, so that a second firing finds the first run. */
export const runId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}-\d{8}T\d{6}Z$/, 'expected REGION-YYYYMMDDTHHMMSSZ');

/** Input of an execution; the schedule sends the placeholder of the scheduled time, the API sends its clock. */
export const refreshInput = z.object({ scheduledTime: z.iso.datetime({ offset: true }) });

/** PlanRun. `executionId` tells a retry of this run's own planning from a second firing. */
export const planRunInput = refreshInput.extend({ executionId: z.string() });
export const planRunOutput = z.object({
  runId,
  /** duplicate: another execution has this run, and there is nothing left to do here. */
  plan: z.enum(['planned', 'duplicate']),
  series: z.number().int(),
  /** S3 key of the manifest, a JSON array of manifest items; the reader of the Distributed Map. */
  manifestKey: z.string(),
  /** All of the run stands on this version of the event calendar, whatever is changed meanwhile. */
  calendarVersion: z.number().int(),
});

export const manifestItem = seriesKey.omit({ region: true });
export type ManifestItem = z.infer<typeof manifestItem>;

/** Where a run's manifest lies on the forecast bucket. */
export const manifestKeyOf = (id: string) => `runs/${id}/manifest.json`;

/** ForecastBatch, as ItemBatcher sends it. */
export const forecastBatchInput = z.object({
  BatchInput: z.object({
    runId,
    scheduledTime: z.iso.datetime({ offset: true }),
    calendarVersion: z.number().int(),
  }),
  Items: z.array(manifestItem).min(1),
});

/**
 * ok: a new forecast. stale: the last good one is kept. fallback: the seasonal naive, where none was kept.
 * failed: no forecast at all. Each but ok says why.
 */
export const seriesStatus = z.enum(['ok', 'stale', 'fallback', 'failed']);
export type SeriesStatus = z.infer<typeof seriesStatus>;
export const seriesOutcome = manifestItem.extend({
  status: seriesStatus,
  reason: z.string().optional(),
  /** What its forecasts of the last week were not: better than the seasonal naive, or as sure as they said. */
  amiss: z.array(z.enum(['error', 'coverage'])).optional(),
});
export type SeriesOutcome = z.infer<typeof seriesOutcome>;
export const forecastBatchOutput = z.object({ outcomes: z.array(seriesOutcome) });

/** ReconcileRegion: every series of the manifest is settled, whatever became of its batch. */
export const reconcileInput = z.object({
  runId,
  manifestKey: z.string(),
  /** Where the Distributed Map's ResultWriter left its manifest. */
  results: z.object({ bucket: z.string(), key: z.string() }),
});
export const statusCounts = z.object({
  ok: z.number().int(),
  stale: z.number().int(),
  fallback: z.number().int(),
  failed: z.number().int(),
});
export const reconcileOutput = z.object({ runId, counts: statusCounts });

export const publishInput = z.object({ runId, counts: statusCounts });
export const publishOutput = z.object({
  runId,
  /** superseded: a later run is already published. */
  result: z.enum(['published', 'superseded']),
  /** The run that readers saw before. */
  previousRunId: runId.optional(),
});

export const recordFailureInput = z.object({
  scheduledTime: z.iso.datetime({ offset: true }),
  executionId: z.string(),
  error: z.string(),
  cause: z.string(),
});
export const recordFailureOutput = z.object({ runId });

export const runStatus = z.enum(['running', 'published', 'superseded', 'failed']);
/** The record of one run, kept in the runs table. */
export const runRecord = z.object({
  schemaVersion: z.literal(1),
  runId,
  region: namePart,
  scheduledTime: z.iso.datetime({ offset: true }),
  executionId: z.string(),
  status: runStatus,
  startedAt: z.string(),
  endedAt: z.string().optional(),
  series: z.number().int().optional(),
  calendarVersion: z.number().int().optional(),
  /** The run that this one was published in the place of. */
  previousRunId: runId.optional(),
  counts: statusCounts.optional(),
  /** Of a published run: whether the teams have been told what a changed calendar does. */
  teamsTold: z.boolean().optional(),
  error: z.string().optional(),
  cause: z.string().optional(),
});
export type RunRecord = z.infer<typeof runRecord>;

/** Numbers that could not be measured (too short a history) are absent. */
export const accuracy = z.object({
  origins: z.number(),
  horizonDays: z.number(),
  wape: z.number().optional(),
  naiveWape: z.number().optional(),
  coverage: z.number().optional(),
});

/** Leads until an hour, a day, 7, 30, 90 days, a year. */
export const accuracyBand = z.enum(['1h', '1d', '7d', '30d', '90d', '1y', 'longer']);

/** How wide intervals are made, by leads below so many days, for what was learnt. */
export const intervalWidth = z.object({ until: z.number(), factor: z.number() });

/** How earlier forecasts did on the last days that came, beside the weekly seasonal naive on the same steps. */
export const trackRecord = z.object({
  /** The last local date (days since 1970-01-01) that was scored. */
  scoredThrough: z.number().int(),
  bands: z.array(
    z.object({
      band: accuracyBand,
      days: z.number().int(),
      wape: z.number().optional(),
      naiveWape: z.number().optional(),
      coverage: z.number().optional(),
    }),
  ),
  /** Of the last week alone, up to seven days ahead; absent with less than five days of it. */
  week: z.object({ wape: z.number(), naiveWape: z.number(), coverage: z.number() }).optional(),
  /** What intervals are widened by for it. */
  widths: z.array(intervalWidth),
});
export type TrackRecord = z.infer<typeof trackRecord>;

/** One series' line in a run's index: where its model lies, and how it fared. */
export const forecastEntry = seriesKey.extend({
  schemaVersion: z.literal(1),
  runId,
  status: seriesStatus,
  reason: z.string().optional(),
  /** Run that made the model; another than runId when the series is stale. Absent when failed. */
  modelRunId: runId.optional(),
  modelKey: z.string().optional(),
  cutoff: z.number().optional(),
  horizonEnd: z.number().optional(),
  accuracy: accuracy.optional(),
  /** What the region's totals need of the series: its kind, and the errors of its last days (the engine's `DayErrors`). */
  past: z
    .object({
      metricKind,
      errors: z.object({
        firstDay: z.number().int(),
        everyDays: z.number().int().positive(),
        values: z.array(z.number()),
      }),
    })
    .optional(),
  /** Of the forecasts before this one. */
  track: trackRecord.optional(),
  /** Fingerprint of all that the model was made from: while it stays, so does the model. */
  basis: z.string().optional(),
});
export type ForecastEntry = z.infer<typeof forecastEntry>;
