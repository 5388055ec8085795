import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it, vi } from 'vitest';
import type { Fault, InterceptedRequest } from '../../../lib/local/intercept.ts';
import { Bucket, failureOf, laptopS3, s3Client } from './client.ts';

/** Gives the faults one after the other, then serves. */
function faults(...list: Fault[]) {
  const seen: InterceptedRequest[] = [];
  const intercept = async (request: InterceptedRequest) => {
    seen.push(request);
    return list.shift();
  };
  return { seen, intercept };
}

const retrying = { maxAttempts: 3, retryStrategy: undefined };

describe('a fault', () => {
  it.each([
    [{ status: 500, code: 'InternalError' }],
    [{ status: 503, code: 'SlowDown', message: 'Please reduce your request rate.' }],
    ['reset'],
  ] as [Fault][])('of %j is retried by the SDK, and the third attempt succeeds', async (fault) => {
    const { seen, intercept } = faults(fault, fault);
    await using s3 = await laptopS3({ intercept });
    const client = s3Client(s3.server.endpoint, retrying);
    const { $metadata } = await client.send(new PutObjectCommand({ Bucket, Key: 'a/b', Body: 'x' }));
    expect($metadata.attempts).toBe(3);
    expect(seen).toEqual(Array(3).fill({ service: 's3', operation: 'PutObject', target: `${Bucket}/a/b` }));
    client.destroy();
  });

  it('keeps its name when attempts are used up, and changes nothing', async () => {
    const { intercept } = faults({ status: 503, code: 'SlowDown' });
    await using s3 = await laptopS3({ intercept });
    expect(await failureOf(s3.client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' })))).toEqual({
      name: 'SlowDown',
      status: 503,
    });
    expect(await failureOf(s3.client.send(new GetObjectCommand({ Bucket, Key: 'a' })))).toMatchObject({
      status: 404,
    });
  });

  it('that never answers ends when the caller gives up, and does not hold the server', async () => {
    const { seen, intercept } = faults('hang');
    await using s3 = await laptopS3({ intercept });
    const caller = new AbortController();
    const call = s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }), {
      abortSignal: caller.signal,
    });
    // Given up only when the request hangs: sooner, the next one would meet the fault.
    await vi.waitUntil(() => seen.length === 1, { timeout: 20_000 });
    caller.abort();
    await expect(call).rejects.toThrow(/abort/i);
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
  });

  it('that hangs for ever is ended by close', async () => {
    const { seen, intercept } = faults('hang');
    await using s3 = await laptopS3({ intercept });
    const call = failureOf(s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }))).catch(
      (error) => error,
    );
    while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    await s3.server.close();
    expect(await call).toMatchObject({ status: undefined });
  });
});
