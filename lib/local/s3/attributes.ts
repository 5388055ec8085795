import type { IncomingHttpHeaders } from 'node:http';
import { S3Error } from './errors.ts';
import type { Attributes, StoredObject } from './store.ts';

const kept = ['content-type', 'cache-control', 'content-disposition', 'content-language', 'expires'];
/** User metadata in all, as on AWS. */
const largestMetadata = 2048;

/**
 * The headers of an upload that are answered with the object: content headers and user metadata.
 *
 * @throws S3Error MetadataTooLarge
 */
export function attributesOf(headers: IncomingHttpHeaders): Attributes {
  const found: Record<string, string> = {};
  for (const name of kept) if (headers[name]) found[name] = String(headers[name]);
  // aws-chunked is how the body travelled, not what the object is.
  const encodings = headers['content-encoding']
    ?.split(',')
    .map((one) => one.trim())
    .filter((one) => one !== 'aws-chunked');
  if (encodings?.length) found['content-encoding'] = encodings.join(',');
  let metadata = 0;
  for (const name in headers) {
    if (!name.startsWith('x-amz-meta-')) continue;
    const value = String(headers[name]);
    metadata += name.length - 'x-amz-meta-'.length + Buffer.byteLength(value);
    found[name] = value;
  }
  if (metadata > largestMetadata)
    throw new S3Error(
      400,
      'MetadataTooLarge',
      'Your metadata headers exceed the maximum allowed metadata size',
      {
        Size: String(metadata),
        MaxSizeAllowed: String(largestMetadata),
      },
    );
  found['content-type'] ??= 'binary/octet-stream';
  return { headers: found };
}

export const httpDate = (milliseconds: number) => new Date(milliseconds).toUTCString();
/** Listings show whole seconds, as S3's do. */
export const isoDate = (milliseconds: number) =>
  new Date(Math.floor(milliseconds / 1000) * 1000).toISOString();

/** The headers with which an object is answered. The checksum is that of the whole object. */
export function answerHeaders(object: StoredObject, whole: boolean): Record<string, string> {
  const headers: Record<string, string> = {
    ...object.headers,
    etag: `"${object.etag}"`,
    'last-modified': httpDate(object.modified),
    'accept-ranges': 'bytes',
  };
  if (whole && object.checksum !== undefined) Object.assign(headers, checksumHeaders(object.checksum));
  return headers;
}

export function checksumHeaders(checksum: {
  algorithm: string;
  value: string;
  type: string;
}): Record<string, string> {
  return {
    [`x-amz-checksum-${checksum.algorithm}`]: checksum.value,
    'x-amz-checksum-type': checksum.type,
  };
}

/** The same as elements of a document. */
export const checksumFields = (checksum: { algorithm: string; value: string; type?: string } | undefined) =>
  checksum && {
    [`Checksum${checksum.algorithm.toUpperCase()}`]: checksum.value,
    ChecksumType: checksum.type,
  };
