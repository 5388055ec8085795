import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { type Interceptor, silence } from '../intercept.ts';
import { piecesOf } from '../listen.ts';
import {
  createBucket,
  deleteBucket,
  getBucketLocation,
  headBucket,
  listBuckets,
  listObjects,
} from './buckets.ts';
import type { Context, Reply } from './context.ts';
import { noSuchBucket, S3Error } from './errors.ts';
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  listParts,
  uploadPart,
} from './multipart.ts';
import { copyObject, deleteObject, deleteObjects, getObject, putObject } from './objects.ts';
import { checkRequest, type Operation, readRequest, type S3Request } from './request.ts';

/** Documents that clients send: 1,000 keys of 1,024 bytes, or 10,000 parts. */
const largestDocument = 8 * 1024 * 1024;

async function readDocument({ message }: S3Request): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const bytes of piecesOf(message)) {
    size += bytes.length;
    if (size > largestDocument)
      throw new S3Error(400, 'MaxMessageLengthExceeded', 'Your request was too big.');
    pieces.push(bytes);
  }
  return Buffer.concat(pieces).toString();
}

type Serve = (context: Context, request: S3Request) => Reply | Promise<Reply>;

const operations: Record<Operation, Serve> = {
  ListBuckets: listBuckets,
  CreateBucket: createBucket,
  HeadBucket: headBucket,
  DeleteBucket: deleteBucket,
  GetBucketLocation: getBucketLocation,
  ListObjectsV2: listObjects,
  PutObject: putObject,
  GetObject: getObject,
  HeadObject: getObject,
  CopyObject: copyObject,
  DeleteObject: deleteObject,
  DeleteObjects: async (context, request) => deleteObjects(context, request, await readDocument(request)),
  CreateMultipartUpload: createMultipartUpload,
  UploadPart: uploadPart,
  ListParts: listParts,
  AbortMultipartUpload: abortMultipartUpload,
  CompleteMultipartUpload: async (context, request) =>
    completeMultipartUpload(context, request, await readDocument(request)),
};

const run = randomBytes(4).toString('hex').toUpperCase();
let requests = 0;
const nextRequestId = () => run + (requests++).toString(16).toUpperCase().padStart(8, '0');

/** Serves S3's REST API over HTTP. */
export function s3Server(context: Context, intercept: Interceptor | undefined): Server {
  const serve = async (message: IncomingMessage, response: ServerResponse, requestId: string) => {
    const request = readRequest(message);
    const { operation, bucket, key } = request;
    const fault = await intercept?.({
      service: 's3',
      operation,
      target: key === '' ? bucket : `${bucket}/${key}`,
    });
    if (fault) {
      if (silence(fault, message)) return;
      throw new S3Error(
        fault.status,
        fault.code,
        fault.message ?? `${fault.code}, as a fault test asked for`,
      );
    }
    checkRequest(request);
    if (bucket !== '' && operation !== 'CreateBucket' && !context.store.hasBucket(bucket))
      throw noSuchBucket(bucket);
    await send(response, requestId, await operations[operation](context, request));
  };
  return createServer({ keepAliveTimeout: 75_000, requestTimeout: 0 }, (message, response) => {
    const requestId = nextRequestId();
    serve(message, response, requestId).catch((error: unknown) => fail(message, response, requestId, error));
  });
}

async function send(
  response: ServerResponse,
  requestId: string,
  { status, headers = {}, body }: Reply,
): Promise<void> {
  const length =
    body === undefined || typeof body === 'string' || Buffer.isBuffer(body)
      ? Buffer.byteLength(body ?? '')
      : undefined;
  if (status !== 204 && status !== 304) headers['content-length'] ??= String(length ?? 0);
  response.writeHead(status, { ...headers, 'x-amz-request-id': requestId, server: 'AmazonS3' });
  if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) {
    response.end(body);
    return;
  }
  const { descriptor, start, end } = body;
  const stream = createReadStream('', { fd: descriptor, start, end: end - 1, highWaterMark: 256 * 1024 });
  await pipeline(stream, response);
}

/** An error as S3 words it; what went wrong here is said in the message of an InternalError. */
function fail(message: IncomingMessage, response: ServerResponse, requestId: string, error: unknown): void {
  // The client is gone, or has half an answer: there is nobody to tell.
  if (message.destroyed && !message.complete) return;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const known =
    error instanceof S3Error
      ? error
      : new S3Error(500, 'InternalError', `We encountered an internal error: ${String(error)}`);
  const document =
    message.method === 'HEAD' ? '' : known.document((message.url ?? '/').split('?')[0] as string, requestId);
  // A long body that nobody reads would keep the connection busy.
  if (!message.complete && Number(message.headers['content-length'] ?? 0) > 1024 * 1024)
    response.setHeader('connection', 'close');
  response.writeHead(known.status, {
    'content-type': 'application/xml',
    'x-amz-request-id': requestId,
    ...(message.method === 'HEAD' ? {} : { 'content-length': Buffer.byteLength(document) }),
  });
  response.end(document);
}
