import { localDay, parseDay } from '../time/local.ts';
import type { Calendar, CalendarEvent, SeriesSettings } from '../types.ts';

/** What the calendar says of single days, by local date. */
export interface CalendarDays {
  /** Public holidays alone: they change the shape of a day. */
  holidays: ReadonlySet<number>;
  /** Names of the holidays, and kinds of the day-long events, of a day. */
  kinds: ReadonlyMap<number, readonly string[]>;
  /** Where coming events were given a `scale`: it, by local date, and the calendar without those events. */
  scaled?: { scale: ReadonlyMap<number, number>; without: CalendarDays };
}

/** Days before and after an event that its columns, or the week that it lies in, reach. */
const reach = 6;
const longestDays = 60;

/**
 * Holidays count for every series. Events join them where a step is a day or more; below that they act
 * by the minute (`event/`). An event whose kind has no past is taken for the kind that `like` names.
 */
export function calendarDays(calendar: Calendar, settings: SeriesSettings, cutoff: number): CalendarDays {
  const holidays = new Set<number>();
  const kinds = new Map<number, string[]>();
  const add = (day: number, kind: string) => {
    const list = kinds.get(day);
    if (list === undefined) kinds.set(day, [kind]);
    else if (!list.includes(kind)) list.push(kind);
  };
  for (const { date, name } of calendar.holidays) {
    const day = parseDay(date);
    if (Number.isNaN(day)) continue;
    holidays.add(day);
    add(day, `holiday ${name}`);
  }
  if (settings.stepSeconds >= 86_400)
    for (const event of calendar.events) {
      const { kind, like = kind, launch, start, end } = event;
      if (launch === true || end === undefined || !(end > start)) continue;
      const taught = like === kind || calendar.events.some((e) => e.kind === kind && e.start < cutoff);
      const [first, last] = daysOf(event, settings.timeZone);
      for (let day = first; day <= last; day++) add(day, `event ${taught ? kind : like}`);
    }
  const scaled = scaledDays(calendar, settings, cutoff);
  return { holidays, kinds, ...(scaled && { scaled }) };
}

function daysOf({ start, end }: CalendarEvent, timeZone: string): [first: number, last: number] {
  const first = localDay(timeZone, start);
  return [first, Math.min(localDay(timeZone, end! - 1), first + longestDays)];
}

function scaledDays(calendar: Calendar, settings: SeriesSettings, cutoff: number): CalendarDays['scaled'] {
  const isScaled = ({ scale, start, end, launch }: CalendarEvent) =>
    scale !== undefined &&
    scale !== 1 &&
    start >= cutoff &&
    end !== undefined &&
    end > start &&
    launch !== true;
  const events = settings.stepSeconds >= 86_400 ? calendar.events.filter(isScaled) : [];
  if (events.length === 0) return undefined;
  const scale = new Map<number, number>();
  for (const event of events) {
    const [first, last] = daysOf(event, settings.timeZone);
    for (let day = first - reach; day <= last + reach; day++) scale.set(day, event.scale!);
  }
  const others = calendar.events.filter((event) => !events.includes(event));
  return { scale, without: calendarDays({ ...calendar, events: others }, settings, cutoff) };
}
