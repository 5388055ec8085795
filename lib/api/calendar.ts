import { z } from 'zod';
import { calendarDocument } from '../service/contracts/calendar.ts';
import type { StoredCalendar } from '../service/ports.ts';
import { replaceCalendar } from '../service/replace-calendar.ts';
import { bodyBytes, contentType, parseJson } from './content.ts';
import { matchesNone, seenVersions } from './entity-tag.ts';
import { parsePart, parseQuery } from './query.ts';
import type { Resource } from './resource.ts';

export const calendar: Resource = {
  path: '/v1/calendar',
  methods: {
    GET: async (ports, { request, url }) => {
      parseQuery(url, z.object({}));
      const stored = await ports.calendar.read();
      return matchesNone(request, etagOf(stored))
        ? new Response(null, { status: 304, headers: headersOf(stored) })
        : Response.json(stored.document, { headers: headersOf(stored) });
    },
    PUT: async (ports, { request, url }) => {
      parseQuery(url, z.object({}));
      contentType(request, ['application/json']);
      const seen = seenVersions(request);
      const document = parsePart('calendar', parseJson(await bodyBytes(request)), calendarDocument);
      const stored = await replaceCalendar(ports, document, seen);
      return Response.json(stored.document, { headers: headersOf(stored) });
    },
  },
};

const etagOf = ({ version }: StoredCalendar) => `"${version}"`;

// Asked for anew each time: what is planned may change at any moment.
const headersOf = (stored: StoredCalendar) => ({
  etag: etagOf(stored),
  'cache-control': 'private, no-cache',
  vary: 'accept, authorization',
});
