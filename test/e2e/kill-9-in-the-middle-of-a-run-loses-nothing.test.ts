import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, inject, it, vi } from 'vitest';
import { fleet, type RegionApi } from '../../lib/api/fleet.ts';

let dir: string;
let child: ChildProcess | undefined;
type Fetch = (path: string, init?: RequestInit) => Promise<Response>;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'cloudtune-kill-'));
});
afterEach(async () => {
  await kill();
  await rm(dir, { recursive: true });
});

/** Boots the laptop in a process of its own, and answers what asks its APIs. */
async function boot(slowMs = 0): Promise<Fetch> {
  const program = resolve(import.meta.dirname, '../laptop/laptop-process.ts');
  child = spawn(process.execPath, [program, inject('assembly'), dir, String(slowMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
  const origin = fleet(JSON.parse(line) as RegionApi[]);
  return (path, init) => origin(new Request(`http://laptop.test${path}`, init));
}

async function kill(): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

const teams = ['ants', 'bees', 'cats'];
const hourMs = 3_600_000;
const end = Date.UTC(2026, 5, 1);
const observations = (team: string) => `/v1/teams/${team}/regions/north/metrics/requests/observations`;
const json = async (answer: Response) => (await answer.json()) as Record<string, unknown>;

const send = (fetch: Fetch, team: string, from: number, hours: number) => {
  const time = Array.from({ length: hours }, (_, i) => new Date(from + i * hourMs).toISOString());
  const value = time.map((_, i) => 100 + 50 * Math.round(Math.sin((i / 12) * Math.PI)) + (i % 7));
  return fetch(observations(team), {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ metricKind: 'count', time, value }),
  });
};
const refresh = async (fetch: Fetch, scheduledTime: string) =>
  (await json(
    await fetch('/v1/refresh', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ region: 'north', scheduledTime }),
    }),
  )) as { runId: string };
const run = async (fetch: Fetch, runId: string) => json(await fetch(`/v1/runs/${runId}`));
const forecast = async (fetch: Fetch, team: string) =>
  json(await fetch(`/v1/teams/${team}/regions/north/metrics/requests/forecast?grain=hour`));
const history = async (fetch: Fetch, team: string) => {
  const query = 'grain=hour&start=2026-01-01T00:00:00Z&end=2026-12-31T00:00:00Z';
  return json(await fetch(`${observations(team)}?${query}`));
};

it('history and forecasts are served as before, the broken run shows as failed, and the next one succeeds', async () => {
  const first = await boot();
  for (const team of teams)
    expect((await send(first, team, end - 56 * 24 * hourMs, 56 * 24)).status).toBe(200);
  const published = await refresh(first, '2026-06-02T02:00:00Z');
  await vi.waitFor(async () => expect((await run(first, published.runId)).status).toBe('published'), 20_000);
  for (const team of teams) expect((await send(first, team, end, 48)).status).toBe(200);
  const histories = await Promise.all(teams.map((team) => history(first, team)));
  const forecasts = await Promise.all(teams.map((team) => forecast(first, team)));
  expect(forecasts).toMatchObject(teams.map(() => ({ status: 'ok', runId: published.runId })));
  await kill();

  const slow = await boot(60_000);
  const broken = await refresh(slow, '2026-06-03T02:00:00Z');
  // Its plan is made, and its batches wait for their histories.
  await vi.waitFor(async () => expect((await run(slow, broken.runId)).status).toBe('running'), 20_000);
  await kill();

  const again = await boot();
  expect(await Promise.all(teams.map((team) => history(again, team)))).toEqual(histories);
  expect(await Promise.all(teams.map((team) => forecast(again, team)))).toEqual(forecasts);
  expect(await run(again, broken.runId)).toMatchObject({
    status: 'failed',
    cause: expect.stringMatching(/\w/),
  });

  const next = await refresh(again, '2026-06-04T02:00:00Z');
  await vi.waitFor(async () => expect((await run(again, next.runId)).status).toBe('published'), 20_000);
  expect(await forecast(again, 'bees')).toMatchObject({
    status: 'ok',
    runId: next.runId,
    modelRunId: next.runId,
  });
}, 60_000);
