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
