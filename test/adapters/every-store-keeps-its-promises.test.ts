import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DynamoEventCalendar } from '../../lib/adapters/aws/dynamo-event-calendar.ts';
import { DynamoForecastIndex } from '../../lib/adapters/aws/dynamo-forecast-index.ts';
import { DynamoNoticeStore } from '../../lib/adapters/aws/dynamo-notice-store.ts';
import { DynamoRunStore } from '../../lib/adapters/aws/dynamo-run-store.ts';
import { DynamoSeriesRegistry } from '../../lib/adapters/aws/dynamo-series-registry.ts';
import { S3ExportStore } from '../../lib/adapters/aws/s3-export-store.ts';
import { S3ForecastStore } from '../../lib/adapters/aws/s3-forecast-store.ts';
import { S3Inbox } from '../../lib/adapters/aws/s3-inbox.ts';
import { S3Ledger } from '../../lib/adapters/aws/s3-ledger.ts';
import { getBytes, putBytes } from '../../lib/adapters/aws/s3-object.ts';
import {
  MemoryEventCalendar,
  MemoryExportStore,
  MemoryForecastIndex,
  MemoryForecastStore,
  MemoryLedger,
  MemoryNoticeStore,
  MemoryRunStore,
  MemorySeriesRegistry,
} from '../../lib/adapters/memory/index.ts';
import type { SeriesKey } from '../../lib/service/contracts/series.ts';
import { NotFound } from '../../lib/service/errors.ts';
import { eventCalendarContract } from '../contract/event-calendar.ts';
import { exportStoreContract } from '../contract/export-store.ts';
import { forecastIndexContract } from '../contract/forecast-index.ts';
import { forecastStoreContract } from '../contract/forecast-store.ts';
import { ledgerContract } from '../contract/ledger.ts';
import { noticeStoreContract } from '../contract/notice-store.ts';
import { runStoreContract } from '../contract/run-store.ts';
import { seriesRegistryContract } from '../contract/series-registry.ts';
import { bucket, laptopStorage } from './laptop-storage.ts';

let storage: Awaited<ReturnType<typeof laptopStorage>>;
beforeAll(async () => {
  storage = await laptopStorage();
});
afterAll(() => storage.close());

/** Empty tables for each test. */
let used = 0;
const table = (name: string) => `${storage.prefixes[used++ % storage.prefixes.length]}${name}`;
const region = 'eu';

seriesRegistryContract('MemorySeriesRegistry', async () => new MemorySeriesRegistry());
seriesRegistryContract(
  'DynamoSeriesRegistry',
  async () => new DynamoSeriesRegistry({ client: storage.documents, table: table('series'), region }),
);
forecastIndexContract('MemoryForecastIndex', async () => new MemoryForecastIndex());
forecastIndexContract(
  'DynamoForecastIndex',
  async () => new DynamoForecastIndex({ client: storage.documents, table: table('index'), keptDays: 90 }),
);
runStoreContract('MemoryRunStore', async () => new MemoryRunStore());
runStoreContract(
  'DynamoRunStore',
  async () => new DynamoRunStore({ client: storage.documents, table: table('runs'), region }),
);
noticeStoreContract('MemoryNoticeStore', async () => new MemoryNoticeStore());
noticeStoreContract(
  'DynamoNoticeStore',
  async () =>
    new DynamoNoticeStore({ client: storage.documents, table: table('runs'), region, keptDays: 90 }),
);
forecastStoreContract('MemoryForecastStore', async () => new MemoryForecastStore());
forecastStoreContract('S3ForecastStore', async () => {
  const prefix = `store-${used++}`;
  const store = new S3ForecastStore({ client: storage.s3, bucket });
  const series = { team: prefix, region, metric: 'requests' };
  return Object.assign(Object.create(store) as S3ForecastStore, {
    getDigests: () => store.getDigests(series),
    putDigests: (_: unknown, digests: Parameters<typeof store.putDigests>[1]) =>
      store.putDigests(series, digests),
  });
});

exportStoreContract('MemoryExportStore', async () => new MemoryExportStore());
exportStoreContract('S3ExportStore', async () => {
  const team = `export-${used++}`;
  const store = new S3ExportStore({ client: storage.s3, bucket });
  const own = (series: SeriesKey) => ({ ...series, team });
  return {
    put: (series, record, bytes) => store.put(own(series), record, bytes),
    get: (series, exportId) => store.get(own(series), exportId),
    link: (series, of) => store.link(own(series), of),
  };
});

ledgerContract('MemoryLedger', async () => new MemoryLedger());
ledgerContract('S3Ledger', async () => {
  const team = `ledger-${used++}`;
  const ledger = new S3Ledger({ client: storage.s3, bucket });
  const own = (series: SeriesKey) => ({ ...series, team });
  return {
    getState: (series) => ledger.getState(own(series)),
    putState: (series, state) => ledger.putState(own(series), state),
    read: (series, months) => ledger.read(own(series), months),
    replace: (series, month, rows) => ledger.replace(own(series), month, rows),
  };
});

eventCalendarContract('MemoryEventCalendar', async () => new MemoryEventCalendar());
eventCalendarContract(
  'DynamoEventCalendar',
  async () => new DynamoEventCalendar({ client: storage.documents, table: table('calendar') }),
);

describe('the calendar on DynamoDB', () => {
  it('refuses in words what is larger than an item may be, and writes nothing', async () => {
    const calendar = new DynamoEventCalendar({ client: storage.documents, table: table('calendar') });
    const events = Array.from({ length: 10_000 }, (_, i) => ({
      ...{ id: `e${i}`, kind: 'sale', start: '2026-11-27', end: '2026-11-28' },
      note: randomBytes(60).toString('base64'),
    }));
    const large = { document: { schemaVersion: 1 as const, events }, version: 1, eventVersions: {} };
    await expect(calendar.append({ ...large, author: 'a', time: 1 })).rejects.toThrow(
      /10000 events take \d+ bytes packed, and 390000 are the most/,
    );
    expect(await calendar.current()).toBeUndefined();
  });

  it('holds ten thousand plain events', async () => {
    const calendar = new DynamoEventCalendar({ client: storage.documents, table: table('calendar') });
    const events = Array.from({ length: 10_000 }, (_, i) => {
      const date = new Date(Date.UTC(2020, 0, 1 + (i % 3000))).toISOString().slice(0, 10);
      return {
        id: `promotion-${i}`,
        kind: `kind-${i % 40}`,
        name: `Promotion ${i}`,
        start: date,
        teams: [`team-${i % 90}`],
      };
    });
    const eventVersions = Object.fromEntries(events.map(({ id }, i) => [id, i]));
    const whole = { document: { schemaVersion: 1 as const, events }, version: 1, eventVersions };
    expect(await calendar.append({ ...whole, author: 'a', time: 1 })).toBe(true);
    expect(await calendar.read()).toMatchObject(whole);
  });
});

describe('the index on DynamoDB', () => {
  it('does not read an entry past its time to live, though the table still has it', async () => {
    const name = table('index');
    let now = new Date('2026-01-01T00:00:00Z');
    const index = new DynamoForecastIndex({
      client: storage.documents,
      table: name,
      keptDays: 400,
      clock: () => now,
    });
    const series = { team: 'old', region, metric: 'requests' };
    const runId = 'eu-20260101T000000Z';
    await index.put({ schemaVersion: 1, ...series, runId, status: 'failed', reason: 'none' });
    expect(await index.get(series, runId)).toBeDefined();
    now = new Date('2027-12-01T00:00:00Z');
    expect(await index.get(series, runId)).toBeUndefined();
    expect(await index.getMany([series], runId)).toEqual([undefined]);
  });
});

describe('results of a Distributed Map on S3', () => {
  it('are the outputs of its successful children', async () => {
    const put = (key: string, content: unknown) =>
      putBytes(storage.s3, { bucket, key, body: JSON.stringify(content), contentType: 'application/json' });
    const output = { outcomes: [{ team: 'a', metric: 'x', status: 'failed', reason: 'why' }] };
    await put('runs/r/results/m/SUCCEEDED_0.json', [
      { ExecutionArn: 'arn', Name: 'n', Status: 'SUCCEEDED', Output: JSON.stringify(output) },
    ]);
    await put('runs/r/results/m/manifest.json', {
      DestinationBucket: bucket,
      MapRunArn: 'arn',
      ResultFiles: {
        FAILED: [],
        PENDING: [],
        SUCCEEDED: [{ Key: 'runs/r/results/m/SUCCEEDED_0.json', Size: 1 }],
      },
    });
    const store = new S3ForecastStore({ client: storage.s3, bucket });
    expect(await store.getMapOutputs({ bucket, key: 'runs/r/results/m/manifest.json' })).toEqual([output]);
    await expect(store.getMapOutputs({ bucket, key: 'runs/none' })).rejects.toThrow(NotFound);
  });
});

describe('the inbox on S3', () => {
  it('streams a file, says when it was taken away, and puts the report beside it', async () => {
    const inbox = new S3Inbox({ client: storage.s3, bucket });
    const key = 'inbox/team=a/region=eu/metric=x/day.csv';
    await putBytes(storage.s3, { bucket, key, body: 'timestamp,value\n', contentType: 'text/csv' });
    const chunks: Uint8Array[] = [];
    for await (const chunk of await inbox.open(key)) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('timestamp,value\n');
    await expect(inbox.open(`${key}.gz`)).rejects.toThrow(NotFound);
    await inbox.putReport(key, { accepted: 1 });
    const report = await getBytes(storage.s3, bucket, 'inbox-reports/team=a/region=eu/metric=x/day.csv.json');
    expect(JSON.parse(Buffer.from(report!).toString())).toEqual({ accepted: 1 });
  });
});
