import { z } from 'zod';
import { peaksAnswer, peaksBy } from '../service/contracts/http.ts';
import { locateForecast } from '../service/locate-forecast.ts';
import { readPeaks } from '../service/read-peaks.ts';
import { tagged } from './entity-tag.ts';
import { instantParameter, parseQuery, quantilesParameter, runParameter } from './query.ts';
import type { Resource } from './resource.ts';
import { seriesOf, seriesPath } from './series-path.ts';

const query = z.object({
  start: instantParameter.optional(),
  end: instantParameter.optional(),
  run: runParameter.optional(),
  by: peaksBy.optional(),
  quantiles: quantilesParameter.optional(),
  threshold: z
    .string()
    .regex(/^-?\d{1,15}(\.\d{1,15})?$/, 'a number, such as 12000')
    .transform(Number)
    .optional(),
});

export const peaks: Resource = {
  path: `${seriesPath}/peaks`,
  contracts: {
    GET: { about: 'How high it gets, and when', query, answer: peaksAnswer },
  },
  methods: {
    GET: async (ports, { request, url, parts }) => {
      const series = seriesOf(ports, parts);
      const asked = parseQuery(url, query);
      const [located, { document, version }] = await Promise.all([
        locateForecast(ports, series, asked),
        ports.calendar.read(),
      ]);
      const both = `${located.entry.runId}.${version}`;
      return tagged({ request, url }, both, () => readPeaks(ports, located, document, asked));
    },
  },
};
