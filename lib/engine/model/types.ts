import type { Accuracy, Findings, SeriesSettings } from '../types.ts';

export const modelVersion = 4;

/** Probabilities at which the noise tables hold quantiles. */
export const noiseProbabilities: readonly number[] = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];
/** Hours of the wall clock, each with its own noise. */
export const pools = 24;

/**
 * A forecast as a plain record, at most about 130 kB: all that `expand` needs for any window of its horizon.
 *
 * The rate of step k of day d is L(d) · P(d, block of k) · shape(k) · lifts − shift, with
 * L(d) = exp(level + year + weekday + holiday + extras) − offset.
 */
export interface ForecastModel {
  schemaVersion: number;
  method: 'log-additive' | 'seasonal-naive';
  settings: SeriesSettings;
  /** The first forecast instant, and the first instant that is no longer forecast. */
  cutoff: number;
  horizonEnd: number;
  accuracy: Accuracy;
  /** Local date of the cutoff in days since 1970-01-01: row 0 of the day columns. */
  firstDay: number;
  /** Added to gauges that go below zero before their logarithm is taken. */
  shift: number;
  offset: number;
  /** Whether the history counts whole things: quantiles of its steps are whole numbers then. */
  whole: boolean;
  days: DayColumns;
  extras: ExtraEffect[];
  profile: Profile;
  /** Each step over its block, times the mean ratio of its hour. Length: steps a day. */
  shape: Float32Array;
  noise: Noise;
  paths: DayPaths;
  events: EventLift[];
  curves: EventCurve[];
  /** How lifts above 1 add where events meet: 1, what they add is summed; 0, the largest alone holds. */
  overlap: number;
  findings: Findings;
  /** Absent where a refresh has nothing to go on from: the next fit begins anew. */
  basis?: Basis;
}

/** What a refresh needs beside the model to take over what repeats (`refresh.ts`). */
export interface Basis {
  /** Fingerprint of what the seasons and the profile were fitted to, and the last day of it. */
  mark: string;
  fittedThrough: number;
  /** Median taken from the logarithms of the level. */
  centre: number;
  /** Sum of the seasonal parts for each day from `firstRowDay` until the model's first. */
  firstRowDay: number;
  past: Float32Array;
}

/** One row a local day of the horizon, and a week or two beyond its end: a last step may be whole, a refresh take over. */
export interface DayColumns {
  /** Parts of the logarithm of the day's level: they add up. */
  level: Float32Array;
  year: Float32Array;
  weekday: Float32Array;
  holiday: Float32Array;
  /** Standard deviation of the logarithm: what days share, and what each day has of its own. */
  sharedSd: Float32Array;
  ownSd: Float32Array;
  /** 1 where the profile is the one of a day off: a holiday on a working day. */
  dayOff: Uint8Array;
}

/** What a regressor, or a period that was configured, adds to the logarithm of the level: a row a day as in `DayColumns`. */
export interface ExtraEffect {
  kind: 'regressor' | 'period';
  name: string;
  effect: Float32Array;
}

export interface Profile {
  blocks: number;
  /** The last day of history, from which its recent terms fade. */
  lastDay: number;
  /** Shape (terms, blocks), row by row. */
  coefficients: Float32Array;
}

/** Quantiles of actual over mean at three spans of time; rows of `noiseProbabilities.length`. */
export interface Noise {
  /** Shape (pools, probabilities). */
  step: Float32Array;
  hour: Float32Array;
  /** One row. */
  day: Float32Array;
}

/** Hour by hour, what past days did around their own fit, kept whole: peaks are drawn from them. */
export interface DayPaths {
  /** Hours of a day (steps, where they are longer; 1 for days and weeks). */
  hours: number;
  /** 1 for a weekend or a day off; length: days. Without days there is no error within a day. */
  rest: Uint8Array;
  /** Mean of the hour over its fitted mean, highest step over highest fitted step; shape (days, hours), as `ratio-code` codes them. */
  mean: Uint16Array;
  highest: Uint16Array;
}

/**
 * What a coming event does, or a part of it: one event may have several lifts (its minutes, the days around it).
 * Read by `eventSpan` and `liftAt` of `event/curve.ts`.
 */
export interface EventLift {
  id: string;
  kind: string;
  name?: string;
  /** Instant of the curve's first value. */
  start: number;
  /** The lift ends here, wherever its curve does: a launch whose stock is gone. Infinity: nowhere sooner. */
  until: number;
  /** Position in `curves`. */
  curve: number;
  /** Multiplies what the curve adds: lift = 1 + size · (curve − 1); below 1, curve ^ size. */
  size: number;
}

/** What events multiply the rate by, one value after another. */
export interface EventCurve {
  lift: Float32Array;
  /** Minutes that a value holds for. */
  stepMinutes: number;
  /** Standard deviation of the lift's logarithm. */
  sd: number;
}
