import { answerHeaders, attributesOf, checksumFields, checksumHeaders, isoDate } from './attributes.ts';
import type { Body } from './body.ts';
import { receiveBody } from './body.ts';
import { checkRead, checkWrite, checkWriteConditions } from './conditions.ts';
import type { Context, Reply } from './context.ts';
import { malformedXml, noSuchBucket, noSuchKey, preconditionFailed, S3Error } from './errors.ts';
import type { S3Request } from './request.ts';
import type { StoredObject } from './store.ts';
import { childText, element, parseXml, type XmlNode } from './xml.ts';

/** Makes a received body the object of its key, if the request's conditions hold; else removes the body. */
export function commitObject(
  { store, onObjectCreated }: Context,
  { bucket, key, headers }: S3Request,
  before: boolean,
  object: Omit<StoredObject, 'key' | 'body' | 'modified'>,
  content: Body['content'],
  within: () => void = () => {},
): number {
  const modified = Date.now();
  try {
    store.transaction(() => {
      if (!store.hasBucket(bucket)) throw noSuchBucket(bucket);
      checkWrite(headers, key, before, store.object(bucket, key));
      store.putObject(bucket, key, { ...object, modified }, content);
      within();
    });
  } catch (error) {
    store.discard(content);
    throw error;
  }
  onObjectCreated?.({ bucket, key, size: object.size, etag: object.etag });
  return modified;
}

export async function putObject(context: Context, request: S3Request): Promise<Reply> {
  const { headers, bucket, key, message } = request;
  checkWriteConditions(headers);
  const attributes = attributesOf(headers);
  const before = context.store.object(bucket, key) !== undefined;
  const body = await receiveBody(message, context.store.folder);
  const checksum = body.checksum && ({ ...body.checksum, type: 'FULL_OBJECT' } as const);
  const object = { ...attributes, checksum, size: body.size, etag: body.md5 };
  commitObject(context, request, before, object, body.content);
  return { status: 200, headers: { etag: `"${body.md5}"`, ...(checksum && checksumHeaders(checksum)) } };
}

/** Up to this many bytes one read from the page cache is cheaper than a stream. */
const readAtOnce = 1024 * 1024;

export function getObject({ store }: Context, { operation, bucket, key, headers, query }: S3Request): Reply {
  const object = store.object(bucket, key);
  if (object === undefined) throw noSuchKey(key);
  if (checkRead(headers, object) === 'not modified') {
    const { etag, 'last-modified': modified } = answerHeaders(object, false) as {
      etag: string;
      'last-modified': string;
    };
    return { status: 304, headers: { etag, 'last-modified': modified } };
  }
  const range = rangeOf(headers.range, object.size);
  const { start, end } = range ?? { start: 0, end: object.size };
  const whole =
    end - start === object.size && headers['x-amz-checksum-mode']?.toString().toUpperCase() === 'ENABLED';
  const answer = answerHeaders(object, whole);
  for (const [name, value] of query) {
    if (!name.startsWith('response-')) continue;
    if (!/^[ -~]*$/.test(value))
      throw new S3Error(400, 'InvalidArgument', `${name} holds a character that no header can`, {
        ArgumentName: name,
      });
    answer[name.slice('response-'.length)] = value;
  }
  answer['content-length'] = String(end - start);
  if (range) answer['content-range'] = `bytes ${start}-${end - 1}/${object.size}`;
  const reply = { status: range ? 206 : 200, headers: answer };
  if (operation === 'HeadObject' || end === start) return reply;
  if ('inline' in object.body)
    return { ...reply, body: store.readInline(object.body.inline).subarray(start, end) };
  if (end - start <= readAtOnce) return { ...reply, body: store.readFile(object.body.file, start, end) };
  return { ...reply, body: { descriptor: store.openFile(object.body.file), start, end } };
}

/** Half-open. Undefined where the header is absent or not a single range of bytes, which is then ignored (RFC 9110). */
function rangeOf(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return undefined;
  const [, first, last] = match as unknown as [string, string, string];
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  if (start >= end)
    throw new S3Error(416, 'InvalidRange', 'The requested range is not satisfiable', {
      RangeRequested: String(header),
      ActualObjectSize: String(size),
    });
  return { start, end };
}

/** Idempotent: a key that has no object is deleted too. */
export function deleteObject({ store }: Context, { bucket, key, headers }: S3Request): Reply {
  if (headers['if-match'] !== undefined)
    throw new S3Error(
      501,
      'NotImplemented',
      "If-Match of DeleteObject is not implemented by the laptop's S3 endpoint",
      { Header: 'If-Match' },
    );
  store.transaction(() => store.deleteObject(bucket, key));
  return { status: 204 };
}

/** Up to 1,000 keys. */
export function deleteObjects({ store }: Context, { bucket }: S3Request, document: string): Reply {
  let root: XmlNode;
  try {
    root = parseXml(document);
  } catch (error) {
    throw malformedXml((error as Error).message);
  }
  const objects = root.children.filter((child) => child.name === 'Object');
  if (root.name !== 'Delete' || objects.length === 0 || objects.length > 1000)
    throw malformedXml(
      `expected <Delete> with 1 to 1,000 <Object>, got <${root.name}> with ${objects.length}`,
    );
  const keys = objects.map((object) => {
    const unknown = object.children.find((child) => child.name !== 'Key');
    if (unknown)
      throw new S3Error(
        501,
        'NotImplemented',
        `<${unknown.name}> of DeleteObjects is not implemented by the laptop's S3 endpoint`,
      );
    const key = childText(object, 'Key');
    if (!key) throw malformedXml('an <Object> has no <Key>');
    return key;
  });
  store.transaction(() => {
    for (const key of keys) store.deleteObject(bucket, key);
  });
  const quiet = childText(root, 'Quiet') === 'true';
  const body = element('DeleteResult', { Deleted: quiet ? [] : keys.map((Key) => ({ Key })) });
  return { status: 200, headers: { 'content-type': 'application/xml' }, body };
}

export function copyObject(context: Context, request: S3Request): Reply {
  const { store } = context;
  const { headers, bucket, key } = request;
  checkWriteConditions(headers);
  const source = sourceOf(String(headers['x-amz-copy-source']));
  if (!store.hasBucket(source.bucket)) throw noSuchBucket(source.bucket);
  const object = store.object(source.bucket, source.key);
  if (object === undefined) throw noSuchKey(source.key);
  if (checkRead(headers, object, 'x-amz-copy-source-') === 'not modified')
    throw preconditionFailed('x-amz-copy-source-If-None-Match');
  const replaced = headers['x-amz-metadata-directive'] === 'REPLACE';
  if (!replaced && source.bucket === bucket && source.key === key)
    throw new S3Error(
      400,
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  const before = store.object(bucket, key) !== undefined;
  const attributes = replaced ? attributesOf(headers) : { headers: object.headers };
  const copy = { ...attributes, checksum: object.checksum, size: object.size, etag: object.etag };
  const modified = commitObject(context, request, before, copy, store.shareBody(object.body));
  const body = element('CopyObjectResult', {
    LastModified: isoDate(modified),
    ETag: `"${object.etag}"`,
    ...checksumFields(object.checksum),
  });
  return { status: 200, headers: { 'content-type': 'application/xml' }, body };
}

function sourceOf(header: string): { bucket: string; key: string } {
  const [path = '', version] = header.split('?versionId=');
  if (version !== undefined)
    throw new S3Error(
      501,
      'NotImplemented',
      "versionId of x-amz-copy-source is not implemented by the laptop's S3 endpoint",
    );
  const match = /^\/?([^/]+)\/(.+)$/s.exec(decodeURIComponent(path));
  if (match === null)
    throw new S3Error(
      400,
      'InvalidArgument',
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      {
        ArgumentName: 'x-amz-copy-source',
        ArgumentValue: header,
      },
    );
  return { bucket: match[1] as string, key: match[2] as string };
}
