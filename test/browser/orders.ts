import { setTimeout as wait } from 'node:timers/promises';

/** A series that two runs saw, the second nine days after the first: what was forecast has come. */

export const orders = 'shop/ma/orders';
export const api = '/v1/teams/shop/regions/ma/metrics/orders';
/** Its first instant. */
export const first = Date.UTC(2026, 6, 1);
const hour = 3_600_000;

/** Orders of each hour: a day's shape, fewer at the week's end, more each week, and a little of what nobody knows. */
const valueAt = (i: number) =>
  Math.round(
    (400 + i / 10) *
      (1.2 - Math.cos((i / 12) * Math.PI)) *
      (Math.floor(i / 24) % 7 > 4 ? 0.6 : 1) *
      (1 + 0.08 * Math.sin(i * i)),
  );

async function call<T>(url: string, method: string, body?: unknown): Promise<T> {
  const answer = await fetch(url, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  if (!answer.ok) throw new Error(`${method} ${url} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

async function send(url: string, from: number, until: number) {
  const steps = Array.from({ length: (until - from) * 24 }, (_, i) => from * 24 + i);
  await call(`${url}${api}/observations`, 'PUT', {
    metricKind: 'count',
    time: steps.map((i) => new Date(first + i * hour).toISOString()),
    value: steps.map(valueAt),
  });
}

async function refresh(url: string): Promise<string> {
  // Asked within the second of the run before it is that run: it is asked again.
  const before = (await call<{ runs: { runId: string }[] }>(`${url}/v1/runs`, 'GET')).runs;
  for (;;) {
    const { runId } = await call<{ runId: string }>(`${url}/v1/refresh`, 'POST', { region: 'ma' });
    await wait(300);
    if (before.some((run) => run.runId === runId)) continue;
    for (;;) {
      const { status } = await call<{ status: string }>(`${url}/v1/runs/${runId}`, 'GET');
      if (status === 'published') return runId;
      if (status !== 'running') throw new Error(`${runId} is ${status}`);
      await wait(300);
    }
  }
}

/** Loads the series behind an API. Returns the runs that saw 60, then 69 days of it. */
export async function loadOrders(url: string): Promise<[string, string]> {
  await send(url, 0, 60);
  const before = await refresh(url);
  await send(url, 60, 69);
  return [before, await refresh(url)];
}
