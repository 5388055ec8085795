import { createHash } from 'node:crypto';
import { z } from 'zod';
import { grain, quantileList } from '../service/contracts/http.ts';
import { locateForecast, readForecast } from '../service/read-forecast.ts';
import { matchesNone } from './entity-tag.ts';
import { instantParameter, parseQuery } from './query.ts';
import type { Resource } from './resource.ts';
import { seriesOf, seriesPath } from './series-path.ts';

/** "0.1,0.5,0.9", put in order. */
const quantilesParameter = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .sort((a, b) => Number(a) - Number(b)),
  )
  .pipe(quantileList);

const query = z.object({
  start: instantParameter.optional(),
  end: instantParameter.optional(),
  grain: grain.optional(),
  quantiles: quantilesParameter.optional(),
  nextToken: z.string().optional(),
});

export const forecast: Resource = {
  path: `${seriesPath}/forecast`,
  methods: {
    GET: async (ports, { request, url, parts }) => {
      const series = seriesOf(ports, parts);
      const asked = parseQuery(url, query);
      const located = await locateForecast(ports, series, asked);
      const headers = {
        etag: etagOf(located.entry.runId, url),
        'cache-control': 'private, max-age=60',
        vary: 'accept, authorization',
      };
      if (matchesNone(request, headers.etag)) return new Response(null, { status: 304, headers });
      return Response.json(await readForecast(ports, located, asked), { headers });
    },
  },
};

/** Strong: the run says which numbers, the path and query say which of them. */
const etagOf = (runId: string, url: URL): string =>
  `"${runId}.${createHash('sha256').update(url.pathname).update(url.search).digest('base64url').slice(0, 8)}"`;
