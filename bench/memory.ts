import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { documentClient, s3Client } from '../lib/adapters/aws/clients.ts';
import { DynamoSeriesRegistry } from '../lib/adapters/aws/dynamo-series-registry.ts';
import { S3HistoryStore } from '../lib/adapters/history/index.ts';
import { startDynamoDb } from '../lib/local/dynamodb/index.ts';
import { startS3 } from '../lib/local/s3/index.ts';
import { bundleFunctions } from '../lib/stacks/index.ts';
import { atMost, type Measure } from './measure.ts';
import { madeUpMinutes } from './series.ts';

const root = resolve(import.meta.dirname, '..');
const minutes = 1_051_200;
const seriesCount = 20;

/** Tells the process' greatest resident set, in kilobytes, on descriptor 3. */
const tellPeak =
  "import { writeSync } from 'node:fs'; process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)));";

/** Peak memory of processes of their own: the forecast function on a batch, and the command on a file. */
export async function benchMemory(): Promise<Measure[]> {
  const dir = mkdtempSync(join(tmpdir(), 'cloudtune-bench-'));
  try {
    return [
      atMost(
        `memory: forecast function, ${seriesCount} series of ${minutes} minutes`,
        await functionPeak(dir),
        512,
        'MB',
      ),
      atMost(`memory: command, one file of ${minutes} minutes`, await commandPeak(dir), 400, 'MB'),
    ];
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** The bundled function as Lambda loads it, on two years of minutes of each of twenty series, nothing digested yet. */
async function functionPeak(dir: string): Promise<number> {
  const string = (name: string) => ({ AttributeName: name, AttributeType: 'S' as const });
  const table = (name: string, partition: string, sort: string) => ({
    TableName: name,
    AttributeDefinitions: [string(partition), string(sort)],
    KeySchema: [
      { AttributeName: partition, KeyType: 'HASH' as const },
      { AttributeName: sort, KeyType: 'RANGE' as const },
    ],
  });
  const s3 = await startS3({ dir: join(dir, 's3'), buckets: ['history', 'forecasts'] });
  const dynamodb = await startDynamoDb({
    dir: join(dir, 'dynamodb'),
    tables: [
      table('series', 'team', 'series'),
      table('forecasts', 'team', 'entry'),
      table('runs', 'region', 'run'),
    ],
  });
  const environment = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
    REGION_SETTINGS: JSON.stringify({ region: 'bench', timeZone: 'Europe/Paris', country: 'FR' }),
    HISTORY_BUCKET: 'history',
    FORECAST_BUCKET: 'forecasts',
    SERIES_TABLE: 'series',
    FORECAST_TABLE: 'forecasts',
    RUNS_TABLE: 'runs',
    MAX_STALE_DAYS: '30',
    HORIZON_DAYS: '730',
  };
  try {
    Object.assign(process.env, environment);
    const items = await fill();
    const bundles = bundleFunctions(root, join(dir, 'functions'));
    const event = {
      BatchInput: { runId: 'bench-20260101T000000Z', scheduledTime: '2026-01-01T00:00:00Z' },
      Items: items,
    };
    const program = `const { handler } = await import(${JSON.stringify(pathToFileURL(join(bundles['forecast-batch'], 'index.cjs')).href)});
      const context = { functionName: 'forecast-batch', awsRequestId: 'bench', getRemainingTimeInMillis: () => 300000 };
      const { outcomes } = await handler(${JSON.stringify(event)}, context);
      if (outcomes.some(({ status }) => status !== 'ok')) throw new Error(JSON.stringify(outcomes));
      process.exit(0);`;
    return await peakOf(['--input-type=module', '--eval', program], { ...process.env, ...environment });
  } finally {
    await dynamodb.close();
    await s3.close();
  }
}

async function fill(): Promise<{ team: string; metric: string }[]> {
  const client = documentClient();
  const s3 = s3Client();
  const history = new S3HistoryStore({ client: s3, bucket: 'history' });
  const registry = new DynamoSeriesRegistry({ client, table: 'series', region: 'bench' });
  const items = [];
  for (let i = 0; i < seriesCount; i++) {
    const item = { team: `team-${i}`, metric: 'requests' };
    const { time, value } = madeUpMinutes(minutes, i + 1);
    await registry.recordHistory(
      { ...item, region: 'bench' },
      {
        metricKind: 'count',
        stepSeconds: 60,
        firstTime: time[0]!,
        lastTime: time.at(-1)!,
        revisions: await history.write({ ...item, region: 'bench' }, { time, value }),
      },
    );
    items.push(item);
  }
  client.destroy();
  s3.destroy();
  return items;
}

async function commandPeak(dir: string): Promise<number> {
  const { time, value } = madeUpMinutes(minutes, 1);
  const rows = Array.from(time, (t, i) => `${new Date(t).toISOString()},${value[i]}`);
  const file = join(dir, 'minutes.csv.gz');
  writeFileSync(file, gzipSync(`timestamp,value\n${rows.join('\n')}\n`, { level: 1 }));
  return peakOf(
    ['bin/cloudtune.js', 'forecast', file, '--horizon', '90d', '--output', join(dir, 'forecast.csv')],
    process.env,
  );
}

/** Megabytes at the peak of `node ARGUMENTS`. */
async function peakOf(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const tell = `--import=data:text/javascript,${encodeURIComponent(tellPeak)}`;
  const child = spawn(process.execPath, [tell, ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  let peak = '';
  let said = '';
  child.stdio[3]!.on('data', (text) => {
    peak += text;
  });
  child.stderr!.on('data', (text) => {
    said += text;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`a measured process ended with ${code}: ${said.slice(-2000)}`);
  return Number(peak) / 1024;
}
