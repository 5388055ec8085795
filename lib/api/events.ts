import { z } from 'zod';
import { eventsAnswer } from '../service/contracts/http.ts';
import { readEvents } from '../service/read-events.ts';
import { fresh } from './content.ts';
import { instantParameter, parseQuery } from './query.ts';
import type { Resource } from './resource.ts';
import { seriesOf, seriesPath } from './series-path.ts';

const query = z.object({ start: instantParameter.optional(), end: instantParameter.optional() });

export const events: Resource = {
  path: `${seriesPath}/events`,
  contracts: {
    GET: { about: 'Events of the calendar that touch the series, as instants', query, answer: eventsAnswer },
  },
  methods: {
    GET: async (ports, { url, parts }) =>
      fresh(await readEvents(ports, seriesOf(ports, parts), parseQuery(url, query))),
  },
};
