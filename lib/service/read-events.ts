import type { z } from 'zod';
import type { CalendarEvent } from '../engine/index.ts';
import { eventsOf } from './calendar-events.ts';
import type { eventsAnswer } from './contracts/http.ts';
import { type RegionSettings, type SeriesKey, seriesId } from './contracts/series.ts';
import { NotFound } from './errors.ts';
import { instantText } from './grain.ts';
import type { EventCalendar, SeriesRegistry } from './ports.ts';

export interface ReadEventsPorts {
  region: RegionSettings;
  registry: Pick<SeriesRegistry, 'get'>;
  calendar: Pick<EventCalendar, 'read'>;
}

/** Whether an event has a part in [start, end). A launch goes on. */
export const overlaps = (
  { start, end = Number.POSITIVE_INFINITY }: Pick<CalendarEvent, 'start' | 'end'>,
  window: { start?: number; end?: number },
): boolean =>
  end > (window.start ?? Number.NEGATIVE_INFINITY) && start < (window.end ?? Number.POSITIVE_INFINITY);

/** The events that touch a series, as instants, by start. Throws NotFound for an unknown series. */
export async function readEvents(
  { region, registry, calendar }: ReadEventsPorts,
  series: SeriesKey,
  window: { start?: number; end?: number },
): Promise<z.infer<typeof eventsAnswer>> {
  const [record, { document }] = await Promise.all([registry.get(series), calendar.read()]);
  if (record === undefined)
    throw new NotFound(`There is no series ${seriesId(series)}: GET /v1/series lists them`);
  return {
    seriesId: seriesId(series),
    timeZone: region.timeZone,
    events: eventsOf(document, series, region.timeZone)
      .filter((event) => overlaps(event, window))
      .map(({ id, kind, name, start, end }) => ({
        id,
        kind,
        ...(name !== undefined && { name }),
        start: instantText(start),
        ...(end !== undefined && { end: instantText(end) }),
      })),
  };
}
