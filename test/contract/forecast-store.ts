import { describe, expect, it } from 'vitest';
import { NotFound } from '../../lib/service/errors.ts';
import type { ForecastStore } from '../../lib/service/ports.ts';

/** What every ForecastStore promises. `open` answers an empty store. */
export function forecastStoreContract(name: string, open: () => Promise<ForecastStore>) {
  describe(`${name} keeps the forecasts' promises`, () => {
    const series = { team: 'shop', region: 'eu', metric: 'requests' };
    const bytes = Uint8Array.from({ length: 3000 }, (_, i) => (i * 7) % 256);

    it('answers a model by its key, and a model of each run by itself', async () => {
      const store = await open();
      const first = await store.putModel(series, 'eu-20260101T000000Z', bytes);
      const second = await store.putModel(series, 'eu-20260102T000000Z', bytes.slice(1));
      expect(await store.getModel(first.modelKey)).toEqual(bytes);
      expect(await store.getModel(second.modelKey)).toEqual(bytes.slice(1));
      expect(await store.getModel(`${first.modelKey}x`)).toBeUndefined();
    });

    it('keeps digests with what they were made from', async () => {
      const store = await open();
      expect(await store.getDigests(series)).toBeUndefined();
      const revisions = Object.fromEntries(
        Array.from({ length: 120 }, (_, i) => [`month-${i}`, `"etag-${i}"`]),
      );
      await store.putDigests(series, { digests: bytes, revisions, madeWith: 'Zürich' });
      expect(await store.getDigests(series)).toEqual({ digests: bytes, revisions, madeWith: 'Zürich' });
    });

    it('answers a manifest as it was put, and says which one is missing', async () => {
      const store = await open();
      const items = [
        { team: 'a', metric: 'x' },
        { team: 'b', metric: 'y' },
      ];
      const { manifestKey } = await store.putManifest('eu-20260101T000000Z', items);
      expect(await store.getManifest(manifestKey)).toEqual(items);
      await expect(store.getManifest('runs/none/manifest.json')).rejects.toThrow(NotFound);
    });

    it('answers the totals of a run as they were put last', async () => {
      const store = await open();
      const total = {
        metric: 'requests',
        metricKind: 'count' as const,
        correlation: 0.25,
        cutoff: 1,
        horizonEnd: 2,
        members: [{ team: 'a', modelKey: 'k', status: 'stale' as const, reason: 'Zürich' }],
        missing: [{ team: 'b', reason: 'none' }],
      };
      expect(await store.getTotals('eu-20260101T000000Z')).toBeUndefined();
      await store.putTotals('eu-20260101T000000Z', []);
      await store.putTotals('eu-20260101T000000Z', [total]);
      expect(await store.getTotals('eu-20260101T000000Z')).toEqual([total]);
      expect(await store.getTotals('eu-20260102T000000Z')).toBeUndefined();
    });
  });
}
