import { describe, expect, it } from 'vitest';
import type { SeriesRecord } from '../../lib/service/contracts/series.ts';
import { InvalidRequest, SettingsConflict } from '../../lib/service/errors.ts';
import type { SeriesRegistry } from '../../lib/service/ports.ts';

const change = (revisions: Record<string, string>, firstTime = 1000, lastTime = 2000) => ({
  metricKind: 'count' as const,
  stepSeconds: 60,
  firstTime,
  lastTime,
  revisions,
});

/** What every SeriesRegistry promises. `open` answers an empty registry of the region eu. */
export function seriesRegistryContract(name: string, open: () => Promise<SeriesRegistry>) {
  describe(`${name} keeps the registry's promises`, () => {
    const key = (team: string, metric = 'requests') => ({ team, region: 'eu', metric });

    it('knows nothing of a series that was never recorded', async () => {
      expect(await (await open()).get(key('shop'))).toBeUndefined();
    });

    it('widens the times and replaces the revisions of the months written', async () => {
      const registry = await open();
      await registry.recordHistory(key('shop'), change({ '2026-01': 'a', '2026-02': 'b' }, 5000, 9000));
      const record = await registry.recordHistory(key('shop'), change({ '2026-02': 'c' }, 7000, 12_000));
      expect(record).toMatchObject({
        ...key('shop'),
        firstTime: 5000,
        lastTime: 12_000,
        revisions: { '2026-01': 'a', '2026-02': 'c' },
      });
      expect(await registry.get(key('shop'))).toEqual(record);
    });

    it('refuses another step or kind, and keeps what was recorded', async () => {
      const registry = await open();
      const record = await registry.recordHistory(key('shop'), change({ '2026-01': 'a' }));
      for (const other of [{ stepSeconds: 300 }, { metricKind: 'gauge' as const }])
        await expect(
          registry.recordHistory(key('shop'), { ...change({ '2026-01': 'z' }), ...other }),
        ).rejects.toThrow(SettingsConflict);
      expect(await registry.get(key('shop'))).toEqual(record);
    });

    it('loses no month to concurrent writers', async () => {
      const registry = await open();
      const months = ['2026-01', '2026-02', '2026-03', '2026-04', '2026-05'];
      await Promise.all(
        months.map((month, i) =>
          registry.recordHistory(key('shop'), change({ [month]: 'a' }, 100 - i, 200 + i)),
        ),
      );
      const record = (await registry.get(key('shop'))) as SeriesRecord;
      expect(Object.keys(record.revisions).sort()).toEqual(months);
      expect([record.firstTime, record.lastTime]).toEqual([96, 204]);
    });

    it('lists every series once, page by page, and those of one team', async () => {
      const registry = await open();
      for (const team of ['a', 'b', 'c'])
        for (const metric of ['x', 'y']) await registry.recordHistory(key(team, metric), change({}));
      const seen: string[] = [];
      let nextToken: string | undefined;
      do {
        const page = await registry.list({ limit: 2, ...(nextToken !== undefined && { nextToken }) });
        expect(page.items.length).toBeLessThanOrEqual(2);
        seen.push(...page.items.map(({ team, metric }) => team + metric));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      expect(seen.sort()).toEqual(['ax', 'ay', 'bx', 'by', 'cx', 'cy']);
      const { items } = await registry.list({ team: 'b' });
      expect(items.map(({ metric }) => metric)).toEqual(['x', 'y']);
    });

    it('refuses a token that it did not hand out', async () => {
      const registry = await open();
      await expect(registry.list({ nextToken: 'nonsense' })).rejects.toThrow(InvalidRequest);
    });
  });
}
