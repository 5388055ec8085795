import { addLocalDays, expand } from '../engine/index.ts';
import {
  type ExportAnswer,
  type ExportBody,
  type ExportFormat,
  type ExportRecord,
  exportDays,
  mostExportCells,
} from './contracts/exports.ts';
import { type Grain, grains } from './contracts/http.ts';
import { type RegionSettings, type SeriesKey, type SeriesRecord, seriesId } from './contracts/series.ts';
import { fingerprint, sortedRevisions } from './digest-history.ts';
import { InvalidRequest, NotFound } from './errors.ts';
import { ceilToGrain, instantText, stepAfter } from './grain.ts';
import {
  defaultQuantiles,
  type LocatedForecast,
  type LocateForecastPorts,
  locateForecast,
  modelOf,
  type ReadModelPorts,
  rounded,
} from './locate-forecast.ts';
import type { Clock, ExportStore, HistoryStore } from './ports.ts';
import { type ReadObservationsPorts, readObservations } from './read-observations.ts';
import { alignWindow, type GrainWindow } from './window.ts';

/** A column of a file: instants (ms) or numbers, null where there is none. */
export interface FileColumn {
  name: string;
  kind: 'instant' | 'number';
  data: ArrayLike<number | null>;
}

/** Makes a file of columns of equal length. */
export type WriteFile = (columns: readonly FileColumn[], format: ExportFormat) => Uint8Array;

export interface ExportPorts extends LocateForecastPorts, ReadModelPorts, ReadObservationsPorts {
  region: RegionSettings;
  registry: LocateForecastPorts['registry'] & ReadObservationsPorts['registry'];
  history: Pick<HistoryStore, 'read'>;
  exports: ExportStore;
  writeFile: WriteFile;
  clock: Clock;
}

/**
 * A window of a series' forecast or observations as one file, and where it can be fetched for an hour. The same question
 * of the same data finds the file that is there.
 * Throws InvalidRequest for a window outside of what there is, or too large; NotFound where the series has none.
 *
 * @returns `made`: whether a file was made
 */
export async function exportSeries(
  ports: ExportPorts,
  series: SeriesKey,
  body: ExportBody,
): Promise<{ answer: ExportAnswer; made: boolean }> {
  const source =
    body.of === 'observations'
      ? await ofObservations(ports, series, body)
      : await ofForecast(ports, series, body);
  const { window, names } = source;
  const format = body.format ?? 'parquet';
  const cells = ((window.end - window.start) / (grains[window.grain] * 1000)) * (names.length + 1);
  if (cells > mostExportCells)
    throw new InvalidRequest(
      `The file would hold some ${Math.round(cells / 1e6)} million numbers, and ${mostExportCells / 1e6} are the most`,
      [
        {
          at: 'end',
          got: instantText(window.end),
          expected: 'a shorter window, a coarser grain or fewer quantiles',
        },
      ],
    );
  const exportId = fingerprint([seriesId(series), source.basis, window, names, format]);
  const there = await ports.exports.get(series, exportId);
  if (there !== undefined) return { answer: await answerOf(ports, series, there), made: false };

  const columns = await source.columns();
  const bytes = ports.writeFile(columns, format);
  const record: ExportRecord = {
    schemaVersion: 1,
    exportId,
    seriesId: seriesId(series),
    timeZone: ports.region.timeZone,
    of: body.of ?? 'forecast',
    ...(source.runId !== undefined && { runId: source.runId }),
    grain: window.grain,
    start: instantText(window.start),
    end: instantText(window.end),
    format,
    columns: columns.map(({ name }) => name),
    rows: columns[0]!.data.length,
    bytes: bytes.length,
    file: `${series.team}-${series.region}-${series.metric}-${body.of ?? 'forecast'}-${window.grain}.${format}`,
    keptUntil: instantText(ports.clock().getTime() + exportDays * 86_400_000),
  };
  await ports.exports.put(series, record, bytes);
  return { answer: await answerOf(ports, series, record), made: true };
}

/** An export that was made before, with a new place to fetch it from. Throws NotFound for one that is not there. */
export async function readExport(
  ports: Pick<ExportPorts, 'exports'>,
  series: SeriesKey,
  exportId: string,
): Promise<ExportAnswer> {
  const record = await ports.exports.get(series, exportId);
  if (record === undefined)
    throw new NotFound(
      `There is no export ${exportId} of ${seriesId(series)}: it was never, or is older than ${exportDays} days (POST …/exports makes one)`,
    );
  return answerOf(ports, series, record);
}

async function answerOf(
  { exports }: Pick<ExportPorts, 'exports'>,
  series: SeriesKey,
  { schemaVersion: _, ...record }: ExportRecord,
): Promise<ExportAnswer> {
  const { url, expires } = await exports.link(series, record);
  return { ...record, url, urlExpires: instantText(expires) };
}

/** What a file is made of, and by what it is another. */
interface Source {
  window: GrainWindow;
  /** Of the columns after the first, `timestamp`. */
  names: readonly string[];
  basis: unknown;
  runId?: string;
  columns: () => Promise<FileColumn[]>;
}

async function ofForecast(ports: ExportPorts, series: SeriesKey, body: ExportBody): Promise<Source> {
  const located: LocatedForecast = await locateForecast(ports, series, {
    ...(body.run !== undefined && { run: body.run }),
  });
  const model = await modelOf(ports, located);
  const quantiles = body.quantiles ?? defaultQuantiles;
  const window = windowOf(ports.region.timeZone, body, { start: model.cutoff, end: model.horizonEnd });
  const names = ['mean', ...quantiles.map((quantile) => `q${quantile}`)];
  return {
    window,
    names,
    basis: ['forecast', located.entry.runId, located.entry.modelKey],
    runId: located.entry.runId,
    columns: async () => {
      const {
        time,
        mean,
        quantiles: rows,
      } = expand(model, {
        start: window.start,
        end: window.end,
        stepSeconds: grains[window.grain],
        quantiles: quantiles.map(Number),
      });
      return [
        { name: 'timestamp', kind: 'instant', data: time },
        ...[mean, ...rows].map(
          (column, i): FileColumn => ({ name: names[i]!, kind: 'number', data: column.map(rounded) }),
        ),
      ];
    },
  };
}

async function ofObservations(ports: ExportPorts, series: SeriesKey, body: ExportBody): Promise<Source> {
  for (const at of ['quantiles', 'run'] as const)
    if (body[at] !== undefined)
      throw new InvalidRequest('Observations have neither quantiles nor a run', [
        { at, got: String(body[at]), expected: 'nothing, or "of": "forecast"' },
      ]);
  const record: SeriesRecord | undefined = await ports.registry.get(series);
  if (record === undefined)
    throw new NotFound(`There is no series ${seriesId(series)}: GET /v1/series lists them`);
  const { timeZone } = ports.region;
  const end = stepAfter(timeZone, record.lastTime, record.stepSeconds);
  const window = windowOf(timeZone, body, {
    start: record.firstTime,
    end: ceilToGrain(timeZone, end, body.grain ?? 'hour'),
  });
  return {
    window,
    names: ['value'],
    basis: ['observations', sortedRevisions(record.revisions)],
    columns: async () => {
      const time: number[] = [];
      const value: (number | null)[] = [];
      let nextToken: string | undefined;
      do {
        const page = await readObservations(ports, series, nextToken === undefined ? window : { nextToken });
        for (const at of page.time) time.push(Date.parse(at));
        for (const y of page.value) value.push(y);
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return [
        { name: 'timestamp', kind: 'instant', data: time },
        { name: 'value', kind: 'number', data: value },
      ];
    },
  };
}

/** By default all that there is. */
function windowOf(
  timeZone: string,
  { start, end, grain = 'hour' as Grain }: ExportBody,
  extent: { start: number; end: number },
): GrainWindow {
  const from = start === undefined ? extent.start : Date.parse(start);
  // Of a step that the horizon cuts in two nothing is answered.
  const until = end === undefined ? Math.max(extent.end, addLocalDays(timeZone, from, 1)) : Date.parse(end);
  return alignWindow(timeZone, { start: from, end: until, grain }, extent);
}
