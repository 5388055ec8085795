import { isoDate } from './attributes.ts';
import type { Context, Reply } from './context.ts';
import { noSuchBucket, S3Error } from './errors.ts';
import { listPage } from './listing.ts';
import type { S3Request } from './request.ts';
import { element, type XmlFields } from './xml.ts';

const xml = (name: string, fields: XmlFields): Reply => ({
  status: 200,
  headers: { 'content-type': 'application/xml' },
  body: element(name, fields),
});

const owner = { ID: '0'.repeat(64), DisplayName: 'laptop' };

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export function checkBucketName(bucket: string): void {
  const good =
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) &&
    !bucket.includes('..') &&
    !/^\d+(\.\d+){3}$/.test(bucket);
  if (!good)
    throw new S3Error(400, 'InvalidBucketName', 'The specified bucket is not valid.', { BucketName: bucket });
}

export function createBucket({ store }: Context, { bucket }: S3Request): Reply {
  checkBucketName(bucket);
  if (!store.createBucket(bucket))
    throw new S3Error(
      409,
      'BucketAlreadyOwnedByYou',
      'Your previous request to create the named bucket succeeded and you already own it.',
      { BucketName: bucket },
    );
  return { status: 200, headers: { location: `/${bucket}` } };
}

export const headBucket = (): Reply => ({ status: 200, headers: { 'content-type': 'application/xml' } });

export const getBucketLocation = (): Reply => xml('LocationConstraint', {});

export function deleteBucket({ store }: Context, { bucket }: S3Request): Reply {
  if (store.range(bucket, Buffer.of(), undefined, 1).length > 0)
    throw new S3Error(409, 'BucketNotEmpty', 'The bucket you tried to delete is not empty', {
      BucketName: bucket,
    });
  store.run('DELETE FROM buckets WHERE name = ?', bucket);
  return { status: 204 };
}

export function listBuckets({ store }: Context): Reply {
  const buckets = store.all('SELECT name, created FROM buckets ORDER BY name');
  const Bucket = buckets.map((row) => ({ Name: row.name, CreationDate: isoDate(row.created) }));
  return xml('ListAllMyBucketsResult', { Owner: owner, Buckets: { Bucket } });
}

function maxKeysOf(query: URLSearchParams): number {
  const text = query.get('max-keys') ?? '1000';
  if (!/^\d{1,10}$/.test(text) || Number(text) > 2 ** 31 - 1)
    throw new S3Error(400, 'InvalidArgument', 'Provided max-keys not an integer or within integer range', {
      ArgumentName: 'max-keys',
      ArgumentValue: text,
    });
  return Number(text);
}

/** As S3 encodes keys under `encoding-type=url`: slashes stay. */
const urlEncoded = (text: string) =>
  encodeURIComponent(text)
    .replace(/%2F/g, '/')
    .replace(/[!'()]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%20/g, '+');

export function listObjects({ store }: Context, { bucket, query }: S3Request): Reply {
  if (!store.hasBucket(bucket)) throw noSuchBucket(bucket);
  const encoding = query.get('encoding-type') ?? undefined;
  if (encoding !== undefined && encoding !== 'url')
    throw new S3Error(400, 'InvalidArgument', 'Invalid Encoding Method specified in Request', {
      ArgumentName: 'encoding-type',
      ArgumentValue: encoding,
    });
  const written = encoding === 'url' ? urlEncoded : (text: string) => text;
  const asked = maxKeysOf(query);
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const startAfter = query.get('start-after') ?? '';
  const continuation = query.get('continuation-token') ?? undefined;
  const page = listPage(store, bucket, {
    prefix,
    delimiter,
    startAfter,
    continuation,
    maxKeys: Math.min(asked, 1000),
  });
  const fetchOwner = query.get('fetch-owner') === 'true';
  return xml('ListBucketResult', {
    Name: bucket,
    Prefix: written(prefix),
    Delimiter: delimiter === '' ? undefined : written(delimiter),
    MaxKeys: asked,
    EncodingType: encoding,
    KeyCount: page.objects.length + page.prefixes.length,
    IsTruncated: page.continuation !== undefined,
    ContinuationToken: continuation,
    NextContinuationToken: page.continuation,
    StartAfter: startAfter === '' ? undefined : written(startAfter),
    Contents: page.objects.map(({ key, modified, etag, size, checksum }) => ({
      Key: written(key.toString()),
      LastModified: isoDate(modified),
      ETag: `"${etag}"`,
      ChecksumAlgorithm: checksum?.algorithm.toUpperCase(),
      ChecksumType: checksum?.type,
      Size: size,
      Owner: fetchOwner ? owner : undefined,
      StorageClass: 'STANDARD',
    })),
    CommonPrefixes: page.prefixes.map((Prefix) => ({ Prefix: written(Prefix) })),
  });
}
