import { z } from 'zod';
import { accuracyBand, intervalWidth, runId } from './refresh.ts';
import { metricKind } from './series.ts';

const date = z.iso.date();

/** A forecast that is scored on the days that come: its model, and what its intervals were widened by. */
export const ledgerEdition = z.object({
  runId,
  modelKey: z.string(),
  cutoff: z.number(),
  widths: z.array(intervalWidth).optional(),
});
export type LedgerEdition = z.infer<typeof ledgerEdition>;

/** What the ledger of a series goes on from. */
export const ledgerState = z.object({
  schemaVersion: z.literal(1),
  /** The last local date (days since 1970-01-01) that was scored. */
  scoredThrough: z.number().int(),
  /** By ascending cutoff. */
  editions: z.array(ledgerEdition),
});
export type LedgerState = z.infer<typeof ledgerState>;

export const scoredGrain = z.enum(['step', 'hour', 'day', 'week']);

/** How forecasts did. Numbers of which nothing can be said are absent. */
export const scores = z.object({
  steps: z.number().int(),
  /** Σ|e|/Σ|y| of the median. */
  wape: z.number().optional(),
  /** Σ(mean − y)/Σy: positive is too high. */
  bias: z.number().optional(),
  /** Σ quantile loss over Σ|y|, of the quantiles 0.1, 0.5 and 0.9. */
  pinball: z.array(z.number()).optional(),
  /** Share of what came between the quantiles 0.1 and 0.9: 0.8 is right. */
  coverage: z.number().optional(),
  /** Local days (events: editions) whose peak was compared. */
  peaks: z.number().int(),
  /** Mean of (forecast − actual)/actual of the median peak, signed and not, and of the hours that its time was off. */
  peakBias: z.number().optional(),
  peakError: z.number().optional(),
  peakHours: z.number().optional(),
});

const compared = z.object({ band: accuracyBand, model: scores, naive: scores });

/** GET …/accuracy?start&end */
export const accuracyAnswer = z.object({
  seriesId: z.string(),
  timeZone: z.string(),
  metricKind,
  stepSeconds: z.number().int(),
  /** The local days whose forecasts are compared, both included. */
  firstDay: date,
  lastDay: date,
  days: z.number().int(),
  /** The last day that was scored at all; absent where none was. */
  scoredThrough: date.optional(),
  /** By the lead, from short to long, and by the grain: `step` is the history's own. */
  bands: z.array(compared.extend({ grain: scoredGrain })),
  /** Of the calendar's events, by their id. */
  events: z.array(compared.extend({ id: z.string() })),
  /** What the published forecast's intervals are made wider by (below 1: narrower), by the days ahead; the last for all beyond. */
  intervals: z.array(z.object({ untilDays: z.number().optional(), factor: z.number() })),
  /** What was seen and done, in sentences. */
  words: z.array(z.string()),
});
export type AccuracyAnswer = z.infer<typeof accuracyAnswer>;
