import type { S3Client } from '@aws-sdk/client-s3';
import { type LedgerState, ledgerState } from '../../service/contracts/accuracy.ts';
import type { SeriesKey } from '../../service/contracts/series.ts';
import type { Ledger, LedgerRow } from '../../service/ports.ts';
import { decodeScores, encodeScores } from '../ledger/scores-file.ts';
import { getBytes, putBytes } from './s3-object.ts';

/**
 * The ledger as monthly Parquet files in Hive-style keys, read by DuckDB and Athena as they stand:
 * `ledger/team=T/region=R/metric=M/month=YYYY-MM/scores.parquet`, and beside them what it goes on from, as
 * `ledger-state/team=T/region=R/metric=M/state.json`.
 */
export class S3Ledger implements Ledger {
  private readonly client: S3Client;
  private readonly bucket: string;

  constructor({ client, bucket }: { client: S3Client; bucket: string }) {
    this.client = client;
    this.bucket = bucket;
  }

  async getState(series: SeriesKey): Promise<LedgerState | undefined> {
    const bytes = await getBytes(this.client, this.bucket, stateKey(series));
    return bytes === undefined ? undefined : ledgerState.parse(JSON.parse(Buffer.from(bytes).toString()));
  }

  async putState(series: SeriesKey, state: LedgerState): Promise<void> {
    await putBytes(this.client, {
      bucket: this.bucket,
      key: stateKey(series),
      body: JSON.stringify(state),
      contentType: 'application/json',
    });
  }

  async read(series: SeriesKey, months: readonly string[]): Promise<LedgerRow[]> {
    const found = await Promise.all(
      months.map(async (month) => {
        const key = monthKey(series, month);
        const bytes = await getBytes(this.client, this.bucket, key);
        if (bytes === undefined) return [];
        try {
          return await decodeScores(bytes);
        } catch (error) {
          throw new Error(`${key} is no file of scores: ${(error as Error).message}`, { cause: error });
        }
      }),
    );
    return found.flat();
  }

  async replace(series: SeriesKey, month: string, rows: readonly LedgerRow[]): Promise<void> {
    await putBytes(this.client, {
      bucket: this.bucket,
      key: monthKey(series, month),
      body: encodeScores(rows),
      contentType: 'application/vnd.apache.parquet',
    });
  }
}

const pathOf = ({ team, region, metric }: SeriesKey) => `team=${team}/region=${region}/metric=${metric}`;
const monthKey = (series: SeriesKey, month: string) =>
  `ledger/${pathOf(series)}/month=${month}/scores.parquet`;
const stateKey = (series: SeriesKey) => `ledger-state/${pathOf(series)}/state.json`;
