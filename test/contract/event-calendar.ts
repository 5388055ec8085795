import { describe, expect, it } from 'vitest';
import type { CalendarDocument } from '../../lib/service/contracts/calendar.ts';
import { InvalidRequest, NotFound } from '../../lib/service/errors.ts';
import type { CalendarVersion, EventCalendar } from '../../lib/service/ports.ts';

/** What every EventCalendar promises. `open` answers a calendar that was never changed. */
export function eventCalendarContract(name: string, open: () => Promise<EventCalendar>) {
  const of = (...ids: string[]): CalendarDocument => ({
    schemaVersion: 1,
    events: ids.map((id) => ({
      id,
      kind: 'sale',
      name: 'Grüße',
      start: '2026-11-24',
      end: '2026-11-25T12:00',
    })),
  });
  const version = (number: number, ...ids: string[]): CalendarVersion => ({
    document: of(...ids),
    version: number,
    eventVersions: Object.fromEntries(ids.map((id) => [id, number])),
    author: 'Zoë',
    time: Date.UTC(2026, 0, number),
    ...(number % 2 === 0 && { reason: 'weil …' }),
  });

  describe(`${name} keeps the event calendar's promises`, () => {
    it('has no events before the first change, and the version 0', async () => {
      const calendar = await open();
      expect(await calendar.read()).toEqual({ document: of(), version: 0, eventVersions: {} });
      expect(await calendar.current()).toBeUndefined();
      expect(await calendar.versions({})).toEqual({ items: [] });
    });

    it('answers the last version as it was written, with author, time and reason', async () => {
      const calendar = await open();
      expect(await calendar.append(version(1, 'a'))).toBe(true);
      expect(await calendar.append(version(2, 'a', 'b'))).toBe(true);
      expect(await calendar.current()).toEqual(version(2, 'a', 'b'));
      expect(await calendar.read()).toMatchObject({ document: of('a', 'b'), version: 2 });
    });

    it('answers what it was at any time and in any version', async () => {
      const calendar = await open();
      for (const [i, ids] of [['a'], ['a', 'b'], ['b']].entries())
        await calendar.append(version(i + 1, ...ids));
      const idsAt = async (at: Parameters<EventCalendar['read']>[0]) =>
        (await calendar.read(at)).document.events.map(({ id }) => id);
      expect(await idsAt({ version: 0 })).toEqual([]);
      expect(await idsAt({ version: 2 })).toEqual(['a', 'b']);
      expect(await idsAt({ time: Date.UTC(2026, 0, 1) - 1 })).toEqual([]);
      expect(await idsAt({ time: Date.UTC(2026, 0, 1) })).toEqual(['a']);
      expect(await idsAt({ time: Date.UTC(2026, 0, 3) - 1 })).toEqual(['a', 'b']);
      expect(await idsAt({ time: Date.UTC(2027) })).toEqual(['b']);
      await expect(calendar.read({ version: 4 })).rejects.toThrow(NotFound);
    });

    it('refuses a version that there is already, and stays as it is', async () => {
      const calendar = await open();
      await calendar.append(version(1, 'a'));
      expect(await calendar.append(version(1, 'b'))).toBe(false);
      expect(await calendar.current()).toEqual(version(1, 'a'));
    });

    it('lets one of many writers win', async () => {
      const calendar = await open();
      const ids = Array.from({ length: 8 }, (_, i) => `e${i}`);
      const won = await Promise.all(ids.map((id) => calendar.append(version(1, id))));
      const winners = ids.filter((_, i) => won[i]);
      expect(winners).toHaveLength(1);
      expect((await calendar.read()).document).toEqual(of(winners[0]!));
    });

    it('lists its versions page by page, the latest first', async () => {
      const calendar = await open();
      for (let n = 1; n <= 5; n++) await calendar.append(version(n, 'a'));
      const seen: number[] = [];
      let nextToken: string | undefined;
      do {
        const page = await calendar.versions({ limit: 2, ...(nextToken && { nextToken }) });
        expect(page.items.length).toBeLessThanOrEqual(2);
        seen.push(...page.items.map((item) => item.version));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      expect(seen).toEqual([5, 4, 3, 2, 1]);
      await expect(calendar.versions({ nextToken: 'eyJhIjoxfQ' })).rejects.toThrow(InvalidRequest);
    });
  });
}
