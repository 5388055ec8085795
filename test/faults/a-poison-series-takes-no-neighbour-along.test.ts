import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { bootLaptop, historyEnd, type Laptop } from '../laptop/laptop.ts';

const dayMs = 86_400_000;
let laptop: Laptop;
let day = 1;
const nextTime = () => `2026-07-${String(day++).padStart(2, '0')}T02:00:00Z`;
const neighbours = ['ants', 'bees', 'dogs'];

beforeAll(async () => {
  laptop = await bootLaptop();
  for (const team of [...neighbours, 'cats']) expect((await laptop.send(team)).status).toBe(200);
  const { runId } = await laptop.refresh('north', nextTime());
  expect(await laptop.run(runId)).toMatchObject({ counts: { ok: 4 } });
});
beforeEach(() => {
  laptop.faults = {};
});
afterAll(() => laptop.close());

const moreHistory = async () => {
  for (const team of [...neighbours, 'cats'])
    expect((await laptop.send(team, { days: 2, end: historyEnd + day * dayMs })).status).toBe(200);
};

it('a series that kills the process of its function is alone in being stale', async () => {
  await moreHistory();
  laptop.faults.function = (name, _attempt, payload) =>
    /north.*forecastbatch/i.test(name) && JSON.stringify(payload).includes('"cats"') ? 'crash' : undefined;
  const { runId } = await laptop.refresh('north', nextTime());
  expect(await laptop.run(runId)).toMatchObject({ status: 'published', counts: { ok: 3, stale: 1 } });
  for (const team of neighbours)
    expect(await laptop.forecast(team)).toMatchObject({ status: 'ok', modelRunId: runId });
  const kept = await laptop.forecast('cats');
  expect(kept).toMatchObject({ runId, status: 'stale' });
  expect(kept.reason).toBeTruthy();
});

it('a series whose history is garbage is alone in being stale', async () => {
  await moreHistory();
  const north = laptop.cloud.stacks.find(({ outputs }) => outputs.RegionId === 'north')!;
  const s3 = new S3Client({
    endpoint: laptop.cloud.endpoints.s3,
    region: north.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    forcePathStyle: true,
  });
  await s3.send(
    new PutObjectCommand({
      Bucket: north.outputs.HistoryBucket!,
      Key: 'history/team=cats/region=north/metric=requests/month=2026-06/observations.parquet',
      Body: Buffer.from('this is no Parquet file'),
    }),
  );
  s3.destroy();
  const { runId } = await laptop.refresh('north', nextTime());
  expect(await laptop.run(runId)).toMatchObject({ status: 'published', counts: { ok: 3, stale: 1 } });
  expect(await laptop.forecast('bees')).toMatchObject({ status: 'ok', modelRunId: runId });
  expect((await laptop.forecast('cats')).reason).toMatch(/parquet/i);
});

it('a series too short to fit gets the seasonal naive and the reason, and its neighbours their forecasts', async () => {
  const sent = await laptop.fetch('/v1/teams/newborn/regions/north/metrics/requests/observations', {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      metricKind: 'count',
      stepSeconds: 3600,
      time: ['2026-06-01T00:00:00Z'],
      value: [5],
    }),
  });
  expect(sent.status).toBe(200);
  const { runId } = await laptop.refresh('north', nextTime());
  expect(await laptop.run(runId)).toMatchObject({ status: 'published', counts: { ok: 3 } });
  const answer = await laptop.fetch('/v1/teams/newborn/regions/north/metrics/requests/forecast?grain=day');
  expect(answer.status).toBe(200);
  const body = (await answer.json()) as { status: string; reason?: string; mean: number[] };
  expect(body).toMatchObject({ status: 'fallback', reason: expect.stringMatching(/\w/) });
  expect(body.mean.length).toBeGreaterThan(0);
  expect(body.mean.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
});
