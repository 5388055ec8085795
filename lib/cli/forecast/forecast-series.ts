import {
  maxRejectionsListed,
  type Rejection,
  type Rows,
  type Settled,
  settle,
  TabularError,
} from '../../adapters/tabular/index.ts';
import {
  type Accuracy,
  addLocalDays,
  type CalendarEvent,
  type DayPeaks,
  dayPeaks,
  digest,
  type Expansion,
  type Explanation,
  expand,
  explain,
  fit as fitModel,
  fitSeasonalNaive,
  type Holiday,
  localParts,
  type MetricKind,
  type Observations,
  type Peaks,
  peaks,
  type Span,
  startOfLocalDay,
  steps,
} from '../../engine/index.ts';
import { CommandFailure } from '../failure.ts';
import { type ForecastRequest, horizonEnd } from './options.ts';

const day = 86_400;
const week = 604_800;
/** Rows of one forecast that are refused rather than computed: thirty years of minutes. */
const mostSteps = 16_000_000;
const pieceSteps = 20_160;

export interface SeriesForecast {
  /** Rows before the cutoff, and how many there are in all. */
  history: Observations;
  accepted: number;
  stepSeconds: number;
  grainSeconds: number;
  metricKind: MetricKind;
  cutoff: number;
  end: number;
  method: string;
  /** Why the method is the fallback. */
  reason?: string;
  accuracy: Accuracy;
  duplicates: number;
  rejected: number;
  rejections: { line: number; reason: string }[];
  steps: number;
  /** The forecast in order, some steps at a time: the whole may be large. */
  expansions(): Iterable<Expansion>;
  /** All of it at once. */
  expansion(): Expansion;
  /** Its ingredients, the same steps at a time. */
  explanations(): Iterable<Explanation>;
  /** Highest hourly mean of each local day of the forecast. */
  dayPeaks(): DayPeaks;
  /** The part of a span that whole steps of the history's length within the forecast cover, if there is any. */
  withinForecast(span: Span): Span | undefined;
  /** Highest steps of spans within the forecast. */
  spanPeaks(spans: readonly Span[]): Peaks;
}

/** Holidays from a first to a last local date, YYYY-MM-DD. */
export type Holidays = (first: string, last: string) => Holiday[];

/** Forecasts one series. Throws CommandFailure (exit code 2) with the reason when it cannot be. */
export function forecastSeries(
  rows: Rows,
  request: ForecastRequest,
  events: readonly CalendarEvent[],
  holidays: Holidays,
): SeriesForecast {
  const { timeZone, metricKind, quantiles } = request;
  const { observations, stepSeconds, duplicates, rejected, rejections } = settled(rows, request);
  const { time, value } = observations;
  const cutoff = request.cutoff ?? stepAfter(time.at(-1)!, stepSeconds, timeZone);
  const seen = time.findLastIndex((at) => at < cutoff) + 1;
  if (seen === 0)
    throw new CommandFailure(
      `No row lies before the cutoff ${iso(cutoff)}: the first is at ${iso(time[0]!)}.`,
      2,
    );
  const history = { time: time.subarray(0, seen), value: value.subarray(0, seen) };
  const grainSeconds = request.grainSeconds ?? stepSeconds;
  const end = request.end ?? horizonEnd(cutoff, request.horizon!, timeZone);
  const start = firstStep(cutoff, grainSeconds, stepSeconds, time[0]!, timeZone);
  if (end <= start)
    throw new CommandFailure(
      `The end ${iso(end)} is not after the first step of the forecast, ${iso(start)}: ask for more.`,
      2,
    );
  if ((end - start) / (grainSeconds * 1000) > mostSteps)
    throw new CommandFailure(
      `From ${iso(start)} to ${iso(end)} there are more than ${mostSteps} steps: ask for a coarser --grain or less time.`,
      2,
    );
  const settings = { timeZone, stepSeconds, metricKind };
  const calendar = { holidays: holidaysOver(holidays, history.time[0]!, end), events };
  const digests = digest(history, settings, calendar);
  const options = { cutoff, horizonEnd: end, ...declaredOf(request) };
  const fitted = refusing(() => fitModel(digests, settings, calendar, options));
  const outcome = fitted.status === 'ok' ? fitted : fitSeasonalNaive(digests, settings, options);
  if (outcome.status === 'failed') throw new CommandFailure(`${outcome.reason}.`, 2);
  const window = { start, end, stepSeconds: grainSeconds, quantiles };
  const pieceMs = grainSeconds < day ? grainSeconds * pieceSteps * 1000 : end - start;
  const pieces = function* () {
    for (let from = start; from < end; from += pieceMs)
      yield { ...window, start: from, end: Math.min(end, from + pieceMs) };
  };
  // Peaks are those of the history's own steps, whatever the grain of the forecast.
  const firstOwnStep = (from: number) => firstStep(from, stepSeconds, stepSeconds, time[0]!, timeZone);
  return {
    history,
    accepted: time.length,
    stepSeconds,
    grainSeconds,
    metricKind,
    cutoff: start,
    end,
    method: outcome.model.method,
    ...(fitted.status === 'failed' && { reason: fitted.reason }),
    accuracy: outcome.model.accuracy,
    duplicates,
    rejected,
    rejections,
    steps: steps(timeZone, start, end, grainSeconds).length,
    expansions: function* () {
      for (const piece of pieces()) yield expand(outcome.model, piece);
    },
    expansion: () => expand(outcome.model, window),
    explanations: function* () {
      for (const piece of pieces()) yield explain(outcome.model, piece);
    },
    dayPeaks: () => dayPeaks(outcome.model, { start: firstOwnStep(cutoff), end }, quantiles),
    withinForecast: (span) => {
      const from = firstOwnStep(Math.max(span.start, cutoff));
      const until = Math.min(span.end, end);
      return from < until ? { start: from, end: until } : undefined;
    },
    spanPeaks: (spans) => peaks(outcome.model, spans, quantiles, { of: 'step' }),
  };
}

/** What people say of a series beside its calendar. */
export function declaredOf({ regressors, breaks, exclusions, seasons }: ForecastRequest) {
  return {
    ...(regressors !== undefined && { regressors }),
    ...(breaks !== undefined && { breaks }),
    ...(exclusions !== undefined && { exclusions }),
    ...(seasons !== undefined && { seasons }),
  };
}

/** Holidays of a history and its horizon, a day more at each side: local dates may be those next to the universal ones. */
export function holidaysOver(holidays: Holidays, start: number, end: number): Holiday[] {
  const date = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  return holidays(date(start - day * 1000), date(end + 9 * day * 1000));
}

/** What the engine refuses to work with, as an end of the command. */
export function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) throw new CommandFailure(`${error.message}.`, 2, { cause: error });
    throw error;
  }
}

export function settled(written: Rows, { timeZone, stepSeconds, metricKind }: ForecastRequest): Settled {
  const { rows, rejections } = metricKind === 'count' ? countsOf(written) : { rows: written, rejections: [] };
  if (rows.time.length === 0)
    throw new CommandFailure(
      `Not one row can be used. Line ${rejections[0]!.line}: ${rejections[0]!.reason}.`,
      2,
    );
  try {
    const read = settle(rows, { timeZone, ...(stepSeconds !== undefined && { stepSeconds }) });
    // Every other row off the step: it is twice that of the rows, and a count would lose half of what it counts.
    if (read.rejected > 1 && read.rejected >= read.observations.time.length)
      throw new TabularError(
        `Half of the rows lie off the step: ${read.rejected} of ${rows.time.length - read.duplicates}. Give the step that the rows have; --grain is that of the forecast.`,
      );
    return {
      ...read,
      rejected: read.rejected + written.time.length - rows.time.length,
      rejections: [...rejections, ...read.rejections],
    };
  } catch (error) {
    if (error instanceof TabularError) throw new CommandFailure(error.message, 2, { cause: error });
    throw error;
  }
}

/** Rows without those below zero, which no count can be: rejected here as they are where observations are taken in. */
function countsOf(rows: Rows): { rows: Rows; rejections: Rejection[] } {
  const sound = (_: number, i: number) => rows.value[i]! >= 0;
  const rejections: Rejection[] = [];
  rows.value.forEach((value, i) => {
    if (value < 0 && rejections.length < maxRejectionsListed)
      rejections.push({
        line: rows.line[i]!,
        reason: `a count is not negative, got ${value}: is this a gauge?`,
      });
  });
  if (rejections.length === 0) return { rows, rejections };
  return {
    rows: { time: rows.time.filter(sound), value: rows.value.filter(sound), line: rows.line.filter(sound) },
    rejections,
  };
}

/** The start of the step after the one that starts at `ms`. */
export function stepAfter(ms: number, stepSeconds: number, timeZone: string): number {
  if (stepSeconds < day) return ms + stepSeconds * 1000;
  return steps(timeZone, ms, ms + stepSeconds * 2000, stepSeconds)[1]!;
}

/**
 * The first step of the grain that starts at or after the cutoff. Steps of the history's own length go on where its
 * own would; hours and minutes start with the local clock's, days at local midnight, weeks on Monday.
 */
function firstStep(
  cutoff: number,
  grainSeconds: number,
  stepSeconds: number,
  historyStart: number,
  timeZone: string,
): number {
  if (grainSeconds < day) {
    const anchor = grainSeconds === stepSeconds ? historyStart : startOfLocalDay(timeZone, cutoff);
    const grainMs = grainSeconds * 1000;
    return cutoff + ((((anchor - cutoff) % grainMs) + grainMs) % grainMs);
  }
  const midnight = startOfLocalDay(timeZone, cutoff);
  let start = midnight === cutoff ? midnight : addLocalDays(timeZone, midnight, 1);
  if (grainSeconds === week) {
    const first = stepSeconds === week ? localParts(timeZone, historyStart).weekday : 0;
    const ahead = (first - localParts(timeZone, start).weekday + 7) % 7;
    start = addLocalDays(timeZone, start, ahead);
  }
  return start;
}

export const iso = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z');
