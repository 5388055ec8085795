import { longestEvent } from '../digest/digest.ts';
import { dayMs, localDay, parseDay } from '../time/local.ts';
import type { Calendar, CalendarEvent, SeriesSettings } from '../types.ts';

/** What the calendar says of single days, by local date. */
export interface CalendarDays {
  /** Public holidays alone: they change the shape of a day. */
  holidays: ReadonlySet<number>;
  /** Names of the holidays, and kinds of the day-long events, of a day. */
  kinds: ReadonlyMap<number, readonly string[]>;
  /** Days around events that take most of a day but act by the minute: `KIND −1`, `KIND 1` … `KIND 3`. */
  around: ReadonlyMap<number, readonly string[]>;
  /** Where coming events were given a `scale`: it, by local date, and the calendar without those events. */
  scaled?: { scale: ReadonlyMap<number, number>; without: CalendarDays };
}

/** Days before and after an event that its columns, or the week that it lies in, reach. */
const reach = 6;
const longestDays = 60;
/** Begins the names of kinds that may last for days: they care less for weekends than a holiday does. */
export const lastingMark = 'days of ';
/** From half a day on people put off what they do to the event, and have done it after. */
const longMoment = dayMs / 2;
export const aroundOffsets: readonly number[] = [-1, 1, 2, 3];

/**
 * Holidays count for every series. Events join them where a step is a day or more, or they last for more than a week;
 * others act by the minute (`event/`), and long ones on the days around them. An event whose kind has no past is taken for
 * the kind that `like` names.
 */
export function calendarDays(calendar: Calendar, settings: SeriesSettings, cutoff: number): CalendarDays {
  const holidays = new Set<number>();
  const kinds = new Map<number, string[]>();
  const around = new Map<number, string[]>();
  const add = (day: number, name: string, to = kinds) => {
    const list = to.get(day);
    if (list === undefined) to.set(day, [name]);
    else if (!list.includes(name)) list.push(name);
  };
  for (const { date, name } of calendar.holidays) {
    const day = parseDay(date);
    if (Number.isNaN(day)) continue;
    holidays.add(day);
    add(day, `holiday ${name}`);
  }
  const lasting = new Set(
    calendar.events.filter(({ start, end = start }) => end - start > dayMs * 1.5).map(({ kind }) => kind),
  );
  for (const event of calendar.events) {
    const { kind, like = kind } = event;
    if (!movesDays(event, settings)) continue;
    const taught = like === kind || calendar.events.some((e) => e.kind === kind && e.start < cutoff);
    const teacher = taught ? kind : like;
    const name = `${lasting.has(teacher) ? lastingMark : 'event '}${teacher}`;
    const [first, last] = daysOf(event, settings.timeZone);
    if (ofDays(event, settings)) for (let day = first; day <= last; day++) add(day, name);
    else for (const k of aroundOffsets) add(k < 0 ? first + k : last + k, `${name} ${k}`, around);
  }
  const scaled = scaledDays(calendar, settings, cutoff);
  return { holidays, kinds, around, ...(scaled && { scaled }) };
}

/** Whether an event moves the level of days: as one of them, or from beside. */
export function movesDays(event: CalendarEvent, settings: SeriesSettings): boolean {
  const { launch, start, end } = event;
  if (launch === true || end === undefined || !(end > start)) return false;
  return ofDays(event, settings) || end - start >= longMoment;
}

/** Whether an event acts by the day. */
const ofDays = ({ start, end }: CalendarEvent, { stepSeconds }: SeriesSettings) =>
  stepSeconds >= 86_400 || end! - start > longestEvent;

function daysOf({ start, end }: CalendarEvent, timeZone: string): [first: number, last: number] {
  const first = localDay(timeZone, start);
  return [first, Math.min(localDay(timeZone, end! - 1), first + longestDays)];
}

function scaledDays(calendar: Calendar, settings: SeriesSettings, cutoff: number): CalendarDays['scaled'] {
  const isScaled = (event: CalendarEvent) => {
    const { scale = 1, start, end, launch } = event;
    if (scale === 1 || launch === true || end === undefined) return false;
    return start >= cutoff && end > start && ofDays(event, settings);
  };
  const events = calendar.events.filter(isScaled);
  if (events.length === 0) return undefined;
  const scale = new Map<number, number>();
  for (const event of events) {
    const [first, last] = daysOf(event, settings.timeZone);
    for (let day = first - reach; day <= last + reach; day++) scale.set(day, event.scale!);
  }
  const others = calendar.events.filter((event) => !events.includes(event));
  return { scale, without: calendarDays({ ...calendar, events: others }, settings, cutoff) };
}
