import { digest } from '../digest/digest.ts';
import { mergeDigests } from '../digest/merge.ts';
import { isMoment } from '../event/edition.ts';
import type { ForecastModel } from '../model/types.ts';
import { fitSeasonalNaive } from '../naive.ts';
import { addLocalDays, localDay, startOfDay, weekdayOf } from '../time/local.ts';
import { nextStep } from '../time/steps.ts';
import type { Calendar, DayDigest, Observations, SeriesSettings, Span } from '../types.ts';
import { bandOf, bands, leadOf } from './bands.ts';
import { rowAt } from './past.ts';
import { type Comparison, scorePeaks, scoreSteps } from './score-model.ts';
import { newTally, type Tally } from './scores.ts';

/** `step` is the history's own. */
export type ScoredGrain = 'step' | 'hour' | 'day' | 'week';

/** A forecast that was made before, as it was stored. */
export interface Edition {
  model: ForecastModel;
  /** What its intervals were widened by when it was made, by the lead. Default: 1. */
  stretched?: (lead: number) => number;
}

/** How the editions did on a day, beside the weekly seasonal naive of the same cutoffs on the same steps. */
export interface DayScores {
  band: string;
  grain: ScoredGrain;
  /** The event whose steps these are; absent for all steps of the day. */
  event?: string;
  model: Tally;
  naive: Tally;
}

export interface DayToScore {
  /** A local day (of weekly histories: a step) that is over. */
  span: Span;
  editions: readonly Edition[];
  /** What came: from the first instant of the week and of the first cutoff's day until the end of the span. */
  observations: Observations;
  /** Of all the history. */
  digests: readonly DayDigest[];
  settings: SeriesSettings;
  calendar: Calendar;
  /** Ascending, 0.5 among them. */
  quantiles: readonly number[];
}

/** Share of a coarse step's rows that must have been seen for it to be compared. */
const leastSeen = 0.9;
const coarse: readonly [ScoredGrain, number][] = [
  ['hour', 3600],
  ['day', 86_400],
  ['week', 604_800],
];

/**
 * Scores earlier forecasts on one day that came, by horizon band, grain and event: what `backtest` with the same cutoffs
 * would say of the day. A week is scored with its last day; an event's peak with the day on which it ends.
 * Bands and events without a step are absent.
 */
export function scoreDay(day: DayToScore): DayScores[] {
  const table = new Map<string, DayScores>();
  const { timeZone, stepSeconds } = day.settings;
  const week = weekOf(timeZone, day.span);
  const grains = coarse.flatMap(([grain, seconds]) => {
    const window = grain === 'week' ? week : day.span;
    if (seconds <= stepSeconds || window === undefined) return [];
    const came = atGrain(day.observations, day.settings, window, seconds);
    return came.time.length > 0 ? [{ grain, seconds, window, came }] : [];
  });
  for (const edition of day.editions) {
    if (edition.model.cutoff >= day.span.end || edition.model.horizonEnd < day.span.end) continue;
    const naive = naiveOf(edition.model, day);
    for (const side of ['model', 'naive'] as const) {
      const model = side === 'model' ? edition.model : naive;
      if (model === undefined) continue;
      const cell = (grain: ScoredGrain, lead: number, event?: string) =>
        cellOf(table, grain, lead, day.quantiles.length, event)[side];
      const stretched = side === 'model' ? edition.stretched : undefined;
      const compare: Comparison = {
        quantiles: day.quantiles,
        exclusions: [],
        scale: Number.NaN,
        ...(stretched !== undefined && { stretched }),
      };
      scoreOwnSteps(model, day, compare, cell);
      for (const { grain, seconds, window, came } of grains) {
        const within = from(window, model, timeZone, seconds);
        if (within !== undefined)
          scoreSteps(model, came, { ...within, stepSeconds: seconds }, compare, (_, lead) => [
            cell(grain, lead),
          ]);
      }
    }
  }
  return [...table.values()].filter(({ model }) => model.steps > 0 || model.peaks > 0);
}

type CellOf = (grain: ScoredGrain, lead: number, event?: string) => Tally;

function scoreOwnSteps(
  model: ForecastModel,
  { span, observations, settings, calendar }: DayToScore,
  compare: Comparison,
  cell: CellOf,
): void {
  const { stepSeconds } = settings;
  const window = from(span, model, settings.timeZone, stepSeconds);
  if (window === undefined) return;
  const moments = calendar.events.filter(isMoment).filter((e) => e.end > window.start && e.start < span.end);
  scoreSteps(model, observations, { ...window, stepSeconds }, compare, (at, lead) => [
    cell('step', lead),
    ...moments.filter(({ start, end }) => at >= start && at < end).map(({ id }) => cell('step', lead, id)),
  ]);
  if (stepSeconds >= 86_400) return;
  const days = window.start === span.start ? [span] : [];
  scorePeaks(model, observations, days, 'hour', ({ end }) => [cell('step', leadOf(model, end - 1))]);
  const ended = moments.filter(
    ({ start, end }) => start >= model.cutoff && end > span.start && end <= span.end,
  );
  scorePeaks(model, observations, ended, 'step', (event) => [
    cell('step', leadOf(model, event.start), event.id),
  ]);
}

/** The steps of a window that a model forecasts from its first instant on; undefined where there is none. */
function from(
  { start, end }: Span,
  { cutoff }: ForecastModel,
  timeZone: string,
  stepSeconds: number,
): Span | undefined {
  let first = start;
  while (first < cutoff && first < end) first = nextStep(timeZone, first, stepSeconds);
  return first < end ? { start: first, end } : undefined;
}

function cellOf(
  table: Map<string, DayScores>,
  grain: ScoredGrain,
  lead: number,
  quantiles: number,
  event?: string,
): DayScores {
  const { band } = bands[bandOf(lead)]!;
  const key = `${band} ${grain} ${event ?? ''}`;
  let cell = table.get(key);
  if (cell === undefined) {
    cell = {
      band,
      grain,
      ...(event !== undefined && { event }),
      model: newTally(quantiles),
      naive: newTally(quantiles),
    };
    table.set(key, cell);
  }
  return cell;
}

/** The seasonal naive from what lay before a model's cutoff. */
function naiveOf(
  { cutoff }: ForecastModel,
  { span, digests, observations, settings, calendar }: DayToScore,
): ForecastModel | undefined {
  const today = localDay(settings.timeZone, cutoff);
  const first = rowAt(observations.time, startOfDay(settings.timeZone, today));
  const last = rowAt(observations.time, cutoff);
  const rows = {
    time: observations.time.subarray(first, last),
    value: observations.value.subarray(first, last),
  };
  const before = mergeDigests(
    digests.filter(({ day }) => day < today),
    digest(rows, settings, calendar),
  );
  const outcome = fitSeasonalNaive(before, settings, { cutoff, horizonEnd: span.end });
  return outcome.status === 'ok' ? outcome.model : undefined;
}

/** The week from Monday that ends with a day, if one does. */
function weekOf(timeZone: string, { end }: Span): Span | undefined {
  return weekdayOf(localDay(timeZone, end)) === 0
    ? { start: addLocalDays(timeZone, end, -7), end }
    : undefined;
}

/** Sums (counts) or means (gauges) of the coarse steps that were seen nearly whole; a lack is taken to be like the rest. */
function atGrain(
  { time, value }: Observations,
  { timeZone, stepSeconds, metricKind }: SeriesSettings,
  { start, end }: Span,
  seconds: number,
): Observations {
  const starts: number[] = [];
  const values: number[] = [];
  for (let at = start; at < end; ) {
    const next = nextStep(timeZone, at, seconds);
    const first = rowAt(time, at);
    const last = rowAt(time, next);
    const expected =
      stepSeconds < 86_400
        ? (next - at) / (stepSeconds * 1000)
        : Math.round((next - at) / (stepSeconds * 1000));
    if (last - first >= leastSeen * expected) {
      let sum = 0;
      for (let i = first; i < last; i++) sum += value[i]!;
      const mean = sum / (last - first);
      starts.push(at);
      values.push(metricKind === 'count' ? mean * expected : mean);
    }
    at = next;
  }
  return { time: Float64Array.from(starts), value: Float64Array.from(values) };
}
