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
  /** How much larger than past editions of its kind (or of `like`) it is expected to be: 1.5 = half as much again. */
  scale?: number;
  /** Kind whose past editions stand in for it while its own kind has none. */
  like?: string;
  /** Demand that is new: a jump and a decay. An event without an end is one. */
  launch?: boolean;
  /**
   * Units that can be sold: orders stop when they are gone, traffic keeps coming. Counts stop; a gauge does not, nor a count that
   * went well beyond its stock at an earlier launch. Where there was none, leave `stock` out for series of visits.
   */
  stock?: number;
  /** When it entered the calendar: a backtest from an earlier origin does not know of it. Absent: known all along. */
  announced?: number;
  /** Declared size of a launch: what it adds to a step at its height, in the unit of the series. */
  rate?: number;
}

/** Half-open [start, end), milliseconds since 1970-01-01T00:00Z. */
export interface Span {
  start: number;
  end: number;
}

/** A span kept out of the fit: found by the cleaning, or declared by a person. */
export interface Exclusion extends Span {
  reason: 'declared' | 'spike' | 'robot' | 'outage' | 'stuck';
  /** What was seen there over what the model expects there; NaN where nothing can be said. */
  size: number;
}

/** A date where the level or its slope changes. */
export interface Break {
  /** Local date as days since 1970-01-01: the first day of the new level or slope. */
  day: number;
  kind: 'level' | 'slope';
  /** level: new level over the old. slope: change of growth, as a factor a year. */
  size: number;
  /** Given by a person rather than found. */
  declared: boolean;
}

/** What the fit found in the history besides its model. */
export interface Findings {
  exclusions: Exclusion[];
  breaks: Break[];
  /** Past editions of events below a day's step, by their start. */
  editions: EditionFinding[];
  /** Holidays that come again within the horizon. */
  holidays: HolidayFinding[];
}

export interface HolidayFinding {
  name: string;
  /** Level of its coming days over what they would have without any holiday. */
  size: number;
  /** Its days in the history, as days since 1970-01-01. */
  editions: number[];
}

/** What a past edition of an event did, and how the others would have foretold it. */
export interface EditionFinding extends Span {
  id: string;
  kind: string;
  /** What was seen inside the event over what the model expects there without it; of a launch, at its height. */
  lift: number;
  /**
   * From the other editions alone (leave one out): how many are of its kind, the lift, the error Σ|e|/Σ|y|, and the highest
   * minute foretold over the highest seen, less 1. Absent where there is no other edition of any kind.
   */
  foretold?: { editions: number; lift: number; wape: number; peakError: number };
}

/** Days that come again beside those of week and year: by the month (pay days, its end), or every so many days. */
export type Period =
  | {
      name: string;
      /** 1…31, or from the end of the month: −1 is its last day. A month that lacks a day leaves it out. */
      daysOfMonth: readonly number[];
      /** Where a day falls on a weekend or holiday: it stays, or moves to the working day before or after. */
      onDayOff?: 'stay' | 'before' | 'after';
    }
  | {
      name: string;
      /** Length in days, at least 2; half the history at most. */
      everyDays: number;
    };

/** What is believed to come again. */
export interface SeasonSettings {
  /** Whether days of the week differ, in their level and their profile. */
  week: boolean;
  /** Whether the level and the profile go with the year. `auto`: where the history is long enough to tell. */
  year: 'auto' | boolean;
  periods: readonly Period[];
}

/** A column known over history and horizon, such as a price or a temperature. Missing steps are absent. */
export interface Regressor {
  name: string;
  /** Start of each step, ascending; any step of at most a day. */
  time: Float64Array;
  value: Float64Array;
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
  /** Spans that a person keeps out of the fit. */
  exclusions?: readonly Span[];
  /** Local dates (days since 1970-01-01) where a person knows of a break; others are found. */
  breaks?: readonly number[];
  regressors?: readonly Regressor[];
  /** Default: `defaultSeasons`. */
  seasons?: SeasonSettings;
  /** What was learnt from earlier forecasts of the width that intervals should have, by ascending leads. */
  widths?: readonly IntervalWidth[];
}

/** Intervals of leads below `until` days are to be `factor` times as wide as they would be by themselves. */
export interface IntervalWidth {
  until: number;
  factor: number;
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
