import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { type LocalS3, type S3Options, startS3 } from '../../../lib/local/s3/index.ts';

export const Bucket = 'things';

export function s3Client(endpoint: string, config: S3ClientConfig = {}): S3Client {
  return new S3Client({
    endpoint,
    region: 'eu-west-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'laptop', secretAccessKey: 'laptop' },
    ...config,
  });
}

/** A server with one bucket in a folder of its own (or in `dir`), and a client of it; gone at the end of the scope. */
export async function laptopS3(options: Partial<S3Options> = {}) {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 's3-'));
  const server: LocalS3 = await startS3({ buckets: [Bucket], ...options, dir });
  const client = s3Client(server.endpoint, { maxAttempts: 1 });
  return {
    dir,
    server,
    client,
    async [Symbol.asyncDispose]() {
      client.destroy();
      await server.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Name and status of the error that a call ends with. */
export async function failureOf(
  call: Promise<unknown>,
): Promise<{ name: string; status: number | undefined }> {
  try {
    await call;
  } catch (error) {
    const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return { name, status: $metadata?.httpStatusCode };
  }
  throw new Error('expected the call to fail, and it succeeded');
}
