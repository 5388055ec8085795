import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { notImplemented, S3Error } from './errors.ts';

export interface S3Request {
  operation: Operation;
  bucket: string;
  key: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** The body, unread. */
  message: IncomingMessage;
}

interface Route {
  method: string;
  on: 'service' | 'bucket' | 'object';
  /** Query parameters that make it this operation; a value of '' means that the name is enough. */
  marks?: Record<string, string>;
  /** Header that makes it this operation. */
  header?: string;
  /** Further query parameters and x-amz-* headers that are implemented. */
  query?: string[];
  headers?: string[];
}

const upload = [
  'x-amz-sdk-checksum-algorithm',
  'x-amz-decoded-content-length',
  'x-amz-trailer',
  'x-amz-checksum-*',
];
const overrides = [
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
  'response-content-language',
  'response-content-type',
  'response-expires',
];

/** Most specific first. What is not in this table is answered with NotImplemented, by name. */
const routes = {
  ListBuckets: { method: 'GET', on: 'service' },
  ListObjectsV2: {
    method: 'GET',
    on: 'bucket',
    marks: { 'list-type': '2' },
    query: [
      'prefix',
      'delimiter',
      'max-keys',
      'continuation-token',
      'start-after',
      'encoding-type',
      'fetch-owner',
    ],
  },
  GetBucketLocation: { method: 'GET', on: 'bucket', marks: { location: '' } },
  DeleteObjects: { method: 'POST', on: 'bucket', marks: { delete: '' }, headers: upload },
  HeadBucket: { method: 'HEAD', on: 'bucket' },
  CreateBucket: { method: 'PUT', on: 'bucket' },
  DeleteBucket: { method: 'DELETE', on: 'bucket' },
  CreateMultipartUpload: {
    method: 'POST',
    on: 'object',
    marks: { uploads: '' },
    headers: ['x-amz-meta-*', 'x-amz-checksum-algorithm', 'x-amz-checksum-type', 'x-amz-storage-class'],
  },
  CompleteMultipartUpload: {
    method: 'POST',
    on: 'object',
    marks: { uploadId: '' },
    headers: ['x-amz-checksum-*', 'x-amz-mp-object-size'],
  },
  UploadPart: { method: 'PUT', on: 'object', marks: { partNumber: '', uploadId: '' }, headers: upload },
  ListParts: {
    method: 'GET',
    on: 'object',
    marks: { uploadId: '' },
    query: ['max-parts', 'part-number-marker'],
  },
  AbortMultipartUpload: { method: 'DELETE', on: 'object', marks: { uploadId: '' } },
  CopyObject: {
    method: 'PUT',
    on: 'object',
    header: 'x-amz-copy-source',
    headers: ['x-amz-copy-source-*', 'x-amz-metadata-directive', 'x-amz-meta-*', 'x-amz-storage-class'],
  },
  PutObject: { method: 'PUT', on: 'object', headers: [...upload, 'x-amz-meta-*', 'x-amz-storage-class'] },
  GetObject: { method: 'GET', on: 'object', query: overrides, headers: ['x-amz-checksum-mode'] },
  HeadObject: { method: 'HEAD', on: 'object', query: overrides, headers: ['x-amz-checksum-mode'] },
  DeleteObject: { method: 'DELETE', on: 'object' },
} satisfies Record<string, Route>;

export type Operation = keyof typeof routes;

const table = Object.entries(routes) as [Operation, Route][];

/** Parameters of a signature and of the SDK itself; the bucket's owner is always the one expected. */
const anyQuery =
  /^(x-id|X-Amz-(Algorithm|Credential|Date|Expires|SignedHeaders|Signature|Security-Token|Content-Sha256))$/;
const anyHeader = /^x-amz-(date|content-sha256|security-token|user-agent|expected-bucket-owner)$/;

const decode = (part: string) => {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new S3Error(400, 'InvalidURI', `Couldn't parse the specified URI: ${part}`);
  }
};

/** Which operation a request asks for, on what. Path style only. */
export function readRequest(message: IncomingMessage): S3Request {
  const url = message.url ?? '/';
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  const query = new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1));
  const slash = path.indexOf('/', 1);
  const bucket = decode(slash === -1 ? path.slice(1) : path.slice(1, slash));
  const key = slash === -1 ? '' : decode(path.slice(slash + 1));
  const on = bucket === '' ? 'service' : key === '' ? 'bucket' : 'object';
  const operation = table.find(
    ([, route]) =>
      route.method === message.method &&
      route.on === on &&
      (route.header === undefined || message.headers[route.header] !== undefined) &&
      Object.entries(route.marks ?? {}).every(
        ([name, value]) => query.has(name) && (value === '' || query.get(name) === value),
      ),
  )?.[0];
  if (operation === undefined) {
    const what = [...query.keys()].filter((name) => !anyQuery.test(name)).map((name) => `?${name}`);
    throw notImplemented(
      `${message.method} of ${on === 'service' ? 'the service' : `a ${on}`}${what.join('')}`,
    );
  }
  return { operation, bucket, key, query, headers: headersOf(message, query), message };
}

/** Headers, with those that a presigned URL carries in its query; these leave the query. */
function headersOf(message: IncomingMessage, query: URLSearchParams): IncomingHttpHeaders {
  const carried = [...query].filter(([name]) => name.startsWith('x-amz-'));
  for (const [name] of carried) query.delete(name);
  return { ...Object.fromEntries(carried), ...message.headers };
}

/**
 * Refuses what the operation does not implement, and a presigned URL that has expired.
 *
 * @throws S3Error NotImplemented naming the parameter or header, AccessDenied
 */
export function checkRequest({ operation, query, headers, key }: S3Request): void {
  const route: Route = routes[operation];
  for (const name of query.keys())
    if (!anyQuery.test(name) && !(name in (route.marks ?? {})) && !route.query?.includes(name))
      throw notImplemented(`The query parameter ${name} of ${operation}`);
  for (const name in headers) {
    if (!name.startsWith('x-amz-') || anyHeader.test(name) || name === route.header) continue;
    const known = route.headers?.some((one) =>
      one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : one === name,
    );
    if (!known) throw notImplemented(`The header ${name} of ${operation}`);
  }
  const storageClass = headers['x-amz-storage-class'] ?? 'STANDARD';
  if (storageClass !== 'STANDARD') throw notImplemented(`The storage class ${storageClass}`);
  if (Buffer.byteLength(key) > 1024)
    throw new S3Error(400, 'KeyTooLongError', 'Your key is too long', {
      Size: String(Buffer.byteLength(key)),
      MaxSizeAllowed: '1024',
    });
  checkExpiry(query);
}

function checkExpiry(query: URLSearchParams): void {
  const signed = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get('X-Amz-Date') ?? '');
  const seconds = Number(query.get('X-Amz-Expires'));
  if (signed === null || !query.has('X-Amz-Expires')) return;
  const [, year, month, day, hour, minute, second] = signed.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const expires = Date.UTC(year, month - 1, day, hour, minute, second) + seconds * 1000;
  if (Date.now() > expires)
    throw new S3Error(403, 'AccessDenied', 'Request has expired', {
      'X-Amz-Expires': String(seconds),
      Expires: new Date(expires).toISOString().replace(/\.\d+/, ''),
      ServerTime: new Date().toISOString().replace(/\.\d+/, ''),
    });
}
