import type { CalendarDocument } from '../../service/contracts/calendar.ts';
import type { EventCalendar, StoredCalendar } from '../../service/ports.ts';

/** The event calendar in memory, for tests. */
export class MemoryEventCalendar implements EventCalendar {
  private document: CalendarDocument = { schemaVersion: 1, events: [] };
  private changes = 0;

  async read(): Promise<StoredCalendar> {
    return { document: structuredClone(this.document), version: `v${this.changes}` };
  }

  async replace(document: CalendarDocument, version: string): Promise<string | undefined> {
    if (version !== `v${this.changes}`) return undefined;
    this.document = structuredClone(document);
    return `v${++this.changes}`;
  }
}
