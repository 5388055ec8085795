import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { type ExportRecord, exportRecord } from '../../service/contracts/exports.ts';
import type { SeriesKey } from '../../service/contracts/series.ts';
import type { ExportStore } from '../../service/ports.ts';
import { getBytes, putBytes } from './s3-object.ts';

/** An hour, and no longer than the credentials that sign. */
const linkSeconds = 3600;
const contentTypes = { parquet: 'application/vnd.apache.parquet', csv: 'text/csv; charset=utf-8' };

/** Exports on S3: `exports/team=T/region=R/metric=M/export=ID/FILE`, and beside it `export.json`, written last. */
export class S3ExportStore implements ExportStore {
  private readonly client: S3Client;
  private readonly bucket: string;

  constructor({ client, bucket }: { client: S3Client; bucket: string }) {
    this.client = client;
    this.bucket = bucket;
  }

  async put(series: SeriesKey, record: ExportRecord, bytes: Uint8Array): Promise<void> {
    const folder = folderOf(series, record.exportId);
    const put = (name: string, body: Uint8Array | string, contentType: string) =>
      putBytes(this.client, { bucket: this.bucket, key: `${folder}/${name}`, body, contentType });
    await put(record.file, bytes, contentTypes[record.format]);
    await put('export.json', JSON.stringify(record), 'application/json');
  }

  async get(series: SeriesKey, exportId: string): Promise<ExportRecord | undefined> {
    // What an id cannot be is no part of a key.
    if (!/^[\w-]{1,64}$/.test(exportId)) return undefined;
    const bytes = await getBytes(this.client, this.bucket, `${folderOf(series, exportId)}/export.json`);
    return bytes === undefined ? undefined : exportRecord.parse(JSON.parse(Buffer.from(bytes).toString()));
  }

  async link(
    series: SeriesKey,
    { exportId, file }: Pick<ExportRecord, 'exportId' | 'file'>,
  ): Promise<{ url: string; expires: number }> {
    const expires = Date.now() + linkSeconds * 1000;
    const url = await getSignedUrl(
      this.client,
      new GetObjectCommand({
        Bucket: this.bucket,
        Key: `${folderOf(series, exportId)}/${file}`,
        ResponseContentDisposition: `attachment; filename="${file}"`,
      }),
      { expiresIn: linkSeconds },
    );
    return { url, expires };
  }
}

const folderOf = ({ team, region, metric }: SeriesKey, exportId: string) =>
  `exports/team=${team}/region=${region}/metric=${metric}/export=${exportId}`;
