import { checkCalendar } from './calendar-events.ts';
import type { CalendarDocument } from './contracts/calendar.ts';
import type { RegionSettings } from './contracts/series.ts';
import { VersionConflict } from './errors.ts';
import type { EventCalendar, StoredCalendar } from './ports.ts';

export interface ReplaceCalendarPorts {
  region: RegionSettings;
  calendar: EventCalendar;
}

/**
 * Puts a calendar in the place of the one that the writer has seen. The same content again is no change, whatever
 * version it names: so a writer who got no answer may just repeat.
 *
 * @param seen versions that the writer would replace; '*' is any
 * @throws InvalidRequest for events that cannot be, VersionConflict with the current version
 */
export async function replaceCalendar(
  { region, calendar }: ReplaceCalendarPorts,
  document: CalendarDocument,
  seen: readonly string[],
): Promise<StoredCalendar> {
  checkCalendar(document, region);
  const stored = await calendar.read();
  if (JSON.stringify(stored.document) === JSON.stringify(document)) return stored;
  if (!seen.includes('*') && !seen.includes(stored.version)) throw conflict(seen, stored.version);
  const version = await calendar.replace(document, stored.version);
  if (version === undefined) throw conflict([stored.version], (await calendar.read()).version);
  return { document, version };
}

const conflict = (seen: readonly string[], current: string) =>
  new VersionConflict(
    `The calendar is no longer of the version ${seen.join(' or ')}: it is ${current} now. Read it, put your change into it, and send it with If-Match: "${current}"`,
    current,
  );
