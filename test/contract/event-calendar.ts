import { describe, expect, it } from 'vitest';
import type { CalendarDocument } from '../../lib/service/contracts/calendar.ts';
import type { EventCalendar } from '../../lib/service/ports.ts';

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

  describe(`${name} keeps the event calendar's promises`, () => {
    it('has no events before the first change, and a version all the same', async () => {
      const calendar = await open();
      const { document, version } = await calendar.read();
      expect(document).toEqual(of());
      expect(version).toMatch(/^[A-Za-z0-9-]+$/);
    });

    it('answers what was put last, with the version that the writer was told', async () => {
      const calendar = await open();
      const first = await calendar.replace(of('a'), (await calendar.read()).version);
      expect(await calendar.read()).toEqual({ document: of('a'), version: first });
      const second = await calendar.replace(of('a', 'b'), first!);
      expect(await calendar.read()).toEqual({ document: of('a', 'b'), version: second });
      expect(second).not.toBe(first);
    });

    it('refuses a change of a version that is gone, and stays as it is', async () => {
      const calendar = await open();
      const { version: empty } = await calendar.read();
      const first = await calendar.replace(of('a'), empty);
      expect(await calendar.replace(of('b'), empty)).toBeUndefined();
      expect(await calendar.replace(of('b'), 'never-there')).toBeUndefined();
      expect(await calendar.read()).toEqual({ document: of('a'), version: first });
    });

    it('lets one of many writers win', async () => {
      const calendar = await open();
      const { version } = await calendar.read();
      const ids = Array.from({ length: 8 }, (_, i) => `e${i}`);
      const won = await Promise.all(ids.map((id) => calendar.replace(of(id), version)));
      const winners = ids.filter((_, i) => won[i] !== undefined);
      expect(winners).toHaveLength(1);
      expect((await calendar.read()).document).toEqual(of(winners[0]!));
    });
  });
}
