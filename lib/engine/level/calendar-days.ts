import { localDay, parseDay } from '../time/local.ts';
import type { Calendar, SeriesSettings } from '../types.ts';

/** What the calendar says of single days, by local date. */
export interface CalendarDays {
  /** Public holidays alone: they change the shape of a day. */
  holidays: ReadonlySet<number>;
  /** Names of the holidays, and kinds of the day-long events, of a day. */
  kinds: ReadonlyMap<number, readonly string[]>;
}

/**
 * Holidays count for every series. Events join them where a step is a day or more; below that they act
 * by the minute (`event/`).
 */
export function calendarDays(calendar: Calendar, settings: SeriesSettings): CalendarDays {
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
    for (const { kind, start, end } of calendar.events) {
      if (end === undefined || !(end > start)) continue;
      const first = localDay(settings.timeZone, start);
      const last = localDay(settings.timeZone, end - 1);
      for (let day = first; day <= Math.min(last, first + 60); day++) add(day, `event ${kind}`);
    }
  return { holidays, kinds };
}
