import { commonCorrelation } from '../engine/index.ts';
import type { ForecastEntry } from './contracts/refresh.ts';
import type { RegionTotal } from './contracts/totals.ts';
import { instantText } from './grain.ts';

const dayMs = 86_400_000;

/**
 * The totals of a region's metrics: which series are summed, how far their errors go together, and over which time. A series
 * without a forecast, of the metric's other kind, or whose history ended more than `maxStaleDays` before the latest, is
 * missing, with the reason. A metric of which nothing is forecast has no total.
 *
 * @param entries of one run, every series of the region
 */
export function totalsOf(entries: readonly ForecastEntry[], maxStaleDays: number): RegionTotal[] {
  const byMetric = Map.groupBy(entries, ({ metric }) => metric);
  return [...byMetric]
    .map(([metric, series]) => totalOf(metric, series, maxStaleDays))
    .filter((total) => total !== undefined)
    .sort((a, b) => (a.metric < b.metric ? -1 : 1));
}

function totalOf(
  metric: string,
  series: readonly ForecastEntry[],
  maxStaleDays: number,
): RegionTotal | undefined {
  const missing: RegionTotal['missing'] = [];
  const forecast: Forecast[] = [];
  for (const entry of series) {
    if (isForecast(entry)) forecast.push(entry);
    else missing.push({ team: entry.team, reason: entry.reason ?? 'it has no forecast' });
  }
  if (forecast.length === 0) return undefined;
  const counts = forecast.filter(({ past }) => past.metricKind === 'count');
  const metricKind = 2 * counts.length >= forecast.length ? 'count' : 'gauge';
  const latest = Math.max(
    ...forecast.filter(({ past }) => past.metricKind === metricKind).map(({ cutoff }) => cutoff),
  );
  const members = forecast.filter(({ team, past, cutoff }) => {
    const reason =
      past.metricKind !== metricKind
        ? `it is a ${past.metricKind}, the total is of ${metricKind}s`
        : latest - cutoff > maxStaleDays * dayMs
          ? `its history ends at ${instantText(cutoff)}, more than ${maxStaleDays} days before the latest of the others`
          : undefined;
    if (reason !== undefined) missing.push({ team, reason });
    return reason === undefined;
  });
  return {
    metric,
    metricKind,
    correlation: commonCorrelation(members.map(({ past }) => past.errors)),
    cutoff: latest,
    horizonEnd: Math.min(...members.map(({ horizonEnd }) => horizonEnd)),
    members: members.map(({ team, modelKey, status, reason }) => ({
      team,
      modelKey,
      status: status as RegionTotal['members'][number]['status'],
      ...(reason !== undefined && { reason }),
    })),
    missing,
  };
}

type Forecast = ForecastEntry & Required<Pick<ForecastEntry, 'modelKey' | 'cutoff' | 'horizonEnd' | 'past'>>;

const isForecast = (entry: ForecastEntry): entry is Forecast =>
  entry.modelKey !== undefined &&
  entry.cutoff !== undefined &&
  entry.horizonEnd !== undefined &&
  entry.past !== undefined;
