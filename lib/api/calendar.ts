import { z } from 'zod';
import { replaceCalendar } from '../service/change-calendar.ts';
import {
  calendarAnswer,
  calendarDocument,
  calendarChanges as changesAnswer,
} from '../service/contracts/calendar.ts';
import { readCalendarChanges } from '../service/read-calendar-changes.ts';
import { warningsOf } from '../service/warn-of-events.ts';
import { authorOf, calendarHeaders } from './calendar-headers.ts';
import { bodyBytes, contentType, fresh, parseJson } from './content.ts';
import { matchesNone, seenVersions } from './entity-tag.ts';
import { instantParameter, limitParameter, parsePart, parseQuery, reasonParameter } from './query.ts';
import type { Resource } from './resource.ts';

const readQuery = z.object({ at: instantParameter.optional() });
const changeQuery = z.object({ reason: reasonParameter });

export const calendar: Resource = {
  path: '/v1/calendar',
  contracts: {
    GET: {
      about: 'The event calendar, as it is or was at an instant',
      query: readQuery,
      answer: calendarDocument,
    },
    PUT: {
      about: 'Replaces the whole calendar',
      query: changeQuery,
      headers: { 'If-Match': 'The ETag that GET answered; * for whatever is there' },
      body: { 'application/json': calendarDocument },
      answer: calendarAnswer,
    },
  },
  methods: {
    GET: async ({ calendar }, { request, url }) => {
      const { at } = parseQuery(url, readQuery);
      const stored = await calendar.read(at === undefined ? undefined : { time: at });
      const headers = calendarHeaders(stored.version);
      return matchesNone(request, headers.etag)
        ? new Response(null, { status: 304, headers })
        : Response.json(stored.document, { headers });
    },
    PUT: async (ports, { request, url }) => {
      const { reason } = parseQuery(url, changeQuery);
      contentType(request, ['application/json']);
      const seen = seenVersions(request);
      const document = parsePart('calendar', parseJson(await bodyBytes(request)), calendarDocument);
      const stored = await replaceCalendar(ports, document, seen, { author: authorOf(request), reason });
      const warnings = warningsOf(stored.document, ports.region.timeZone, ports.clock().getTime());
      return Response.json(
        { ...stored.document, ...(warnings.length > 0 && { warnings: warnings.slice(0, 100) }) },
        { headers: calendarHeaders(stored.version) },
      );
    },
  },
};

const changesQuery = z.object({ limit: limitParameter.default(20), nextToken: z.string().optional() });

export const calendarChanges: Resource = {
  path: '/v1/calendar/changes',
  contracts: {
    GET: {
      about: 'Who changed what, when and why; latest first',
      query: changesQuery,
      answer: changesAnswer,
    },
  },
  methods: {
    GET: async ({ calendar }, { url }) => {
      const { items, nextToken } = await readCalendarChanges(calendar, parseQuery(url, changesQuery));
      return fresh({ changes: items, ...(nextToken !== undefined && { nextToken }) });
    },
  },
};
