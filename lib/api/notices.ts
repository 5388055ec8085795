import { z } from 'zod';
import { noticesPage } from '../service/contracts/notices.ts';
import { namePart } from '../service/contracts/series.ts';
import { readNotices } from '../service/read-notices.ts';
import { fresh } from './content.ts';
import { limitParameter, parseQuery } from './query.ts';
import type { Resource } from './resource.ts';

const query = z.object({
  team: namePart.optional(),
  limit: limitParameter.default(20),
  nextToken: z.string().optional(),
});

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
