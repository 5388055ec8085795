import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { piecesOf } from '../listen.ts';
import { AwsChunkedDecoder } from './aws-chunked.ts';
import { type Checksum, type Digest, digestFor } from './checksum.ts';
import { notImplemented, S3Error } from './errors.ts';

/** Bodies up to this many bytes live in the database, in the same commit as their row; larger ones in files. */
export const inlineLimit = 64 * 1024;
/** The largest object or part of a single request, as on AWS. */
const largestBody = 5 * 1024 ** 3;

/** A received body, verified, not yet visible to anybody. */
export interface Body {
  size: number;
  /** MD5, lower-case hex: the ETag of a single-part object. */
  md5: string;
  checksum: Checksum | undefined;
  content: { inline: Buffer } | { file: string };
}

/** Keeps a body in memory until it outgrows `inlineLimit`, then in a file of its own. */
export class BodyWriter {
  readonly #folder: string;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #file: { name: string; handle: FileHandle } | undefined;
  readonly #md5 = createHash('md5');
  readonly #digests: Digest[];
  size = 0;

  constructor(folder: string, digests: Digest[]) {
    this.#folder = folder;
    this.#digests = digests;
  }

  async write(bytes: Buffer): Promise<void> {
    this.size += bytes.length;
    this.#pendingBytes += bytes.length;
    this.#pending.push(bytes);
    this.#md5.update(bytes);
    for (const digest of this.#digests) digest.update(bytes);
    // Few large writes: the socket's pieces are 64 KiB.
    if (this.#pendingBytes > (this.#file ? 1024 * 1024 : inlineLimit)) await this.#flush();
  }

  async #flush(): Promise<void> {
    if (this.#file === undefined) {
      const name = randomUUID();
      this.#file = { name, handle: await open(join(this.#folder, name), 'wx') };
    }
    const pieces = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    await this.#file.handle.writev(pieces);
  }

  async end(): Promise<{ md5: string; content: Body['content'] }> {
    const md5 = this.#md5.digest('hex');
    if (this.#file === undefined) return { md5, content: { inline: Buffer.concat(this.#pending) } };
    await this.#flush();
    // The row is committed after the bytes are on the disk: neither a kill nor a power cut shows half a body.
    await this.#file.handle.datasync();
    await this.#file.handle.close();
    return { md5, content: { file: this.#file.name } };
  }

  /** Leaves nothing behind. */
  async discard(): Promise<void> {
    if (this.#file === undefined) return;
    await this.#file.handle.close();
    await rm(join(this.#folder, this.#file.name), { force: true });
  }
}

const header = (headers: IncomingHttpHeaders, name: string) => headers[name] as string | undefined;

/** The checksum that a request declares, by header or by trailer; undefined when it declares none. */
function declaredAlgorithm(headers: IncomingHttpHeaders): string | undefined {
  const trailer = header(headers, 'x-amz-trailer')?.trim().toLowerCase();
  const names = Object.keys(headers).filter((name) => /^x-amz-checksum-(crc|sha)/.test(name));
  if (trailer) names.push(trailer);
  if (names.length > 1)
    throw new S3Error(
      400,
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  return names[0]?.replace('x-amz-checksum-', '');
}

function checkLength(headers: IncomingHttpHeaders): void {
  const length = header(headers, 'x-amz-decoded-content-length') ?? headers['content-length'];
  if (length === undefined)
    throw new S3Error(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.');
  if (Number(length) > largestBody)
    throw new S3Error(
      400,
      'EntityTooLarge',
      'Your proposed upload exceeds the maximum allowed object size.',
      {
        ProposedSize: length,
        MaxSizeAllowed: String(largestBody),
      },
    );
}

/**
 * Receives the body of PutObject or UploadPart into `folder`: decodes aws-chunked, verifies length, Content-MD5,
 * x-amz-content-sha256 and the declared checksum.
 *
 * @throws S3Error BadDigest, InvalidDigest, IncompleteBody, EntityTooLarge, MissingContentLength,
 *   XAmzContentSHA256Mismatch; the socket's error when the client goes away. Nothing is left then.
 */
export async function receiveBody(request: IncomingMessage, folder: string): Promise<Body> {
  const { headers } = request;
  checkLength(headers);
  const algorithm = declaredAlgorithm(headers);
  const digest = algorithm === undefined ? undefined : digestFor(algorithm);
  if (algorithm !== undefined && digest === undefined) throw notImplemented(`x-amz-checksum-${algorithm}`);
  const contentMd5 = header(headers, 'content-md5');
  if (contentMd5 !== undefined && Buffer.from(contentMd5, 'base64').length !== 16)
    throw new S3Error(400, 'InvalidDigest', 'The Content-MD5 you specified was invalid.', {
      'Content-MD5': contentMd5,
    });
  const signedSha256 = /^[0-9a-f]{64}$/.exec(header(headers, 'x-amz-content-sha256') ?? '')?.[0];
  const sha256 = signedSha256 === undefined ? undefined : digestFor('sha256');

  const decoder = header(headers, 'x-amz-content-sha256')?.startsWith('STREAMING-')
    ? new AwsChunkedDecoder()
    : undefined;
  const writer = new BodyWriter(
    folder,
    [digest, sha256].filter((one) => one !== undefined),
  );
  try {
    for await (const bytes of piecesOf(request)) {
      if (decoder === undefined) await writer.write(bytes);
      else for (const piece of decoder.decode(bytes)) await writer.write(piece);
    }
    decoder?.end();
    const decodedLength = header(headers, 'x-amz-decoded-content-length');
    if (decodedLength !== undefined && Number(decodedLength) !== writer.size)
      throw new S3Error(
        400,
        'IncompleteBody',
        `The body holds ${writer.size} bytes; x-amz-decoded-content-length says ${decodedLength}.`,
      );
    const { size } = writer;
    const { md5, content } = await writer.end();
    if (contentMd5 !== undefined && Buffer.from(contentMd5, 'base64').toString('hex') !== md5)
      throw new S3Error(400, 'BadDigest', 'The Content-MD5 you specified did not match what we received.');
    if (sha256 !== undefined && Buffer.from(sha256.base64(), 'base64').toString('hex') !== signedSha256)
      throw new S3Error(
        400,
        'XAmzContentSHA256Mismatch',
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
      );
    const checksum =
      algorithm && digest ? verified(algorithm, digest.base64(), headers, decoder?.trailers) : undefined;
    return { size, md5, checksum, content };
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

function verified(
  algorithm: string,
  value: string,
  headers: IncomingHttpHeaders,
  trailers: Record<string, string> | undefined,
): Checksum {
  const name = `x-amz-checksum-${algorithm}`;
  const declared = header(headers, name) ?? trailers?.[name];
  if (declared === undefined)
    throw new S3Error(
      400,
      'MalformedTrailerError',
      `The request announced the trailer ${name} and sent none.`,
    );
  if (declared !== value)
    throw new S3Error(
      400,
      'BadDigest',
      `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`,
    );
  return { algorithm, value };
}
