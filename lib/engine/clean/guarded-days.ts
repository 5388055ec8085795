import { eventLead, eventTail } from '../digest/digest.ts';
import { dayMs, localDay, parseDay } from '../time/local.ts';
import type { Calendar, SeriesSettings } from '../types.ts';

/** How long a launch without an end explains what is out of the ordinary. */
const launchDays = 28;

/** Local dates on which the calendar explains what is odd: holidays and events, with the day before and after. */
export function guardedDays(
  calendar: Calendar,
  settings: SeriesSettings,
  first: number,
  last: number,
): ReadonlySet<number> {
  const days = new Set<number>();
  const guard = (from: number, until: number) => {
    for (let day = Math.max(first, from - 1); day <= Math.min(last, until + 1); day++) days.add(day);
  };
  for (const { date } of calendar.holidays) {
    const day = parseDay(date);
    if (!Number.isNaN(day)) guard(day, day);
  }
  for (const { start, end } of calendar.events)
    guard(
      localDay(settings.timeZone, start - eventLead),
      localDay(settings.timeZone, (end ?? start + launchDays * dayMs) + eventTail),
    );
  return days;
}
