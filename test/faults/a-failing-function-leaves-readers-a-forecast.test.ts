import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bootLaptop, historyEnd, type Laptop } from '../laptop/laptop.ts';

const dayMs = 86_400_000;
let laptop: Laptop;
let day = 1;

/** A new scheduled time for each run, so that none is a duplicate. */
const nextTime = () => `2026-07-${String(day++).padStart(2, '0')}T02:00:00Z`;

/** Fails the first `times` invocations of a function of the region `north`. */
function failing(name: string, times: number) {
  let left = times;
  laptop.faults.function = (called) => {
    if (!called.includes('north') || !called.toLowerCase().includes(name.replaceAll('-', '')))
      return undefined;
    left -= 1;
    return left >= 0 ? 'throw' : undefined;
  };
}

/** More history, so that the next run has something to do. */
async function moreHistory() {
  for (const team of ['ants', 'bees', 'cats'])
    expect((await laptop.send(team, { days: 2, end: historyEnd + day * dayMs })).status).toBe(200);
}

beforeAll(async () => {
  laptop = await bootLaptop();
  for (const team of ['ants', 'bees', 'cats']) expect((await laptop.send(team)).status).toBe(200);
});
beforeEach(() => {
  laptop.faults = {};
});
afterAll(() => laptop.close());

/** What a run needs: without it, it is not published. */
const needed = ['plan-run', 'reconcile-region', 'publish-run'];

describe('the refresh', () => {
  it('starts from a published run', async () => {
    const { runId, execution } = await laptop.refresh('north', nextTime());
    expect(execution).toMatchObject({ status: 'SUCCEEDED' });
    expect(await laptop.forecast('ants')).toMatchObject({ runId, status: 'ok' });
  });

  for (const name of [...needed, 'forecast-batch'])
    for (const times of [1, 3])
      it(`is published all the same when ${name} fails ${times === 1 ? 'once' : 'three times'}`, async () => {
        await moreHistory();
        failing(name, times);
        const { runId, execution } = await laptop.refresh('north', nextTime());
        expect(execution).toMatchObject({ status: 'SUCCEEDED' });
        expect(await laptop.run(runId)).toMatchObject({ status: 'published', counts: { ok: 3 } });
        for (const team of ['ants', 'bees', 'cats'])
          expect(await laptop.forecast(team)).toMatchObject({ runId, status: 'ok', modelRunId: runId });
      });

  for (const name of needed)
    it(`is not published while ${name} always fails: readers keep the last one, and the run says why`, async () => {
      const before = await laptop.forecast('ants');
      await moreHistory();
      failing(name, Number.POSITIVE_INFINITY);
      const { runId, execution } = await laptop.refresh('north', nextTime());
      expect(execution.status).toBe('FAILED');
      expect(execution.error).toBeTruthy();
      expect(await laptop.run(runId)).toMatchObject({ status: 'failed', error: execution.error });
      expect(await laptop.forecast('ants')).toEqual(before);

      laptop.faults = {};
      const next = await laptop.refresh('north', nextTime());
      expect(await laptop.forecast('ants')).toMatchObject({ runId: next.runId, status: 'ok' });
    });

  it('keeps every series as stale, with the reason, while forecast-batch always fails', async () => {
    const before = await laptop.forecast('bees');
    await moreHistory();
    failing('forecast-batch', Number.POSITIVE_INFINITY);
    const { runId, execution } = await laptop.refresh('north', nextTime());
    expect(execution.status).toBe('SUCCEEDED');
    expect(await laptop.run(runId)).toMatchObject({ status: 'published', counts: { ok: 0, stale: 3 } });
    const kept = await laptop.forecast('bees');
    expect(kept).toMatchObject({ runId, status: 'stale', modelRunId: before.modelRunId, mean: before.mean });
    expect(kept.reason).toBeTruthy();
  });

  it('fails with the first error when neither it nor record-failure works, and shows as failed', async () => {
    const before = await laptop.forecast('cats');
    laptop.faults.function = (name) =>
      /north.*(reconcileregion|recordfailure)/i.test(name) ? 'throw' : undefined;
    const { runId, execution } = await laptop.refresh('north', nextTime());
    expect(execution.status).toBe('FAILED');
    expect(await laptop.run(runId)).toMatchObject({ status: 'failed' });
    expect(await laptop.forecast('cats')).toEqual(before);
  });

  for (const times of [1, 3])
    it(`is recorded as failed when record-failure itself fails ${times === 1 ? 'once' : 'three times'}`, async () => {
      let left = times;
      laptop.faults.function = (name) => {
        if (/north.*reconcileregion/i.test(name)) return 'throw';
        if (!/north.*recordfailure/i.test(name)) return undefined;
        left -= 1;
        return left >= 0 ? 'throw' : undefined;
      };
      const { runId, execution } = await laptop.refresh('north', nextTime());
      expect(execution.status).toBe('FAILED');
      expect(await laptop.run(runId)).toMatchObject({ status: 'failed', error: execution.error });
    });
});

describe('a function whose process dies', () => {
  it('is called again, and the run is published', async () => {
    await moreHistory();
    let crashes = 0;
    laptop.faults.function = (name) =>
      /north.*forecastbatch/i.test(name) && crashes++ === 0 ? 'crash' : undefined;
    const { runId } = await laptop.refresh('north', nextTime());
    expect(crashes).toBeGreaterThan(1);
    expect(await laptop.run(runId)).toMatchObject({ status: 'published', counts: { ok: 3 } });
  });
});

describe('the API', () => {
  it('answers 502 while its function fails, and the same forecast as before afterwards', async () => {
    const before = await laptop.forecast('ants');
    laptop.faults.function = (name) => (/north.*api/i.test(name) ? 'throw' : undefined);
    expect((await laptop.fetch('/v1/teams/ants/regions/north/metrics/requests/forecast')).status).toBe(502);
    laptop.faults = {};
    expect(await laptop.forecast('ants')).toEqual(before);
  });
});
