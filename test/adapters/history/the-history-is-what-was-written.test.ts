import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { parquetMetadata } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryHistoryStore, S3HistoryStore } from '../../../lib/adapters/history/index.ts';
import { encodeObservations } from '../../../lib/adapters/history/observations-file.ts';
import { type LocalS3, startS3 } from '../../../lib/local/s3/index.ts';
import { Unavailable } from '../../../lib/service/errors.ts';
import { historyStoreContract } from '../../contract/history-store.ts';

const bucket = 'history';
const clientOf = (endpoint: string) =>
  new S3Client({
    endpoint,
    forcePathStyle: true,
    region: 'eu-west-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
const dir = mkdtempSync(join(tmpdir(), 'history-'));
let s3: LocalS3;
let client: S3Client;

beforeAll(async () => {
  s3 = await startS3({ dir, port: 0, buckets: [bucket] });
  client = clientOf(s3.endpoint);
});
afterAll(async () => {
  client.destroy();
  await s3.close();
  rmSync(dir, { recursive: true });
});

historyStoreContract('MemoryHistoryStore', async () => new MemoryHistoryStore());
historyStoreContract('S3HistoryStore', async () => new S3HistoryStore({ client, bucket }));

describe('history on S3', () => {
  const month = Date.UTC(2026, 2, 1);
  const rows = (length: number) => ({
    time: Float64Array.from({ length }, (_, i) => month + i * 60_000),
    value: Float64Array.from({ length }, (_, i) => Math.round(500 + 400 * Math.sin(i / 229))),
  });
  const always = { start: Date.UTC(2025, 0), end: Date.UTC(2027, 0) };

  it('lies in Hive-style keys', async () => {
    const key = { team: 'search', region: 'eu-west', metric: 'queries' };
    await new S3HistoryStore({ client, bucket }).write(key, rows(3));
    const listed = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: 'history/team=search/' }),
    );
    expect(listed.Contents?.map(({ Key }) => Key)).toEqual([
      'history/team=search/region=eu-west/metric=queries/month=2026-03/observations.parquet',
    ]);
  });

  it('is read month by month by key, never by a listing', async () => {
    const key = { team: 'search', region: 'eu-west', metric: 'clicks' };
    const watched = clientOf(s3.endpoint);
    const sent: string[] = [];
    watched.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          sent.push(commandName!);
          return next(args);
        },
      { step: 'initialize' },
    );
    const store = new S3HistoryStore({ client: watched, bucket });
    await store.write(key, rows(3));
    sent.length = 0;
    const window = { start: month - 1, end: month + 32 * 86_400_000 };
    expect((await store.read(key, window)).time).toHaveLength(3);
    expect(sent).toEqual(['GetObjectCommand', 'GetObjectCommand', 'GetObjectCommand']);
    await expect(store.read(key, { start: month, end: Number.POSITIVE_INFINITY })).rejects.toThrow(
      'expected instants of the years 0 to 9999',
    );
    watched.destroy();
  });

  it('has the same column types in every month, whatever the values', () => {
    const types = (values: number[]) => {
      const bytes = encodeObservations({
        time: Float64Array.from(values, (_, i) => month + i),
        value: Float64Array.from(values),
      });
      const { schema } = parquetMetadata(bytes.buffer as ArrayBuffer);
      return schema.map(({ name, type, converted_type, repetition_type }) =>
        [name, type, converted_type, repetition_type].join(' '),
      );
    };
    expect(types([1, 2, 3])).toEqual([
      'root   ',
      'timestamp INT64 TIMESTAMP_MILLIS REQUIRED',
      'value DOUBLE  REQUIRED',
    ]);
    expect(types([0.5])).toEqual(types([1, 2, 3]));
  });

  it('takes at most 2.5 bytes a minute, the same bytes each time', () => {
    const bytes = encodeObservations(rows(44_640));
    expect(bytes.length / 44_640).toBeLessThan(2.5);
    expect(Buffer.compare(bytes, encodeObservations(rows(44_640)))).toBe(0);
  });

  it('is not written again when nothing changes', async () => {
    const key = { team: 'search', region: 'eu-west', metric: 'unchanged' };
    const store = new S3HistoryStore({ client, bucket });
    await store.write(key, rows(10));
    const sent: string[] = [];
    const counting = clientOf(s3.endpoint);
    counting.middlewareStack.add((next, context) => (args) => {
      sent.push(context.commandName ?? '');
      return next(args);
    });
    await new S3HistoryStore({ client: counting, bucket }).write(key, rows(5));
    counting.destroy();
    expect(sent).toEqual(['GetObjectCommand']);
  });

  it('says which file is damaged instead of reading on', async () => {
    const key = { team: 'search', region: 'eu-west', metric: 'damaged' };
    const store = new S3HistoryStore({ client, bucket });
    await store.write(key, rows(10));
    const Key = 'history/team=search/region=eu-west/metric=damaged/month=2026-03/observations.parquet';
    await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'no parquet' }));
    await expect(store.read(key, always)).rejects.toThrow(`${Key} is no Parquet file`);
    await expect(store.write(key, rows(1))).rejects.toThrow(Key);
  });

  it('gives up with an error when others always write first, and leaves their rows', async () => {
    const key = { team: 'search', region: 'eu-west', metric: 'contended' };
    const store = new S3HistoryStore({ client, bucket });
    await store.write(key, rows(2));
    const losing = clientOf(s3.endpoint);
    losing.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === 'PutObjectCommand')
          throw Object.assign(new Error('At least one of the pre-conditions you specified did not hold'), {
            name: 'PreconditionFailed',
            $metadata: { httpStatusCode: 412 },
          });
        return next(args);
      },
      { step: 'initialize' },
    );
    await expect(new S3HistoryStore({ client: losing, bucket }).write(key, rows(3))).rejects.toThrow(
      /write the rows again later/,
    );
    losing.destroy();
    expect((await store.read(key, always)).time.length).toBe(2);
  }, 15_000);

  it('tells a bucket that does not answer from one that has nothing', async () => {
    const gone = clientOf('http://127.0.0.1:9');
    const store = new S3HistoryStore({ client: gone, bucket });
    const key = { team: 'search', region: 'eu-west', metric: 'unreachable' };
    await expect(store.read(key, always)).rejects.toThrow(Unavailable);
    await expect(store.write(key, rows(1))).rejects.toThrow(Unavailable);
    gone.destroy();
  });
});
