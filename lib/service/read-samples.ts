import { expand } from '../engine/index.ts';
import { type Grain, grains, maxCells } from './contracts/http.ts';
import type { SeriesRecord } from './contracts/series.ts';
import { Gone, InvalidRequest } from './errors.ts';
import { ceilToGrain, floorToGrain, stepAfter } from './grain.ts';
import type { ModelCache } from './model-cache.ts';
import type { ForecastIndex, RunStore, SeriesRegistry } from './ports.ts';
import { type ReadObservationsPorts, readObservations } from './read-observations.ts';

/** What a sample is of: a quantile of the forecast ("0.9"), its mean, or what was seen. */
export type Kind = { of: 'quantile'; quantile: string } | { of: 'mean' } | { of: 'observation' };

export interface ReadSamplesPorts extends ReadObservationsPorts {
  registry: SeriesRegistry;
  index: Pick<ForecastIndex, 'getMany'>;
  runs: Pick<RunStore, 'published'>;
  models: ModelCache;
}

/** Instants in milliseconds: first, first + step, … up to last. */
export interface SampleTimes {
  first: number;
  last: number;
  step: number;
}

export interface Samples {
  record: SeriesRecord;
  kind: Kind;
  /** Instants and values, ascending; counts by the second, gauges as they are. */
  time: number[];
  value: number[];
}

/** All series of the region. */
export async function allSeries({ registry }: Pick<ReadSamplesPorts, 'registry'>): Promise<SeriesRecord[]> {
  const found: SeriesRecord[] = [];
  let nextToken: string | undefined;
  do {
    const page = await registry.list({ limit: 1000, ...(nextToken !== undefined && { nextToken }) });
    found.push(...page.items);
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

/**
 * Values at evenly spaced instants: at each that of the step of the forecast, or of the history, in which it lies; none
 * where neither reaches. The grain is the coarsest that is no longer than the spacing. Counts are by the second, so that
 * numbers stay what they are at every zoom. Series without a forecast just have none.
 *
 * @throws InvalidRequest for more values than one answer holds
 */
export async function readSamples(
  ports: ReadSamplesPorts,
  wanted: readonly { record: SeriesRecord; kinds: readonly Kind[] }[],
  times: SampleTimes,
): Promise<Samples[]> {
  const points = Math.floor((times.last - times.first) / times.step) + 1;
  const cells = wanted.reduce((sum, { kinds }) => sum + kinds.length * points, 0);
  if (cells > maxCells)
    throw new InvalidRequest(
      `${cells} samples would be read, and ${maxCells} are the most: ask for fewer series or quantiles, a shorter range or a longer step`,
    );
  const published = await ports.runs.published();
  const records = wanted.map(({ record }) => record);
  const entries = published === undefined ? [] : await ports.index.getMany(records, published.runId);
  const found: Samples[] = [];
  for (const [i, { record, kinds }] of wanted.entries()) {
    const forecasts = kinds.filter(({ of }) => of !== 'observation');
    const modelKey = entries[i]?.modelKey;
    if (forecasts.length > 0 && modelKey !== undefined)
      found.push(...(await forecastSamples(ports, record, modelKey, forecasts, times)));
    if (kinds.some(({ of }) => of === 'observation'))
      found.push(...(await observedSamples(ports, record, times)));
  }
  return found;
}

function grainFor(step: number): Grain {
  const fitting = (['week', 'day', 'hour'] as const).find((grain) => grains[grain] * 1000 <= step);
  return fitting ?? 'minute';
}

async function forecastSamples(
  { models, region }: ReadSamplesPorts,
  record: SeriesRecord,
  modelKey: string,
  kinds: readonly Kind[],
  times: SampleTimes,
): Promise<Samples[]> {
  const model = await models.get(modelKey).catch((error: unknown) => {
    // Deleted between the two reads, or of another version: nothing to show until the next run.
    if (error instanceof Gone) return undefined;
    throw error;
  });
  if (model === undefined) return [];
  const grain = grainFor(times.step);
  const { timeZone } = region;
  const start = Math.max(
    floorToGrain(timeZone, times.first, grain),
    ceilToGrain(timeZone, model.cutoff, grain),
  );
  const end = Math.min(
    stepAfter(timeZone, floorToGrain(timeZone, times.last, grain), grains[grain]),
    floorToGrain(timeZone, model.horizonEnd, grain),
  );
  if (start >= end) return [];
  const quantiles = kinds.flatMap((kind) => (kind.of === 'quantile' ? [kind.quantile] : []));
  const found = expand(model, {
    start,
    end,
    stepSeconds: grains[grain],
    quantiles: quantiles.map(Number),
  });
  return kinds.map((kind) => ({
    record,
    kind,
    ...sampled(
      found.time,
      kind.of === 'quantile' ? found.quantiles[quantiles.indexOf(kind.quantile)]! : found.mean,
      end,
      record,
      times,
    ),
  }));
}

async function observedSamples(
  ports: ReadSamplesPorts,
  record: SeriesRecord,
  times: SampleTimes,
): Promise<Samples[]> {
  const { timeZone } = ports.region;
  const historyEnd = stepAfter(timeZone, record.lastTime, record.stepSeconds);
  const coarsest = grainFor(Math.max(times.step, Math.min(record.stepSeconds * 1000, 604_800_000)));
  const start = Math.max(times.first, record.firstTime);
  const end = Math.min(times.last + 1, historyEnd);
  if (start >= end) return [];
  const time: number[] = [];
  const value: number[] = [];
  let nextToken: string | undefined;
  let last = end;
  do {
    const page = await readObservations(ports, record, {
      ...(nextToken === undefined ? { start, end, grain: coarsest } : { nextToken }),
    });
    page.time.forEach((at, i) => {
      time.push(Date.parse(at));
      value.push(page.value[i] ?? Number.NaN);
    });
    last = Date.parse(page.end);
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return [
    { record, kind: { of: 'observation' }, ...sampled(Float64Array.from(time), value, last, record, times) },
  ];
}

/** At each instant the value of the step in which it lies; counts by the second. `starts` ascend. */
function sampled(
  starts: ArrayLike<number>,
  values: ArrayLike<number>,
  end: number,
  { metricKind }: SeriesRecord,
  { first, last, step }: SampleTimes,
): { time: number[]; value: number[] } {
  const time: number[] = [];
  const value: number[] = [];
  let i = 0;
  for (let at = first; at <= last; at += step) {
    while (i + 1 < starts.length && starts[i + 1]! <= at) i++;
    if (starts.length === 0 || at < starts[0]! || at >= end || Number.isNaN(values[i]!)) continue;
    const seconds = ((starts[i + 1] ?? end) - starts[i]!) / 1000;
    time.push(at);
    value.push(metricKind === 'count' ? values[i]! / seconds : values[i]!);
  }
  return { time, value };
}
