import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../lib/cli/index.ts';
import { serve } from '../../lib/cli/server.ts';

export interface Asked {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  body: string;
}

type Answer = unknown | ((asked: Asked) => unknown);

/** An API that answers from a table of "METHOD /path" → body (or Response), and remembers what it was asked. */
export async function fakeApi(answers: Record<string, Answer>) {
  const asked: Asked[] = [];
  const server = await serve(
    new Map([['/', { type: 'text/html', content: Buffer.from('<h1>page</h1>') }]]),
    async (request) => {
      const url = new URL(request.url);
      const one = {
        method: request.method,
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: Object.fromEntries(request.headers),
        body: await request.text(),
      };
      asked.push(one);
      const found = answers[`${one.method} ${one.path}`];
      const answer = typeof found === 'function' ? found(one) : found;
      if (answer instanceof Response) return answer;
      return answer === undefined
        ? Response.json(
            { type: 'about:blank', title: 'Not found', status: 404, detail: `nothing at ${one.path}` },
            { status: 404 },
          )
        : Response.json(answer);
    },
    0,
  );
  return { ...server, asked };
}

/** Runs the command and catches what it writes. */
export async function run(...args: string[]) {
  let out = '';
  let err = '';
  const code = await main(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    interactive: false,
    width: 100,
  });
  return { code, out, err };
}

/** A folder that is gone after the callback. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'cloudtune-test-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const aSeries = {
  team: 'shop',
  region: 'fr',
  metric: 'orders',
  seriesId: 'shop/fr/orders',
  metricKind: 'count',
  stepSeconds: 3600,
  timeZone: 'Europe/Paris',
  firstTime: '2026-01-01T00:00:00.000Z',
  lastTime: '2026-02-28T23:00:00.000Z',
  forecast: {
    status: 'ok',
    runId: 'fr-20260301T000000Z',
    modelRunId: 'fr-20260301T000000Z',
    cutoff: '2026-03-01T00:00:00.000Z',
    horizonEnd: '2026-06-01T00:00:00.000Z',
    accuracy: { origins: 4, horizonDays: 28, wape: 0.083, naiveWape: 0.127, coverage: 0.81 },
  },
};

export const aRun = {
  runId: 'fr-20260301T000000Z',
  region: 'fr',
  scheduledTime: '2026-03-01T00:00:00Z',
  executionId: 'arn:aws:states:eu-west-3:000000000000:execution:Refresh:fr-20260301T000000Z',
  status: 'published',
  startedAt: '2026-03-01T00:00:01Z',
  endedAt: '2026-03-01T00:00:04Z',
  series: 3,
  counts: { ok: 2, stale: 1, fallback: 0, failed: 0 },
};
