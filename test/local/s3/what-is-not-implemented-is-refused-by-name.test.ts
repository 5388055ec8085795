import {
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { Bucket, laptopS3 } from './client.ts';

const Key = 'a';
const asked: [string, (client: S3Client) => Promise<unknown>][] = [
  ['tagging', (client) => client.send(new GetObjectTaggingCommand({ Bucket, Key }))],
  ['?versioning', (client) => client.send(new GetBucketVersioningCommand({ Bucket }))],
  ['?uploads', (client) => client.send(new ListMultipartUploadsCommand({ Bucket }))],
  ['GET of a bucket', (client) => client.send(new ListObjectsCommand({ Bucket }))],
  ['versionId', (client) => client.send(new GetObjectCommand({ Bucket, Key, VersionId: '1' }))],
  ['partNumber', (client) => client.send(new GetObjectCommand({ Bucket, Key, PartNumber: 1 }))],
  ['x-amz-acl', (client) => client.send(new PutObjectCommand({ Bucket, Key, ACL: 'public-read' }))],
  ['x-amz-tagging', (client) => client.send(new PutObjectCommand({ Bucket, Key, Tagging: 'a=b' }))],
  ['GLACIER', (client) => client.send(new PutObjectCommand({ Bucket, Key, StorageClass: 'GLACIER' }))],
];

describe('what S3 does and this endpoint does not', () => {
  it.each(asked)('%s is refused by name', async (name, call) => {
    await using s3 = await laptopS3();
    const error = await call(s3.client).then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error?.name).toBe('NotImplemented');
    expect(error?.message).toContain(name);
  });

  it('is refused before anything is stored', async () => {
    await using s3 = await laptopS3();
    const answer = await fetch(`${s3.server.endpoint}/${Bucket}/${Key}`, {
      method: 'PUT',
      body: 'x',
      headers: { 'x-amz-object-lock-mode': 'GOVERNANCE' },
    });
    expect(answer.status).toBe(501);
    expect((await fetch(`${s3.server.endpoint}/${Bucket}/${Key}`)).status).toBe(404);
  });
});

describe('a presigned URL', () => {
  it('puts and gets until it expires', async () => {
    await using s3 = await laptopS3();
    const url = (date: Date) =>
      `${s3.server.endpoint}/${Bucket}/signed%20key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a%2F20261123%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=${date.toISOString().replace(/[-:]|\.\d+/g, '')}&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=0`;
    const fresh = url(new Date());
    const expired = url(new Date(Date.now() - 120_000));
    expect((await fetch(fresh, { method: 'PUT', body: 'signed' })).status).toBe(200);
    expect(await (await fetch(fresh)).text()).toBe('signed');
    const refused = await fetch(expired);
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain('<Message>Request has expired</Message>');
  });
});
