import ICAL from 'ical.js';
import { localToInstant } from '../../engine/index.ts';
import { type CalendarEntry, timeParts } from '../../service/contracts/calendar.ts';
import { CalendarFileError } from './error.ts';

/** Occurrences of one recurring event at the most: a kind of which more lie within reach is a season, not an event. */
const mostOccurrences = 500;
const dayMs = 86_400_000;

const statuses: Record<string, CalendarEntry['status']> = { TENTATIVE: 'draft', CANCELLED: 'cancelled' };
/** Our fields that iCalendar (RFC 5545) has no property for; lists are split at commas. */
const lists = ['regions', 'teams', 'metrics'] as const;
const numbers = ['scale', 'stock', 'rate'] as const;
const propertyOf = (field: string) => `x-cloudtune-${field}`;

/**
 * Events of an iCalendar file (RFC 5545), as Google Calendar and Outlook export it. All-day events become local days; times
 * of a zone become instants, by the zone that the file describes (VTIMEZONE), else by its IANA name; times of none stay
 * wall clock. Recurring events become one event for each occurrence up to `until` (ms). The kind is the first category;
 * without one `kind`, else the summary without its numbers, so that "Black Friday 2025" and "Black Friday 2026" are
 * editions of one kind.
 *
 * @throws CalendarFileError that names the event for what cannot be read
 */
export function readICalendar(text: string, options: { kind?: string; until: number }): CalendarEntry[] {
  let calendar: ICAL.Component;
  try {
    calendar = new ICAL.Component(ICAL.parse(text));
  } catch (error) {
    throw new CalendarFileError(`it is no iCalendar file: ${(error as Error).message}`);
  }
  if (calendar.name !== 'vcalendar')
    throw new CalendarFileError(`it begins with ${calendar.name.toUpperCase()}, expected VCALENDAR`);
  const zones = new Map(
    calendar.getAllSubcomponents('vtimezone').map((component) => {
      const zone = new ICAL.Timezone(component);
      return [zone.tzid, zone] as const;
    }),
  );
  const components = calendar.getAllSubcomponents('vevent');
  const exceptions = Map.groupBy(
    components.filter((component) => component.hasProperty('recurrence-id')),
    (component) => String(component.getFirstPropertyValue('uid')),
  );
  return components.flatMap((component) => {
    if (component.hasProperty('recurrence-id')) return [];
    const event = new ICAL.Event(component, {
      exceptions: exceptions.get(String(component.getFirstPropertyValue('uid'))) ?? [],
    });
    return entriesOf(event, zones, options);
  });
}

function entriesOf(
  event: ICAL.Event,
  zones: ReadonlyMap<string, ICAL.Timezone>,
  { kind, until }: { kind?: string; until: number },
): CalendarEntry[] {
  const name = event.summary ?? event.uid;
  if (event.startDate === null || event.startDate === undefined)
    throw new CalendarFileError(`"${name}" has no DTSTART`);
  if (!event.isRecurring()) return [entryOf(event, event.uid, event.startDate, event.endDate, zones, kind)];
  const entries: CalendarEntry[] = [];
  const iterator = event.iterator();
  for (let next = iterator.next(); next !== undefined && next !== null; next = iterator.next()) {
    if (next.toJSDate().getTime() >= until) break;
    if (entries.length === mostOccurrences)
      throw new CalendarFileError(
        `"${name}" occurs more than ${mostOccurrences} times before ${new Date(until).toISOString()}: what comes so often is a season that the forecast learns by itself. Leave it out, or give its RRULE an end`,
      );
    const { item, startDate, endDate } = event.getOccurrenceDetails(next);
    const id = `${event.uid}@${next.toString()}`;
    entries.push(entryOf(item, id, startDate, endDate, zones, kind));
  }
  return entries;
}

function entryOf(
  event: ICAL.Event,
  id: string,
  start: ICAL.Time,
  end: ICAL.Time,
  zones: ReadonlyMap<string, ICAL.Timezone>,
  given: string | undefined,
): CalendarEntry {
  const { component, summary, description } = event;
  const own = (field: string) => component.getFirstPropertyValue(propertyOf(field));
  const text = (field: string) => (own(field) === null ? undefined : String(own(field)));
  const tzid = component.getFirstProperty('dtstart')?.getFirstParameter('tzid');
  const hasEnd = component.hasProperty('dtend') || component.hasProperty('duration') || start.isDate;
  const status = statuses[String(component.getFirstPropertyValue('status') ?? '').toUpperCase()];
  const category = component.getFirstPropertyValue('categories');
  const entry: CalendarEntry = {
    id,
    kind: text('kind') ?? (category === null ? (given ?? kindOf(summary, id)) : String(category)),
    ...(summary && { name: summary.slice(0, 200) }),
    start: timeOf(start, tzid, zones, id),
    ...(hasEnd && {
      end: timeOf(end, component.getFirstProperty('dtend')?.getFirstParameter('tzid') ?? tzid, zones, id),
    }),
    ...(status !== undefined && { status }),
    ...(description && { note: description.slice(0, 2000) }),
    ...(text('like') !== undefined && { like: text('like')! }),
    ...(text('launch') !== undefined && { launch: text('launch')!.toLowerCase() === 'true' }),
  };
  for (const field of lists) {
    const value = text(field);
    if (value !== undefined) entry[field] = value.split(',').map((part) => part.trim());
  }
  for (const field of numbers) {
    const value = text(field);
    if (value !== undefined) entry[field] = Number(value);
  }
  return entry;
}

/** "Black Friday 2026!" → "black-friday". */
function kindOf(summary: string | null, id: string): string {
  const kind = (summary ?? '')
    .toLowerCase()
    .replaceAll(/\d+/g, ' ')
    .trim()
    .replaceAll(/[^\p{L}]+/gu, '-')
    .replaceAll(/^-|-$/g, '');
  if (kind === '')
    throw new CalendarFileError(
      `event "${id}" has neither CATEGORIES nor a SUMMARY to name its kind by: give one with --kind`,
    );
  return kind.slice(0, 200);
}

const two = (n: number) => String(n).padStart(2, '0');

function timeOf(
  time: ICAL.Time,
  tzid: string | undefined,
  zones: ReadonlyMap<string, ICAL.Timezone>,
  id: string,
): string {
  const { year, month, day, hour, minute, second, isDate } = time;
  const date = `${year}-${two(month)}-${two(day)}`;
  if (isDate) return date;
  if (time.zone === ICAL.Timezone.utcTimezone) return instantText(time.toUnixTime() * 1000);
  if (tzid === undefined)
    return `${date}T${two(hour)}:${two(minute)}${second === 0 ? '' : `:${two(second)}`}`;
  const zone = zones.get(tzid);
  if (zone !== undefined) {
    const zoned = time.clone();
    zoned.zone = zone;
    return instantText(zoned.toUnixTime() * 1000);
  }
  try {
    return instantText(localToInstant(tzid, year, month, day, hour, minute, second));
  } catch {
    throw new CalendarFileError(
      `event "${id}" is in the time zone "${tzid}", which the file does not describe (VTIMEZONE) and which is no IANA zone such as "Europe/Paris"`,
    );
  }
}

const instantText = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z');

/** Events as an iCalendar file, which `readICalendar` reads back the same. `now` (ms) is its DTSTAMP. */
export function writeICalendar(events: readonly CalendarEntry[], now: number): string {
  const calendar = new ICAL.Component('vcalendar');
  calendar.addPropertyWithValue('version', '2.0');
  calendar.addPropertyWithValue('prodid', '-//CloudTune//Event calendar//EN');
  for (const event of events) {
    const component = new ICAL.Component('vevent');
    const add = (name: string, value: unknown) => {
      if (value !== undefined) component.addPropertyWithValue(name, value as string);
    };
    add('uid', event.id);
    add('dtstamp', ICAL.Time.fromJSDate(new Date(now), true));
    add('dtstart', icalTime(event.start));
    if (event.end !== undefined) add('dtend', icalTime(event.end));
    add('summary', event.name);
    add('categories', event.kind);
    add('description', event.note);
    add(
      'status',
      { draft: 'TENTATIVE', cancelled: 'CANCELLED', confirmed: 'CONFIRMED' }[event.status ?? 'confirmed'],
    );
    for (const field of lists) add(propertyOf(field), event[field]?.join(','));
    for (const field of numbers) add(propertyOf(field), event[field]?.toString());
    add(propertyOf('like'), event.like);
    add(propertyOf('launch'), event.launch?.toString());
    calendar.addSubcomponent(component);
  }
  return `${calendar.toString()}\r\n`;
}

function icalTime(time: string): ICAL.Time {
  const parts = timeParts(time)!;
  const { year, month, day, hour, minute, second, offset } = parts;
  if (offset !== undefined && offset !== 'Z')
    return ICAL.Time.fromJSDate(new Date(time.replace(' ', 'T')), true);
  if (time.length === 10) return ICAL.Time.fromData({ year, month, day, isDate: true });
  // 24:00 is the next day's midnight.
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const wall = {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  };
  return ICAL.Time.fromData(
    { ...wall, isDate: false },
    offset === 'Z' ? ICAL.Timezone.utcTimezone : ICAL.Timezone.localTimezone,
  );
}

/** How far recurring events are written out when nobody says: two years, as far as a forecast reaches. */
export const usualReach = (now: number): number => now + 731 * dayMs;
