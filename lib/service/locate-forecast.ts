import { z } from 'zod';
import { addLocalDays, type ForecastModel } from '../engine/index.ts';
import { type forecastHead, grain, quantileList } from './contracts/http.ts';
import { type ForecastEntry, runId } from './contracts/refresh.ts';
import { type RegionSettings, type SeriesKey, type SeriesRecord, seriesId } from './contracts/series.ts';
import { Gone, InvalidRequest, NotFound } from './errors.ts';
import { stateOf } from './list-series.ts';
import type { ModelCache } from './model-cache.ts';
import type { ForecastIndex, RunStore, SeriesRegistry } from './ports.ts';
import { decodeToken, encodeToken, tokenInstant } from './token.ts';
import { alignWindow, cutPage, type GrainWindow, type WindowQuery } from './window.ts';

export interface LocateForecastPorts {
  region: RegionSettings;
  registry: Pick<SeriesRegistry, 'get'>;
  index: Pick<ForecastIndex, 'get'>;
  runs: Pick<RunStore, 'published'>;
}

export interface ReadModelPorts {
  region: RegionSettings;
  models: ModelCache;
}

/** A page goes on in the run that the first one came from, with the same question. */
export const placeSchema = z.object({
  runId,
  from: tokenInstant,
  end: tokenInstant,
  grain,
  quantiles: quantileList,
});
export type Place = z.infer<typeof placeSchema>;

/** Where a forecast lies: enough to know whether a reader has it already, before anything large is read. */
export interface LocatedForecast {
  record: SeriesRecord;
  entry: ForecastEntry;
  place: Place | undefined;
}

const defaultDays = 7;

/**
 * Finds the series' forecast in the published run, in the run that is asked for, or in that of the page before.
 * Throws NotFound for a series that is unknown or that the run has not seen, Gone when the run's forecasts are no longer
 * kept.
 */
export async function locateForecast(
  { registry, index, runs }: LocateForecastPorts,
  series: SeriesKey,
  query: { nextToken?: string; run?: string } = {},
): Promise<LocatedForecast> {
  const place = query.nextToken === undefined ? undefined : decodeToken(query.nextToken, placeSchema);
  const [record, published] = await Promise.all([registry.get(series), runs.published()]);
  if (record === undefined)
    throw new NotFound(`There is no series ${seriesId(series)}: GET /v1/series lists them`);
  if (published === undefined)
    throw new NotFound(
      `${seriesId(series)} has no forecast yet: no run is published (POST /v1/refresh starts one)`,
    );
  if (place !== undefined && query.run !== undefined && query.run !== place.runId)
    throw new InvalidRequest(`The page before was of the run ${place.runId}`, [
      { at: 'run', got: query.run, expected: `${place.runId}, or nothing beside the nextToken` },
    ]);
  const entry = await index.get(series, place?.runId ?? query.run ?? published.runId);
  if (entry === undefined && place !== undefined)
    throw new Gone(`The forecast of run ${place.runId} is no longer kept: read again from the first page`);
  if (entry === undefined && query.run !== undefined)
    throw new NotFound(
      `${seriesId(series)} has no forecast of the run ${query.run}: the run was never, came before the series, or is no longer kept (GET /v1/runs lists them)`,
    );
  if (entry === undefined)
    throw new NotFound(`${seriesId(series)} has no forecast yet: it came after the run ${published.runId}`);
  return { record, entry, place };
}

/** What every answer from a forecast begins with. */
export const headOf = (
  { timeZone }: RegionSettings,
  { record, entry }: LocatedForecast,
): z.infer<typeof forecastHead> => ({
  seriesId: seriesId(record),
  timeZone,
  metricKind: record.metricKind,
  ...stateOf(entry),
});

/** The model behind a forecast. Throws NotFound where the series has none, with the reason. */
export async function modelOf(
  { models }: ReadModelPorts,
  { record, entry }: LocatedForecast,
): Promise<ForecastModel> {
  if (entry.modelKey === undefined)
    throw new NotFound(`${seriesId(record)} has no forecast: ${entry.reason ?? 'its run gave no reason'}`);
  return models.get(entry.modelKey);
}

/**
 * The part of the window that one page answers, and the token of the next: by default seven days of hours from the
 * cutoff. Throws InvalidRequest for a window outside the forecast, or another question than that of the page before.
 *
 * @param query quantiles: as they were written, ascending
 * @param columnsOf numbers that a step of the window takes
 */
export function pageOf(
  { timeZone }: RegionSettings,
  { entry, place }: { entry: { runId: string }; place: Place | undefined },
  model: Pick<ForecastModel, 'cutoff' | 'horizonEnd'>,
  query: WindowQuery & { quantiles: readonly string[] | undefined },
  columnsOf: (window: GrainWindow, quantiles: readonly string[]) => number,
): { page: GrainWindow; quantiles: readonly string[]; nextToken?: string } {
  if (place !== undefined) checkSameQuestion(query, place);
  const chosen = place?.grain ?? query.grain ?? 'hour';
  const quantiles = place?.quantiles ?? query.quantiles ?? defaultQuantiles;
  const start = place?.from ?? query.start ?? Math.min(model.cutoff, (query.end ?? model.horizonEnd) - 1);
  const end = place?.end ?? query.end ?? Math.max(addLocalDays(timeZone, start, defaultDays), start + 1);
  const window = alignWindow(
    timeZone,
    { start, end, grain: chosen },
    { start: model.cutoff, end: model.horizonEnd },
  );
  const page = cutPage(timeZone, window, columnsOf(window, quantiles));
  const rest: Place = {
    runId: entry.runId,
    from: page.end,
    end: window.end,
    grain: chosen,
    quantiles: [...quantiles],
  };
  return { page, quantiles, ...(page.end < window.end && { nextToken: encodeToken(rest) }) };
}

export const defaultQuantiles: readonly string[] = ['0.1', '0.5', '0.9'];

const powers = Array.from({ length: 23 }, (_, k) => 10 ** k);

/**
 * Seven significant digits: far finer than any forecast, and half the bytes of an answer. By the powers of ten that are
 * exact, which is ten times as fast as by way of a text.
 */
export function rounded(value: number): number {
  const size = Math.abs(value);
  if (!(size > 1e-9 && size < 1e15)) return Number(value.toPrecision(7));
  const decimals = 6 - Math.floor(Math.log10(size));
  if (decimals < 0) return Math.round(value / powers[-decimals]!) * powers[-decimals]!;
  return Math.round(value * powers[decimals]!) / powers[decimals]!;
}

/** Beside a nextToken the question need not be repeated, but another one would be answered wrongly. */
function checkSameQuestion(
  query: { grain?: string; quantiles: readonly string[] | undefined },
  place: Place,
): void {
  const differs = (at: 'grain' | 'quantiles', got: string | undefined, expected: string) => {
    if (got !== undefined && got !== expected)
      throw new InvalidRequest(`The page before was asked for with ${at}=${expected}`, [
        { at, got, expected: `${expected}, or nothing beside the nextToken` },
      ]);
  };
  differs('grain', query.grain, place.grain);
  differs('quantiles', query.quantiles?.join(','), place.quantiles.join(','));
}
