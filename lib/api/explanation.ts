import { z } from 'zod';
import { explanationAnswer, grain } from '../service/contracts/http.ts';
import { explainForecast } from '../service/explain-forecast.ts';
import { locateForecast } from '../service/locate-forecast.ts';
import { tagged } from './entity-tag.ts';
import { instantParameter, parseQuery, runParameter } from './query.ts';
import type { Resource } from './resource.ts';
import { seriesOf, seriesPath } from './series-path.ts';

const query = z.object({
  start: instantParameter.optional(),
  end: instantParameter.optional(),
  run: runParameter.optional(),
  grain: grain.optional(),
  nextToken: z.string().optional(),
});

export const explanation: Resource = {
  path: `${seriesPath}/explanation`,
  contracts: {
    GET: {
      about: 'What the forecast is made of, and what was found in the history',
      query,
      answer: explanationAnswer,
    },
  },
  methods: {
    GET: async (ports, { request, url, parts }) => {
      const series = seriesOf(ports, parts);
      const asked = parseQuery(url, query);
      const located = await locateForecast(ports, series, asked);
      return tagged({ request, url }, located.entry.runId, () => explainForecast(ports, located, asked));
    },
  },
};
