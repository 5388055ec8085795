import type { z } from 'zod';
import type { MetricKind, Observations } from '../engine/index.ts';
import { type ingestReport, maxRejectionsListed } from './contracts/http.ts';
import { type RegionSettings, type SeriesKey, seriesId } from './contracts/series.ts';
import { InvalidRequest, NotFound, SettingsConflict } from './errors.ts';
import type { Clock, HistoryStore, SeriesRegistry } from './ports.ts';

export interface Rejection {
  /** Line in a CSV (the header is line 1 and counts), row from 1 elsewhere. */
  line: number;
  reason: string;
}

/** Rows as they were written: any order, repeats included. Columns of equal length. */
export interface WrittenRows {
  /** Milliseconds since 1970-01-01T00:00Z. */
  time: Float64Array;
  value: Float64Array;
  line: Uint32Array;
}

/** What a reader of files or columns read of one series. */
export interface WrittenTable {
  /** One entry, named '', when no column names the series. */
  series: Map<string, WrittenRows>;
  rejected: number;
  rejections: Rejection[];
}

export type TableSource = Uint8Array | AsyncIterable<Uint8Array>;

/** Reads rows and settles them on their step. What cannot be read at all throws an error named TabularError. */
export interface TableReader {
  readTable(
    source: TableSource,
    options: { timeZone: string; valueColumn?: string; mostRows?: number },
  ): Promise<WrittenTable>;
  readColumns(
    time: readonly unknown[],
    value: readonly unknown[],
    options: { timeZone: string },
  ): WrittenTable;
  settle(
    rows: WrittenRows,
    options: { timeZone: string; stepSeconds?: number; onStepAt?: number },
  ): { observations: Observations; stepSeconds: number; rejected: number; rejections: Rejection[] };
}

export interface IngestPorts {
  region: RegionSettings;
  registry: SeriesRegistry;
  history: HistoryStore;
  tables: Pick<TableReader, 'settle'>;
  clock: Clock;
}

/** Nobody counted requests before; an epoch read in the wrong unit lands there. */
const earliest = Date.UTC(1900, 0);
/** Clocks differ, and so do time zones that somebody forgot: beyond this a row is a mistake. */
const aheadMs = 2 * 86_400_000;

/**
 * Merges rows into the history of a series and records what that did. Rows that cannot be used are reported and
 * take none of the others along. Writing the same rows again changes nothing.
 * Throws SettingsConflict when step or kind differ from the recorded ones, InvalidRequest when nothing is usable.
 */
export async function ingestObservations(
  { region, registry, history, tables, clock }: IngestPorts,
  series: SeriesKey,
  input: { table: WrittenTable; metricKind?: MetricKind; stepSeconds?: number },
): Promise<z.infer<typeof ingestReport>> {
  if (series.region !== region.region)
    throw new NotFound(`There is no region ${series.region} here: this API serves ${region.region}`);
  const record = await registry.get(series);
  const metricKind = input.metricKind ?? record?.metricKind ?? 'gauge';
  if (record !== undefined && metricKind !== record.metricKind)
    throw new SettingsConflict(
      `${seriesId(series)} is recorded as a ${record.metricKind}, got ${metricKind}: leave the kind out, or use another metric name`,
    );
  if (record !== undefined && input.stepSeconds !== undefined && input.stepSeconds !== record.stepSeconds)
    throw new SettingsConflict(
      `${seriesId(series)} is recorded with a step of ${record.stepSeconds} s, got ${input.stepSeconds} s: leave the step out, or use another metric name`,
    );

  const { table } = input;
  const rejections = [...table.rejections];
  let rejected = table.rejected;
  const sound = soundRows(onlySeries(table), metricKind, clock().getTime() + aheadMs, (line, reason) => {
    rejected++;
    if (rejections.length < maxRejectionsListed) rejections.push({ line, reason });
  });
  if (sound.time.length === 0) return report(0);

  const stepSeconds = input.stepSeconds ?? record?.stepSeconds;
  const settled = tables.settle(sound, {
    timeZone: region.timeZone,
    ...(stepSeconds !== undefined && { stepSeconds }),
    ...(record !== undefined && { onStepAt: record.firstTime }),
  });
  rejected += settled.rejected;
  rejections.push(...settled.rejections);
  const { observations } = settled;
  if (observations.time.length === 0) return report(0);
  const revisions = await history.write(series, observations);
  await registry.recordHistory(series, {
    metricKind,
    stepSeconds: settled.stepSeconds,
    firstTime: observations.time[0]!,
    lastTime: observations.time.at(-1)!,
    revisions,
  });
  return report(observations.time.length);

  function report(accepted: number): z.infer<typeof ingestReport> {
    rejections.sort((a, b) => a.line - b.line);
    return {
      seriesId: seriesId(series),
      accepted,
      rejected,
      rejections: rejections.slice(0, maxRejectionsListed),
    };
  }
}

function onlySeries({ series, rejected }: WrittenTable): WrittenRows {
  const [rows] = series.values();
  if (rows !== undefined) return rows;
  if (rejected > 0)
    return { time: new Float64Array(0), value: new Float64Array(0), line: new Uint32Array(0) };
  throw new InvalidRequest('There is not one row with a timestamp and a value', [
    { at: 'body', expected: 'at least one observation' },
  ]);
}

/** Rows without those that no observation can be. */
function soundRows(
  rows: WrittenRows,
  kind: MetricKind,
  latest: number,
  reject: (line: number, reason: string) => void,
): WrittenRows {
  const fault = (i: number): string | undefined => {
    const time = rows.time[i]!;
    const value = rows.value[i]!;
    if (!(time >= earliest))
      return `${Number.isFinite(time) ? time : 'the time'} ms since 1970 lies before the year 1900`;
    if (!(time <= latest))
      return `${new Date(time).toISOString()} lies more than two days ahead: an observation is of the past`;
    if (!(Math.abs(value) <= largest)) return `expected a finite number of at most 1e30, got ${value}`;
    if (kind === 'count' && value < 0) return `a count is not negative, got ${value}: is this a gauge?`;
    return undefined;
  };
  const { length } = rows.time;
  let kept: Uint32Array | undefined;
  let count = 0;
  for (let i = 0; i < length; i++) {
    const reason = fault(i);
    if (reason !== undefined) {
      reject(rows.line[i]!, reason);
      if (kept === undefined) {
        kept = new Uint32Array(length);
        for (; count < i; count++) kept[count] = count;
      }
    } else if (kept !== undefined) kept[count++] = i;
  }
  if (kept === undefined) return rows;
  const places = kept.subarray(0, count);
  return {
    time: Float64Array.from(places, (at) => rows.time[at]!),
    value: Float64Array.from(places, (at) => rows.value[at]!),
    line: Uint32Array.from(places, (at) => rows.line[at]!),
  };
}

const largest = 1e30;
