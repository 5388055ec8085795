import type { Observations } from '../../engine/index.ts';

/** A file or body that cannot be read at all. Its message says what was found, what was expected and how to mend it. */
export class TabularError extends Error {
  override name = 'TabularError';
}

/**
 * How timestamps are written. instant: with Z or an offset. local: wall-clock time without one. date: a bare
 * date, meaning a local day. epoch: whole seconds (10 digits) or milliseconds (13 digits) since 1970.
 */
export type TimestampForm = 'instant' | 'local' | 'date' | 'epoch';

export interface Rejection {
  /** Line in a CSV (the header is line 1 and counts), row from 1 in Parquet and JSON columns. */
  line: number;
  reason: string;
}

/** Rows as they were written: any order, repeats included. Columns of equal length. */
export interface Rows {
  /** Milliseconds since 1970-01-01T00:00Z. */
  time: Float64Array;
  value: Float64Array;
  line: Uint32Array;
}

export interface Table {
  /** Rows by the name in the series column; without such a column one entry, named ''. */
  series: Map<string, Rows>;
  /** Absent when not one timestamp could be read. */
  form?: TimestampForm;
  /** Rows with a time but without a value (empty, null, NaN, NA): missing steps, no errors. */
  missing: number;
  rejected: number;
  /** The first rejected rows, at most `maxRejectionsListed`. */
  rejections: Rejection[];
}

export interface ReadOptions {
  /** IANA zone in which wall-clock times and bare dates are read. */
  timeZone: string;
  /** Column names, case-sensitive. Defaults: `timestamp` and `value`. */
  timestampColumn?: string;
  valueColumn?: string;
  /** Column that names the series of each row, for several series in one file. */
  seriesColumn?: string;
  /** A source with more rows is refused. Default: 50 million. */
  mostRows?: number;
}

/** One series, ready for the engine: ascending, without repeats, every row on the step. */
export interface Settled {
  observations: Observations;
  stepSeconds: number;
  /** Rows replaced by a later row of the same time. */
  duplicates: number;
  /** Rows off the step. */
  rejected: number;
  rejections: Rejection[];
}

/** Rows of a source that are taken where nothing else is said: beyond, it is refused in words, not by an exhausted memory. */
export const mostRows = 50_000_000;

/** Rejected rows that are listed one by one; the rest are only counted. */
export const maxRejectionsListed = 100;
