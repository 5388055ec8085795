import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { expect, it } from 'vitest';
import { Bucket, laptopS3 } from './client.ts';

const megabyte = 1024 * 1024;

it('a stream of 26 MB goes up in parts, is told of once, and comes back whole and by ranges', async () => {
  const events: unknown[] = [];
  await using s3 = await laptopS3({ onObjectCreated: (event) => events.push(event) });
  const body = Buffer.alloc(26 * megabyte + 17);
  for (let i = 0; i < body.length; i += 1021) body.writeUInt32LE(i, Math.min(i, body.length - 4));
  const upload = new Upload({
    client: s3.client,
    params: {
      Bucket,
      Key: 'history/big.parquet',
      Body: Readable.from([body.subarray(0, 9 * megabyte), body.subarray(9 * megabyte)]),
    },
    partSize: 5 * megabyte,
    queueSize: 3,
  });
  const { ETag } = await upload.done();
  expect(ETag).toMatch(/^"[0-9a-f]{32}-6"$/);
  expect(events).toEqual([
    { bucket: Bucket, key: 'history/big.parquet', size: body.length, etag: ETag?.replaceAll('"', '') },
  ]);
  // The parts' files are gone: the object's alone is left.
  expect(readdirSync(join(s3.dir, 'bodies'))).toHaveLength(1);

  const whole = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'history/big.parquet' }));
  const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  expect(sha((await whole.Body?.transformToByteArray()) ?? new Uint8Array())).toBe(sha(body));
  const start = 5 * megabyte - 3;
  const seam = await s3.client.send(
    new GetObjectCommand({ Bucket, Key: 'history/big.parquet', Range: `bytes=${start}-${start + 9}` }),
  );
  expect(Buffer.from((await seam.Body?.transformToByteArray()) ?? [])).toEqual(
    body.subarray(start, start + 10),
  );
  const head = await s3.client.send(
    new HeadObjectCommand({ Bucket, Key: 'history/big.parquet', ChecksumMode: 'ENABLED' }),
  );
  expect(head.ContentLength).toBe(body.length);
  expect(head.ChecksumCRC32).toMatch(/-6$/);
});
