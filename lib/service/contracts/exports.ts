import { z } from 'zod';
import { grain, quantileList } from './http.ts';
import { runId } from './refresh.ts';

const instant = z.iso.datetime({ offset: true });

/** Numbers of one export at the most: two years of minutes with five quantiles. */
export const mostExportCells = 8_000_000;
/** Days that an export is kept. */
export const exportDays = 7;

export const exportOf = z.enum(['forecast', 'observations']);
export const exportFormat = z.enum(['parquet', 'csv']);
export type ExportFormat = z.infer<typeof exportFormat>;

/** POST …/exports: a window as one file. */
export const exportBody = z.strictObject({
  /** Default: forecast. */
  of: exportOf.optional(),
  /** By default all that there is. */
  start: instant.optional(),
  end: instant.optional(),
  /** Default: hour. */
  grain: grain.optional(),
  /** Of a forecast, as texts: ["0.1", "0.5", "0.9"], the default. */
  quantiles: quantileList.optional(),
  /** Of a forecast: that of an earlier run. Default: the published one. */
  run: runId.optional(),
  /** Default: parquet. */
  format: exportFormat.optional(),
});
export type ExportBody = z.infer<typeof exportBody>;

/** What is stored of an export beside its file. */
export const exportRecord = z.object({
  schemaVersion: z.literal(1),
  exportId: z.string(),
  seriesId: z.string(),
  timeZone: z.string(),
  of: exportOf,
  runId: runId.optional(),
  grain,
  start: instant,
  end: instant,
  format: exportFormat,
  /** Of the file, in their order. */
  columns: z.array(z.string()),
  rows: z.number().int(),
  bytes: z.number().int(),
  file: z.string(),
  /** When it is deleted. */
  keptUntil: instant,
});
export type ExportRecord = z.infer<typeof exportRecord>;

/** POST …/exports (201, or 200 for one that was there), GET …/exports/{id} */
export const exportAnswer = exportRecord.omit({ schemaVersion: true }).extend({
  /** Where the file is read without further credentials, until `urlExpires` at the latest. */
  url: z.string(),
  urlExpires: instant,
});
export type ExportAnswer = z.infer<typeof exportAnswer>;
