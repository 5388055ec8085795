import { z } from 'zod';
import { noticesPage } from '../service/contracts/notices.ts';
import { namePart } from '../service/contracts/series.ts';
import { readNotices } from '../service/read-notices.ts';
import { fresh } from './content.ts';
import { limitParameter, parseQuery } from './query.ts';
import type { Resource } from './resource.ts';
import { teamOf } from './series-path.ts';

const teamQuery = z.object({ limit: limitParameter.default(20), nextToken: z.string().optional() });
const query = teamQuery.extend({ team: namePart.optional() });

export const notices: Resource = {
  path: '/v1/notices',
  contracts: {
    GET: {
      about: 'What changes of the calendar did to each team’s peaks, latest first',
      query,
      answer: noticesPage,
    },
  },
  methods: { GET: async (ports, { url }) => fresh(await readNotices(ports, parseQuery(url, query))) },
};

/** The same under the team's own path, by which IAM bounds it. */
export const teamNotices: Resource = {
  path: '/v1/teams/:team/notices',
  contracts: {
    GET: {
      about: 'What changes of the calendar did to the team’s peaks, latest first',
      query: teamQuery,
      answer: noticesPage,
    },
  },
  methods: {
    GET: async (ports, { url, parts }) =>
      fresh(await readNotices(ports, { ...parseQuery(url, teamQuery), team: teamOf(parts) })),
  },
};
