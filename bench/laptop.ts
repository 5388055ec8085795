import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { encodeObservations } from '../lib/adapters/history/index.ts';
import { bootCloud, type Cloud } from '../lib/local/index.ts';
import { synthesize } from './assembly.ts';
import { atLeast, figure, type Measure } from './measure.ts';
import { madeUpMinutes } from './series.ts';

const seriesCount = 48;
const minutes = 525_600;
/** Where the made-up minutes end. */
const firstOf2026 = Date.UTC(2026, 0, 1);

/** One refresh, as it was seen from outside. */
interface Run {
  /** Series a second. */
  rate: number;
  /** CPU seconds of all threads: workers, and the laptop's S3, DynamoDB and state machine. */
  cpu: number;
  /** Those of the laptop's S3, DynamoDB and state machine alone: one thread, whatever the number of workers. */
  own: number;
  seconds: number;
  /** Seconds outside the Map, where only one function runs at a time whatever the number of workers. */
  serial: number;
}

/**
 * Refreshes of a whole region through the laptop cloud, with one and with two workers: the first one, with functions
 * that start cold and every month of history to read; and that of the next day, after a day more of each series, with
 * the workers of the first.
 */
export async function benchLaptop(): Promise<Measure[]> {
  const dir = mkdtempSync(join(tmpdir(), 'cloudtune-bench-'));
  try {
    const assembly = await synthesize(dir);
    await fill(assembly, join(dir, 'filled'));
    const [one, two] = [await refreshes(assembly, dir, 1), await refreshes(assembly, dir, 2)];
    const machine = (2 * (await secondsOfFits(1))) / (await secondsOfFits(2));
    return [
      figure('laptop: first refresh, 1 worker', one.first.rate, 'series/s'),
      figure('laptop: first refresh, 2 workers', two.first.rate, 'series/s'),
      figure('laptop: next refresh, 1 worker', one.next.rate, 'series/s'),
      figure('laptop: next refresh, 2 workers', two.next.rate, 'series/s'),
      atLeast('laptop: first refresh, 2 workers to 1', two.first.rate / one.first.rate, 1.7, 'times'),
      // What stands in the way: the threads that one worker keeps busy already (V8 compiles and collects beside it),
      // the laptop's own thread, the share of one function at a time, and the machine.
      figure('laptop: first refresh, cores busy with 1 worker', one.first.cpu / one.first.seconds, 'cores'),
      figure('laptop: first refresh, 1 worker, CPU a series', (1000 * one.first.cpu) / seriesCount, 'ms'),
      figure('laptop: first refresh, 2 workers, CPU a series', (1000 * two.first.cpu) / seriesCount, 'ms'),
      figure(
        "laptop: first refresh, 2 workers, CPU of the laptop's own thread",
        (100 * two.first.own) / two.first.cpu,
        '%',
      ),
      figure(
        'laptop: first refresh, 2 workers, outside the Map',
        (100 * two.first.serial) / two.first.seconds,
        '%',
      ),
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

/** The median of several first refreshes, and of the next day's, each on a copy of the filled region. */
async function refreshes(assembly: string, dir: string, workers: number): Promise<{ first: Run; next: Run }> {
  const first: Run[] = [];
  const next: Run[] = [];
  for (let time = 0; time < 3; time++) {
    const copy = join(dir, `copy-${workers}`);
    cpSync(join(dir, 'filled'), copy, { recursive: true });
    const cloud = await bootCloud({ assembly, dir: copy, concurrency: workers, schedules: false });
    try {
      first.push(await refresh(cloud, '2026-01-01T02:00:00Z'));
      await addDay(cloud);
      next.push(await refresh(cloud, '2026-01-02T02:00:00Z'));
    } finally {
      await cloud.close();
      rmSync(copy, { recursive: true });
    }
  }
  return { first: median(first), next: median(next) };
}

async function refresh(cloud: Cloud, scheduledTime: string): Promise<Run> {
  const used = process.cpuUsage();
  const usedHere = process.threadCpuUsage();
  const started = performance.now();
  const { executionArn } = await cloud.stateMachines[0]!.start({ scheduledTime });
  const { status, output, cause, events } = await cloud.ended(executionArn);
  if (status !== 'SUCCEEDED') throw new Error(`the refresh ended as ${status}: ${cause ?? output}`);
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(used);
  const here = process.threadCpuUsage(usedHere);
  const at = (type: string) => Date.parse(events.find((event) => event.type === type)!.timestamp) / 1000;
  return {
    rate: seriesCount / seconds,
    cpu: (user + system) / 1e6,
    own: (here.user + here.system) / 1e6,
    seconds,
    serial: seconds - (at('MapRunSucceeded') - at('MapRunStarted')),
  };
}

/** A day more of minutes for every series, by the API. */
async function addDay(cloud: Cloud): Promise<void> {
  const url = cloud.stacks[0]!.outputs.ApiUrl!;
  for (let i = 0; i < seriesCount; i++) {
    const { value } = madeUpMinutes(1440, i + 1);
    const time = Array.from(value, (_, minute) => (firstOf2026 + minute * 60_000).toString());
    const answer = await fetch(`${url}/v1/teams/team-${i}/regions/bench/metrics/requests/observations`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ time, value: [...value] }),
    });
    if (!answer.ok) throw new Error(`a day more was answered with ${answer.status}: ${await answer.text()}`);
  }
}

const median = (runs: Run[]): Run => runs.sort((a, b) => a.rate - b.rate)[Math.floor(runs.length / 2)]!;
