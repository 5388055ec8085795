import { z } from 'zod';
import { seriesPage } from '../service/contracts/http.ts';
import { namePart } from '../service/contracts/series.ts';
import { listSeries } from '../service/list-series.ts';
import { fresh } from './content.ts';
import { limitParameter, parseQuery } from './query.ts';
import type { Resource } from './resource.ts';

const query = z.object({
  team: namePart.optional(),
  limit: limitParameter.optional(),
  nextToken: z.string().optional(),
});

export const series: Resource = {
  path: '/v1/series',
  contracts: {
    GET: { about: 'The series, each with the state of its forecast', query, answer: seriesPage },
  },
  methods: {
    GET: async (ports, { url }) => fresh(await listSeries(ports, { limit: 100, ...parseQuery(url, query) })),
  },
};
