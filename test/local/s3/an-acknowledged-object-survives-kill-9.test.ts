import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { startS3 } from '../../../lib/local/s3/index.ts';
import { startServerToKill } from '../server-to-kill.ts';
import { Bucket, s3Client } from './client.ts';

/** Small bodies and large ones, each of which says by itself whether it is whole. */
const bodyOf = (key: string, version: number) =>
  `${key} v${version};`.repeat(Number(key.split('/')[1]) % 3 === 0 ? 12_000 : 50);

it('every acknowledged object is there after kill -9, and every object is whole', async () => {
  const dir = mkdtempSync(join(tmpdir(), 's3-kill-'));
  const child = await startServerToKill(join(import.meta.dirname, 'server-process.ts'), dir);
  const client = s3Client(child.endpoint, { maxAttempts: 1 });
  const acknowledged = new Map<string, number>();
  let acknowledgements = 0;
  // Writers that overwrite their own keys for ever, until the server is gone.
  const writers = Array.from({ length: 12 }, async (_, writer) => {
    for (let version = 0; ; version++) {
      const Key = `storm/${writer * 4 + (version % 4)}`;
      await client.send(new PutObjectCommand({ Bucket, Key, Body: bodyOf(Key, version) }));
      acknowledged.set(Key, version);
      acknowledgements++;
    }
  });
  const ends = Promise.allSettled(writers);
  while (acknowledgements < 150) await new Promise((resolve) => setTimeout(resolve, 5));
  await child.kill();
  expect((await ends).every((end) => end.status === 'rejected')).toBe(true);
  client.destroy();

  const server = await startS3({ dir });
  const reader = s3Client(server.endpoint);
  const { Contents = [] } = await reader.send(new ListObjectsV2Command({ Bucket }));
  const kept = new Map(
    await Promise.all(
      Contents.map(async ({ Key = '' }) => {
        const { Body } = await reader.send(new GetObjectCommand({ Bucket, Key }));
        const text = (await Body?.transformToString()) ?? '';
        const version = Number(/ v(\d+);/.exec(text)?.[1]);
        expect(text === bodyOf(Key, version), `${Key} is whole`).toBe(true);
        return [Key, version] as const;
      }),
    ),
  );
  for (const [Key, version] of acknowledged) expect(kept.get(Key), Key).toBeGreaterThanOrEqual(version);
  // What the kill left half-written is swept: the files are those of the large objects.
  const large = Contents.filter(({ Size = 0 }) => Size > 64 * 1024).length;
  expect(readdirSync(join(dir, 'bodies'))).toHaveLength(large);
  reader.destroy();
  await server.close();
  rmSync(dir, { recursive: true, force: true });
});
