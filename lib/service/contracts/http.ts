import { z } from 'zod';
import { accuracy, runRecord, seriesStatus, trackRecord } from './refresh.ts';
import { metricKind, namePart, seriesKey, stepSeconds } from './series.ts';

/** Bodies and queries of the HTTP API. Instants are RFC 3339; ranges are half-open [start, end). */

export const grains = { minute: 60, hour: 3600, day: 86_400, week: 604_800 } as const;
export const grain = z.enum(['minute', 'hour', 'day', 'week']);
export type Grain = z.infer<typeof grain>;

/** Points × columns of one page at the most: keeps every answer well below Lambda's 6 MB. */
export const maxCells = 120_000;
/** Rejected rows that are listed one by one; the rest are only counted. */
export const maxRejectionsListed = 100;

const instant = z.iso.datetime({ offset: true });

export const forecastState = z.object({
  status: seriesStatus,
  reason: z.string().optional(),
  runId: z.string(),
  modelRunId: z.string().optional(),
  cutoff: instant.optional(),
  horizonEnd: instant.optional(),
  /** As the fit measured itself on the last weeks, kinder than what was forecast before (`recent`). */
  accuracy: accuracy.optional(),
  /** How earlier forecasts did up to a day ahead, on the last days that came; more in …/accuracy. */
  recent: trackRecord.shape.bands.element.optional(),
});

export const seriesSummary = seriesKey.extend({
  seriesId: z.string(),
  metricKind,
  stepSeconds,
  timeZone: z.string(),
  firstTime: instant,
  lastTime: instant,
  /** Absent until a run that saw the series is published. */
  forecast: forecastState.optional(),
});
/** GET /v1/series?team&limit&nextToken */
export const seriesPage = z.object({ series: z.array(seriesSummary), nextToken: z.string().optional() });

/** GET /v1/regions */
export const regionsAnswer = z.object({
  regions: z.array(
    z.object({
      region: namePart,
      timeZone: z.string(),
      country: z.string().optional(),
      published: z.object({ runId: z.string(), scheduledTime: instant }).optional(),
    }),
  ),
});

/** Quantiles of one answer at the most. */
export const mostQuantiles = 21;
const isProbability = (text: string) => /^\d*\.?\d+$/.test(text) && Number(text) > 0 && Number(text) < 1;
/** Probabilities as they were written, ascending, each once. */
export const quantileList = z
  .array(z.string())
  .refine(
    (list) =>
      list.length <= mostQuantiles &&
      list.every((text, i) => isProbability(text) && (i === 0 || Number(list[i - 1]) < Number(text))),
    `1 to ${mostQuantiles} different numbers between 0 and 1, such as 0.1,0.5,0.9`,
  );

/** What every answer from a forecast begins with. */
export const forecastHead = forecastState.extend({ seriesId: z.string(), timeZone: z.string(), metricKind });

/** GET /v1/teams/{team}/regions/{region}/metrics/{metric}/forecast?start&end&grain&quantiles&nextToken */
export const forecastAnswer = forecastHead.extend({
  grain,
  start: instant,
  end: instant,
  time: z.array(instant),
  mean: z.array(z.number()),
  /** Quantile as written in the query ("0.1") → column. */
  quantiles: z.record(z.string(), z.array(z.number())),
  nextToken: z.string().optional(),
});

/** What is said of a region's total beside its numbers. */
export const totalHead = z.object({
  region: namePart,
  metric: namePart,
  metricKind,
  timeZone: z.string(),
  runId: z.string(),
  cutoff: instant,
  horizonEnd: instant,
  /** Of the series' daily errors. */
  correlation: z.number(),
  /** How many series are summed with which state, and how many are not in the sum. */
  series: z.object({
    ok: z.number().int(),
    stale: z.number().int(),
    fallback: z.number().int(),
    missing: z.number().int(),
  }),
  /** The first hundred series that are missing or not `ok`. */
  wanting: z.array(
    z.object({ seriesId: z.string(), status: z.enum(['missing', 'stale', 'fallback']), reason: z.string() }),
  ),
});
export const mostMembersListed = 100;
/** GET /v1/regions/{region}/metrics */
export const totalsAnswer = z.object({ totals: z.array(totalHead) });
/** GET /v1/regions/{region}/metrics/{metric}/forecast?start&end&grain&quantiles&nextToken */
export const totalAnswer = totalHead.extend({
  grain,
  start: instant,
  end: instant,
  time: z.array(instant),
  mean: z.array(z.number()),
  quantiles: z.record(z.string(), z.array(z.number())),
  nextToken: z.string().optional(),
});

/** Ingredients of one name are one over all pages; a page without one has none of it. */
const ingredient = z.object({
  kind: z.string(),
  /** The kind, or `event NAME`. */
  name: z.string(),
  value: z.array(z.number()),
});
/** GET …/explanation?start&end&grain&nextToken: what each ingredient adds to the mean; they add up to it. */
export const explanationAnswer = forecastHead.extend({
  grain,
  start: instant,
  end: instant,
  time: z.array(instant),
  mean: z.array(z.number()),
  ingredients: z.array(ingredient),
  /** What was found in the history: sizes are factors, absent where nothing can be said. */
  findings: z.object({
    exclusions: z.array(
      z.object({ start: instant, end: instant, reason: z.string(), size: z.number().optional() }),
    ),
    breaks: z.array(
      z.object({ date: z.string(), kind: z.string(), size: z.number(), declared: z.boolean() }),
    ),
  }),
  /** What was learnt from the history, in sentences with dates and percents. */
  words: z.array(z.object({ about: z.string(), words: z.string() })),
  nextToken: z.string().optional(),
});

export const peaksBy = z.enum(['day', 'event', 'window']);
/** GET …/peaks?start&end&by&quantiles&threshold: columns, one row a day, an event or the one window. */
export const peaksAnswer = forecastHead.extend({
  by: peaksBy,
  /** What the peak is the highest of: hourly means in the unit of a step, or the history's own steps. */
  of: z.enum(['hour', 'step']),
  /** With events: which, and as what people know them. */
  event: z.array(z.string()).optional(),
  name: z.array(z.string()).optional(),
  /** The windows, as far as they lie within the forecast. */
  start: z.array(instant),
  end: z.array(instant),
  quantiles: z.record(z.string(), z.array(z.number())),
  /** Median of the peak's time: the first instant of its hour or step. */
  time: z.array(instant),
  /** Probability to pass the threshold that was asked for. */
  passing: z.array(z.number()).optional(),
});

/** GET …/events?start&end: the calendar's events that touch the series and overlap the window, as instants. */
export const eventsAnswer = z.object({
  seriesId: z.string(),
  timeZone: z.string(),
  events: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      name: z.string().optional(),
      start: instant,
      /** Absent: a launch. */
      end: instant.optional(),
    }),
  ),
});

/** GET …/observations?start&end&grain&nextToken: history at a grain; null where nothing was seen. */
export const observationsAnswer = z.object({
  seriesId: z.string(),
  timeZone: z.string(),
  metricKind,
  grain,
  start: instant,
  end: instant,
  time: z.array(instant),
  value: z.array(z.number().nullable()),
  nextToken: z.string().optional(),
});

/**
 * PUT …/observations as application/json (these columns) or as text/csv (a header with `timestamp` and `value`;
 * query: metricKind, step, valueColumn). Instants without an offset are read in the region's time zone.
 */
export const observationsBody = z.object({
  /** Needed with the first observations of a series: count adds up over time, gauge averages. Default: gauge. */
  metricKind: metricKind.optional(),
  /** Found from the rows when absent. */
  stepSeconds: stepSeconds.optional(),
  time: z.array(z.union([z.string(), z.number()])),
  value: z.array(z.unknown()),
});
export const rejection = z.object({ line: z.number().int(), reason: z.string() });
export const ingestReport = z.object({
  seriesId: z.string(),
  accepted: z.number().int(),
  rejected: z.number().int(),
  /** The first rejected rows. `line` counts from 1 and, in CSV, includes the header. */
  rejections: z.array(rejection),
});

/** POST /v1/refresh: 202 and the run's id. The same second asked twice is the same run. */
export const refreshBody = z.object({ region: namePart.optional(), scheduledTime: instant.optional() });
export const refreshAnswer = z.object({
  runId: z.string(),
  region: namePart,
  scheduledTime: instant,
  executionId: z.string(),
});

/** GET /v1/runs/{id} and GET /v1/runs?limit&nextToken */
export const runAnswer = runRecord.omit({ schemaVersion: true });
export const runsPage = z.object({ runs: z.array(runAnswer), nextToken: z.string().optional() });

/** RFC 9457. Every error of the API has this body, as application/problem+json. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  errors: z.array(z.object({ at: z.string(), got: z.string().optional(), expected: z.string() })).optional(),
  /** Of a 412: what somebody else has put there meanwhile. */
  current: z.unknown().optional(),
});
export type Problem = z.infer<typeof problem>;
