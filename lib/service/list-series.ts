import type { z } from 'zod';
import type { forecastState, seriesPage } from './contracts/http.ts';
import type { ForecastEntry } from './contracts/refresh.ts';
import { type RegionSettings, seriesId } from './contracts/series.ts';
import { instantText } from './grain.ts';
import type { ForecastIndex, RunStore, SeriesRegistry } from './ports.ts';

export interface ListSeriesPorts {
  region: RegionSettings;
  registry: Pick<SeriesRegistry, 'list'>;
  index: Pick<ForecastIndex, 'getMany'>;
  runs: Pick<RunStore, 'published'>;
}

/** The series of the region, or of one team, each with the state of its published forecast. */
export async function listSeries(
  { region, registry, index, runs }: ListSeriesPorts,
  options: { team?: string; limit?: number; nextToken?: string },
): Promise<z.infer<typeof seriesPage>> {
  const [{ items, nextToken }, published] = await Promise.all([registry.list(options), runs.published()]);
  const entries = published === undefined ? [] : await index.getMany(items, published.runId);
  const series = items.map((record, i) => {
    const { team, metric, metricKind, stepSeconds } = record;
    const entry = entries[i];
    return {
      seriesId: seriesId(record),
      team,
      region: record.region,
      metric,
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
  const { status, reason, runId, modelRunId, cutoff, horizonEnd, accuracy } = entry;
  return {
    status,
    ...(reason !== undefined && { reason }),
    runId,
    ...(modelRunId !== undefined && { modelRunId }),
    ...(cutoff !== undefined && { cutoff: instantText(cutoff) }),
    ...(horizonEnd !== undefined && { horizonEnd: instantText(horizonEnd) }),
    // Too short a history has no origin to measure from: an error of 0 would say the opposite.
    ...(accuracy !== undefined && accuracy.origins > 0 && { accuracy }),
  };
}
