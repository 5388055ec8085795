import { z } from 'zod';
import { putEvent, removeEvent } from '../service/change-calendar.ts';
import {
  type CalendarEntry,
  calendarEntry,
  calendarEventsAnswer,
  eventAnswer,
} from '../service/contracts/calendar.ts';
import { InvalidRequest, NotFound } from '../service/errors.ts';
import type { StoredCalendar } from '../service/ports.ts';
import { warningsOf } from '../service/warn-of-events.ts';
import { authorOf, calendarHeaders } from './calendar-headers.ts';
import { bodyBytes, contentType, fresh, parseJson } from './content.ts';
import { matchesNone, seenVersions } from './entity-tag.ts';
import { parsePart, parseQuery, reasonParameter } from './query.ts';
import type { ApiPorts, Resource } from './resource.ts';

const changeQuery = z.object({ reason: reasonParameter });

const listQuery = z.object({ kind: z.string().optional(), status: calendarEntry.shape.status });

export const calendarEvents: Resource = {
  path: '/v1/calendar/events',
  contracts: {
    GET: {
      about: 'Events of the calendar, each with its version and warnings',
      query: listQuery,
      answer: calendarEventsAnswer,
    },
  },
  methods: {
    GET: async (ports, { url }) => {
      const { kind, status } = parseQuery(url, listQuery);
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
  contracts: {
    GET: { about: 'One event', answer: eventAnswer },
    PUT: {
      about: 'Puts an event in the place of a version that was seen, or a new one (201)',
      query: changeQuery,
      headers: {
        'If-Match': 'The ETag of the event that is changed',
        'If-None-Match': '*: the event is new',
      },
      body: { 'application/json': calendarEntry },
      answer: eventAnswer,
      statuses: [200, 201],
    },
    DELETE: {
      about: 'Removes an event; what it was can still be read',
      query: changeQuery,
      headers: { 'If-Match': 'The ETag of the event' },
      statuses: [204],
    },
  },
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
