import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { attributesOf, checksumFields, checksumHeaders, isoDate } from './attributes.ts';
import { type Body, BodyWriter, receiveBody } from './body.ts';
import { type Checksum, compositeChecksum, compositeEtag, digestFor } from './checksum.ts';
import { checkWriteConditions } from './conditions.ts';
import type { Context, Reply } from './context.ts';
import { malformedXml, noSuchUpload, notImplemented, S3Error } from './errors.ts';
import { commitObject } from './objects.ts';
import type { S3Request } from './request.ts';
import { type Attributes, bodyOf, type Row, type Store, type StoredObject } from './store.ts';
import { childText, element, parseXml, type XmlFields, type XmlNode } from './xml.ts';

/** All parts but the last. */
const smallestPart = 5 * 1024 * 1024;

interface Upload extends Attributes {
  id: string;
  algorithm: string | undefined;
  type: 'FULL_OBJECT' | 'COMPOSITE';
  /** Whether the key had an object when the upload began. */
  before: boolean;
}

interface Part {
  number: number;
  size: number;
  etag: string;
  modified: number;
  checksum: Checksum | undefined;
  body: StoredObject['body'];
}

const xml = (name: string, fields: XmlFields): Reply => ({
  status: 200,
  headers: { 'content-type': 'application/xml' },
  body: element(name, fields),
});

const quoted = (etag: string) => `"${etag}"`;

function findUpload(store: Store, { bucket, key, query }: S3Request): Upload {
  const id = query.get('uploadId') ?? '';
  const row = store.get(
    'SELECT attributes FROM uploads WHERE id = ? AND bucket = ? AND key = ?',
    id,
    bucket,
    key,
  );
  if (row === undefined) throw noSuchUpload(id);
  return { ...JSON.parse(row.attributes), id };
}

function partOf(row: Row): Part {
  const { number, size, etag, modified } = row;
  const checksum = row.checksum === null ? undefined : JSON.parse(row.checksum);
  return { number, size, etag, modified, checksum, body: bodyOf(row) };
}

const partsFrom = (store: Store, upload: Upload, after: number, limit: number): Part[] =>
  store
    .all(
      'SELECT * FROM parts WHERE upload = ? AND number > ? ORDER BY number LIMIT ?',
      upload.id,
      after,
      limit,
    )
    .map(partOf);

export function createMultipartUpload({ store }: Context, { bucket, key, headers }: S3Request): Reply {
  const algorithm = (headers['x-amz-checksum-algorithm'] as string | undefined)?.toLowerCase();
  if (algorithm !== undefined && digestFor(algorithm) === undefined)
    throw notImplemented(`The checksum algorithm ${algorithm.toUpperCase()}`);
  const type = (headers['x-amz-checksum-type'] as string | undefined) ?? 'COMPOSITE';
  const id = randomBytes(24).toString('base64url');
  const upload = {
    ...attributesOf(headers),
    algorithm,
    type,
    before: store.object(bucket, key) !== undefined,
  };
  store.run(
    'INSERT INTO uploads VALUES (?, ?, ?, ?, ?)',
    id,
    bucket,
    key,
    JSON.stringify(upload),
    Date.now(),
  );
  const reply = xml('InitiateMultipartUploadResult', { Bucket: bucket, Key: key, UploadId: id });
  if (algorithm !== undefined)
    Object.assign(reply.headers ?? {}, {
      'x-amz-checksum-algorithm': algorithm.toUpperCase(),
      'x-amz-checksum-type': type,
    });
  return reply;
}

function partNumberOf(query: URLSearchParams): number {
  const text = query.get('partNumber') ?? '';
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > 10_000)
    throw new S3Error(
      400,
      'InvalidArgument',
      'Part number must be an integer between 1 and 10000, inclusive',
      {
        ArgumentName: 'partNumber',
        ArgumentValue: text,
      },
    );
  return number;
}

export async function uploadPart({ store }: Context, request: S3Request): Promise<Reply> {
  const number = partNumberOf(request.query);
  const { id } = findUpload(store, request);
  const body = await receiveBody(request.message, store.folder);
  try {
    store.transaction(() => {
      findUpload(store, request);
      dropParts(
        store,
        'DELETE FROM parts WHERE upload = ? AND number = ? RETURNING inline, file',
        id,
        number,
      );
      const checksum = body.checksum === undefined ? null : JSON.stringify(body.checksum);
      const [inline, file] = store.keepBody(body.content);
      const now = Date.now();
      store.run(
        'INSERT INTO parts VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        id,
        number,
        body.size,
        body.md5,
        now,
        checksum,
        inline,
        file,
      );
    });
  } catch (error) {
    store.discard(body.content);
    throw error;
  }
  const checksum = body.checksum && { [`x-amz-checksum-${body.checksum.algorithm}`]: body.checksum.value };
  return { status: 200, headers: { etag: quoted(body.md5), ...checksum } };
}

function dropParts(store: Store, sql: string, ...values: (string | number)[]): void {
  for (const row of store.all(sql, ...values)) store.dropBody(bodyOf(row));
}

function dropUpload(store: Store, id: string): void {
  dropParts(store, 'DELETE FROM parts WHERE upload = ? RETURNING inline, file', id);
  store.run('DELETE FROM uploads WHERE id = ?', id);
}

export function abortMultipartUpload({ store }: Context, request: S3Request): Reply {
  const { id } = findUpload(store, request);
  store.transaction(() => dropUpload(store, id));
  return { status: 204 };
}

export function listParts({ store }: Context, request: S3Request): Reply {
  const upload = findUpload(store, request);
  const limit = Math.min(Number(request.query.get('max-parts') ?? 1000), 1000);
  const marker = Number(request.query.get('part-number-marker') ?? 0);
  const parts = partsFrom(store, upload, marker, limit + 1);
  const page = parts.slice(0, limit);
  return xml('ListPartsResult', {
    Bucket: request.bucket,
    Key: request.key,
    UploadId: upload.id,
    StorageClass: 'STANDARD',
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.number ?? 0,
    MaxParts: limit,
    IsTruncated: parts.length > limit,
    ChecksumAlgorithm: upload.algorithm?.toUpperCase(),
    ChecksumType: upload.algorithm && upload.type,
    Part: page.map(({ number, modified, etag, size, checksum }) => ({
      PartNumber: number,
      LastModified: isoDate(modified),
      ETag: quoted(etag),
      Size: size,
      ...(upload.algorithm === checksum?.algorithm && checksumFields(checksum)),
    })),
  });
}

/** The parts that a CompleteMultipartUpload names, checked against those that were uploaded. */
function chosenParts(store: Store, upload: Upload, document: string): Part[] {
  let root: XmlNode;
  try {
    root = parseXml(document);
  } catch (error) {
    throw malformedXml((error as Error).message);
  }
  const named = root.children.filter((child) => child.name === 'Part');
  if (root.name !== 'CompleteMultipartUpload' || named.length === 0)
    throw malformedXml(`expected <CompleteMultipartUpload> with at least one <Part>, got <${root.name}>`);
  const uploaded = new Map(partsFrom(store, upload, 0, 10_000).map((part) => [part.number, part]));
  let last = 0;
  return named.map((node, index) => {
    const number = Number(childText(node, 'PartNumber'));
    const etag = childText(node, 'ETag')?.replace(/^"|"$/g, '');
    if (!(number > last))
      throw new S3Error(
        400,
        'InvalidPartOrder',
        'The list of parts was not in ascending order. Parts must be ordered by part number.',
        { UploadId: upload.id },
      );
    last = number;
    const part = uploaded.get(number);
    const declared = part?.checksum && childText(node, `Checksum${part.checksum.algorithm.toUpperCase()}`);
    if (part === undefined || part.etag !== etag || (declared && declared !== part.checksum?.value))
      throw new S3Error(
        400,
        'InvalidPart',
        "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
        { UploadId: upload.id, PartNumber: String(number), ...(etag && { ETag: etag }) },
      );
    if (part.size < smallestPart && index < named.length - 1)
      throw new S3Error(
        400,
        'EntityTooSmall',
        'Your proposed upload is smaller than the minimum allowed size',
        {
          ProposedSize: String(part.size),
          MinSizeAllowed: String(smallestPart),
          PartNumber: String(number),
          ETag: part.etag,
        },
      );
    return part;
  });
}

/** The parts' bytes, one after the other, as one new body. */
async function join(
  store: Store,
  parts: Part[],
  checksum: ReturnType<typeof digestFor>,
): Promise<Body['content']> {
  const writer = new BodyWriter(store.folder, checksum ? [checksum] : []);
  try {
    for (const { body } of parts) {
      if ('inline' in body) await writer.write(store.readInline(body.inline));
      else {
        const stream = createReadStream('', { fd: store.openFile(body.file), highWaterMark: 1024 * 1024 });
        for await (const bytes of stream as AsyncIterable<Buffer>) await writer.write(bytes);
      }
    }
    return (await writer.end()).content;
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

export async function completeMultipartUpload(
  context: Context,
  request: S3Request,
  document: string,
): Promise<Reply> {
  const { store } = context;
  checkWriteConditions(request.headers);
  const upload = findUpload(store, request);
  const parts = chosenParts(store, upload, document);
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const expected = request.headers['x-amz-mp-object-size'];
  if (expected !== undefined && Number(expected) !== size)
    throw new S3Error(
      400,
      'InvalidRequest',
      `The provided 'x-amz-mp-object-size' header value ${expected} does not match what was computed: ${size}`,
    );
  const whole = upload.type === 'FULL_OBJECT' && upload.algorithm ? digestFor(upload.algorithm) : undefined;
  const content = await join(store, parts, whole);
  const checksum = objectChecksum(upload, parts, whole?.base64());
  const etag = compositeEtag(parts.map((part) => part.etag));
  const object = { headers: upload.headers, checksum, size, etag };
  commitObject(context, request, upload.before, object, content, () => {
    findUpload(store, request);
    dropUpload(store, upload.id);
  });
  const { bucket, key } = request;
  const reply = xml('CompleteMultipartUploadResult', {
    Location: `http://${request.headers.host}/${encodeURIComponent(bucket)}/${encodeURIComponent(key)}`,
    Bucket: bucket,
    Key: key,
    ETag: quoted(etag),
    ...checksumFields(checksum),
  });
  return { ...reply, headers: { ...reply.headers, ...(checksum && checksumHeaders(checksum)) } };
}

function objectChecksum(upload: Upload, parts: Part[], whole: string | undefined): Attributes['checksum'] {
  const { algorithm, type } = upload;
  if (algorithm === undefined) return undefined;
  if (whole !== undefined) return { algorithm, type, value: whole };
  const values = parts.map((part) => part.checksum).filter((one) => one?.algorithm === algorithm);
  if (values.length < parts.length)
    throw new S3Error(
      400,
      'InvalidRequest',
      `The upload was created using a ${algorithm} checksum. Every part must carry one.`,
    );
  return {
    algorithm,
    type,
    value: compositeChecksum(
      algorithm,
      values.map((one) => (one as Checksum).value),
    ),
  };
}
