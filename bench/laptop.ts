import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { encodeObservations } from '../lib/adapters/history/index.ts';
import { bootCloud } from '../lib/local/index.ts';
import { atLeast, figure, type Measure } from './measure.ts';
import { madeUpMinutes } from './series.ts';

const root = resolve(import.meta.dirname, '..');
const seriesCount = 48;
const minutes = 525_600;

/** A refresh of a whole region through the laptop cloud, with one and with two workers. */
export async function benchLaptop(): Promise<Measure[]> {
  const dir = mkdtempSync(join(tmpdir(), 'cloudtune-bench-'));
  try {
    const assembly = await synthesize(dir);
    await fill(assembly, join(dir, 'filled'));
    const rates: number[] = [];
    for (const workers of [1, 2]) rates.push(await median(3, () => refresh(assembly, dir, workers)));
    const [one, two] = rates as [number, number];
    const machine = (2 * (await secondsOfFits(1))) / (await secondsOfFits(2));
    return [
      figure('laptop: first refresh, 1 worker', one, 'series/s'),
      figure('laptop: first refresh, 2 workers', two, 'series/s'),
      atLeast('laptop: 2 workers to 1', two / one, 1.7, 'times'),
      figure('laptop: 2 threads to 1 that only digest and fit, this machine', machine, 'times'),
    ];
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** How long so many threads take that have nothing to do with one another: what the machine itself allows. */
async function secondsOfFits(threads: number): Promise<number> {
  const started = performance.now();
  const ends = Array.from({ length: threads }, () => {
    const worker = new Worker(new URL('./fits-worker.ts', import.meta.url));
    return new Promise((resolve, reject) => worker.once('exit', resolve).once('error', reject));
  });
  await Promise.all(ends);
  return (performance.now() - started) / 1000;
}

async function synthesize(dir: string): Promise<string> {
  const configuration = join(dir, 'cloudtune.json');
  const region = { id: 'bench', awsRegion: 'us-east-1', timeZone: 'Europe/Paris', country: 'FR' };
  const document = { name: 'bench', regions: [region], limits: { batchSize: 4 } };
  writeFileSync(configuration, JSON.stringify(document));
  const assembly = join(dir, 'cdk.out');
  await promisify(execFile)(process.execPath, ['bin/app.ts'], {
    cwd: root,
    env: { ...process.env, CLOUDTUNE_CONFIG: configuration, CDK_OUTDIR: assembly, CDK_VALIDATION: 'false' },
  });
  return assembly;
}

/** Drops a file a series into the inbox and waits until all are history. */
async function fill(assembly: string, dir: string): Promise<void> {
  const cloud = await bootCloud({ assembly, dir, concurrency: 2, schedules: false });
  const { outputs } = cloud.stacks[0]!;
  const s3 = new S3Client({
    endpoint: cloud.endpoints.s3,
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    forcePathStyle: true,
  });
  for (let i = 0; i < seriesCount; i++)
    await s3.send(
      new PutObjectCommand({
        Bucket: outputs.HistoryBucket!,
        Key: `inbox/team=team-${i}/region=bench/metric=requests/kind=count/all.parquet`,
        Body: encodeObservations(madeUpMinutes(minutes, i + 1)),
      }),
    );
  for (;;) {
    const answer = await fetch(`${outputs.ApiUrl}/v1/series`);
    const { series } = (await answer.json()) as { series: unknown[] };
    if (series.length === seriesCount) break;
    await delay(200);
  }
  s3.destroy();
  await cloud.close();
}

/** Series a second of a refresh on a copy of the filled region. */
async function refresh(assembly: string, dir: string, workers: number): Promise<number> {
  const copy = join(dir, `copy-${workers}`);
  cpSync(join(dir, 'filled'), copy, { recursive: true });
  const cloud = await bootCloud({ assembly, dir: copy, concurrency: workers, schedules: false });
  try {
    const [machine] = cloud.stateMachines;
    const started = performance.now();
    const { executionArn } = await machine!.start({ scheduledTime: '2026-01-01T02:00:00Z' });
    const { status, output, cause } = await cloud.ended(executionArn);
    if (status !== 'SUCCEEDED') throw new Error(`the refresh ended as ${status}: ${cause ?? output}`);
    return seriesCount / ((performance.now() - started) / 1000);
  } finally {
    await cloud.close();
    rmSync(copy, { recursive: true });
  }
}

async function median(times: number, measure: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let i = 0; i < times; i++) values.push(await measure());
  return values.sort((a, b) => a - b)[Math.floor(times / 2)]!;
}
