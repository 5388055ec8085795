import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { s3Client } from '../../lib/adapters/aws/clients.ts';
import { S3HistoryStore } from '../../lib/adapters/history/index.ts';
import type { Observations } from '../../lib/engine/index.ts';
import { startS3 } from '../../lib/local/s3/index.ts';

const minute = 60_000;
const root = resolve(import.meta.dirname, '../..');
const bucket = 'history';
let dir: string;
let found: {
  types: Record<string, string>;
  months: [string, string, string, string, number, number, number, number, number][];
  hour: [number, number][];
};

/** Three months and a bit of minutes, with a hole of a day; whole numbers, or thirds of them. */
function minutes(divisor: number): Observations {
  const first = Date.UTC(2025, 10, 20);
  const kept = Array.from({ length: 60 * 1440 }, (_, i) => i).filter((i) => Math.floor(i / 1440) !== 30);
  return {
    time: Float64Array.from(kept, (i) => first + i * minute),
    value: Float64Array.from(kept, (i) => (((i * 7919) % 10_007) - 100) / divisor),
  };
}
const written = [
  { key: { team: 'checkout', region: 'fr', metric: 'requests' }, rows: minutes(1) },
  { key: { team: 'search', region: 'fr', metric: 'latency' }, rows: minutes(3) },
];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'duckdb-'));
  const server = await startS3({ dir: join(dir, 's3'), buckets: [bucket] });
  const client = s3Client({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'laptop', secretAccessKey: 'laptop' },
    endpoint: server.endpoint,
    forcePathStyle: true,
  });
  try {
    const store = new S3HistoryStore({ client, bucket });
    for (const { key, rows } of written) {
      // In two writes, the later one first: what a merge wrote must read as well.
      const half = rows.time.length / 2;
      await store.write(key, { time: rows.time.subarray(half), value: rows.value.subarray(half) });
      await store.write(key, { time: rows.time.subarray(0, half), value: rows.value.subarray(0, half) });
    }
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
    for (const { Key } of Contents) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
      const file = join(dir, 'copy', Key!);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, await Body!.transformToByteArray());
    }
  } finally {
    client.destroy();
    await server.close();
  }
  const python = join(root, '.venv/bin/python');
  const script = join(import.meta.dirname, 'history-duckdb.py');
  const { stdout } = await promisify(execFile)(python, [script, join(dir, 'copy')], {
    maxBuffer: 1 << 26,
  });
  found = JSON.parse(stdout);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it('has the types that the files declare, and the keys as columns', () => {
  expect(found.types).toEqual({
    timestamp: 'TIMESTAMP WITH TIME ZONE',
    value: 'DOUBLE',
    team: 'VARCHAR',
    region: 'VARCHAR',
    metric: 'VARCHAR',
    month: 'VARCHAR',
  });
});

it('has every row of every series in the month that its key names', () => {
  const expected = written.flatMap(({ key: { team, region, metric }, rows }) => {
    const months = Map.groupBy(rows.time.keys(), (i) => new Date(rows.time[i]!).toISOString().slice(0, 7));
    return [...months].map(([month, places]) => ({
      place: [team, region, metric, month],
      rows: places.length,
      sum: places.reduce((sum, i) => sum + rows.value[i]!, 0),
      first: rows.time[places[0]!],
      last: rows.time[places.at(-1)!],
    }));
  });
  expect(found.months).toHaveLength(expected.length);
  for (const [i, { place, rows, sum, first, last }] of expected.entries()) {
    const month = found.months[i]!;
    expect(month.slice(0, 4)).toEqual(place);
    expect(month[4]).toBe(rows);
    // DuckDB adds in another order.
    expect(month[5]).toBeCloseTo(sum, 4);
    expect(month[6]).toBe(rows);
    expect(month.slice(7)).toEqual([first, last]);
  }
});

it('answers a filter on folders and times with the very rows that were written', () => {
  const { rows } = written[0]!;
  const from = rows.time.indexOf(Date.UTC(2026, 0, 1));
  expect(found.hour).toEqual(
    Array.from({ length: 60 }, (_, i) => [rows.time[from + i], rows.value[from + i]]),
  );
});
