import { createReadStream, existsSync } from 'node:fs';
import { readTable, type Settled, settle, TabularError } from '../adapters/tabular/index.ts';
import type { Observations } from '../engine/index.ts';
import type { SeriesKey } from '../service/contracts/series.ts';
import type { Client } from './client.ts';
import { CommandFailure } from './failure.ts';

/** Bytes of CSV in one request. Lambda takes 6 MB, in which a body stands as JSON. */
const bytesPerRequest = 3_000_000;

export interface ReadHistoryOptions {
  timeZone: string;
  timestampColumn?: string;
  valueColumn?: string;
  stepSeconds?: number;
}

/** Reads one series from a CSV, CSV.gz or Parquet file. */
export async function readHistoryFile(file: string, options: ReadHistoryOptions): Promise<Settled> {
  if (!existsSync(file)) throw new CommandFailure(`${file}: no such file`, 2);
  try {
    const table = await readTable(createReadStream(file), options);
    const settled = settle(table.series.get('')!, options);
    return {
      ...settled,
      rejected: settled.rejected + table.rejected,
      rejections: [...table.rejections, ...settled.rejections],
    };
  } catch (error) {
    if (error instanceof TabularError)
      throw new CommandFailure(`${file}: ${error.message}`, 2, { cause: error });
    throw error;
  }
}

/** Rows of [start, end) as CSV texts, none longer than a request may be. */
function* csvTexts({ time, value }: Observations): Generator<{ csv: string; rows: number }> {
  let lines: string[] = [];
  let length = 0;
  const text = () => ({ csv: `timestamp,value\n${lines.join('')}`, rows: lines.length });
  for (let i = 0; i < time.length; i++) {
    const line = `${new Date(time[i]!).toISOString()},${value[i]}\n`;
    lines.push(line);
    length += line.length;
    if (length < bytesPerRequest) continue;
    yield text();
    lines = [];
    length = 0;
  }
  if (lines.length > 0) yield text();
}

export interface Uploaded {
  accepted: number;
  rejected: number;
  rejections: { line: number; reason: string }[];
}

/** Sends a history through the API's front door, a part at a time, oldest first. */
export async function upload(
  client: Client,
  key: SeriesKey,
  history: { observations: Observations; stepSeconds: number },
  metricKind: 'count' | 'gauge' | undefined,
  onPart: (rows: number) => void = () => undefined,
): Promise<Uploaded> {
  const total: Uploaded = { accepted: 0, rejected: 0, rejections: [] };
  const query = { ...(metricKind && { metricKind }), step: String(history.stepSeconds) };
  for (const { csv, rows } of csvTexts(history.observations)) {
    const report = await client.putObservations(key, csv, query);
    total.accepted += report.accepted;
    total.rejected += report.rejected;
    total.rejections.push(...report.rejections);
    onPart(rows);
  }
  return total;
}
