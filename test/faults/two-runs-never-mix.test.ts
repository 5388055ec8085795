import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootLaptop, historyEnd, type Laptop } from '../laptop/laptop.ts';

const dayMs = 86_400_000;
let laptop: Laptop;

beforeAll(async () => {
  laptop = await bootLaptop();
  for (const team of ['ants', 'bees', 'cats']) expect((await laptop.send(team)).status).toBe(200);
});
afterAll(() => laptop.close());

it('the schedule firing twice for one time makes one run', async () => {
  const schedule = laptop.cloud.schedules.find(({ name }) => /north-RefreshSchedule/.test(name))!;
  const time = new Date('2026-06-02T02:00:00Z');
  const first = await laptop.cloud.fireSchedule(schedule.name, time);
  const second = await laptop.cloud.fireSchedule(schedule.name, time);
  const ends = await Promise.all([first, second].map((firing) => laptop.cloud.ended(firing.executionArn!)));
  expect(ends.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  const runs = (await (await laptop.fetch('/v1/runs')).json()) as {
    runs: { runId: string; status: string }[];
  };
  expect(runs.runs.filter(({ runId }) => runId === 'north-20260602T020000Z')).toMatchObject([
    { status: 'published' },
  ]);
  const forecasts = ends.map((end) =>
    end.events.filter((event) => JSON.stringify(event).includes('ForecastSeries')),
  );
  expect(forecasts.filter((events) => events.length > 0)).toHaveLength(1);
});

it('of two runs at once, both end and readers see the later one, whole', async () => {
  for (const team of ['ants', 'bees', 'cats'])
    await laptop.send(team, { days: 2, end: historyEnd + 2 * dayMs });
  const [later, earlier] = await Promise.all([
    laptop.refresh('north', '2026-06-04T02:00:00Z'),
    laptop.refresh('north', '2026-06-03T02:00:00Z'),
  ]);
  expect(later.execution.status).toBe('SUCCEEDED');
  expect(earlier.execution.status).toBe('SUCCEEDED');
  expect(await laptop.run(later.runId)).toMatchObject({ status: 'published' });
  expect(['published', 'superseded']).toContain((await laptop.run(earlier.runId)).status);
  for (const team of ['ants', 'bees', 'cats'])
    expect(await laptop.forecast(team)).toMatchObject({ runId: later.runId, status: 'ok' });
});

it('an earlier run that ends late is superseded and moves nothing back', async () => {
  const { runId } = await laptop.refresh('north', '2026-06-02T12:00:00Z');
  expect(await laptop.run(runId)).toMatchObject({ status: 'superseded' });
  expect(await laptop.forecast('ants')).toMatchObject({ runId: 'north-20260604T020000Z' });
});

it('a run of one region leaves the other one alone', async () => {
  await laptop.send('ants', { region: 'south' });
  await laptop.refresh('south', '2026-06-05T02:00:00Z');
  expect(await laptop.forecast('ants')).toMatchObject({ runId: 'north-20260604T020000Z' });
  expect(await laptop.forecast('ants', 'south')).toMatchObject({
    runId: 'south-20260605T020000Z',
    status: 'ok',
  });
});
