import { NotFound } from '../../service/errors.ts';
import type { CalendarVersion, EventCalendar, Page, StoredCalendar } from '../../service/ports.ts';
import { pageOf } from './page.ts';

/** The event calendar in memory, for tests. */
export class MemoryEventCalendar implements EventCalendar {
  private readonly all: CalendarVersion[] = [];

  async read(at?: { time: number } | { version: number }): Promise<StoredCalendar> {
    if (at === undefined) return structuredClone(this.all.at(-1) ?? none());
    if ('time' in at) return structuredClone(this.all.findLast(({ time }) => time <= at.time) ?? none());
    const found = at.version === 0 ? none() : this.all[at.version - 1];
    if (found === undefined) throw new NotFound(`The calendar has no version ${at.version}`);
    return structuredClone(found);
  }

  async current(): Promise<CalendarVersion | undefined> {
    return structuredClone(this.all.at(-1));
  }

  async append(next: CalendarVersion): Promise<boolean> {
    if (next.version !== this.all.length + 1) return false;
    this.all.push(structuredClone(next));
    return true;
  }

  async versions(options: { limit?: number; nextToken?: string }): Promise<Page<CalendarVersion>> {
    return structuredClone(pageOf(this.all.toReversed(), options));
  }
}

const none = (): StoredCalendar => ({
  document: { schemaVersion: 1, events: [] },
  version: 0,
  eventVersions: {},
});
