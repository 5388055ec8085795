import { setTimeout as pause } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Observations } from '../../engine/index.ts';
import type { SeriesKey } from '../../service/contracts/series.ts';
import { Unavailable } from '../../service/errors.ts';
import type { HistoryStore } from '../../service/ports.ts';
import { getRevision, putRevision } from '../aws/s3-object.ts';
import { byMonth, merged, monthsIn, within } from './months.ts';
import { encodeObservations, type ObservationsFile, openObservations } from './observations-file.ts';

const attempts = 10;
const longestPause = 250;
const atOnce = 8;

interface StoredMonth {
  observations: Observations;
  revision: string;
}

/**
 * History as monthly Parquet files in Hive-style keys, read by DuckDB and Athena as they stand:
 * `history/team=T/region=R/metric=M/month=YYYY-MM/observations.parquet`. A write reads a month, merges and puts it
 * back only if nobody else did in between; then it reads again.
 */
export class S3HistoryStore implements HistoryStore {
  private readonly client: S3Client;
  private readonly bucket: string;

  constructor({ client, bucket }: { client: S3Client; bucket: string }) {
    this.client = client;
    this.bucket = bucket;
  }

  async read(series: SeriesKey, window: { start: number; end: number }): Promise<Observations> {
    // By key, without a listing: a GET of a month that is not there costs a tenth of a LIST.
    const found = await allOf(monthsIn(window), (month) => this.open(monthKey(series, month)));
    const files = found.filter((file) => file !== undefined);
    const rows = files.reduce((sum, file) => sum + file.rows, 0);
    const all = { time: new Float64Array(rows), value: new Float64Array(rows) };
    // Each month is decoded to its place among all, so that a long history is held once.
    let at = 0;
    for (const file of files) {
      const end = at + file.rows;
      await file.readInto({ time: all.time.subarray(at, end), value: all.value.subarray(at, end) });
      at = end;
    }
    return within(all, window);
  }

  async write(series: SeriesKey, rows: Observations): Promise<Record<string, string>> {
    const revisions = await allOf([...byMonth(rows)], async ([month, changes]) => [
      month,
      await this.merge(monthKey(series, month), changes),
    ]);
    return Object.fromEntries(revisions) as Record<string, string>;
  }

  private async merge(key: string, changes: Observations): Promise<string> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const stored = await this.month(key);
      const observations = stored === undefined ? changes : merged(stored.observations, changes);
      if (observations === undefined) return stored!.revision;
      const revision = await putRevision(
        this.client,
        {
          bucket: this.bucket,
          key,
          body: encodeObservations(observations),
          contentType: 'application/vnd.apache.parquet',
        },
        stored?.revision,
      );
      if (revision !== undefined) return revision;
      await pause(Math.random() * Math.min(longestPause, 20 * 2 ** attempt));
    }
    throw new Unavailable(
      `Other writers changed ${key} ${attempts} times in a row: write the rows again later.`,
    );
  }

  private async month(key: string): Promise<StoredMonth | undefined> {
    const file = await this.open(key);
    if (file === undefined) return undefined;
    const observations = { time: new Float64Array(file.rows), value: new Float64Array(file.rows) };
    await file.readInto(observations);
    return { observations, revision: file.revision };
  }

  /** A month's file; undefined when there is none. Errors of what is in it name its key. */
  private async open(key: string): Promise<(ObservationsFile & { revision: string }) | undefined> {
    const object = await getRevision(this.client, this.bucket, key);
    if (object === undefined) return undefined;
    const named = (error: unknown) =>
      new Error(
        `${key} is no Parquet file with the columns timestamp and value: ${(error as Error).message}`,
        { cause: error },
      );
    try {
      const { rows, readInto } = openObservations(object.bytes);
      return {
        rows,
        revision: object.revision,
        readInto: (into) =>
          readInto(into).catch((error: unknown) => {
            throw named(error);
          }),
      };
    } catch (error) {
      throw named(error);
    }
  }
}

const monthKey = ({ team, region, metric }: SeriesKey, month: string) =>
  `history/team=${team}/region=${region}/metric=${metric}/month=${month}/observations.parquet`;

/** Answers in order, a few at a time. */
async function allOf<T, R>(inputs: readonly T[], one: (input: T) => Promise<R>): Promise<R[]> {
  const answers = new Array<R>(inputs.length);
  let next = 0;
  const worker = async () => {
    while (next < inputs.length) {
      const at = next++;
      answers[at] = await one(inputs[at]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, inputs.length) }, worker));
  return answers;
}
