import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { bootLaptop, type Laptop } from '../laptop/laptop.ts';

let laptop: Laptop;
let s3: S3Client;
let bucket: string;

beforeAll(async () => {
  laptop = await bootLaptop();
  const north = laptop.cloud.stacks.find(({ outputs }) => outputs.RegionId === 'north')!;
  bucket = north.outputs.HistoryBucket!;
  s3 = new S3Client({
    endpoint: laptop.cloud.endpoints.s3,
    region: north.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    forcePathStyle: true,
  });
});
beforeEach(() => {
  laptop.faults = {};
});
afterAll(async () => {
  s3.destroy();
  await laptop.close();
});

const drop = (key: string, body: string) =>
  s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
const report = async (key: string) => {
  const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return JSON.parse((await object.Body?.transformToString()) ?? '') as Record<string, unknown>;
};
const csv = (rows: string[]) => ['timestamp,value', ...rows, ''].join('\n');
const hours = (n: number) =>
  Array.from({ length: n }, (_, i) => `${new Date(Date.UTC(2026, 4, 1, i)).toISOString()},${i % 24}`);
const deadLetters = () =>
  laptop.cloud.queues.filter(({ stack }) => stack.includes('north')).flatMap((queue) => queue.messages());

it('a file is ingested although its function failed the first time', async () => {
  let failures = 0;
  laptop.faults.function = (name) =>
    /north.*ingestinbox/i.test(name) && failures++ === 0 ? 'throw' : undefined;
  await drop('inbox/team=once/region=north/metric=requests/kind=count/may.csv', csv(hours(48)));
  await vi.waitFor(async () => {
    const answer = await laptop.fetch('/v1/teams/once/regions/north/metrics/requests/observations?grain=day');
    expect(answer.status).toBe(200);
  }, 10_000);
  expect(failures).toBeGreaterThan(1);
});

it('rejected rows are reported with line and reason, the others are history', async () => {
  const rows = hours(30);
  rows[4] = 'the fifth,4';
  rows[7] = `${rows[7]!.split(',')[0]},many`;
  await drop('inbox/team=partly/region=north/metric=requests/kind=count/may.csv', csv(rows));
  const found = await vi.waitFor(
    () => report('inbox-reports/team=partly/region=north/metric=requests/kind=count/may.csv.json'),
    10_000,
  );
  expect(found).toMatchObject({
    accepted: 28,
    rejected: 2,
    rejections: [
      { line: 6, reason: expect.stringContaining('the fifth') },
      { line: 9, reason: expect.stringContaining('many') },
    ],
  });
});

it('a file that no retry takes ends in the dead-letter queue, and stays where it was dropped', async () => {
  laptop.faults.function = (name) => (/north.*ingestinbox/i.test(name) ? 'throw' : undefined);
  const key = 'inbox/team=never/region=north/metric=requests/kind=count/may.csv';
  await drop(key, csv(hours(24)));
  await vi.waitFor(() => expect(JSON.stringify(deadLetters())).toContain('team=never'), 15_000);
  const kept = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  expect(await kept.Body?.transformToString()).toBe(csv(hours(24)));
});

it('a file whose name says no series is reported with how to name it', async () => {
  await drop('inbox/may.csv', csv(hours(24)));
  const found = await vi.waitFor(() => report('inbox-reports/may.csv.json'), 10_000);
  expect(JSON.stringify(found)).toContain('team=');
});
