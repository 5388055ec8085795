import { z } from 'zod';
import { addLocalDays, expand } from '../engine/index.ts';
import { type forecastAnswer, grain, grains, quantileList } from './contracts/http.ts';
import { type ForecastEntry, runId } from './contracts/refresh.ts';
import { type RegionSettings, type SeriesKey, type SeriesRecord, seriesId } from './contracts/series.ts';
import { Gone, InvalidRequest, NotFound } from './errors.ts';
import { instantText } from './grain.ts';
import { stateOf } from './list-series.ts';
import type { ModelCache } from './model-cache.ts';
import type { ForecastIndex, RunStore, SeriesRegistry } from './ports.ts';
import { decodeToken, encodeToken, tokenInstant } from './token.ts';
import { alignWindow, cutPage, type WindowQuery } from './window.ts';

export interface ReadForecastPorts {
  region: RegionSettings;
  registry: Pick<SeriesRegistry, 'get'>;
  index: Pick<ForecastIndex, 'get'>;
  runs: Pick<RunStore, 'published'>;
  models: ModelCache;
}

export interface ForecastQuery extends WindowQuery {
  /** Probabilities as they were written, ascending: "0.1". */
  quantiles?: readonly string[];
}

/** A page goes on in the run that the first one came from, with the same question. */
const placeSchema = z.object({
  runId,
  from: tokenInstant,
  end: tokenInstant,
  grain,
  quantiles: quantileList,
});
type Place = z.infer<typeof placeSchema>;

/** Where a forecast lies: enough to know whether a reader has it already, before anything large is read. */
export interface LocatedForecast {
  record: SeriesRecord;
  entry: ForecastEntry;
  place: Place | undefined;
}

const defaultQuantiles = ['0.1', '0.5', '0.9'];
const defaultDays = 7;

/**
 * Finds the series' forecast in the published run, or in the run of the page before.
 * Throws NotFound for a series that is unknown or that no published run has seen, Gone when the page's run is gone.
 */
export async function locateForecast(
  { registry, index, runs }: ReadForecastPorts,
  series: SeriesKey,
  query: ForecastQuery,
): Promise<LocatedForecast> {
  const place = query.nextToken === undefined ? undefined : decodeToken(query.nextToken, placeSchema);
  const [record, published] = await Promise.all([registry.get(series), runs.published()]);
  if (record === undefined)
    throw new NotFound(`There is no series ${seriesId(series)}: GET /v1/series lists them`);
  if (published === undefined)
    throw new NotFound(
      `${seriesId(series)} has no forecast yet: no run is published (POST /v1/refresh starts one)`,
    );
  const entry = await index.get(series, place?.runId ?? published.runId);
  if (entry === undefined && place !== undefined)
    throw new Gone(`The forecast of run ${place.runId} is no longer kept: read again from the first page`);
  if (entry === undefined)
    throw new NotFound(`${seriesId(series)} has no forecast yet: it came after the run ${published.runId}`);
  return { record, entry, place };
}

/**
 * The forecast's window as columns: by default seven days of hours from the cutoff, at 0.1, 0.5 and 0.9.
 * Throws InvalidRequest for a window outside the forecast, NotFound where the series has none, with the reason.
 */
export async function readForecast(
  { region, models }: ReadForecastPorts,
  { record, entry, place }: LocatedForecast,
  query: ForecastQuery,
): Promise<z.infer<typeof forecastAnswer>> {
  const { timeZone } = region;
  if (entry.modelKey === undefined)
    throw new NotFound(`${seriesId(record)} has no forecast: ${entry.reason ?? 'its run gave no reason'}`);
  const model = await models.get(entry.modelKey);
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
  const page = cutPage(timeZone, window, 2 + quantiles.length);

  const expansion = expand(model, {
    start: page.start,
    end: page.end,
    stepSeconds: grains[chosen],
    quantiles: quantiles.map(Number),
  });
  const rest: Place = {
    runId: entry.runId,
    from: page.end,
    end: window.end,
    grain: chosen,
    quantiles: [...quantiles],
  };
  return {
    seriesId: seriesId(record),
    timeZone,
    metricKind: record.metricKind,
    ...stateOf(entry),
    grain: chosen,
    start: instantText(page.start),
    end: instantText(page.end),
    time: Array.from(expansion.time, instantText),
    mean: Array.from(expansion.mean, rounded),
    quantiles: Object.fromEntries(
      quantiles.map((quantile, i) => [quantile, Array.from(expansion.quantiles[i]!, rounded)]),
    ),
    ...(page.end < window.end && { nextToken: encodeToken(rest) }),
  };
}

/** Seven significant digits: far finer than any forecast, and half the bytes of an answer. */
const rounded = (value: number): number => Number(value.toPrecision(7));

/** Beside a nextToken the question need not be repeated, but another one would be answered wrongly. */
function checkSameQuestion(query: ForecastQuery, place: Place): void {
  const differs = (at: 'grain' | 'quantiles', got: string | undefined, expected: string) => {
    if (got !== undefined && got !== expected)
      throw new InvalidRequest(`The page before was asked for with ${at}=${expected}`, [
        { at, got, expected: `${expected}, or nothing beside the nextToken` },
      ]);
  };
  differs('grain', query.grain, place.grain);
  differs('quantiles', query.quantiles?.join(','), place.quantiles.join(','));
}
