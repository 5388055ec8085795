import { z } from 'zod';
import { seriesPage } from '../service/contracts/http.ts';
import { seriesStatus } from '../service/contracts/refresh.ts';
import { namePart } from '../service/contracts/series.ts';
import { listSeries } from '../service/list-series.ts';
import { fresh } from './content.ts';
import { limitParameter, parseQuery } from './query.ts';
import type { Resource } from './resource.ts';
import { teamOf } from './series-path.ts';

const teamQuery = z.object({
  metric: namePart.optional(),
  /** `none`: no published run has seen it. */
  status: seriesStatus.or(z.literal('none')).optional(),
  /** A part of the name, whatever its case. */
  text: z.string().min(1).max(200).optional(),
  limit: limitParameter.optional(),
  nextToken: z.string().optional(),
});
const query = teamQuery.extend({ team: namePart.optional() });

export const series: Resource = {
  path: '/v1/series',
  contracts: {
    GET: { about: 'The series, each with the state of its forecast', query, answer: seriesPage },
  },
  methods: {
    GET: async (ports, { url }) => fresh(await listSeries(ports, { limit: 100, ...parseQuery(url, query) })),
  },
};

/** The same under the team's own path, by which IAM bounds it. */
export const teamSeries: Resource = {
  path: '/v1/teams/:team/series',
  contracts: {
    GET: { about: 'The series of a team', query: teamQuery, answer: seriesPage },
  },
  methods: {
    GET: async (ports, { url, parts }) =>
      fresh(await listSeries(ports, { limit: 100, ...parseQuery(url, teamQuery), team: teamOf(parts) })),
  },
};
