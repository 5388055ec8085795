import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fault, InterceptedRequest } from '../../lib/local/index.ts';
import { bootLaptop, historyEnd, type Laptop } from '../laptop/laptop.ts';

const dayMs = 86_400_000;
let laptop: Laptop;
let day = 1;
const nextTime = () => `2026-07-${String(day++).padStart(2, '0')}T02:00:00Z`;
const teams = ['ants', 'bees', 'cats'];
const schedule = () => laptop.cloud.schedules.find(({ name }) => /north-RefreshSchedule/.test(name))!;

beforeAll(async () => {
  laptop = await bootLaptop();
  for (const team of teams) expect((await laptop.send(team)).status).toBe(200);
  await laptop.refresh('north', nextTime());
});
beforeEach(() => {
  laptop.faults = {};
});
afterAll(() => laptop.close());

const moreHistory = async () => {
  for (const team of teams)
    expect((await laptop.send(team, { days: 2, end: historyEnd + day * dayMs })).status).toBe(200);
};

/** Every n-th request meets the fault, but never two of the last four of one kind: a retry is let through. */
function every(n: number, service: InterceptedRequest['service'], fault: Fault) {
  let seen = 0;
  const since = new Map<string, number>();
  laptop.faults.storage = (request) => {
    if (request.service !== service) return undefined;
    const kind = `${request.operation} ${request.target}`;
    const calm = since.get(kind) ?? Number.POSITIVE_INFINITY;
    const strike = seen++ % n === 0 && (n === 1 || calm > 3);
    since.set(kind, strike ? 0 : calm + 1);
    return strike ? fault : undefined;
  };
  return () => seen;
}

const stumbles: [string, InterceptedRequest['service'], Fault][] = [
  ['S3 answers 500', 's3', { status: 500, code: 'InternalError' }],
  ['S3 answers 503', 's3', { status: 503, code: 'SlowDown' }],
  ['S3 resets the connection', 's3', 'reset'],
  ['DynamoDB answers 500', 'dynamodb', { status: 500, code: 'InternalServerError' }],
  ['DynamoDB throttles', 'dynamodb', { status: 400, code: 'ProvisionedThroughputExceededException' }],
  ['DynamoDB resets the connection', 'dynamodb', 'reset'],
];

describe('now and then', () => {
  for (const [what, service, fault] of stumbles)
    it(`${what}: observations are taken and the run is published`, async () => {
      const seen = every(5, service, fault);
      await moreHistory();
      const { runId, execution } = await laptop.refresh('north', nextTime());
      expect(seen()).toBeGreaterThan(5);
      expect(execution.status).toBe('SUCCEEDED');
      laptop.faults = {};
      expect(await laptop.run(runId)).toMatchObject({ status: 'published', counts: { ok: 3 } });
      for (const team of teams)
        expect(await laptop.forecast(team)).toMatchObject({ runId, status: 'ok', modelRunId: runId });
    });

  for (const service of ['s3', 'dynamodb'] as const)
    it(`${service} answers one request with nothing at all: it is asked again`, async () => {
      await moreHistory();
      let hung = false;
      laptop.faults.storage = (request) => {
        if (hung || request.service !== service) return undefined;
        hung = true;
        return 'hang';
      };
      const { runId } = await laptop.refresh('north', nextTime());
      expect(hung).toBe(true);
      expect(await laptop.run(runId)).toMatchObject({ status: 'published', counts: { ok: 3 } });
    });
});

describe('for as long as the run lasts', () => {
  for (const [what, service, fault] of stumbles.slice(0, 5))
    it(`${what}: the run fails and says so, readers keep the last forecast, the next run heals`, async () => {
      const before = await laptop.forecast('ants');
      await moreHistory();
      // What a reader of the API needs still works: the run is broken, not the whole region.
      let broken = false;
      laptop.faults.storage = (request) => {
        broken ||= /manifest/.test(request.target);
        return broken && request.service === service ? fault : undefined;
      };
      // Started as the schedule starts it: the API itself may not answer while storage does not.
      const time = nextTime();
      const { executionArn } = await laptop.cloud.fireSchedule(schedule().name, new Date(time));
      const execution = await laptop.cloud.ended(executionArn!);
      laptop.faults = {};
      const runId = `north-${time.replaceAll(/[-:]/g, '')}`;
      const run = await laptop.run(runId);
      const now = await laptop.forecast('ants');
      if (execution.status === 'SUCCEEDED')
        expect(now).toMatchObject({ runId, status: 'stale', mean: before.mean });
      else {
        expect(run.status).toBe('failed');
        expect(run.error ?? run.cause).toBeTruthy();
        expect(now).toEqual(before);
      }

      const next = await laptop.refresh('north', nextTime());
      expect(await laptop.forecast('ants')).toMatchObject({ runId: next.runId, status: 'ok' });
    });

  it('observations that cannot be stored are refused, and taken when sent again', async () => {
    every(1, 's3', { status: 503, code: 'SlowDown' });
    const refused = await laptop.send('ants', { days: 1, end: historyEnd + 40 * dayMs });
    expect(refused.status).toBeGreaterThanOrEqual(500);
    expect(refused.headers.get('content-type')).toMatch(/problem\+json/);
    laptop.faults = {};
    const taken = await laptop.send('ants', { days: 1, end: historyEnd + 40 * dayMs });
    expect(await taken.json()).toMatchObject({ accepted: 24, rejected: 0 });
  });
});
