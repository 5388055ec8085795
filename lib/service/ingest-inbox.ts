import type { z } from 'zod';
import type { ingestReport } from './contracts/http.ts';
import { metricKind, type SeriesKey, seriesKey } from './contracts/series.ts';
import { InvalidRequest, reasonOf, Unavailable } from './errors.ts';
import { type IngestPorts, ingestObservations, type TableReader } from './ingest-observations.ts';
import type { Inbox } from './ports.ts';

export interface IngestInboxPorts extends IngestPorts {
  inbox: Inbox;
  tables: Pick<TableReader, 'readTable' | 'settle'>;
}

/** What became of a dropped file: written beside it as its report. */
export type InboxReport =
  | ({ key: string; status: 'ingested' } & z.infer<typeof ingestReport>)
  | { key: string; status: 'refused'; reason: string };

const pattern =
  'inbox/team=TEAM/region=REGION/metric=METRIC/[kind=count|gauge/]FILE.csv, .csv.gz or .parquet';

/**
 * Rows of one file that fit into the function's memory: 28 years of minutes. Columns, not rows, are held: of 5 million rows 0.2 GB
 * (CSV.gz) and 0.4 GB (Parquet, with a group of its rows) were measured, growing in proportion.
 */
export const mostInboxRows = 15_000_000;

/**
 * Reads a file that somebody dropped into the inbox and reports beside it what was accepted and what was not. A file
 * that cannot be used is a report, not an error: trying again would not mend it. Only when storage does not answer
 * does it throw, so that the event comes again.
 */
export async function ingestInbox(ports: IngestInboxPorts, key: string): Promise<InboxReport> {
  const report = await ingest(ports, key);
  await ports.inbox.putReport(key, report);
  return report;
}

async function ingest(ports: IngestInboxPorts, key: string): Promise<InboxReport> {
  try {
    const { series, kind } = parseKey(key, ports.region.region);
    const table = await ports.tables.readTable(await ports.inbox.open(key), {
      timeZone: ports.region.timeZone,
      mostRows: mostInboxRows,
    });
    const ingested = await ingestObservations(ports, series, {
      table,
      ...(kind !== undefined && { metricKind: kind }),
    });
    return { key, status: 'ingested', ...ingested };
  } catch (error) {
    if (error instanceof Unavailable || !isRefusal(error)) throw error;
    return { key, status: 'refused', reason: reasonOf(error) };
  }
}

/** Errors that are the file's: what is wrong with it is said in their message. */
const isRefusal = (error: unknown): boolean =>
  error instanceof Error &&
  ['InvalidRequest', 'NotFound', 'SettingsConflict', 'TabularError'].includes(error.name);

function parseKey(key: string, region: string): { series: SeriesKey; kind?: z.infer<typeof metricKind> } {
  const match = /^inbox\/team=([^/]+)\/region=([^/]+)\/metric=([^/]+)\/(?:kind=([^/]+)\/)?[^/]+$/.exec(key);
  if (match === null) throw new InvalidRequest(`The key ${key} names no series: expected ${pattern}`);
  const series = seriesKey.safeParse({ team: match[1], region: match[2], metric: match[3] });
  if (!series.success)
    throw new InvalidRequest(
      `The key ${key} names no series: ${series.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}`,
    );
  if (series.data.region !== region)
    throw new InvalidRequest(
      `The key ${key} names the region ${series.data.region}: this inbox is of ${region}`,
    );
  if (match[4] === undefined) return { series: series.data };
  const kind = metricKind.safeParse(match[4]);
  if (!kind.success)
    throw new InvalidRequest(`The key ${key} names the kind ${match[4]}: expected ${pattern}`);
  return { series: series.data, kind: kind.data };
}
