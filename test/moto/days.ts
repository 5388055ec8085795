import { expect } from 'vitest';
import { historyEnd, type Laptop } from '../laptop/laptop.ts';

const dayMs = 86_400_000;
const date = (n: number) => new Date(historyEnd + n * dayMs).toISOString().slice(0, 10);
export const series = '/v1/teams/ants/regions/north/metrics/requests';

async function said(laptop: Laptop, path: string, init?: RequestInit): Promise<string> {
  const answer = await laptop.fetch(path, init);
  const text = await answer.text();
  expect(answer.ok, `${init?.method ?? 'GET'} ${path}: ${answer.status} ${text}`).toBe(true);
  return text;
}
const json = (method: string, body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

/** A fair that the planners put into the calendar, of `scale` times a team's usual load. */
export const planFair = (laptop: Laptop, scale: number, team: string) =>
  said(
    laptop,
    `/v1/calendar/events/fair-${scale}?reason=test`,
    json(
      'PUT',
      {
        id: `fair-${scale}`,
        kind: 'fair',
        start: date(10 + scale),
        end: date(11 + scale),
        teams: [team],
        scale,
      },
      { 'if-none-match': '*' },
    ),
  );

/** What EventBridge says of a file that lies in the inbox. */
export const dropped = (key: string) => ({ detail: { object: { key } } });
export const functionOf = (laptop: Laptop, name: string) =>
  laptop.cloud.functions.find((each) => each.name.includes('north') && each.name.includes(name))!;

/**
 * Two refreshes of region north: one of 56 days; then, three days and an event later, another, which scores the forecasts
 * of the first, keeps what is untouched, and tells a team of its new peak. A file comes in by the inbox in between.
 *
 * @param drop puts a file into the inbox, and has it ingested
 * @returns every answer of the API that tells of series, by its path
 */
export async function liveThrough(
  laptop: Laptop,
  scheduled: [string, string],
  drop: (key: string, text: string) => Promise<unknown>,
): Promise<Map<string, string>> {
  for (const team of ['ants', 'bees', 'crows']) expect((await laptop.send(team)).status).toBe(200);
  expect((await laptop.refresh('north', scheduled[0])).execution.status).toBe('SUCCEEDED');

  for (const team of ['ants', 'bees']) await laptop.send(team, { days: 3, end: historyEnd + 3 * dayMs });
  const key = 'inbox/team=crows/region=north/metric=requests/three.csv';
  const hours = Array.from({ length: 72 }, (_, i) => new Date(historyEnd + i * 3_600_000).toISOString());
  await drop(key, `timestamp,value\n${hours.map((time, i) => `${time},${200 + (i % 24)}\n`).join('')}`);
  await planFair(laptop, 3, 'ants');
  const { runId, execution } = await laptop.refresh('north', scheduled[1]);
  expect(execution.status).toBe('SUCCEEDED');
  expect(await laptop.run(runId)).toMatchObject({ status: 'published', counts: { ok: 3 } });

  const answers = new Map<string, string>();
  for (const path of [
    `${series}/forecast?grain=minute`,
    `${series}/forecast?grain=hour&run=north-${scheduled[0].replace(/\.\d+|[-:]/g, '')}`,
    `${series}/forecast?grain=week&quantiles=0.05,0.5,0.95`,
    `${series}/explanation`,
    `${series}/peaks`,
    `${series}/changes`,
    `${series}/accuracy`,
    `${series}/events`,
    `${series}/observations?start=${date(-30)}T00:00:00Z&end=${date(3)}T00:00:00Z`,
    '/v1/regions/north/metrics/requests/forecast?grain=day',
    '/v1/regions/north/metrics',
    '/v1/series',
    '/v1/teams/bees/series',
    '/v1/teams/crows/regions/north/metrics/requests/forecast?grain=day',
    '/v1/teams/bees/regions/north/metrics/requests/peaks',
  ])
    answers.set(path, await said(laptop, path));
  const supposed = {
    op: 'put',
    event: { id: 'sale', kind: 'sale', start: date(20), end: date(21), scale: 2 },
  };
  const question = json('POST', { series: ['ants/north/requests'], calendar: [supposed], growth: 1.1 });
  answers.set('what-if', await said(laptop, '/v1/what-if', question));
  return answers;
}

/** The routes that tell of people and times: what they say differs from run to run. */
export async function askTheRest(laptop: Laptop): Promise<void> {
  for (const path of [
    '/v1/openapi.json',
    '/v1/regions',
    '/v1/calendar',
    '/v1/calendar/changes',
    '/v1/calendar/events',
    '/v1/notices',
    '/v1/teams/ants/notices',
    '/v1/runs',
  ])
    await said(laptop, path);
}
