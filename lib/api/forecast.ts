import { z } from 'zod';
import { forecastAnswer, grain } from '../service/contracts/http.ts';
import { locateForecast } from '../service/locate-forecast.ts';
import { readForecast } from '../service/read-forecast.ts';
import { tagged } from './entity-tag.ts';
import { instantParameter, parseQuery, quantilesParameter, runParameter } from './query.ts';
import type { Resource } from './resource.ts';
import { seriesOf, seriesPath } from './series-path.ts';

const query = z.object({
  start: instantParameter.optional(),
  end: instantParameter.optional(),
  run: runParameter.optional(),
  grain: grain.optional(),
  quantiles: quantilesParameter.optional(),
  nextToken: z.string().optional(),
});

export const forecast: Resource = {
  path: `${seriesPath}/forecast`,
  contracts: {
    GET: { about: 'The published forecast', query, answer: forecastAnswer },
  },
  methods: {
    GET: async (ports, { request, url, parts }) => {
      const series = seriesOf(ports, parts);
      const asked = parseQuery(url, query);
      const located = await locateForecast(ports, series, asked);
      return tagged({ request, url }, located.entry.runId, () => readForecast(ports, located, asked));
    },
  },
};
