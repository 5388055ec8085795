import type { z } from 'zod';
import { addMember, newTotal, totalOf } from '../engine/index.ts';
import {
  grains,
  mostMembersListed,
  type totalAnswer,
  type totalHead,
  type totalsAnswer,
} from './contracts/http.ts';
import { type RegionSettings, seriesId } from './contracts/series.ts';
import type { RegionTotal } from './contracts/totals.ts';
import { NotFound } from './errors.ts';
import { instantText, instantTexts } from './grain.ts';
import { type Place, pageOf, placeSchema, rounded } from './locate-forecast.ts';
import type { ModelCache } from './model-cache.ts';
import type { ForecastStore, RunStore } from './ports.ts';
import type { ForecastQuery } from './read-forecast.ts';
import { decodeToken } from './token.ts';

export interface ReadTotalPorts {
  region: RegionSettings;
  runs: Pick<RunStore, 'published'>;
  totals: Pick<ForecastStore, 'getTotals'>;
}

/** A metric's total in one run: enough to know whether a reader has it already. */
export interface LocatedTotal {
  total: RegionTotal;
  runId: string;
  place: Place | undefined;
}

/** Models that are read at a time: decoded they take some megabytes. */
const atOnce = 8;

/** The totals of the published run; none before the first one. */
export async function readTotals({
  region,
  runs,
  totals,
}: ReadTotalPorts): Promise<z.infer<typeof totalsAnswer>> {
  const published = await runs.published();
  const found = published === undefined ? [] : ((await totals.getTotals(published.runId)) ?? []);
  return { totals: found.map((total) => headOf(region, { total, runId: published!.runId })) };
}

/** Finds a metric's total in the published run, or in the run of the page before. Throws NotFound where there is none. */
export async function locateTotal(
  { region, runs, totals }: ReadTotalPorts,
  metric: string,
  query: { nextToken?: string } = {},
): Promise<LocatedTotal> {
  const place = query.nextToken === undefined ? undefined : decodeToken(query.nextToken, placeSchema);
  const runId = place?.runId ?? (await runs.published())?.runId;
  if (runId === undefined)
    throw new NotFound(
      `The region ${region.region} has no totals yet: no run is published (POST /v1/refresh starts one)`,
    );
  const found = await totals.getTotals(runId);
  if (found === undefined)
    throw new NotFound(`The run ${runId} kept no totals: the next refresh makes them (POST /v1/refresh)`);
  const total = found.find((one) => one.metric === metric);
  if (total !== undefined) return { total, runId, place };
  const known = found.map((one) => one.metric).join(', ');
  throw new NotFound(
    `The run ${runId} has no total of ${metric} in ${region.region}: ${known === '' ? 'it has no totals' : `there are totals of ${known}`}`,
  );
}

/**
 * The window of a total as columns, summed from the models of its series: coherent by construction, at every grain. Defaults as
 * for a series. Throws InvalidRequest for a window outside what all of them forecast.
 */
export async function readTotal(
  { region, models }: { region: RegionSettings; models: ModelCache },
  located: LocatedTotal,
  query: ForecastQuery,
): Promise<z.infer<typeof totalAnswer>> {
  const { total, runId, place } = located;
  const { page, quantiles, nextToken } = pageOf(
    region,
    { entry: { runId }, place },
    total,
    { ...query, quantiles: query.quantiles },
    (_, columns) => 2 + columns.length,
  );
  const sum = newTotal(
    {
      start: page.start,
      end: page.end,
      stepSeconds: grains[page.grain],
      quantiles: quantiles.map(Number),
    },
    total.correlation,
  );
  for (let from = 0; from < total.members.length; from += atOnce) {
    const some = total.members.slice(from, from + atOnce);
    for (const model of await Promise.all(some.map(({ modelKey }) => models.get(modelKey))))
      addMember(sum, model);
  }
  const expansion = totalOf(sum);
  return {
    ...headOf(region, located),
    grain: page.grain,
    start: instantText(page.start),
    end: instantText(page.end),
    time: instantTexts(expansion.time),
    mean: Array.from(expansion.mean, rounded),
    quantiles: Object.fromEntries(
      quantiles.map((quantile, i) => [quantile, Array.from(expansion.quantiles[i]!, rounded)]),
    ),
    ...(nextToken !== undefined && { nextToken }),
  };
}

function headOf(
  { region, timeZone }: RegionSettings,
  { total, runId }: Pick<LocatedTotal, 'total' | 'runId'>,
): z.infer<typeof totalHead> {
  const { metric, metricKind, members, missing, correlation } = total;
  const those = (status: string) => members.filter((one) => one.status === status).length;
  const name = (team: string) => seriesId({ team, region, metric });
  const wanting = [
    ...missing.map(({ team, reason }) => ({ seriesId: name(team), status: 'missing' as const, reason })),
    ...members.flatMap(({ team, status, reason = 'no reason was given' }) =>
      status === 'ok' ? [] : [{ seriesId: name(team), status, reason }],
    ),
  ];
  return {
    region,
    metric,
    metricKind,
    timeZone,
    runId,
    cutoff: instantText(total.cutoff),
    horizonEnd: instantText(total.horizonEnd),
    correlation: rounded(correlation),
    series: { ok: those('ok'), stale: those('stale'), fallback: those('fallback'), missing: missing.length },
    wanting: wanting.slice(0, mostMembersListed),
  };
}
