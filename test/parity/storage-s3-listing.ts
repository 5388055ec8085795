import {
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { inTurn, outcome, type Scenario } from './storage-outcome.ts';

const keys = [
  'a',
  'a/',
  'a/1',
  'a/2',
  'a/b/3',
  'a-b',
  'a0',
  'B',
  'b/1',
  'b/2/x',
  'c d/e f',
  'c+d',
  'z',
  'é',
  '日',
  '\uFF5E',
  '🚀',
  '~',
];

const fill = (client: S3Client, Bucket: string) =>
  Promise.all(keys.map((Key) => client.send(new PutObjectCommand({ Bucket, Key, Body: Key }))));

const list = (client: S3Client, Bucket: string, more: Partial<ListObjectsV2CommandInput> = {}) =>
  outcome(client.send(new ListObjectsV2Command({ Bucket, ...more })));

/** All pages, each by itself. */
async function pages(
  client: S3Client,
  Bucket: string,
  more: Partial<ListObjectsV2CommandInput>,
): Promise<unknown[]> {
  const answers: unknown[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page: ListObjectsV2CommandOutput = await client.send(
      new ListObjectsV2Command({ Bucket, ContinuationToken, ...more }),
    );
    answers.push({
      keys: page.Contents?.map(({ Key }) => Key),
      prefixes: page.CommonPrefixes?.map(({ Prefix }) => Prefix),
      count: page.KeyCount,
      truncated: page.IsTruncated,
    });
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return answers;
}

const asked: Partial<ListObjectsV2CommandInput>[] = [
  {},
  { Prefix: 'a' },
  { Prefix: 'a/' },
  { Prefix: 'none' },
  { Delimiter: '/' },
  { Delimiter: '/', Prefix: 'a' },
  { Delimiter: '/', Prefix: 'a/' },
  { Delimiter: ' ' },
  { Delimiter: '/b/' },
  { StartAfter: 'a/1' },
  { StartAfter: 'A' },
  { StartAfter: 'a/1', Prefix: 'a/' },
  { StartAfter: 'zz' },
  { StartAfter: 'a', Delimiter: '/' },
  { MaxKeys: 0 },
  { EncodingType: 'url', Prefix: 'a' },
];

export const listing: Scenario<S3Client>[] = [
  { promise: 'a listing of an empty bucket', run: (c, b) => inTurn(() => list(c, b)) },
  { promise: 'a listing of no bucket', run: (c) => inTurn(() => list(c, 'no-such-bucket-anywhere')) },
  {
    promise: 'a listing by a wrong continuation token',
    aws: {
      rule: 'moto begins anew; S3 answers InvalidArgument: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html',
      answers: [{ error: 'InvalidArgument', status: 400 }],
    },
    run: (c, b) => inTurn(() => list(c, b, { ContinuationToken: 'no token' })),
  },
  {
    promise: 'a listing in URL encoding',
    aws: {
      rule: 'moto writes a space as %20, S3 as + (SDKs decode it so, botocore by unquote_plus): https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html',
      answers: [['c%2Bd'], ['c+d/']],
    },
    run: async (c, b) => {
      await fill(c, b);
      const page = await c.send(
        new ListObjectsV2Command({ Bucket: b, Prefix: 'c', Delimiter: '/', EncodingType: 'url' }),
      );
      return [page.Contents?.map(({ Key }) => Key), page.CommonPrefixes?.map(({ Prefix }) => Prefix)];
    },
  },
  ...asked.map((more) => ({
    promise: `a listing with ${JSON.stringify(more)}`,
    run: async (c: S3Client, b: string) => {
      await fill(c, b);
      return [await list(c, b, more)];
    },
  })),
  ...[
    {},
    { Prefix: 'a' },
    { Delimiter: '/' },
    { Delimiter: '/', Prefix: 'a/' },
    { StartAfter: 'a/1' },
  ].flatMap((more) =>
    [1, 2, 5, 18].map((MaxKeys) => ({
      promise: `the pages of ${JSON.stringify({ ...more, MaxKeys })}`,
      run: async (c: S3Client, b: string) => {
        await fill(c, b);
        return pages(c, b, { ...more, MaxKeys });
      },
    })),
  ),
];
