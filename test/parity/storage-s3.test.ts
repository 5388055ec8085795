import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startS3 } from '../../lib/local/s3/index.ts';
import { listing } from './storage-s3-listing.ts';
import { multipart } from './storage-s3-multipart.ts';
import { objects } from './storage-s3-objects.ts';

function clientOf(endpoint: string): S3Client {
  return new S3Client({
    endpoint,
    region: 'eu-west-1',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: 'parity', secretAccessKey: 'parity' },
  });
}

describe('S3 answers as moto does', () => {
  const dir = mkdtempSync(join(tmpdir(), 'parity-s3-'));
  let server: Awaited<ReturnType<typeof startS3>>;
  let ours: S3Client;
  let moto: S3Client;
  let buckets = 0;

  beforeAll(async () => {
    server = await startS3({ dir });
    ours = clientOf(server.endpoint);
    moto = clientOf(String(process.env.MOTO_ENDPOINT));
  });
  afterAll(async () => {
    ours.destroy();
    moto.destroy();
    await server.close();
    rmSync(dir, { recursive: true, force: true });
  });

  for (const { promise, run, aws } of [...objects, ...listing, ...multipart]) {
    it(promise, async () => {
      const Bucket = `parity-${++buckets}`;
      for (const client of [ours, moto])
        await client.send(
          new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
        );
      const answers = await run(ours, Bucket);
      if (aws) expect(answers, aws.rule).toEqual(aws.answers);
      else expect(answers).toEqual(await run(moto, Bucket));
    });
  }
});
