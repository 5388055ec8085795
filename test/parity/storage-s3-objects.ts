import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { inTurn, outcome, type Scenario } from './storage-outcome.ts';

const body = 'body of a';
/** MD5 of `body`. */
const etag = '"c4ccced46e66140b154950fdf23e305b"';
const otherEtag = `"${'0'.repeat(32)}"`;
const put = (client: S3Client, Bucket: string, Key: string, more: object = {}) =>
  outcome(client.send(new PutObjectCommand({ Bucket, Key, Body: body, ...more })));
const get = (client: S3Client, Bucket: string, Key: string, more: object = {}) =>
  outcome(client.send(new GetObjectCommand({ Bucket, Key, ...more })));
const head = (client: S3Client, Bucket: string, Key: string, more: object = {}) =>
  outcome(client.send(new HeadObjectCommand({ Bucket, Key, ...more })));
const del = (client: S3Client, Bucket: string, Key: string) =>
  outcome(client.send(new DeleteObjectCommand({ Bucket, Key })));
const copy = (client: S3Client, Bucket: string, Key: string, more: object = {}) =>
  outcome(client.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/a`, ...more })));

const attributes = {
  ContentType: 'text/csv',
  ContentEncoding: 'gzip',
  CacheControl: 'max-age=60',
  ContentDisposition: 'attachment; filename="a.csv"',
  ContentLanguage: 'fr',
  Metadata: { run: '2026-11-23T20:00:00Z', Team: 'checkout' },
};

/** A read of `a` after it was put. */
const reads = (promise: string, more: object, aws?: Scenario<S3Client>['aws']): Scenario<S3Client>[] => [
  {
    promise: `GetObject ${promise}`,
    aws,
    run: (c, b) =>
      inTurn(
        () => put(c, b, 'a'),
        () => get(c, b, 'a', more),
      ),
  },
  {
    promise: `HeadObject ${promise}`,
    aws: aws && { ...aws, answers: aws.answers.map(withoutBody) },
    run: (c, b) =>
      inTurn(
        () => put(c, b, 'a'),
        () => head(c, b, 'a', more),
      ),
  },
];

function withoutBody(answer: unknown): unknown {
  const { body: _, ...rest } = answer as Record<string, unknown>;
  return rest;
}

const keys = [
  'plain',
  'with space',
  'a+b',
  'a%20b',
  'é/ü/日本語/🚀',
  'a//b',
  '/leading',
  'trailing/',
  'dots/../x',
  './y',
  'quote"<>&\'',
  'tilde~!*()',
  'q?x=1#frag',
  'colon:semi;,=@$',
  'team=checkout/day=2026-11-23/part.parquet',
];

export const objects: Scenario<S3Client>[] = [
  { promise: 'PutObject answers with the MD5', run: (c, b) => inTurn(() => put(c, b, 'a')) },
  {
    promise: 'an object of no bytes is one',
    run: (c, b) =>
      inTurn(
        () => put(c, b, 'a', { Body: '' }),
        () => get(c, b, 'a'),
      ),
  },
  ...[100, 64 * 1024, 64 * 1024 + 1, 3_000_000].map((size) => ({
    promise: `a body of ${size} bytes comes back`,
    run: (c: S3Client, b: string) =>
      inTurn(
        () => put(c, b, 'a', { Body: Buffer.alloc(size, 'cloud') }),
        () => get(c, b, 'a'),
        () => get(c, b, 'a', { Range: `bytes=${size - 50}-` }),
      ),
  })),
  {
    promise: 'a second PutObject replaces the body and all attributes',
    run: (c, b) =>
      inTurn(
        () => put(c, b, 'a', attributes),
        () => put(c, b, 'a', { Body: 'new' }),
        () => get(c, b, 'a'),
      ),
  },
  {
    promise: 'attributes and user metadata come back',
    run: (c, b) =>
      inTurn(
        () => put(c, b, 'a', attributes),
        () => get(c, b, 'a'),
        () => head(c, b, 'a'),
      ),
  },
  ...keys.map((key) => ({
    promise: `the key ${JSON.stringify(key)} is kept as it is`,
    run: (c: S3Client, b: string) =>
      inTurn(
        () => put(c, b, key),
        () => head(c, b, key),
        () => get(c, b, key),
        () => del(c, b, key),
        () => get(c, b, key),
      ),
  })),
  ...reads('finds no key', { Key: 'absent' }),
  ...reads('finds no bucket', { Bucket: 'no-such-bucket-anywhere' }),
  { promise: 'PutObject finds no bucket', run: (c) => inTurn(() => put(c, 'no-such-bucket-anywhere', 'a')) },
  {
    promise: 'DeleteObject finds no bucket',
    run: (c) => inTurn(() => del(c, 'no-such-bucket-anywhere', 'a')),
  },
  ...[
    'bytes=0-3',
    'bytes=3-',
    'bytes=-4',
    'bytes=-400',
    'bytes=3-900',
    'bytes=8-8',
    'bytes=9-',
    'bytes=400-500',
  ].flatMap((Range) => reads(`of ${Range}`, { Range })),
  ...reads('if the ETag matches', { IfMatch: etag }),
  ...reads('if another ETag matches', { IfMatch: otherEtag }),
  ...reads('unless the ETag matches', { IfNoneMatch: etag }),
  ...reads('unless another ETag matches', { IfNoneMatch: otherEtag }),
  ...reads('if modified since long ago', { IfModifiedSince: new Date('2001-01-01') }),
  ...reads('if modified since tomorrow', { IfModifiedSince: new Date(Date.now() + 86_400_000) }),
  ...reads('if unmodified since long ago', { IfUnmodifiedSince: new Date('2001-01-01') }),
  ...reads('if unmodified since tomorrow', { IfUnmodifiedSince: new Date(Date.now() + 86_400_000) }),
  {
    promise: 'an answer can be given other headers',
    run: (c, b) =>
      inTurn(
        () => put(c, b, 'a', attributes),
        () => get(c, b, 'a', { ResponseContentType: 'text/plain', ResponseContentDisposition: 'inline' }),
      ),
  },
  {
    promise: 'PutObject unless it exists: the first alone',
    run: (c, b) =>
      inTurn(
        () => put(c, b, 'a', { IfNoneMatch: '*' }),
        () => put(c, b, 'a', { IfNoneMatch: '*', Body: 'second' }),
        () => get(c, b, 'a'),
        () => del(c, b, 'a'),
        () => put(c, b, 'a', { IfNoneMatch: '*', Body: 'third' }),
      ),
  },
  {
    promise: 'PutObject if the ETag matches',
    run: (c, b) =>
      inTurn(
        () => put(c, b, 'a'),
        () => put(c, b, 'a', { IfMatch: etag, Body: 'second' }),
        () => put(c, b, 'a', { IfMatch: etag, Body: 'third' }),
        () => get(c, b, 'a'),
      ),
  },
  {
    promise: 'PutObject if the ETag matches, where there is none',
    run: (c, b) => inTurn(() => put(c, b, 'a', { IfMatch: etag })),
  },
  ...(['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const).map((ChecksumAlgorithm) => ({
    promise: `${ChecksumAlgorithm} is kept and shown`,
    run: (c: S3Client, b: string) =>
      inTurn(
        () => put(c, b, 'a', { ChecksumAlgorithm }),
        () => head(c, b, 'a', { ChecksumMode: 'ENABLED' }),
      ),
  })),
  {
    promise: 'a wrong Content-MD5 is refused, and nothing is kept',
    aws: {
      rule: 'moto does not check Content-MD5; S3 answers BadDigest: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html',
      answers: [
        { error: 'BadDigest', status: 400 },
        { error: 'NoSuchKey', status: 404 },
      ],
    },
    run: (c, b) =>
      inTurn(
        () => put(c, b, 'a', { ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' }),
        () => get(c, b, 'a'),
      ),
  },
  {
    promise: 'a wrong checksum is refused, and nothing is kept',
    aws: {
      rule: 'moto does not check checksums; S3 answers BadDigest: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html',
      answers: [
        { error: 'BadDigest', status: 400 },
        { error: 'NoSuchKey', status: 404 },
      ],
    },
    run: (c, b) =>
      inTurn(
        () => put(c, b, 'a', { ChecksumCRC32: 'AAAAAA==' }),
        () => get(c, b, 'a'),
      ),
  },
  {
    promise: 'DeleteObject is idempotent',
    run: (c, b) =>
      inTurn(
        () => put(c, b, 'a'),
        () => del(c, b, 'a'),
        () => del(c, b, 'a'),
        () => get(c, b, 'a'),
      ),
  },
  {
    promise: 'DeleteObjects tells of every key, also of those that were not there',
    run: (c, b) =>
      inTurn(
        () => put(c, b, 'a'),
        () => put(c, b, 'b & <c>'),
        () =>
          outcome(
            c.send(
              new DeleteObjectsCommand({
                Bucket: b,
                Delete: { Objects: ['a', 'b & <c>', 'absent'].map((Key) => ({ Key })) },
              }),
            ),
          ),
        () => get(c, b, 'b & <c>'),
      ),
  },
  {
    promise: 'DeleteObjects can be quiet',
    aws: {
      rule: 'moto ignores Quiet; S3 then tells of errors only: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html',
      answers: [{ status: 200, ETag: etag, ChecksumCRC32: 'j2wxyw==' }, { status: 200 }],
    },
    run: (c, b) =>
      inTurn(
        () => put(c, b, 'a'),
        () =>
          outcome(
            c.send(new DeleteObjectsCommand({ Bucket: b, Delete: { Quiet: true, Objects: [{ Key: 'a' }] } })),
          ),
      ),
  },
  {
    promise: 'CopyObject takes body, attributes and metadata along',
    run: (c, b) =>
      inTurn(
        () => put(c, b, 'a', attributes),
        () => copy(c, b, 'copy of a'),
        () => get(c, b, 'copy of a'),
      ),
  },
  {
    promise: 'CopyObject can replace the attributes',
    run: (c, b) =>
      inTurn(
        () => put(c, b, 'a', attributes),
        () =>
          copy(c, b, 'b', {
            MetadataDirective: 'REPLACE',
            Metadata: { other: '1' },
            ContentType: 'text/plain',
          }),
        () => get(c, b, 'b'),
      ),
  },
  { promise: 'CopyObject finds no source', run: (c, b) => inTurn(() => copy(c, b, 'b')) },
  {
    promise: 'CopyObject onto itself changes nothing and is refused',
    run: (c, b) =>
      inTurn(
        () => put(c, b, 'a'),
        () => copy(c, b, 'a'),
      ),
  },
  {
    promise: 'CopyObject if the source matches',
    run: (c, b) =>
      inTurn(
        () => put(c, b, 'a'),
        () => copy(c, b, 'b', { CopySourceIfMatch: etag }),
        () => get(c, b, 'b'),
      ),
  },
  {
    promise: 'a copy outlives its source',
    run: (c, b) =>
      inTurn(
        () => put(c, b, 'a', { Body: Buffer.alloc(200_000, 'x') }),
        () => copy(c, b, 'b'),
        () => del(c, b, 'a'),
        () => get(c, b, 'b'),
      ),
  },
  {
    promise: 'buckets: made once, found, and deleted when empty',
    run: (c, b) => {
      const bucket = `${b}-second`;
      const create = () =>
        outcome(
          c.send(
            new CreateBucketCommand({
              Bucket: bucket,
              CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
            }),
          ),
        );
      const remove = () => outcome(c.send(new DeleteBucketCommand({ Bucket: bucket })));
      return inTurn(
        create,
        create,
        () => put(c, bucket, 'a'),
        remove,
        () => del(c, bucket, 'a'),
        remove,
        remove,
      );
    },
  },
  {
    promise: 'HeadBucket finds a bucket or none',
    run: (c, b) =>
      inTurn(
        () => outcome(c.send(new HeadBucketCommand({ Bucket: 'no-such-bucket-anywhere' }))),
        async () => ({
          status: ((await outcome(c.send(new HeadBucketCommand({ Bucket: b })))) as { status: number })
            .status,
        }),
      ),
  },
  {
    promise: 'a bad bucket name is refused',
    aws: {
      rule: 'moto takes capitals and underscores: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html',
      answers: [{ error: 'InvalidBucketName', status: 400 }],
    },
    run: (c) => inTurn(() => outcome(c.send(new CreateBucketCommand({ Bucket: 'Bad_Name' })))),
  },
  {
    promise: 'a key of more than 1,024 bytes is refused',
    aws: {
      rule: 'moto counts characters, S3 bytes: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html',
      answers: [{ error: 'KeyTooLongError', status: 400 }],
    },
    run: (c, b) => inTurn(() => put(c, b, 'é'.repeat(513))),
  },
  {
    promise: 'more than 2 KB of user metadata is refused',
    aws: {
      rule: 'moto takes any: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html',
      answers: [{ error: 'MetadataTooLarge', status: 400 }],
    },
    run: (c, b) => inTurn(() => put(c, b, 'a', { Metadata: { long: 'x'.repeat(2100) } })),
  },
];
