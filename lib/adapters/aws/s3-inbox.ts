import { GetObjectCommand, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';
import { NotFound } from '../../service/errors.ts';
import type { Inbox } from '../../service/ports.ts';
import { putBytes } from './s3-object.ts';
import { asUnavailable } from './unavailable.ts';

/** Files under `inbox/` of the history bucket, their reports under `inbox-reports/`. */
export class S3Inbox implements Inbox {
  private readonly client: S3Client;
  private readonly bucket: string;

  constructor({ client, bucket }: { client: S3Client; bucket: string }) {
    this.client = client;
    this.bucket = bucket;
  }

  async open(key: string): Promise<AsyncIterable<Uint8Array>> {
    try {
      const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
      return watched(Body as unknown as AsyncIterable<Uint8Array>);
    } catch (error) {
      if (error instanceof NoSuchKey) throw new NotFound(`${key} was taken away before it was read`);
      throw error;
    }
  }

  async putReport(key: string, report: unknown): Promise<void> {
    await putBytes(this.client, {
      bucket: this.bucket,
      key: `${key.replace(/^inbox\//, 'inbox-reports/')}.json`,
      body: JSON.stringify(report),
      contentType: 'application/json',
    });
  }
}

/** A body that breaks off is the service's failure, not the file's. */
async function* watched(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw asUnavailable(error, 'S3');
  }
}
