import type { Span } from './api.ts';
import type { CalendarEntry, Region, VersionedEntry } from './calendar-api.ts';
import { instantOf } from './calendar-time.ts';
import { day } from './zoom.ts';

/** Bars one above the other; what finds no room in them is told by the list below. */
const mostLanes = 6;
const hour = 3_600_000;

export interface Bar {
  entry: VersionedEntry;
  start: number;
  end: number;
  lane: number;
}

const inRegion = ({ regions }: CalendarEntry, region: string) => regions?.includes(region) ?? true;

/** An event's span by a region's clock. A launch is told as an hour. */
export function spanIn({ start, end }: CalendarEntry, timeZone: string): Span {
  const from = instantOf(start, timeZone);
  return { start: from, end: end === undefined ? from + hour : instantOf(end, timeZone) };
}

/** The events of a region that lie in a span, each in the first lane where it has room; at least `room` wide. */
export function barsOf(
  events: readonly VersionedEntry[],
  { region, timeZone }: Region,
  span: Span,
  room: number,
): Bar[] {
  const taken: number[] = [];
  return events
    .filter(({ event }) => inRegion(event, region))
    .map((entry) => ({ entry, ...spanIn(entry.event, timeZone) }))
    .filter(({ start, end }) => end > span.start && start < span.end)
    .sort((a, b) => a.start - b.start || b.end - a.end)
    .flatMap((bar) => {
      const free = taken.findIndex((until) => until <= bar.start);
      const lane = free < 0 ? taken.length : free;
      if (lane >= mostLanes) return [];
      taken[lane] = Math.max(bar.end, bar.start + room);
      return [{ ...bar, lane }];
    });
}

/** Six weeks from a week ago on, or where nothing is planned then, the six weeks up to the last event. */
export function usualSpan(events: readonly VersionedEntry[], now: number): Span {
  const length = 42 * day;
  const ends = events.map(({ event }) => spanIn(event, 'UTC').end);
  const from = now - 7 * day;
  const last = Math.max(...ends);
  const start = ends.length === 0 || ends.some((end) => end > from) ? from : last + 3 * day - length;
  return { start: Math.floor(start / day) * day, end: Math.floor(start / day) * day + length };
}
