import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../lib/service/contracts/refresh.ts';
import { InvalidRequest, NotFound } from '../../lib/service/errors.ts';
import type { RunStore } from '../../lib/service/ports.ts';

/** What every RunStore promises. `open` answers an empty store of the region eu. */
export function runStoreContract(name: string, open: () => Promise<RunStore>) {
  describe(`${name} keeps the runs' promises`, () => {
    const run = (day: number, executionId = 'one'): RunRecord => ({
      schemaVersion: 1,
      runId: `eu-202601${String(day).padStart(2, '0')}T000000Z`,
      region: 'eu',
      scheduledTime: `2026-01-${String(day).padStart(2, '0')}T00:00:00Z`,
      executionId,
      status: 'running',
      startedAt: '2026-01-01T00:00:01.000Z',
    });

    it('begins a run once: the second caller gets the first one’s record', async () => {
      const store = await open();
      expect(await store.begin(run(1))).toEqual({ begun: true, run: run(1) });
      expect(await store.begin(run(1, 'two'))).toEqual({ begun: false, run: run(1) });
      const answers = await Promise.all(['a', 'b', 'c', 'd'].map((id) => store.begin(run(2, id))));
      expect(answers.filter(({ begun }) => begun)).toHaveLength(1);
      expect(new Set(answers.map((answer) => answer.run.executionId)).size).toBe(1);
    });

    it('updates what it is told and leaves the rest', async () => {
      const store = await open();
      await store.begin(run(1));
      const counts = { ok: 1, stale: 2, fallback: 3, failed: 4 };
      await store.update(run(1).runId, { status: 'published', counts, endedAt: 'then' });
      expect(await store.get(run(1).runId)).toEqual({
        ...run(1),
        status: 'published',
        counts,
        endedAt: 'then',
      });
      await expect(store.update(run(9).runId, { status: 'failed' })).rejects.toThrow(NotFound);
      expect(await store.get(run(9).runId)).toBeUndefined();
    });

    it('lists the latest first, page by page', async () => {
      const store = await open();
      for (const day of [3, 1, 5, 2, 4]) await store.begin(run(day));
      await store.publish(run(5));
      const first = await store.list({ limit: 2 });
      expect(first.items.map(({ runId }) => runId)).toEqual([run(5).runId, run(4).runId]);
      const second = await store.list({ limit: 5, nextToken: first.nextToken! });
      expect(second.items.map(({ runId }) => runId)).toEqual([run(3).runId, run(2).runId, run(1).runId]);
      expect(second.nextToken).toBeUndefined();
      await expect(store.list({ nextToken: 'e30' })).rejects.toThrow(InvalidRequest);
    });

    it('moves the pointer only forward', async () => {
      const store = await open();
      expect(await store.published()).toBeUndefined();
      expect(await store.publish(run(2))).toBe(true);
      expect(await store.publish(run(1))).toBe(false);
      expect(await store.publish(run(2))).toBe(true);
      expect(await store.published()).toEqual({ runId: run(2).runId, scheduledTime: run(2).scheduledTime });
      const results = await Promise.all([5, 3, 4].map((day) => store.publish(run(day))));
      expect(results[0]).toBe(true);
      expect((await store.published())?.runId).toBe(run(5).runId);
    });
  });
}
