import { describe, expect, it } from 'vitest';
import type { ExportRecord } from '../../lib/service/contracts/exports.ts';
import type { ExportStore } from '../../lib/service/ports.ts';

/** What every ExportStore promises. `open` answers an empty one. */
export function exportStoreContract(name: string, open: () => Promise<ExportStore>) {
  describe(`${name} keeps the exports' promises`, () => {
    const series = { team: 'shop', region: 'eu', metric: 'requests' };
    const record: ExportRecord = {
      ...{ schemaVersion: 1, exportId: 'Ab-3_x', seriesId: 'shop/eu/requests', timeZone: 'Europe/Paris' },
      ...{ of: 'forecast', runId: 'eu-20260101T000000Z', grain: 'hour', format: 'csv', rows: 1, bytes: 4 },
      ...{ start: '2026-01-01T00:00:00Z', end: '2026-01-02T00:00:00Z', columns: ['timestamp', 'mean'] },
      ...{ file: 'shop-eu-requests.csv', keptUntil: '2026-01-09T00:00:00Z' },
    };
    const bytes = new TextEncoder().encode('a,b\n');

    it('answers what was put, of that series alone', async () => {
      const store = await open();
      expect(await store.get(series, record.exportId)).toBeUndefined();
      await store.put(series, record, bytes);
      expect(await store.get(series, record.exportId)).toEqual(record);
      expect(await store.get({ ...series, metric: 'orders' }, record.exportId)).toBeUndefined();
      for (const strange of ['', '../Ab-3_x', 'Ab-3_y', 'x'.repeat(2000)])
        expect(await store.get(series, strange)).toBeUndefined();
    });

    it('links to the file for whoever has the link, and says until when', async () => {
      const store = await open();
      await store.put(series, record, bytes);
      const { url, expires } = await store.link(series, record);
      expect(expires).toBeGreaterThan(Date.now());
      expect(await (await fetch(url)).text()).toBe('a,b\n');
    });
  });
}
