import {
  addLocalDays,
  type Calendar,
  dayErrors,
  decodeModel,
  encodeModel,
  engineVersion,
  type ForecastModel,
  fit as fitModel,
  fitSeasonalNaive,
  type SeriesSettings,
} from '../engine/index.ts';
import { eventsOf } from './calendar-events.ts';
import type { CalendarDocument } from './contracts/calendar.ts';
import type { ForecastEntry, SeriesStatus, TrackRecord } from './contracts/refresh.ts';
import { type RegionSettings, type SeriesKey, type SeriesRecord, seriesId } from './contracts/series.ts';
import { digestHistory, fingerprint, sortedRevisions } from './digest-history.ts';
import { reasonOf } from './errors.ts';
import { stepAfter } from './grain.ts';
import { keepForecast } from './keep-forecast.ts';
import type {
  ForecastIndex,
  ForecastStore,
  HistoryStore,
  HolidayCalendar,
  Ledger,
  SeriesRegistry,
} from './ports.ts';
import { scheduledAt } from './run-id.ts';
import { lastClosedDay, type SeriesPast, scoreForecasts } from './score-forecasts.ts';

export interface ForecastSeriesPorts {
  region: RegionSettings;
  registry: SeriesRegistry;
  history: HistoryStore;
  forecasts: ForecastStore;
  holidays: HolidayCalendar;
  index: Pick<ForecastIndex, 'list'>;
  ledger: Ledger;
  maxStaleDays: number;
  horizonDays: number;
  /** Told of what keeps earlier forecasts from being scored; the new one is made all the same. */
  onFailure: (error: Error) => void;
}

/** A model is written anew at least this often, so that none is deleted for its age while it serves. */
const reuseDays = 7;
/** Holidays beyond the horizon: what the engine fits reaches so much farther, for the refreshes of the days to come. */
const spareDays = 16;
const dayMs = 86_400_000;

/**
 * One series' entry for a run: digest what is new, score what was forecast of it, fit (going on from the published
 * model), store the model. While nothing that a model is made from
 * changed, the published model serves on. Where none can be fitted, the last one is kept as stale, or the
 * seasonal naive takes its place.
 *
 * @param last the series' entry in the published run
 * @param events the region's event calendar
 * @throws whatever storage and engine throw; the model and digests are stored when it answers, the entry is not
 */
export async function forecastSeries(
  ports: ForecastSeriesPorts,
  series: SeriesKey,
  runId: string,
  last: ForecastEntry | undefined,
  events: CalendarDocument,
): Promise<ForecastEntry> {
  const { region, registry, forecasts, maxStaleDays, horizonDays } = ports;
  const record = await registry.get(series);
  if (record === undefined)
    return keepForecast({ series, runId, reason: 'it is no longer registered', last, maxStaleDays });

  const settings: SeriesSettings = {
    timeZone: region.timeZone,
    stepSeconds: record.stepSeconds,
    metricKind: record.metricKind,
  };
  const cutoff = stepAfter(settings.timeZone, record.lastTime, settings.stepSeconds);
  const horizonEnd = addLocalDays(settings.timeZone, cutoff, horizonDays);
  const calendar = calendarOf(ports, record, events, horizonEnd);
  const basis = fingerprint([
    engineVersion,
    settings,
    cutoff,
    horizonEnd,
    calendar,
    sortedRevisions(record.revisions),
  ]);
  if (last !== undefined && servesOn(last, basis, runId)) return { ...last, runId };

  const digests = await digestHistory(ports, record, settings, calendar);
  const previous = await previousModel(forecasts, last);
  const track = await trackRecord(ports, { record, settings, calendar, digests, cutoff }, runId, last);
  const fitted = fitModel(digests, settings, calendar, {
    cutoff,
    horizonEnd,
    ...(track !== undefined && { widths: track.widths }),
    ...(previous !== undefined && { previous }),
  });
  if (fitted.status === 'ok') return store(fitted.model, 'ok');

  const kept = keepForecast({ series, runId, reason: fitted.reason, last, maxStaleDays });
  // A seasonal naive of today is better than one of yesterday.
  if (kept.status === 'stale' && last?.status !== 'fallback') return kept;
  const naive = fitSeasonalNaive(digests, settings, { cutoff, horizonEnd });
  if (naive.status === 'ok') return store(naive.model, 'fallback', fitted.reason);
  return kept.status === 'stale'
    ? kept
    : { ...kept, reason: `${kept.reason}; nor can the seasonal naive forecast it: ${naive.reason}` };

  async function store(
    model: Parameters<typeof encodeModel>[0],
    status: SeriesStatus,
    reason?: string,
  ): Promise<ForecastEntry> {
    const { modelKey } = await forecasts.putModel(series, runId, encodeModel(model));
    return {
      schemaVersion: 1,
      ...series,
      runId,
      status,
      ...(reason !== undefined && { reason }),
      modelRunId: runId,
      modelKey,
      cutoff: model.cutoff,
      horizonEnd: model.horizonEnd,
      accuracy: accuracyOf(model.accuracy),
      past: {
        metricKind: settings.metricKind,
        errors: dayErrors(digests, settings.metricKind, settings.stepSeconds === 604_800),
      },
      ...(track !== undefined && { track }),
      basis,
    };
  }
}

/** How earlier forecasts did: as the last entry has it, unless another day is over since. */
async function trackRecord(
  ports: ForecastSeriesPorts,
  past: SeriesPast,
  runId: string,
  last: ForecastEntry | undefined,
): Promise<TrackRecord | undefined> {
  if (last?.track !== undefined && last.track.scoredThrough >= lastClosedDay(past)) return last.track;
  try {
    return await scoreForecasts(ports, past, runId);
  } catch (error) {
    ports.onFailure(
      new Error(`The forecasts of ${seriesId(past.record)} were not scored: ${reasonOf(error)}`, {
        cause: error,
      }),
    );
    return last?.track;
  }
}

/** The model that the published run reads, for the engine to go on from; a document of another version is none. */
async function previousModel(
  forecasts: ForecastStore,
  last: ForecastEntry | undefined,
): Promise<ForecastModel | undefined> {
  if (last?.status !== 'ok' || last.modelKey === undefined) return undefined;
  const bytes = await forecasts.getModel(last.modelKey);
  if (bytes === undefined) return undefined;
  try {
    return decodeModel(bytes);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const servesOn = (last: ForecastEntry, basis: string, runId: string): boolean =>
  last.status === 'ok' &&
  last.basis === basis &&
  last.past !== undefined &&
  last.modelRunId !== undefined &&
  scheduledAt(runId) - scheduledAt(last.modelRunId) < reuseDays * dayMs;

/** What was not measured is NaN in a model, and absent where it is written down. */
function accuracyOf(accuracy: Parameters<typeof encodeModel>[0]['accuracy']): ForecastEntry['accuracy'] {
  const { origins, horizonDays, wape, naiveWape, coverage } = accuracy;
  return {
    origins,
    horizonDays,
    ...(Number.isFinite(wape) && { wape }),
    ...(Number.isFinite(naiveWape) && { naiveWape }),
    ...(Number.isFinite(coverage) && { coverage }),
  };
}

/** What the engine is told of holidays and events, from a series' first day to a little beyond its horizon. */
export function calendarOf(
  { region, holidays }: Pick<ForecastSeriesPorts, 'region' | 'holidays'>,
  record: SeriesRecord,
  events: CalendarDocument,
  horizonEnd: number,
): Calendar {
  const date = (instant: number) => new Date(instant).toISOString().slice(0, 10);
  // A day wider at both ends: local dates differ from those of UTC by up to one.
  const first = date(record.firstTime - dayMs);
  const last = date(horizonEnd + (1 + spareDays) * dayMs);
  return {
    holidays: holidays.holidays(region, first, last),
    events: eventsOf(events, record, region.timeZone),
  };
}
