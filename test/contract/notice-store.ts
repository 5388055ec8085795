import { describe, expect, it } from 'vitest';
import type { Notice } from '../../lib/service/contracts/notices.ts';
import { InvalidRequest } from '../../lib/service/errors.ts';
import type { NoticeStore } from '../../lib/service/ports.ts';

/** What every NoticeStore promises. `open` answers an empty store of the region eu. */
export function noticeStoreContract(name: string, open: () => Promise<NoticeStore>) {
  const told = (team: string, day: number, words = 'moved'): Notice => ({
    ...{ schemaVersion: 1, team, region: 'eu', more: 0, words: [words] },
    runId: `eu-2026010${day}T000000Z`,
    time: `2026-01-0${day}T00:00:00Z`,
    changes: [{ version: day, time: '2026-01-01T00:00:00.000Z', author: 'Zoë' }],
    events: [{ id: 'bf', after: { id: 'bf', kind: 'sale', start: '2026-11-27' } }],
    peaks: [],
  });

  describe(`${name} keeps the notices' promises`, () => {
    it('lists what was told, the latest first, of all teams or one', async () => {
      const store = await open();
      for (const one of [told('shop', 2), told('search', 1), told('shop', 1)]) await store.put(one);
      const { items } = await store.list({});
      expect(items.map(({ team, time }) => `${time.slice(8, 10)} ${team}`)).toEqual([
        '02 shop',
        '01 shop',
        '01 search',
      ]);
      expect(items[0]).toEqual(told('shop', 2));
      expect((await store.list({ team: 'search' })).items).toEqual([told('search', 1)]);
    });

    it('tells a team once of a run', async () => {
      const store = await open();
      await store.put(told('shop', 1));
      await store.put(told('shop', 1, 'again'));
      expect((await store.list({})).items).toEqual([told('shop', 1, 'again')]);
    });

    it('answers what one team was told at a time, as it was put last', async () => {
      const store = await open();
      await store.put(told('shop', 1));
      const sent = { ...told('shop', 1), sentAt: '2026-01-01T00:01:00.000Z' };
      await store.put(sent);
      expect(await store.get({ time: sent.time, team: 'shop' })).toEqual(sent);
      expect(await store.get({ time: sent.time, team: 'search' })).toBeUndefined();
      expect(await store.get({ time: '2026-01-02T00:00:00Z', team: 'shop' })).toBeUndefined();
    });

    it('goes on page by page', async () => {
      const store = await open();
      for (let day = 1; day <= 5; day++) await store.put(told('shop', day));
      const seen: string[] = [];
      let nextToken: string | undefined;
      do {
        const page = await store.list({ limit: 2, ...(nextToken && { nextToken }) });
        seen.push(...page.items.map(({ time }) => time.slice(9, 10)));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      expect(seen).toEqual(['5', '4', '3', '2', '1']);
      await expect(store.list({ nextToken: 'eyJhIjoxfQ' })).rejects.toThrow(InvalidRequest);
    });
  });
}
