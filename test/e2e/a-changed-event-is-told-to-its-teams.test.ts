import { userInfo } from 'node:os';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { noticesPage, teamMessage } from '../../lib/service/contracts/notices.ts';
import { bootLaptop, historyEnd, type Laptop } from '../laptop/laptop.ts';

const dayMs = 86_400_000;
let laptop: Laptop;
const firstRun = new Map<string, string>();

beforeAll(async () => {
  laptop = await bootLaptop();
  for (const region of ['north', 'south'])
    for (const team of ['ants', 'bees']) expect((await laptop.send(team, { region })).status).toBe(200);
  for (const region of ['north', 'south']) {
    const { runId, execution } = await laptop.refresh(region, new Date(Date.now() - 60_000).toISOString());
    firstRun.set(region, runId);
    expect(execution.status).toBe('SUCCEEDED');
  }
});
afterAll(() => laptop.close());

const day = (n: number) => new Date(historyEnd + n * dayMs).toISOString().slice(0, 10);
const put = (event: { id: string }, headers: Record<string, string>) =>
  laptop.fetch(`/v1/calendar/events/${event.id}?reason=the%20board%20said%20so`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'cloudtune-caller': 'Zo%C3%AB', ...headers },
    body: JSON.stringify(event),
  });
/** The minute's look of a region, as its schedule does it. */
async function look(region: string) {
  const watch = laptop.cloud.functions.find(
    ({ name }) => name.includes('CalendarWatch') && name.toLowerCase().includes(region),
  )!;
  return (await watch.invoke({})) as { payload: { found: string; runId?: string } };
}
const notices = async () => noticesPage.parse(await (await laptop.fetch('/v1/notices')).json()).notices;

it('a changed event reaches just the series that it touches, in all its regions, and their teams are told', async () => {
  const event = { id: 'fair', kind: 'fair', start: day(3), end: day(4), teams: ['ants'], scale: 3 };
  expect((await put(event, { 'if-none-match': '*' })).status).toBe(201);
  expect((await look('north')).payload.found).toBe('settling');
  await new Promise((resolve) => setTimeout(resolve, 10_100));
  for (const region of ['north', 'south']) {
    const { payload } = await look(region);
    expect(payload.found).toBe('started');
    const { executionId } = await laptop.run(payload.runId!);
    expect((await laptop.cloud.ended(executionId)).status).toBe('SUCCEEDED');
    const [ants, bees] = await Promise.all(['ants', 'bees'].map((team) => laptop.forecast(team, region)));
    expect([ants!.modelRunId, bees!.modelRunId]).toEqual([payload.runId, firstRun.get(region)]);
    expect((await look(region)).payload.found).toBe('nothing new');
  }
  const told = await notices();
  expect(told.map(({ team, region }) => `${team}/${region}`).sort()).toEqual(['ants/north', 'ants/south']);
  const { topics } = laptop.cloud;
  expect(topics.map(({ name }) => name).sort()).toEqual(['test-north-ants', 'test-south-ants']);
  for (const { name, messages } of topics) {
    await expect.poll(() => messages().length, { timeout: 10_000 }).toBe(1);
    const { noticeId, words, peaks } = teamMessage.parse(JSON.parse(messages()[0]!.body));
    const notice = told.find(({ region }) => name.includes(region))!;
    expect(noticeId).toBe(`${notice.runId}/ants`);
    expect([words, peaks]).toEqual([notice.words, notice.peaks]);
  }
  for (const { changes, words, peaks } of told) {
    expect(changes).toMatchObject([
      {
        version: 1,
        author: expect.stringContaining(`:user/${userInfo().username}`),
        reason: 'the board said so',
      },
    ]);
    expect(words[0]).toContain('"fair" is new');
    expect(peaks[0]!.after!.quantiles['0.9']).toBeGreaterThan(0);
  }
});

it('a run is published though its teams cannot be told, and the next one tells them', async () => {
  laptop.faults = {
    function: (name) => (name.toLowerCase().includes('notifyteams') ? 'throw' : undefined),
  };
  const { runId, execution } = await laptop.refresh('north', new Date().toISOString());
  laptop.faults = {};
  expect(execution.status).toBe('SUCCEEDED');
  expect(execution.output).toMatchObject({ error: expect.any(String), cause: expect.any(String) });
  expect(await laptop.run(runId)).toMatchObject({ status: 'published', teamsTold: false });
  await laptop.refresh('north', new Date(Date.now() + 1000).toISOString());
  expect(await laptop.run(runId)).toMatchObject({ teamsTold: true });
});
