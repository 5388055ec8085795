import { z } from 'zod';
import { calendarEntry, calendarTime, calendarWarnings } from './calendar.ts';
import { grain, quantileList } from './http.ts';
import { eventPeak } from './notices.ts';
import { seriesName } from './series.ts';

/** Series of one question at the most: each is fitted anew, within the time that an API may take. */
export const mostSeriesAsked = 20;

const id = z.string().min(1).max(200);
const factor = z.number().positive().max(1000);

/** A change of the calendar that is only supposed. */
export const supposedChange = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('put'), event: calendarEntry }),
  z.strictObject({
    op: z.literal('move'),
    id,
    start: calendarTime.optional(),
    end: calendarTime.optional(),
  }),
  z.strictObject({ op: z.literal('cancel'), id }),
  /** Multiplies the scale of the event. */
  z.strictObject({ op: z.literal('scale'), id, factor }),
]);
export type SupposedChange = z.infer<typeof supposedChange>;

/** POST /v1/what-if */
export const whatIfBody = z.strictObject({
  series: z.array(seriesName).min(1).max(mostSeriesAsked),
  calendar: z.array(supposedChange).max(200).default([]),
  /** Demand grows by this factor a year more than is forecast, from the cutoff on. */
  growth: z.number().positive().max(100).optional(),
  /** Default: the changed events with a day around them; without any, seven days from the cutoff. */
  start: z.iso.datetime({ offset: true }).optional(),
  end: z.iso.datetime({ offset: true }).optional(),
  grain: grain.default('hour'),
  /** Probabilities as texts, ascending. */
  quantiles: quantileList.default(['0.1', '0.5', '0.9']),
});
export type WhatIfBody = z.infer<typeof whatIfBody>;

const columns = z.object({
  mean: z.array(z.number()),
  quantiles: z.record(z.string(), z.array(z.number())),
});
export const whatIfSeries = z.object({
  seriesId: z.string(),
  runId: z.string(),
  timeZone: z.string(),
  metricKind: z.enum(['count', 'gauge']),
  grain,
  time: z.array(z.iso.datetime()),
  published: columns,
  whatIf: columns,
  /** The changed events that touch the series; without any, the window as a whole (`event` is absent). */
  peaks: z.array(
    z.object({
      event: z.string().optional(),
      name: z.string().optional(),
      published: eventPeak.optional(),
      whatIf: eventPeak.optional(),
    }),
  ),
});
export type WhatIfSeries = z.infer<typeof whatIfSeries>;
export const whatIfAnswer = z.object({
  series: z.array(whatIfSeries),
  /** Series that cannot be asked, and why. */
  refused: z.array(z.object({ seriesId: z.string(), reason: z.string() })),
  warnings: calendarWarnings,
});
