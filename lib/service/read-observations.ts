import { z } from 'zod';
import { addLocalDays, type Observations, steps } from '../engine/index.ts';
import { type Grain, grain, grains, type observationsAnswer } from './contracts/http.ts';
import { type RegionSettings, type SeriesKey, type SeriesRecord, seriesId } from './contracts/series.ts';
import { NotFound } from './errors.ts';
import { ceilToGrain, floorToGrain, instantText, instantTexts, stepAfter } from './grain.ts';
import type { HistoryStore, SeriesRegistry } from './ports.ts';
import { decodeToken, encodeToken, tokenInstant } from './token.ts';
import { alignWindow, cutPage, type WindowQuery } from './window.ts';

export interface ReadObservationsPorts {
  region: RegionSettings;
  registry: Pick<SeriesRegistry, 'get'>;
  history: Pick<HistoryStore, 'read'>;
}

const placeSchema = z.object({ from: tokenInstant, end: tokenInstant, grain });
const defaultDays = 7;
/** Rows of the history that one page may be made of: 32 MB of columns. */
const mostRows = 2_000_000;

/**
 * History at a grain: counts are totals of the steps seen, gauges means of them, null where nothing was seen. A
 * row longer than the grain counts for each part by its share of the time. By default the last seven days by the
 * hour, or at the grain of the history where that is coarser.
 * Throws NotFound, and InvalidRequest for a window outside the history.
 */
export async function readObservations(
  { region, registry, history }: ReadObservationsPorts,
  series: SeriesKey,
  query: WindowQuery,
): Promise<z.infer<typeof observationsAnswer>> {
  const { timeZone } = region;
  const place = query.nextToken === undefined ? undefined : decodeToken(query.nextToken, placeSchema);
  const record = await registry.get(series);
  if (record === undefined)
    throw new NotFound(`There is no series ${seriesId(series)}: GET /v1/series lists them`);

  const chosen = place?.grain ?? query.grain ?? defaultGrain(record);
  const historyEnd = stepAfter(timeZone, record.lastTime, record.stepSeconds);
  // A day that is not over yet is shown as far as it was seen.
  const extent = {
    start: floorToGrain(timeZone, record.firstTime, chosen),
    end: ceilToGrain(timeZone, historyEnd, chosen),
  };
  const end =
    place?.end ??
    query.end ??
    (query.start === undefined ? historyEnd : addLocalDays(timeZone, query.start, defaultDays));
  const start = place?.from ?? query.start ?? addLocalDays(timeZone, end, -defaultDays);
  const window = alignWindow(timeZone, { start, end, grain: chosen }, extent);
  const rowsPerStep = Math.max(1, grains[chosen] / record.stepSeconds);
  const page = cutPage(timeZone, window, 2, Math.floor(mostRows / rowsPerStep));

  // A row that began before the page may reach into it; the longest local day has a few hours more than others.
  const rowMs = record.stepSeconds * 1000 + 4 * 3_600_000;
  const observations = await history.read(series, {
    start: Math.max(page.start - rowMs, record.firstTime),
    end: Math.min(page.end, record.lastTime + 1),
  });
  const time = steps(timeZone, page.start, page.end, grains[chosen]);
  const value = atGrain(observations, time, page.end, record, timeZone);
  return {
    seriesId: seriesId(series),
    timeZone,
    metricKind: record.metricKind,
    grain: chosen,
    start: instantText(page.start),
    end: instantText(page.end),
    time: instantTexts(time),
    value,
    ...(page.end < window.end && {
      nextToken: encodeToken({ from: page.end, end: window.end, grain: chosen }),
    }),
  };
}

function defaultGrain({ stepSeconds }: SeriesRecord): Grain {
  if (stepSeconds <= grains.hour) return 'hour';
  return stepSeconds <= grains.day ? 'day' : 'week';
}

/** Rows spread over the steps of a grain by the time that they share. Both ascend; length: that of `starts`. */
function atGrain(
  { time, value }: Observations,
  starts: Float64Array,
  end: number,
  { stepSeconds, metricKind }: SeriesRecord,
  timeZone: string,
): (number | null)[] {
  const total = new Float64Array(starts.length);
  const seen = new Float64Array(starts.length);
  for (let row = 0, step = 0; row < time.length; row++) {
    const from = time[row]!;
    const until = stepAfter(timeZone, from, stepSeconds);
    while (step + 1 < starts.length && starts[step + 1]! <= from) step++;
    for (let at = step; at < starts.length && starts[at]! < until; at++) {
      const shared = Math.min(until, starts[at + 1] ?? end) - Math.max(from, starts[at]!);
      if (shared <= 0) continue;
      total[at]! += value[row]! * (metricKind === 'count' ? shared / (until - from) : shared);
      seen[at]! += shared;
    }
  }
  return Array.from(total, (sum, at) => {
    if (seen[at] === 0) return null;
    return Number((metricKind === 'count' ? sum : sum / seen[at]!).toPrecision(12));
  });
}
