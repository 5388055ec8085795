import type { z } from 'zod';
import type { forecastState, seriesPage } from './contracts/http.ts';
import type { ForecastEntry, SeriesStatus } from './contracts/refresh.ts';
import { type RegionSettings, seriesId } from './contracts/series.ts';
import { instantText } from './grain.ts';
import type { ForecastIndex, RunStore, SeriesRegistry } from './ports.ts';

export interface ListSeriesPorts {
  region: RegionSettings;
  registry: Pick<SeriesRegistry, 'list'>;
  index: Pick<ForecastIndex, 'getMany'>;
  runs: Pick<RunStore, 'published'>;
}

export interface ListSeriesQuery {
  team?: string;
  metric?: string;
  /** Of the published forecast; `none` where there is none. */
  status?: SeriesStatus | 'none';
  /** A part of the name, whatever its case. */
  text?: string;
  limit?: number;
  nextToken?: string;
}

/**
 * The series of the region, or those of a team, a metric, a state or a text in their name, each with the state of its
 * published forecast. A page is what of so many series fits the question: it may be short, or empty, and still go on.
 */
export async function listSeries(
  { region, registry, index, runs }: ListSeriesPorts,
  { team, metric, status, text, limit, nextToken: token }: ListSeriesQuery,
): Promise<z.infer<typeof seriesPage>> {
  const asked = {
    ...(team !== undefined && { team }),
    ...(limit !== undefined && { limit }),
    ...(token !== undefined && { nextToken: token }),
  };
  const [{ items: page, nextToken }, published] = await Promise.all([registry.list(asked), runs.published()]);
  const items = page.filter(
    (record) =>
      (metric === undefined || record.metric === metric) &&
      (text === undefined || seriesId(record).toLowerCase().includes(text.toLowerCase())),
  );
  const entries = published === undefined ? [] : await index.getMany(items, published.runId);
  const series = items.flatMap((record, i) => {
    const { metricKind, stepSeconds } = record;
    const entry = entries[i];
    if (status !== undefined && (entry?.status ?? 'none') !== status) return [];
    return {
      seriesId: seriesId(record),
      team: record.team,
      region: record.region,
      metric: record.metric,
      metricKind,
      stepSeconds,
      timeZone: region.timeZone,
      firstTime: instantText(record.firstTime),
      lastTime: instantText(record.lastTime),
      ...(entry !== undefined && { forecast: stateOf(entry) }),
    };
  });
  return { series, ...(nextToken !== undefined && { nextToken }) };
}

/** What readers are told of a forecast beside its numbers. */
export function stateOf(entry: ForecastEntry): z.infer<typeof forecastState> {
  const { status, reason, runId, modelRunId, cutoff, horizonEnd, accuracy, track } = entry;
  const recent = track?.bands.find(({ band }) => band !== '1h');
  return {
    status,
    ...(reason !== undefined && { reason }),
    runId,
    ...(modelRunId !== undefined && { modelRunId }),
    ...(cutoff !== undefined && { cutoff: instantText(cutoff) }),
    ...(horizonEnd !== undefined && { horizonEnd: instantText(horizonEnd) }),
    // Too short a history has no origin to measure from: an error of 0 would say the opposite.
    ...(accuracy !== undefined && accuracy.origins > 0 && { accuracy }),
    ...(recent !== undefined && { recent }),
  };
}
