import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteObjectsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { Store } from '../../../lib/local/s3/store.ts';
import { Bucket, laptopS3 } from './client.ts';

it('10,000 keys are listed in pages, in order, and folded by a delimiter', async () => {
  const dir = mkdtempSync(join(tmpdir(), 's3-listing-'));
  const keys = Array.from(
    { length: 10_000 },
    (_, n) => `day=${String(n % 40).padStart(2, '0')}/part-${n}.parquet`,
  );
  // Filled beneath the server, in one commit: what is tested is the listing.
  const store = new Store(dir);
  store.createBucket(Bucket);
  store.transaction(() => {
    for (const key of keys) {
      const object = { headers: {}, size: 1, etag: '0'.repeat(32), modified: Date.now() };
      store.putObject(Bucket, key, object, { inline: Buffer.from('x') });
    }
  });
  store.close();
  await using s3 = await laptopS3({ dir });

  const listed: string[] = [];
  let pages = 0;
  let ContinuationToken: string | undefined;
  do {
    const page: ListObjectsV2CommandOutput = await s3.client.send(
      new ListObjectsV2Command({ Bucket, ContinuationToken }),
    );
    listed.push(...(page.Contents ?? []).map(({ Key = '' }) => Key));
    ContinuationToken = page.NextContinuationToken;
    pages++;
  } while (ContinuationToken !== undefined);
  expect(pages).toBe(10);
  expect(listed).toEqual(keys.sort());

  const folded = await s3.client.send(new ListObjectsV2Command({ Bucket, Delimiter: '/' }));
  expect(folded.CommonPrefixes).toHaveLength(40);
  expect(folded.KeyCount).toBe(40);

  const Objects = listed.slice(0, 1000).map((Key) => ({ Key }));
  await s3.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
  const left = await s3.client.send(new ListObjectsV2Command({ Bucket, MaxKeys: 1 }));
  expect(left.Contents?.[0]?.Key).toBe(listed[1000]);
});

it('keys are ordered by their UTF-8 bytes, not by UTF-16 units', async () => {
  await using s3 = await laptopS3();
  const keys = ['a', 'z', 'é', '日', '\uff5e', '🚀', '\u{10ffff}'];
  for (const Key of [...keys].reverse())
    await s3.client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
  const { Contents } = await s3.client.send(new ListObjectsV2Command({ Bucket }));
  expect(Contents?.map(({ Key }) => Key)).toEqual(keys);
});
