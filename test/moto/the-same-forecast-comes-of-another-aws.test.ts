import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { bootLaptop, type Laptop } from '../laptop/laptop.ts';
import { startMoto } from '../parity/states-moto.ts';
import { dropped, functionOf, liveThrough } from './days.ts';
import { historyBucket, makeStorage, readStorage, stacksOf } from './storage.ts';

// The whole app twice, from the same bundles: on the laptop cloud's own S3 and DynamoDB, and on moto's.
const region = 'eu-central-1';
const all = stacksOf(inject('assembly'));
const stacks = all.filter((stack) => stack.region === region);
const minutesAgo = (n: number) => `${new Date(Date.now() - n * 60_000).toISOString().slice(0, 19)}Z`;
const scheduled: [string, string] = [minutesAgo(9), minutesAgo(4)];

interface Lived {
  answers: Map<string, string>;
  objects: Map<string, Buffer>;
  tables: Map<string, unknown[]>;
}
let moto: Awaited<ReturnType<typeof startMoto>>;
let own: Lived;
let other: Lived;

async function live(
  laptop: Laptop,
  s3 = laptop.cloud.endpoints.s3,
  dynamodb = laptop.cloud.endpoints.dynamodb,
) {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new S3Client({ endpoint: s3, region, credentials, forcePathStyle: true });
  const Bucket = historyBucket(stacks);
  const drop = async (Key: string, Body: string) => {
    await client.send(new PutObjectCommand({ Bucket, Key, Body }));
    // The laptop's S3 tells its own EventBridge of the file; moto's tells nobody.
    if (s3 !== laptop.cloud.endpoints.s3) return functionOf(laptop, 'ingestinbox').invoke(dropped(Key));
    const reports = new ListObjectsV2Command({ Bucket, Prefix: 'inbox-reports/' });
    return vi.waitFor(async () => expect((await client.send(reports)).KeyCount).toBe(1), 20_000);
  };
  try {
    const answers = await liveThrough(laptop, scheduled, drop);
    return { answers, ...(await readStorage(stacks, { s3, dynamodb }, region)) };
  } finally {
    await laptop.close();
  }
}

beforeAll(async () => {
  moto = await startMoto();
  const { endpoint } = moto;
  await makeStorage(all, endpoint);
  own = await live(await bootLaptop());
  const environmentOf = () => ({ AWS_ENDPOINT_URL_S3: endpoint, AWS_ENDPOINT_URL_DYNAMODB: endpoint });
  other = await live(await bootLaptop({ environmentOf }), endpoint, endpoint);
});
afterAll(() => moto?.stop());

/** Map Runs are named by chance, and what the ResultWriter writes tells of times. */
const comparable = (objects: Lived['objects']) =>
  [...objects].filter(([key]) => !/\/runs\/[^/]+\/results\/|\/inbox/.test(key));

it('writes the same objects, byte for byte: histories, digests, models, ledgers, manifests, totals', () => {
  const mine = comparable(own.objects);
  const theirs = new Map(comparable(other.objects));
  expect(mine.map(([key]) => key)).toEqual([...theirs.keys()]);
  for (const kind of [
    'history/',
    'digests/',
    'forecasts/',
    'ledger/',
    'ledger-state/',
    'manifest.json',
    'totals.json',
  ])
    expect(mine.filter(([key]) => key.includes(`/${kind}`)).length, kind).toBeGreaterThan(1);
  const differing = mine.filter(([key, bytes]) => !theirs.get(key)!.equals(bytes)).map(([key]) => key);
  expect(differing).toEqual([]);
});

// What the clock says of the writing itself.
const clocked = new Set(['startedAt', 'endedAt', 'expiresAt', 'updatedAt', 'sentAt', 'time']);
const timeless = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(timeless)
    : value instanceof Object
      ? Object.fromEntries(
          Object.entries(value)
            .filter(([key]) => !clocked.has(key))
            .map(([key, inner]) => [key, timeless(inner)]),
        )
      : value;

it('keeps the same items but for the times of the clock: registry, index, pointer, runs, calendar, notices', () => {
  expect([...own.tables.keys()]).toEqual([...other.tables.keys()]);
  for (const [table, items] of own.tables) {
    expect(items.length, table).toBeGreaterThan(0);
    expect(timeless(other.tables.get(table)), table).toEqual(timeless(items));
  }
});

it('answers the same to the byte, whatever is asked of a series', () => {
  expect(own.answers.size).toBe(other.answers.size);
  const differing = [...own.answers].filter(([path, text]) => other.answers.get(path) !== text);
  expect(differing.map(([path]) => path)).toEqual([]);
});
