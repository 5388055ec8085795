import { instantOf } from './calendar-events.ts';
import type { CalendarDocument, CalendarEntry, CalendarWarning } from './contracts/calendar.ts';

/**
 * What a planner may not have meant, of the events asked for (default: all): a kind without a past, for which something
 * must be assumed, and editions of one kind that overlap. Drafts are warned of too, so that they can be mended in time.
 */
export function warningsOf(
  { events }: CalendarDocument,
  timeZone: string,
  now: number,
  ids: ReadonlySet<string> = new Set(events.map(({ id }) => id)),
): CalendarWarning[] {
  const alive = events
    .filter(({ status }) => status !== 'cancelled')
    .map((event) => ({ event, ...spanOf(event, timeZone) }));
  const past = new Set(alive.filter(({ start }) => start < now).map(({ event }) => event.kind));
  return alive.flatMap(({ event, start, end }) => {
    if (!ids.has(event.id)) return [];
    const warnings: CalendarWarning[] = [];
    const warn = (warning: string) => warnings.push({ event: event.id, warning });
    const { kind, like } = event;
    if (start >= now && !past.has(kind)) {
      if (like === undefined && event.rate === undefined)
        warn(
          `no edition of "${kind}" lies in the past and "like" names no other kind: half of what the events of all kinds did is assumed${event.scale === undefined ? '' : ', times its scale'}`,
        );
      else if (like !== undefined && !past.has(like))
        warn(`"like" names "${like}", of which no edition lies in the past either: it teaches nothing yet`);
    }
    const meets = alive.filter(
      (other) =>
        other.event.id !== event.id &&
        other.event.kind === kind &&
        other.start < end &&
        start < other.end &&
        meet(other.event.regions, event.regions) &&
        meet(other.event.teams, event.teams) &&
        meet(other.event.metrics, event.metrics),
    );
    if (meets.length > 0)
      warn(
        `overlaps ${meets
          .slice(0, 3)
          .map(({ event: { id } }) => `"${id}"`)
          .join(
            ', ',
          )}${meets.length > 3 ? ` and ${meets.length - 3} more` : ''} of its own kind: both count where they meet`,
      );
    return warnings;
  });
}

/** A launch is held to last a day here: its decay overlaps much that is no mistake. */
function spanOf({ start, end }: CalendarEntry, timeZone: string) {
  const from = instantOf(start, timeZone);
  return { start: from, end: end === undefined ? from + 86_400_000 : instantOf(end, timeZone) };
}

/** Absent lists mean all. */
const meet = (a: readonly string[] | undefined, b: readonly string[] | undefined) =>
  a === undefined || b === undefined || a.some((name) => b.includes(name));
