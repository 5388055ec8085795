import { type CalendarEvent, localToInstant } from '../engine/index.ts';
import { type CalendarDocument, type CalendarEntry, timeParts } from './contracts/calendar.ts';
import type { SeriesKey } from './contracts/series.ts';
import { type Complaint, InvalidRequest } from './errors.ts';
import { instantText } from './grain.ts';

/** The instant of a calendar's time: its own where it has an offset, else that of the zone's wall clock. */
export function instantOf(time: string, timeZone: string): number {
  const parts = timeParts(time);
  if (parts === undefined) throw new RangeError(`${time} is no time of a calendar`);
  const { year, month, day, hour, minute, second, offset } = parts;
  if (offset === undefined) return localToInstant(timeZone, year, month, day, hour, minute, second);
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(offset) ?? ['', '+', '0', '0'];
  const east = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  return Date.UTC(year, month - 1, day, hour, minute, second) - east;
}

const names = (list: readonly string[] | undefined, name: string) => list?.includes(name) ?? true;

/** Whether an event touches a series: its region, its team and its metric. */
export const touches = (entry: CalendarEntry, { team, region, metric }: SeriesKey): boolean =>
  names(entry.regions, region) && names(entry.teams, team) && names(entry.metrics, metric);

const isConfirmed = ({ status = 'confirmed' }: CalendarEntry) => status === 'confirmed';

/** Whether a change of an event moves forecasts of a region: it was or is confirmed and meant for it, and is otherwise now. */
export function touchesRegion(
  { before, after }: { before?: CalendarEntry | undefined; after?: CalendarEntry | undefined },
  region: string,
): boolean {
  const moving = (entry: CalendarEntry | undefined) => {
    if (entry === undefined || !isConfirmed(entry) || !names(entry.regions, region)) return undefined;
    const { name: _, note: __, status: ___, ...rest } = entry;
    return JSON.stringify(rest);
  };
  return moving(before) !== moving(after);
}

/** The events that touch a series, as the engine takes them, by start: the order of the document says nothing. */
export function eventsOf({ events }: CalendarDocument, series: SeriesKey, timeZone: string): CalendarEvent[] {
  return events
    .filter((entry) => isConfirmed(entry) && touches(entry, series))
    .map(({ regions, teams, metrics, status, note, start, end, ...event }) => ({
      ...event,
      start: instantOf(start, timeZone),
      ...(end !== undefined && { end: instantOf(end, timeZone) }),
    }))
    .sort((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1));
}

/**
 * Refuses events that end before they start, as their region's clocks show it, launches that cannot be meant, regions and
 * kinds that are not there, and the same edition twice.
 * Throws InvalidRequest that names each event and field.
 */
export function checkCalendar(
  { events }: CalendarDocument,
  { region, timeZone }: { region: string; timeZone: string },
  regionIds: readonly string[],
): void {
  const complaints: Complaint[] = [];
  const kinds = new Set(events.map(({ kind }) => kind));
  const editions = new Map<string, string>();
  events.forEach((entry, i) => {
    const { id, regions, start, end, launch, rate, stock } = entry;
    const refuse = (field: string, got: unknown, expected: string) =>
      complaints.push({ at: `events.${i} "${id}".${field}`, got: String(got), expected });
    const strange = regions?.findIndex((name) => !regionIds.includes(name)) ?? -1;
    if (strange >= 0)
      refuse(
        `regions.${strange}`,
        regions![strange],
        `a region of this installation: ${regionIds.join(', ')}`,
      );
    if (entry.like !== undefined && entry.like !== entry.kind && !kinds.has(entry.like))
      refuse('like', entry.like, `a kind that the calendar has: ${[...kinds].sort().join(', ')}`);
    const edition = JSON.stringify([entry.kind, entry.name, start, end, regions, entry.teams, entry.metrics]);
    const twin = editions.get(edition);
    if (twin === undefined) editions.set(edition, id);
    else
      refuse(
        'start',
        start,
        `another start, name or scope than "${twin}" has: it is the same edition of "${entry.kind}"`,
      );
    // Where another region's wall clock stands at a time with an offset, only that region can tell.
    const known = names(regions, region) || hasOffset(start) === hasOffset(end ?? start);
    const from = instantOf(start, timeZone);
    if (known && end !== undefined && instantOf(end, timeZone) <= from)
      refuse('end', end, `a time after the start, ${start} (${instantText(from)}); the end is exclusive`);
    const isLaunch = launch ?? end === undefined;
    if (end === undefined && launch === false)
      refuse('launch', false, 'true, or an end: only a launch goes on without one');
    if (!isLaunch && rate !== undefined) refuse('rate', rate, 'no rate, or "launch": true');
    if (!isLaunch && stock !== undefined) refuse('stock', stock, 'no stock, or "launch": true');
  });
  if (complaints.length > 0)
    throw new InvalidRequest(
      `The calendar is not as expected. ${complaints
        .slice(0, 20)
        .map(({ at, got, expected }) => `${at} is ${got}: expected ${expected}`)
        .join('; ')}`,
      complaints.slice(0, 20),
    );
}

const hasOffset = (time: string) => timeParts(time)?.offset !== undefined;
