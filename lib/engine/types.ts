/** count: adds up over time (requests, orders). gauge: averages over time (megawatts, connections). */
export type MetricKind = 'count' | 'gauge';

/**
 * A step in seconds. Below 86,400 a step is elapsed time and divides the day evenly;
 * 86,400 is a local day (23, 24 or 25 hours) and 604,800 seven local days.
 */
export type StepSeconds = number;

export interface SeriesSettings {
  /** IANA name, such as Europe/Paris. Seasons are read in its wall-clock time. */
  timeZone: string;
  stepSeconds: StepSeconds;
  metricKind: MetricKind;
}

/** Columns of equal length: one row an observation, ascending and without repeats. Missing steps are absent. */
export interface Observations {
  /** Start of the step, milliseconds since 1970-01-01T00:00Z. */
  time: Float64Array;
  /** Finite numbers. A count is the total of its step, a gauge the mean over it. */
  value: Float64Array;
}

export interface Holiday {
  /** Local date, YYYY-MM-DD. */
  date: string;
  /** Holidays of one name teach one another, whatever their dates. */
  name: string;
}

/** One edition of a kind of event, exact to the minute. */
export interface CalendarEvent {
  id: string;
  kind: string;
  name?: string;
  /** Milliseconds since 1970-01-01T00:00Z, half-open [start, end). */
  start: number;
  /** Absent: a launch, whose demand is new from `start` on. */
  end?: number;
}

export interface Calendar {
  holidays: readonly Holiday[];
  events: readonly CalendarEvent[];
}

/** What one local day of history says, small enough to keep for years. Made by `digest`, read by `fit`. */
export interface DayDigest {
  /** Local date as days since 1970-01-01. With weekly rows: the first date of the week. */
  day: number;
  /** Steps present in the day, and steps that the day has (a day of 23 hours has fewer). */
  present: number;
  expected: number;
  /** Mean of the steps present. */
  mean: number;
  /** Means of the day's blocks in wall-clock order, NaN where nothing was seen. Length: blocks a day. */
  blocks: Float32Array;
  /** Share of each block's steps that was present, 0…1 (2 where a repeated hour fills it twice). */
  filled: Float32Array;
  /** Each step over its block's mean, coded in 8 bits, in wall-clock order. Recent days only, else empty. */
  shape: Uint8Array;
  /** Steps inside calendared events as they were: index since the day's first instant, and value. */
  eventSteps: Uint16Array;
  eventValues: Float32Array;
}

export interface FitOptions {
  /** The first forecast instant: nothing at or after it is seen. */
  cutoff: number;
  /** The first instant that need not be forecast. Default: two years after the cutoff. */
  horizonEnd?: number;
}

/** How the model did on steps of its own past that it had not seen. */
export interface Accuracy {
  origins: number;
  horizonDays: number;
  /** Σ|e|/Σ|y| of the 0.5 quantile, of the model and of the weekly seasonal naive on the same steps. */
  wape: number;
  naiveWape: number;
  /** Share of actual values inside the central 80 %. */
  coverage: number;
}

export interface Window {
  /** Half-open [start, end). Steps are counted from `start`; a last step may reach past `end`. */
  start: number;
  end: number;
  stepSeconds: StepSeconds;
  /** Probabilities strictly between 0 and 1, ascending. */
  quantiles: readonly number[];
}

/** Columns of equal length, one row a step. */
export interface Expansion {
  time: Float64Array;
  mean: Float64Array;
  /** One column a quantile of the window. Never crossing; never below zero for counts. */
  quantiles: Float64Array[];
}
