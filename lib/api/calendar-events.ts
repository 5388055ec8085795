import { z } from 'zod';
import { putEvent, removeEvent } from '../service/change-calendar.ts';
import { type CalendarEntry, calendarEntry, type eventAnswer } from '../service/contracts/calendar.ts';
import { InvalidRequest, NotFound } from '../service/errors.ts';
import type { StoredCalendar } from '../service/ports.ts';
import { warningsOf } from '../service/warn-of-events.ts';
import { authorOf, calendarHeaders } from './calendar-headers.ts';
import { bodyBytes, contentType, fresh, parseJson } from './content.ts';
import { matchesNone, seenVersions } from './entity-tag.ts';
import { parsePart, parseQuery, reasonParameter } from './query.ts';
import type { ApiPorts, Resource } from './resource.ts';

const changeQuery = z.object({ reason: reasonParameter });

export const calendarEvents: Resource = {
  path: '/v1/calendar/events',
  methods: {
    GET: async (ports, { url }) => {
      const query = z.object({ kind: z.string().optional(), status: calendarEntry.shape.status });
      const { kind, status } = parseQuery(url, query);
      const stored = await ports.calendar.read();
      const events = stored.document.events.filter(
        (event) =>
          (kind === undefined || event.kind === kind) &&
          (status === undefined || (event.status ?? 'confirmed') === status),
      );
      return fresh({ version: stored.version, events: answersOf(ports, stored, events) });
    },
  },
};

export const calendarEvent: Resource = {
  path: '/v1/calendar/events/:id',
  methods: {
    GET: async (ports, { request, url, parts }) => {
      parseQuery(url, z.object({}));
      const answer = answerOf(ports, await ports.calendar.read(), parts.id!);
      const headers = calendarHeaders(answer.version);
      return matchesNone(request, headers.etag)
        ? new Response(null, { status: 304, headers })
        : Response.json(answer, { headers });
    },
    PUT: async (ports, { request, url, parts }) => {
      const { reason } = parseQuery(url, changeQuery);
      contentType(request, ['application/json']);
      const isNew = request.headers.get('if-none-match')?.trim() === '*';
      const seen = isNew ? ['none'] : seenVersions(request);
      const entry = parsePart('event', parseJson(await bodyBytes(request)), calendarEntry);
      if (entry.id !== parts.id)
        throw new InvalidRequest(`The event is "${entry.id}", the path says "${parts.id}"`, [
          { at: 'event.id', got: entry.id, expected: `"${parts.id}", as in the path` },
        ]);
      const stored = await putEvent(ports, entry, seen, { author: authorOf(request), reason });
      const answer = answerOf(ports, stored, entry.id);
      return Response.json(answer, {
        status: isNew ? 201 : 200,
        headers: calendarHeaders(answer.version),
      });
    },
    DELETE: async (ports, { request, url, parts }) => {
      const { reason } = parseQuery(url, changeQuery);
      await removeEvent(ports, parts.id!, seenVersions(request), { author: authorOf(request), reason });
      return new Response(null, { status: 204 });
    },
  },
};

type Answer = z.infer<typeof eventAnswer>;

function answersOf(ports: ApiPorts, stored: StoredCalendar, events: readonly CalendarEntry[]): Answer[] {
  const { region, clock } = ports;
  const ids = new Set(events.map(({ id }) => id));
  const warnings = warningsOf(stored.document, region.timeZone, clock().getTime(), ids);
  const byEvent = Map.groupBy(warnings, ({ event }) => event);
  return events.map((event) => ({
    event,
    version: stored.eventVersions[event.id]!,
    warnings: byEvent.get(event.id) ?? [],
  }));
}

function answerOf(ports: ApiPorts, stored: StoredCalendar, id: string): Answer {
  const event = stored.document.events.find((one) => one.id === id);
  if (event === undefined)
    throw new NotFound(`The calendar has no event "${id}": GET /v1/calendar/events lists them`);
  return answersOf(ports, stored, [event])[0]!;
}
