import {
  AbortMultipartUploadCommand,
  type ChecksumAlgorithm,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { comparable, inTurn, outcome, type Scenario } from './storage-outcome.ts';

const large = Buffer.alloc(5 * 1024 * 1024, 'a');
const small = Buffer.from('the end');

/** An upload begun on `Key`, and what can be done to it. */
async function begin(
  client: S3Client,
  Bucket: string,
  Key = 'whole',
  more: { ChecksumAlgorithm?: ChecksumAlgorithm } & object = {},
) {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  const on = { Bucket, Key, UploadId };
  const parts: CompletedPart[] = [];
  return {
    async part(PartNumber: number, Body: Buffer) {
      const call = client.send(
        new UploadPartCommand({ ...on, PartNumber, Body, ChecksumAlgorithm: more.ChecksumAlgorithm }),
      );
      const answer = await outcome(call);
      const { ETag, ChecksumCRC32, ChecksumSHA256 } = (await call.catch(() => ({}))) as CompletedPart;
      parts.push({ PartNumber, ETag, ChecksumCRC32, ChecksumSHA256 });
      return answer;
    },
    parts,
    list: (paging: object = {}) => outcome(client.send(new ListPartsCommand({ ...on, ...paging }))),
    abort: () => outcome(client.send(new AbortMultipartUploadCommand(on))),
    complete: (Parts: CompletedPart[] = parts, condition: object = {}) =>
      outcome(
        client.send(new CompleteMultipartUploadCommand({ ...on, MultipartUpload: { Parts }, ...condition })),
      ),
    get: (range: object = {}) => outcome(client.send(new GetObjectCommand({ Bucket, Key, ...range }))),
  };
}

type Begun = Awaited<ReturnType<typeof begin>>;
const scenario = (
  promise: string,
  calls: (upload: Begun) => (() => Promise<unknown>)[],
  more: object = {},
): Scenario<S3Client> => ({
  promise: `multipart: ${promise}`,
  run: async (client, Bucket) => inTurn(...calls(await begin(client, Bucket, 'whole', more))),
});

export const multipart: Scenario<S3Client>[] = [
  scenario(
    'parts become one object with the attributes of its beginning',
    (upload) => [
      () => upload.part(1, large),
      () => upload.part(2, small),
      () => upload.list(),
      () => upload.complete(),
      () => upload.get(),
      () => upload.get({ Range: `bytes=${large.length - 5}-${large.length + 2}` }),
    ],
    { ContentType: 'text/plain', Metadata: { run: '1' } },
  ),
  scenario('one small part is enough', (upload) => [
    () => upload.part(1, small),
    () => upload.complete(),
    () => upload.get(),
  ]),
  scenario('a part sent again is replaced', (upload) => [
    () => upload.part(1, Buffer.from('old')),
    () => upload.part(1, small),
    () => upload.complete(upload.parts.slice(1)),
    () => upload.get(),
  ]),
  scenario('part numbers may have gaps', (upload) => [
    () => upload.part(3, large),
    () => upload.part(7, small),
    () => upload.complete(),
    () => upload.get(),
  ]),
  scenario('parts that are not named are left out', (upload) => [
    () => upload.part(1, small),
    () => upload.part(2, small),
    () => upload.complete(upload.parts.slice(1)),
    () => upload.get(),
  ]),
  scenario('a small part in the middle is refused', (upload) => [
    () => upload.part(1, small),
    () => upload.part(2, small),
    () => upload.complete(),
    () => upload.get(),
  ]),
  scenario('a wrong order is refused', (upload) => [
    () => upload.part(1, large),
    () => upload.part(2, small),
    () => upload.complete([...upload.parts].reverse()),
  ]),
  scenario('a wrong ETag is refused', (upload) => [
    () => upload.part(1, small),
    () => upload.complete([{ PartNumber: 1, ETag: `"${'0'.repeat(32)}"` }]),
  ]),
  scenario('a part that was never sent is refused', (upload) => [
    () => upload.part(1, small),
    () => upload.complete([{ PartNumber: 2, ETag: `"${'0'.repeat(32)}"` }]),
  ]),
  {
    ...scenario('nothing is seen before the end, nor after an abort', (upload) => [
      () => upload.part(1, small),
      () => upload.get(),
      () => upload.abort(),
      () => upload.get(),
      () => upload.part(2, small),
      () => upload.list(),
      () => upload.complete(),
    ]),
    aws: {
      rule: 'moto answers 500 to a late part and to a late end; S3 NoSuchUpload: https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html',
      answers: [
        { status: 200, ETag: '"406e28ff325208fc83b4dca7e88bff06"', ChecksumCRC32: 'b7Eb0Q==' },
        { error: 'NoSuchKey', status: 404 },
        { status: 204 },
        { error: 'NoSuchKey', status: 404 },
        ...Array(3).fill({ error: 'NoSuchUpload', status: 404 }),
      ],
    },
  },
  scenario('an upload ends once', (upload) => [
    () => upload.part(1, small),
    () => upload.complete(),
    () => upload.abort(),
  ]),
  scenario('parts are listed in pages', (upload) => [
    () => upload.part(1, small),
    () => upload.part(2, small),
    () => upload.part(5, small),
    () => upload.list({ MaxParts: 2 }),
    () => upload.list({ MaxParts: 2, PartNumberMarker: '2' }),
  ]),
  {
    promise: 'multipart: not over an object that came meanwhile',
    run: async (client, Bucket) => {
      const upload = await begin(client, Bucket);
      return inTurn(
        () => upload.part(1, small),
        () => outcome(client.send(new PutObjectCommand({ Bucket, Key: 'whole', Body: 'first' }))),
        () => upload.complete(upload.parts, { IfNoneMatch: '*' }),
        () => upload.get(),
      );
    },
  },
  {
    promise: 'multipart: lib-storage sends 12 MB in parts',
    run: async (client, Bucket) => {
      const body = Buffer.alloc(12 * 1024 * 1024, 'cloudtune');
      const upload = new Upload({ client, params: { Bucket, Key: 'big', Body: body, Metadata: { a: 'b' } } });
      const { ETag } = comparable(await upload.done()) as { ETag: string };
      return [ETag, await outcome(client.send(new GetObjectCommand({ Bucket, Key: 'big' })))];
    },
  },
];
