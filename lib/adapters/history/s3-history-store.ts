import { setTimeout as pause } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Observations } from '../../engine/index.ts';
import type { SeriesKey } from '../../service/contracts/series.ts';
import { Unavailable } from '../../service/errors.ts';
import type { HistoryStore } from '../../service/ports.ts';
import { getRevision, putRevision } from '../aws/s3-object.ts';
import { byMonth, joined, merged, monthsIn } from './months.ts';
import { decodeObservations, encodeObservations } from './observations-file.ts';

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
    const months = await allOf(monthsIn(window), (month) => this.month(monthKey(series, month)));
    return joined(
      months.flatMap((month) => month?.observations ?? []),
      window,
    );
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
    const object = await getRevision(this.client, this.bucket, key);
    if (object === undefined) return undefined;
    try {
      return { observations: await decodeObservations(object.bytes), revision: object.revision };
    } catch (error) {
      throw new Error(
        `${key} is no Parquet file with the columns timestamp and value: ${(error as Error).message}`,
        { cause: error },
      );
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
