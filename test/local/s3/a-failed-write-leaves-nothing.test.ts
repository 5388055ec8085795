import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { startS3 } from '../../../lib/local/s3/index.ts';
import { Bucket, failureOf, laptopS3 } from './client.ts';

const checksum = (text: string) => {
  const four = Buffer.alloc(4);
  four.writeUInt32BE(crc32(text));
  return four.toString('base64');
};

/** A body in chunks with a trailer, as SDKs send streams. */
const chunked = (pieces: string[], trailer: string) =>
  `${pieces.map((piece) => `${piece.length.toString(16)};chunk-signature=0\r\n${piece}\r\n`).join('')}0\r\n${trailer}\r\n\r\n`;

function putChunked(endpoint: string, body: string, decodedLength: number) {
  return fetch(`${endpoint}/${Bucket}/streamed`, {
    method: 'PUT',
    body,
    headers: {
      'content-encoding': 'aws-chunked,gzip',
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': String(decodedLength),
      'x-amz-trailer': 'x-amz-checksum-crc32',
    },
  });
}

describe('a failed write', () => {
  it('by a client that goes away leaves the old object and no file', async () => {
    await using s3 = await laptopS3();
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'old' }));
    const { port } = new URL(s3.server.endpoint);
    for (const sent of [0, 100, 300_000]) {
      const socket = connect(Number(port), '127.0.0.1');
      socket.write(
        `PUT /${Bucket}/a HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(sent)}`,
      );
      await once(socket, 'connect');
      if (sent > 64 * 1024) while (readdirSync(join(s3.dir, 'bodies')).length === 0) await sleep(2);
      socket.resetAndDestroy();
    }
    while (readdirSync(join(s3.dir, 'bodies')).length > 0) await sleep(2);
    const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'a' }));
    expect(await Body?.transformToString()).toBe('old');
  });

  it('of chunks is decoded, checked, and never kept with its trailer', async () => {
    await using s3 = await laptopS3();
    const text = 'minutes,'.repeat(20_000);
    const pieces = [text.slice(0, 70_000), text.slice(70_000)];
    const good = await putChunked(
      s3.server.endpoint,
      chunked(pieces, `x-amz-checksum-crc32:${checksum(text)}\r\n`),
      text.length,
    );
    expect(good.status).toBe(200);
    expect(good.headers.get('etag')).toBe(`"${createHash('md5').update(text).digest('hex')}"`);
    const bad = [
      [chunked(pieces, 'x-amz-checksum-crc32:AAAAAA==\r\n'), text.length, 'BadDigest'],
      [chunked(pieces, ''), text.length, 'MalformedTrailerError'],
      [chunked(pieces, `x-amz-checksum-crc32:${checksum(text)}\r\n`), text.length + 1, 'IncompleteBody'],
      [chunked(pieces, '').slice(0, 80_000), text.length, 'IncompleteBody'],
      ['zz\r\nno size\r\n', 7, 'IncompleteBody'],
    ] as const;
    for (const [body, length, code] of bad) {
      const answer = await putChunked(s3.server.endpoint, body, length);
      expect(answer.status).toBe(400);
      expect(await answer.text()).toContain(`<Code>${code}</Code>`);
    }
    const kept = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'streamed' }));
    expect(kept.ContentEncoding).toBe('gzip');
    expect((await kept.Body?.transformToString()) === text).toBe(true);
    expect(readdirSync(join(s3.dir, 'bodies'))).toHaveLength(1);
  });

  it('too large or of no length is refused before its body is read', async () => {
    await using s3 = await laptopS3();
    const { port } = new URL(s3.server.endpoint);
    const ask = async (header: string) => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.write(`PUT /${Bucket}/a HTTP/1.1\r\nHost: x\r\n${header}\r\n\r\n`);
      const [answer] = await once(socket, 'data');
      socket.destroy();
      return String(answer);
    };
    expect(await ask(`Content-Length: ${6 * 1024 ** 3}`)).toContain('<Code>EntityTooLarge</Code>');
    expect(await ask('Transfer-Encoding: chunked')).toContain('411 Length Required');
    expect(await failureOf(s3.client.send(new GetObjectCommand({ Bucket, Key: 'a' })))).toMatchObject({
      status: 404,
    });
  });

  it('leaves files that the next start sweeps, and only those', async () => {
    await using s3 = await laptopS3();
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: Buffer.alloc(100_000, 'a') }));
    const bodies = join(s3.dir, 'bodies');
    const [file] = readdirSync(bodies);
    await s3.server.close();
    writeFileSync(join(bodies, 'half-written'), 'half');
    const again = await startS3({ dir: s3.dir });
    expect(readdirSync(bodies)).toEqual([file]);
    await again.close();
  });
});
