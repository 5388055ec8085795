import { describe, expect, it } from 'vitest';
import type { ForecastEntry } from '../../lib/service/contracts/refresh.ts';
import type { ForecastIndex } from '../../lib/service/ports.ts';

/** What every ForecastIndex promises. `open` answers an empty index. */
export function forecastIndexContract(name: string, open: () => Promise<ForecastIndex>) {
  describe(`${name} keeps the index's promises`, () => {
    const runId = 'eu-20260101T000000Z';
    const key = (metric: string) => ({ team: 'shop', region: 'eu', metric });
    const entry = (metric: string, change: Partial<ForecastEntry> = {}): ForecastEntry => ({
      schemaVersion: 1,
      ...key(metric),
      runId,
      status: 'ok',
      modelRunId: runId,
      modelKey: `models/${metric}`,
      cutoff: 1000,
      horizonEnd: 2000,
      accuracy: { origins: 3, horizonDays: 28, wape: 0.1 },
      basis: 'abc',
      ...change,
    });

    it('answers what was put, of that run alone', async () => {
      const index = await open();
      await index.put(entry('requests'));
      expect(await index.get(key('requests'), runId)).toEqual(entry('requests'));
      expect(await index.get(key('requests'), 'eu-20260102T000000Z')).toBeUndefined();
      expect(await index.get(key('request'), runId)).toBeUndefined();
    });

    it('keeps the latest of two entries of one series and run', async () => {
      const index = await open();
      await index.put(entry('requests'));
      const failed: ForecastEntry = {
        schemaVersion: 1,
        ...key('requests'),
        runId,
        status: 'failed',
        reason: 'why',
      };
      await index.put(failed);
      expect(await index.get(key('requests'), runId)).toEqual(failed);
    });

    it('lists the entries of a series in the runs of some time, whatever there is of others', async () => {
      const index = await open();
      const at = (n: number) => Date.UTC(2026, 0, 1) + n * 3_600_000;
      const runOf = (n: number) => `eu-20260101T${String(n).padStart(2, '0')}0000Z`;
      for (const n of [7, 3, 4, 5, 12]) await index.put(entry('requests', { runId: runOf(n) }));
      await index.put(entry('requests2', { runId: runOf(4) }));
      await index.put({ ...entry('requests', { runId: runOf(4) }), team: 'other' });
      const runs = async (from: number, until: number) =>
        (await index.list(key('requests'), { from, until })).map(({ runId }) => runId);
      expect(await runs(at(4), at(7))).toEqual([4, 5, 7].map(runOf));
      expect(await runs(at(4) + 1, at(7) - 1)).toEqual([5].map(runOf));
      expect(await runs(at(13), at(20))).toEqual([]);
      expect(await runs(at(5), at(4))).toEqual([]);
    });

    it('answers many in their order, with gaps where there is none', async () => {
      const index = await open();
      const metrics = Array.from({ length: 230 }, (_, i) => `m${i}`);
      await Promise.all(metrics.filter((_, i) => i % 3 !== 0).map((metric) => index.put(entry(metric))));
      const entries = await index.getMany(metrics.map(key), runId);
      expect(entries.map((one) => one?.metric)).toEqual(
        metrics.map((metric, i) => (i % 3 === 0 ? undefined : metric)),
      );
      expect(await index.getMany([], runId)).toEqual([]);
    });
  });
}
