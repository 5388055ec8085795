import { isMoment } from '../event/edition.ts';
import { type FitOutcome, fit as fitModel } from '../fit.ts';
import type { ForecastModel } from '../model/types.ts';
import { fitSeasonalNaive } from '../naive.ts';
import { dayMs } from '../time/local.ts';
import type { Calendar, CalendarEvent, FitOptions, Observations, SeriesSettings, Span } from '../types.ts';
import { bandOf, bands, leadOf } from './bands.ts';
import { backtestOrigins } from './origins.ts';
import { type Past, pastOf } from './past.ts';
import { scorePeaks, scoreSteps } from './score-model.ts';
import { newTally, type Scores, scoresOf, type Tally } from './scores.ts';
import { wholeDays } from './seen-peak.ts';

export interface BacktestOptions extends Omit<FitOptions, 'cutoff' | 'horizonEnd'> {
  /** How many origins; fewer where the history has no more. Or the instants themselves, ascending. Default 8. */
  origins?: number | readonly number[];
  /** The first instant that a forecast made at an origin need not reach. */
  horizonEnd: (origin: number) => number;
  /** Ascending, 0.5 among them. Default 0.1, 0.5, 0.9. */
  quantiles?: readonly number[];
  /** Called before each origin. */
  progress?: (done: number, of: number) => void;
}

/** The model beside the weekly seasonal naive, on the same steps. */
export interface Compared {
  model: Scores;
  naive: Scores;
}

export interface BandScores extends Compared {
  /** 1h, 1d, 7d, 30d, 90d, 1y, longer: leads from the end of the band before up to this one's. */
  band: string;
}

export interface EventScores extends Compared {
  id: string;
  kind: string;
  name?: string;
}

export interface Backtest {
  /** Ascending; `reason` says why the seasonal naive stood in. */
  origins: { origin: number; end: number; method: ForecastModel['method']; reason?: string }[];
  quantiles: readonly number[];
  all: Compared;
  /** By lead: the time from the origin to the end of the step (of a peak: of its day). */
  bands: BandScores[];
  /** Every event whose forecast can be compared, over the origins before it. */
  events: EventScores[];
}

/**
 * Rolling origins (Tashman 2000): at each the model is fitted anew to what lay before it, with the calendar as it was
 * known then (events without `announced` are taken to be known all along) and with the declared breaks that had
 * happened, and compared with what came. Steps of declared exclusions are not compared. Beside it the
 * weekly seasonal naive, fitted at the same origins.
 *
 * Throws a RangeError where the history is too short for a horizon, or quantiles lack 0.5.
 */
export function backtest(
  observations: Observations,
  settings: SeriesSettings,
  calendar: Calendar,
  options: BacktestOptions,
): Backtest {
  const { quantiles = [0.1, 0.5, 0.9], horizonEnd, progress } = options;
  if (!quantiles.includes(0.5))
    throw new RangeError(`A backtest needs the quantile 0.5, got ${quantiles.join(', ')}`);
  const asked = options.origins ?? 8;
  const origins =
    typeof asked === 'number' ? backtestOrigins(observations, settings, asked, horizonEnd) : asked;
  const past = pastOf(observations, settings, calendar);
  const tables = { model: newTables(quantiles.length), naive: newTables(quantiles.length) };
  const out: Backtest = {
    origins: [],
    quantiles,
    all: compared(tables.model.all, tables.naive.all),
    bands: [],
    events: [],
  };
  origins.forEach((origin, i) => {
    progress?.(i, origins.length);
    const end = horizonEnd(origin);
    const known = calendarAt(calendar, origin);
    const { model, naive, reason } = fitAt(past, settings, known, options, origin, end);
    out.origins.push({ origin, end, method: model.method, ...(reason !== undefined && { reason }) });
    const compare = {
      observations,
      past,
      quantiles,
      events: known.events,
      exclusions: options.exclusions ?? [],
    };
    scoreModel(model, compare, tables.model);
    scoreModel(naive, compare, tables.naive);
  });
  out.all = compared(tables.model.all, tables.naive.all);
  bands.forEach(({ band }, b) => {
    if (tables.model.bands[b]!.steps > 0)
      out.bands.push({ band, ...compared(tables.model.bands[b]!, tables.naive.bands[b]!) });
  });
  for (const { id, kind, name } of calendar.events) {
    const tally = tables.model.events.get(id);
    if (tally !== undefined && tally.steps > 0)
      out.events.push({
        id,
        kind,
        ...(name !== undefined && { name }),
        ...compared(tally, tables.naive.events.get(id)!),
      });
  }
  return out;
}

/** The calendar as it was known at an instant. Public holidays are known for good. */
export function calendarAt({ holidays, events }: Calendar, instant: number): Calendar {
  return {
    holidays,
    events: events.filter(({ announced }) => announced === undefined || announced <= instant),
  };
}

function fitAt(
  past: Past,
  settings: SeriesSettings,
  calendar: Calendar,
  options: BacktestOptions,
  origin: number,
  end: number,
): { model: ForecastModel; naive: ForecastModel; reason?: string } {
  const { origins, quantiles, progress, horizonEnd, breaks, ...declared } = options;
  const fitOptions: FitOptions = {
    ...declared,
    cutoff: origin,
    horizonEnd: end,
    ...(breaks !== undefined && { breaks: breaks.filter((day) => day * dayMs <= origin) }),
  };
  const digests = past.digestsAt(origin);
  const naive = modelOf(fitSeasonalNaive(digests, settings, fitOptions));
  const fitted = fitModel(digests, settings, calendar, fitOptions);
  return fitted.status === 'ok'
    ? { model: fitted.model, naive }
    : { model: naive, naive, reason: fitted.reason };
}

function modelOf(outcome: FitOutcome): ForecastModel {
  if (outcome.status === 'failed') throw new RangeError(outcome.reason);
  return outcome.model;
}

interface Tables {
  all: Tally;
  bands: Tally[];
  events: Map<string, Tally>;
  quantiles: number;
}

const newTables = (quantiles: number): Tables => ({
  all: newTally(quantiles),
  bands: bands.map(() => newTally(quantiles)),
  events: new Map(),
  quantiles,
});

const compared = (model: Tally, naive: Tally): Compared => ({
  model: scoresOf(model),
  naive: scoresOf(naive),
});

interface Comparison {
  observations: Observations;
  past: Past;
  quantiles: readonly number[];
  events: readonly CalendarEvent[];
  exclusions: readonly Span[];
}

/** Adds one model, over all of its horizon, to the tables. */
function scoreModel(model: ForecastModel, comparison: Comparison, tables: Tables): void {
  const { observations, past, quantiles, exclusions } = comparison;
  const { cutoff, horizonEnd, settings } = model;
  const window = { start: cutoff, end: horizonEnd, stepSeconds: settings.stepSeconds };
  const moments = comparison.events.filter(isMoment).filter((e) => e.end > cutoff && e.start < horizonEnd);
  const compare = { quantiles, exclusions, scale: past.scaleAt(cutoff) };
  scoreSteps(model, observations, window, compare, (at, lead) => {
    const tallies = [tables.all, bandTally(tables, lead)];
    for (const event of moments)
      if (at >= event.start && at < event.end) tallies.push(eventTally(tables, event.id));
    return tallies;
  });
  if (settings.stepSeconds >= 86_400) return;
  scorePeaks(model, observations, wholeDays(settings.timeZone, window), 'hour', ({ end }) => [
    tables.all,
    bandTally(tables, leadOf(model, end - 1)),
  ]);
  const within = moments.filter((event) => event.start >= cutoff && event.end <= horizonEnd);
  scorePeaks(model, observations, within, 'step', ({ id }) => [eventTally(tables, id)]);
}

const bandTally = ({ bands: tallies }: Tables, lead: number): Tally => tallies[bandOf(lead)]!;

function eventTally(tables: Tables, id: string): Tally {
  let tally = tables.events.get(id);
  if (tally === undefined) {
    tally = newTally(tables.quantiles);
    tables.events.set(id, tally);
  }
  return tally;
}
