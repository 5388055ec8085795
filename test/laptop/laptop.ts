import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { inject } from 'vitest';
import type { z } from 'zod';
import { fleet, regionApis } from '../../lib/api/fleet.ts';
import {
  bootCloud,
  type Clock,
  type Cloud,
  type CloudExecution,
  type CloudOptions,
  type FunctionInterceptor,
  type Interceptor,
} from '../../lib/local/index.ts';
import {
  forecastAnswer,
  type observationsBody,
  refreshAnswer,
  runAnswer,
} from '../../lib/service/contracts/http.ts';

const hourMs = 3_600_000;

/** Time of the state machines: as many times faster, so that retries need not be waited for. */
const hurried = (factor: number): Clock => ({
  now: () => Date.now(),
  sleep: (ms, signal) => delay(ms / factor, undefined, { signal }),
});

export interface Faults {
  storage?: Interceptor;
  function?: FunctionInterceptor;
}

/** The whole app on the laptop cloud, with switches to break it. */
export interface Laptop {
  cloud: Cloud;
  /** What is broken now; assign to change it. */
  faults: Faults;
  /** One origin over both regions, as the page has. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Sends hours of a week-shaped load, `days` of them up to `end` (default: a fixed Monday). */
  send(
    team: string,
    options?: { region?: string; days?: number; level?: number; end?: number },
  ): Promise<Response>;
  /** Starts a refresh and waits for its execution. `second` sets runs apart. */
  refresh(region: string, scheduledTime: string): Promise<{ runId: string; execution: CloudExecution }>;
  forecast(team: string, region?: string): Promise<z.infer<typeof forecastAnswer>>;
  run(runId: string): Promise<z.infer<typeof runAnswer>>;
  close(): Promise<void>;
}

/** The first instant after the history that `send` sends. */
export const historyEnd = Date.UTC(2026, 5, 1);

export async function bootLaptop(
  options: { dir?: string; hurry?: number; environmentOf?: CloudOptions['environmentOf'] } = {},
): Promise<Laptop> {
  const own = options.dir === undefined ? await mkdtemp(join(tmpdir(), 'cloudtune-laptop-')) : undefined;
  const broken: { faults: Faults } = { faults: {} };
  const cloud = await bootCloud({
    assembly: inject('assembly'),
    dir: options.dir ?? own!,
    concurrency: 2,
    schedules: false,
    clock: hurried(options.hurry ?? 50),
    ...(options.environmentOf && { environmentOf: options.environmentOf }),
    intercept: (request) => broken.faults.storage?.(request),
    interceptFunction: (name, attempt, payload) => broken.faults.function?.(name, attempt, payload),
  });
  const origin = fleet(regionApis(cloud.stacks));
  const fetch = (path: string, init?: RequestInit) => origin(new Request(`http://laptop.test${path}`, init));
  const read = async <T extends z.ZodType>(schema: T, path: string, init?: RequestInit) => {
    const answer = await fetch(path, init);
    const body: unknown = await answer.json();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${JSON.stringify(body)}`);
    return schema.parse(body);
  };
  return {
    cloud,
    get faults() {
      return broken.faults;
    },
    set faults(faults) {
      broken.faults = faults;
    },
    fetch,
    send(team, { region = 'north', days = 56, level = 100, end = historyEnd } = {}) {
      const time = Array.from({ length: days * 24 }, (_, i) => end - (days * 24 - i) * hourMs);
      const value = time.map((t) => Math.round(level * load(new Date(t))));
      const body: z.input<typeof observationsBody> = { metricKind: 'count', time: time.map(iso), value };
      return fetch(`/v1/teams/${team}/regions/${region}/metrics/requests/observations`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    },
    async refresh(region, scheduledTime) {
      const { runId, executionId } = await read(refreshAnswer, '/v1/refresh', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ region, scheduledTime }),
      });
      return { runId, execution: await cloud.ended(executionId) };
    },
    forecast: (team, region = 'north') =>
      read(forecastAnswer, `/v1/teams/${team}/regions/${region}/metrics/requests/forecast?grain=day`),
    run: (runId) => read(runAnswer, `/v1/runs/${runId}`),
    async close() {
      await cloud.close();
      if (own !== undefined) await rm(own, { recursive: true });
    },
  };
}

const iso = (time: number) => new Date(time).toISOString();

/** A day's wave, quieter at weekends, with a ripple so that no two days are the same. */
function load(at: Date): number {
  const hour = at.getUTCHours();
  const weekend = at.getUTCDay() % 6 === 0 ? 0.6 : 1;
  const ripple = 1 + 0.05 * Math.sin(at.getTime() / 7_777_777);
  return weekend * ripple * (2 + Math.sin(((hour - 9) / 24) * 2 * Math.PI));
}
