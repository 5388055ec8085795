import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { Bucket, failureOf, laptopS3 } from './client.ts';

it('an object that is replaced and deleted meanwhile is read to its end as it was', async () => {
  await using s3 = await laptopS3();
  const size = 24 * 1024 * 1024;
  await s3.client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: Buffer.alloc(size, 'a') }));
  const answer = await fetch(`${s3.server.endpoint}/${Bucket}/a`);
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  const pieces = [(await reader.read()).value as Uint8Array];
  await s3.client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: Buffer.alloc(100_000, 'b') }));
  await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
  expect(readdirSync(join(s3.dir, 'bodies'))).toEqual([]);
  for (let next = await reader.read(); !next.done; next = await reader.read()) pieces.push(next.value);
  expect(Buffer.concat(pieces).equals(Buffer.alloc(size, 'a'))).toBe(true);
});

it('a header that cannot be sent is refused, not half answered', async () => {
  await using s3 = await laptopS3();
  await s3.client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
  const answer = await fetch(`${s3.server.endpoint}/${Bucket}/a?response-content-type=a%0D%0Ab`);
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain('<Code>InvalidArgument</Code>');
  expect(
    await failureOf(s3.client.send(new PutObjectCommand({ Bucket: 'absent', Key: 'a', Body: 'x' }))),
  ).toEqual({
    name: 'NoSuchBucket',
    status: 404,
  });
});
