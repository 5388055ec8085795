import { checkCalendar } from './calendar-events.ts';
import type { Authorship, CalendarDocument, CalendarEntry } from './contracts/calendar.ts';
import type { RegionSettings } from './contracts/series.ts';
import { NotFound, Unavailable, VersionConflict } from './errors.ts';
import type { Clock, EventCalendar, StoredCalendar } from './ports.ts';

export interface ChangeCalendarPorts {
  region: RegionSettings;
  /** All that the installation has: an event may name any of them. */
  regionIds: readonly string[];
  calendar: EventCalendar;
  clock: Clock;
}

/** Writers of other events who may come first before a writer of one event gives up. */
const mostAttempts = 8;

const empty: StoredCalendar = { document: { schemaVersion: 1, events: [] }, version: 0, eventVersions: {} };

/**
 * Puts a calendar in the place of the one that the writer has seen. The same content again is no change, whatever
 * version it names: so a writer who got no answer may just repeat.
 *
 * @param seen versions that the writer would replace; '*' is any
 * @throws InvalidRequest for events that cannot be, VersionConflict with the current version
 */
export async function replaceCalendar(
  ports: ChangeCalendarPorts,
  document: CalendarDocument,
  seen: readonly string[],
  by: Authorship,
): Promise<StoredCalendar> {
  const stored = (await ports.calendar.current()) ?? empty;
  if (same(stored.document, document)) return stored;
  const next = await appended(ports, stored, document, by, () => {
    if (!seen.includes('*') && !seen.includes(String(stored.version))) throw moved(seen, stored);
  });
  if (next === undefined) throw moved([String(stored.version)], (await ports.calendar.current()) ?? empty);
  return next;
}

/**
 * Puts one event into the calendar: in the place of the version that the writer has seen, or as a new one. What
 * others change in other events meanwhile stays. The same event again is no change.
 *
 * @param seen versions of the event that the writer would replace; '*' is any; 'none' that there is none yet
 * @throws InvalidRequest for an event that cannot be, VersionConflict with the current version and event
 */
export function putEvent(
  ports: ChangeCalendarPorts,
  entry: CalendarEntry,
  seen: readonly string[],
  by: Authorship,
): Promise<StoredCalendar> {
  return changeEvent(ports, entry.id, seen, by, (events) => {
    const at = events.findIndex(({ id }) => id === entry.id);
    return at < 0 ? [...events, entry] : events.with(at, entry);
  });
}

/** Removes one event; what it was can still be read at the versions before. Throws as `putEvent`, and NotFound. */
export function removeEvent(
  ports: ChangeCalendarPorts,
  id: string,
  seen: readonly string[],
  by: Authorship,
): Promise<StoredCalendar> {
  return changeEvent(ports, id, seen, by, (events) => {
    if (!events.some((event) => event.id === id)) throw new NotFound(`The calendar has no event "${id}"`);
    return events.filter((event) => event.id !== id);
  });
}

async function changeEvent(
  ports: ChangeCalendarPorts,
  id: string,
  seen: readonly string[],
  by: Authorship,
  change: (events: readonly CalendarEntry[]) => CalendarEntry[],
): Promise<StoredCalendar> {
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    const stored = (await ports.calendar.current()) ?? empty;
    const document: CalendarDocument = { schemaVersion: 1, events: change(stored.document.events) };
    if (same(stored.document, document)) return stored;
    const next = await appended(ports, stored, document, by, () => {
      const version = String(stored.eventVersions[id] ?? 'none');
      if (!seen.includes(version) && !(seen.includes('*') && version !== 'none'))
        throw eventMoved(id, seen, stored);
    });
    if (next !== undefined) return next;
  }
  throw new Unavailable(`${mostAttempts} other changes of the calendar came first`);
}

/** The version after `stored`; undefined when somebody else has made it meanwhile. */
async function appended(
  { calendar, clock, region, regionIds }: ChangeCalendarPorts,
  stored: StoredCalendar & { time?: number },
  document: CalendarDocument,
  by: Authorship,
  checkSeen: () => void,
): Promise<StoredCalendar | undefined> {
  checkCalendar(document, region, regionIds);
  checkSeen();
  const version = stored.version + 1;
  const before = new Map(stored.document.events.map((event) => [event.id, JSON.stringify(event)]));
  const eventVersions = Object.fromEntries(
    document.events.map((event) => {
      const unchanged = before.get(event.id) === JSON.stringify(event);
      return [event.id, unchanged ? (stored.eventVersions[event.id] ?? version) : version];
    }),
  );
  // Later versions are later, whatever the clocks of those who make them say.
  const time = Math.max(clock().getTime(), (stored.time ?? 0) + 1);
  const next = { document, version, eventVersions };
  return (await calendar.append({ ...next, ...by, time })) ? next : undefined;
}

const same = (a: CalendarDocument, b: CalendarDocument) => JSON.stringify(a) === JSON.stringify(b);

const moved = (seen: readonly string[], { version }: StoredCalendar) =>
  new VersionConflict(
    `The calendar is no longer of the version ${seen.join(' or ')}: it is ${version} now. Read it, put your change into it, and send it with If-Match: "${version}"`,
    String(version),
  );

function eventMoved(id: string, seen: readonly string[], { document, eventVersions }: StoredCalendar) {
  const version = eventVersions[id];
  if (version === undefined)
    return new VersionConflict(
      `There is no event "${id}" of the version ${seen.join(' or ')}: it was removed, or never was. A new one is sent with If-None-Match: *`,
    );
  return new VersionConflict(
    seen.includes('none')
      ? `There is an event "${id}" already, of the version ${version}: to change it, send If-Match: "${version}"`
      : `The event "${id}" is no longer of the version ${seen.join(' or ')}: it is ${version} now. Put your change into what it is now, and send it with If-Match: "${version}"`,
    String(version),
    document.events.find((event) => event.id === id),
  );
}
