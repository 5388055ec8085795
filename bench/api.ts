import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { App, Stack } from 'aws-cdk-lib';
import { LambdaRestApi } from 'aws-cdk-lib/aws-apigateway';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { S3ForecastStore } from '../lib/adapters/aws/s3-forecast-store.ts';
import { addLocalDays, decodeDigests, fit as fitModel } from '../lib/engine/index.ts';
import { bootCloud, type Cloud } from '../lib/local/index.ts';
import { synthesize } from './assembly.ts';
import { atMost, figure, type Measure } from './measure.ts';
import { madeUpMinutes } from './series.ts';

const timeZone = 'Europe/Paris';
const minutes = 1_051_200;
/** Where the made-up minutes end. */
const end = Date.UTC(2026, 0, 1);
const rounds = 200;
const clients = 20;
const asksEach = 25;
const seriesPath = '/v1/teams/team/regions/bench/metrics/requests';
const text = (ms: number) => new Date(ms).toISOString();

/**
 * The API on the laptop cloud beside a function that only echoes its path, on a series of two years of minutes with
 * sales: questions take turns, so that a slow moment of the machine is everybody's. Ratios are of the 99th percentile.
 */
export async function benchApi(): Promise<Measure[]> {
  const dir = mkdtempSync(join(tmpdir(), 'cloudtune-bench-'));
  const clouds: Cloud[] = [];
  const boot = async (assembly: string, name: string) => {
    const cloud = await bootCloud({ assembly, dir: join(dir, name), concurrency: 2, schedules: false });
    clouds.push(cloud);
    return cloud;
  };
  try {
    const echo = `${(await boot(synthesizeEcho(join(dir, 'echo.out')), 'echo')).apis[0]!.url}/`;
    const cloud = await boot(await synthesize(dir), 'app');
    const url = cloud.stacks.find(({ outputs }) => outputs.ApiUrl !== undefined)!.outputs.ApiUrl!;
    await prepare(cloud, url);
    const week = `start=${text(end)}&end=${text(end + 7 * 86_400_000)}`;
    const reads = {
      minutes: `${url}${seriesPath}/forecast?grain=minute&${week}&quantiles=0.05,0.1,0.5,0.9,0.95`,
      weeks: `${url}${seriesPath}/forecast?grain=week&start=${text(end)}&end=${text(addLocalDays(timeZone, end, 728))}`,
      peaks: `${url}${seriesPath}/peaks?by=event`,
    };
    const times = await inTurns({ echo, ...reads });
    const ratio = (name: keyof typeof reads) => p99(times[name]!) / p99(times.echo!);
    const [whatIf, fitting] = await whatIfBesideFit(cloud, url);
    const { failed, rate } = await atOnce(Object.values(reads));
    return [
      figure('api: echo, p99', p99(times.echo!), 'ms'),
      atMost(
        'api: 7 days of minutes, 5 quantiles, as sent',
        (await bytesOf(reads.minutes)) / 1000,
        200,
        'kB',
      ),
      atMost('api: 7 days of minutes, 5 quantiles', ratio('minutes'), 10, 'echoes'),
      atMost('api: two years of weeks', ratio('weeks'), 5, 'echoes'),
      atMost('api: peaks of the events', ratio('peaks'), 15, 'echoes'),
      atMost('api: what-if on one series', whatIf / fitting, 1.5, 'fits'),
      atMost(`api: ${clients} clients at once, failed`, failed, 0, 'answers'),
      figure(`api: ${clients} clients at once`, rate, 'answers/s'),
    ];
  } finally {
    for (const cloud of clouds) await cloud.close();
    rmSync(dir, { recursive: true });
  }
}

function synthesizeEcho(outdir: string): string {
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, 'Echo', { env: { region: 'us-east-1' } });
  const code = mkdtempSync(join(tmpdir(), 'cloudtune-echo-'));
  writeFileSync(
    join(code, 'index.mjs'),
    'export const handler = async ({ path }) => ({ statusCode: 200, body: JSON.stringify({ path }) });\n',
  );
  const handler = new LambdaFunction(stack, 'Echo', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromAsset(code),
  });
  new LambdaRestApi(stack, 'Api', { handler, deployOptions: { stageName: 'live' } });
  app.synth();
  rmSync(code, { recursive: true });
  return outdir;
}

/** History, sales of the last years and of the next months, and a forecast. */
async function prepare(cloud: Cloud, url: string): Promise<void> {
  const { time, value } = madeUpMinutes(minutes, 1);
  const most = 100_000;
  for (let from = 0; from < time.length; from += most) {
    const rows = {
      time: [...time.subarray(from, from + most)].map(String),
      value: [...value.subarray(from, from + most)],
    };
    await send(`${url}${seriesPath}/observations`, 'PUT', { ...rows, metricKind: 'count' });
  }
  for (const month of [-13, -7, -1, 2, 5]) {
    const start = new Date(Date.UTC(2026, month, 20, 8));
    const event = { kind: 'sale', start: start.toISOString(), end: text(start.getTime() + 6 * 3_600_000) };
    const id = `sale${month + 20}`;
    await send(`${url}/v1/calendar/events/${id}`, 'PUT', { id, ...event }, { 'if-none-match': '*' });
  }
  const { executionArn } = await cloud.stateMachines[0]!.start({ scheduledTime: '2026-01-01T02:00:00Z' });
  const { status, output } = await cloud.ended(executionArn);
  if (status !== 'SUCCEEDED') throw new Error(`the refresh ended as ${status}: ${JSON.stringify(output)}`);
}

async function send(url: string, method: string, body: unknown, headers = {}): Promise<unknown> {
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!answer.ok)
    throw new Error(`${method} ${url} was answered with ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

/** Milliseconds of each answer, by question. The first ones, while functions start, are not counted. */
async function inTurns<K extends string>(urls: Record<K, string>): Promise<Record<K, number[]>> {
  const times = Object.fromEntries(Object.keys(urls).map((name) => [name, [] as number[]])) as Record<
    K,
    number[]
  >;
  for (let round = -20; round < rounds; round++)
    for (const [name, url] of Object.entries(urls) as [K, string][]) {
      const started = performance.now();
      const answer = await fetch(url);
      await answer.arrayBuffer();
      if (!answer.ok) throw new Error(`${url} was answered with ${answer.status}`);
      if (round >= 0) times[name].push(performance.now() - started);
    }
  return times;
}

const sorted = (times: readonly number[]) => [...times].sort((a, b) => a - b);
const p99 = (times: readonly number[]) => sorted(times)[Math.ceil(0.99 * times.length) - 1]!;
const median = (times: readonly number[]) => sorted(times)[times.length >> 1]!;

/** What goes over the wire: answers are compressed for who takes it. */
async function bytesOf(url: string): Promise<number> {
  const answer = await fetch(url, { headers: { 'accept-encoding': 'gzip' } });
  const length = answer.headers.get('content-length');
  const body = await answer.arrayBuffer();
  return length === null ? body.byteLength : Number(length);
}

/** Median milliseconds of a what-if of one moved sale, and of the fit behind it, alone and in this process. */
async function whatIfBesideFit(cloud: Cloud, url: string): Promise<[whatIf: number, fitting: number]> {
  const { outputs } = cloud.stacks.find((stack) => stack.outputs.ForecastBucket !== undefined)!;
  const client = new S3Client({
    endpoint: cloud.endpoints.s3,
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    forcePathStyle: true,
  });
  const store = new S3ForecastStore({ client, bucket: outputs.ForecastBucket! });
  const stored = await store.getDigests({ team: 'team', region: 'bench', metric: 'requests' });
  client.destroy();
  const digests = decodeDigests(stored!.digests);
  const settings = { timeZone, stepSeconds: 60, metricKind: 'count' } as const;
  const horizonEnd = addLocalDays(timeZone, end, 730);
  const asks: number[] = [];
  const fits: number[] = [];
  const calendar = [{ op: 'move', id: 'sale22', start: '2026-03-21T08:00:00Z', end: '2026-03-21T14:00:00Z' }];
  for (let round = -3; round < 15; round++) {
    let started = performance.now();
    fitModel(digests, settings, { holidays: [], events: [] }, { cutoff: end, horizonEnd });
    if (round >= 0) fits.push(performance.now() - started);
    started = performance.now();
    await send(`${url}/v1/what-if`, 'POST', { series: ['team/bench/requests'], calendar });
    if (round >= 0) asks.push(performance.now() - started);
  }
  return [median(asks), median(fits)];
}

/** Clients that ask one question after the other, all at the same time. */
async function atOnce(urls: readonly string[]): Promise<{ failed: number; rate: number }> {
  let failed = 0;
  const started = performance.now();
  const client = async (first: number) => {
    for (let i = 0; i < asksEach; i++) {
      const answer = await fetch(urls[(first + i) % urls.length]!).catch(() => undefined);
      await answer?.arrayBuffer();
      if (answer?.ok !== true) failed++;
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, i) => client(i)));
  return { failed, rate: (clients * asksEach * 1000) / (performance.now() - started) };
}
