import { z } from 'zod';
import { historySource } from './history-source.ts';
import { regionSettings } from './series.ts';

/**
 * What each function needs in its environment. The handler parses it with this schema and the stack must supply
 * exactly these names (a test compares them), so neither can drift from the other.
 */
const json = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: 'custom', message: `expected JSON, got ${text.slice(0, 80)}` });
        return z.NEVER;
      }
    })
    .pipe(schema);

const region = { REGION_SETTINGS: json(regionSettings) };
const history = { HISTORY_BUCKET: z.string().min(1) };
/** Where history is pulled from before a forecast. */
const source = { HISTORY_SOURCE: json(historySource) };
const forecasts = { FORECAST_BUCKET: z.string().min(1) };
const registry = { SERIES_TABLE: z.string().min(1) };
/** Lines of the forecast index leave with the models that they name. */
const index = { FORECAST_TABLE: z.string().min(1), FORECAST_DAYS: z.coerce.number().int().positive() };
const calendar = { CALENDAR_TABLE: z.string().min(1) };
const runs = { RUNS_TABLE: z.string().min(1) };

export const environments = {
  'plan-run': z.object({ ...region, ...source, ...forecasts, ...registry, ...runs, ...calendar }),
  'forecast-batch': z.object({
    ...region,
    ...source,
    ...history,
    ...forecasts,
    ...registry,
    ...index,
    ...runs,
    ...calendar,
    /** A forecast older than this is no longer kept as stale: the seasonal naive takes its place. */
    MAX_STALE_DAYS: z.coerce.number().int().positive(),
    HORIZON_DAYS: z.coerce.number().int().positive(),
  }),
  'reconcile-region': z.object({
    ...region,
    ...forecasts,
    ...index,
    ...runs,
    MAX_STALE_DAYS: z.coerce.number().int().positive(),
  }),
  'publish-run': z.object({ ...region, ...runs }),
  'notify-teams': z.object({
    ...region,
    ...forecasts,
    ...registry,
    ...index,
    ...runs,
    ...calendar,
    /** Of the events that carry messages to teams. */
    EVENT_SOURCE: z.string().min(1),
  }),
  'watch-calendar': z.object({
    ...region,
    ...runs,
    ...calendar,
    REFRESH_STATE_MACHINE: z.string().min(1),
  }),
  'record-failure': z.object({ ...region, ...runs }),
  'ingest-inbox': z.object({ ...region, ...history, ...registry }),
  api: z.object({
    ...region,
    ...history,
    ...forecasts,
    ...registry,
    ...index,
    ...runs,
    ...calendar,
    /** Where the calendar is changed. */
    CALENDAR_REGION: z.string().min(1),
    /** All regions of the installation, as a JSON list. */
    REGION_IDS: json(z.array(z.string())),
    REFRESH_STATE_MACHINE: z.string().min(1),
  }),
} as const;

export type FunctionName = keyof typeof environments;
export type Environment<N extends FunctionName> = z.infer<(typeof environments)[N]>;
