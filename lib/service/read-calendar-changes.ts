import type { CalendarChange } from './contracts/calendar.ts';
import type { CalendarVersion, EventCalendar, Page, StoredCalendar } from './ports.ts';

/** What each version of the calendar changed, by whom and why, latest first. */
export async function readCalendarChanges(
  calendar: Pick<EventCalendar, 'versions' | 'read'>,
  options: { limit?: number; nextToken?: string },
): Promise<Page<CalendarChange>> {
  const { items, nextToken } = await calendar.versions(options);
  const changes: CalendarChange[] = [];
  for (const [i, version] of items.entries()) {
    const before = items[i + 1] ?? (await calendar.read({ version: version.version - 1 }));
    changes.push(changeBetween(before, version));
  }
  return { items: changes, ...(nextToken !== undefined && { nextToken }) };
}

function changeBetween(before: StoredCalendar, after: CalendarVersion): CalendarChange {
  const { version, time, author, reason } = after;
  return {
    version,
    time: new Date(time).toISOString(),
    author,
    ...(reason !== undefined && { reason }),
    events: changedEvents(before, after),
  };
}

/** The events that two calendars have otherwise, as each has them. */
export function changedEvents(before: StoredCalendar, after: StoredCalendar): CalendarChange['events'] {
  const was = new Map(before.document.events.map((event) => [event.id, event]));
  const is = new Map(after.document.events.map((event) => [event.id, event]));
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((id) => {
    const [from, to] = [was.get(id), is.get(id)];
    return JSON.stringify(from) === JSON.stringify(to)
      ? []
      : [{ id, ...(from && { before: from }), ...(to && { after: to }) }];
  });
}
