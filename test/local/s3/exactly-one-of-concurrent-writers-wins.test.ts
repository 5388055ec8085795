import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { Bucket, failureOf, laptopS3 } from './client.ts';

describe('conditional writes', () => {
  it('let exactly one of 20 concurrent creators win', async () => {
    await using s3 = await laptopS3();
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) =>
        s3.client.send(
          new PutObjectCommand({ Bucket, Key: 'lock', Body: `writer ${n} `.repeat(9_000), IfNoneMatch: '*' }),
        ),
      ),
    );
    const winners = results.flatMap((result, n) => (result.status === 'fulfilled' ? [n] : []));
    expect(winners).toHaveLength(1);
    const losers = results.filter((result) => result.status === 'rejected');
    expect(losers.map(({ reason }) => [reason.name, reason.$metadata.httpStatusCode])).toEqual(
      Array(19).fill(['PreconditionFailed', 412]),
    );
    const kept = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'lock' }));
    expect(await kept.Body?.transformToString()).toBe(`writer ${winners[0]} `.repeat(9_000));
  });

  it('replace only the version that the writer has seen', async () => {
    await using s3 = await laptopS3();
    const put = (Body: string, IfMatch?: string) =>
      s3.client.send(new PutObjectCommand({ Bucket, Key: 'pointer', Body, IfMatch }));
    const first = await put('one');
    await put('two', first.ETag);
    expect(await failureOf(put('three', first.ETag))).toEqual({ name: 'PreconditionFailed', status: 412 });
    await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'pointer' }));
    expect(await failureOf(put('four', first.ETag))).toEqual({ name: 'NoSuchKey', status: 404 });
  });

  it('answer 409 when the object is deleted while its replacement is under way', async () => {
    const begun = Promise.withResolvers<undefined>();
    let puts = 0;
    await using s3 = await laptopS3({
      intercept: ({ operation }) => {
        if (operation === 'PutObject' && ++puts === 2) begun.resolve(undefined);
        return undefined;
      },
    });
    const { ETag = '' } = await s3.client.send(new PutObjectCommand({ Bucket, Key: 'pointer', Body: 'one' }));
    const body = new TransformStream<Uint8Array, Uint8Array>();
    const replacement = fetch(`${s3.server.endpoint}/${Bucket}/pointer`, {
      method: 'PUT',
      headers: { 'if-match': ETag, 'content-length': '6' },
      body: body.readable,
      duplex: 'half',
    } as RequestInit);
    const writer = body.writable.getWriter();
    await writer.write(Buffer.from('two'));
    await begun.promise;
    await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'pointer' }));
    await writer.write(Buffer.from('two'));
    await writer.close();
    const answer = await replacement;
    expect(answer.status).toBe(409);
    expect(await answer.text()).toContain('<Code>ConditionalRequestConflict</Code>');
    expect(await failureOf(s3.client.send(new GetObjectCommand({ Bucket, Key: 'pointer' })))).toMatchObject({
      status: 404,
    });
  });
});
