import { z } from 'zod';
import { regionsAnswer } from '../service/contracts/http.ts';
import { readRegions } from '../service/read-regions.ts';
import { fresh } from './content.ts';
import { parseQuery } from './query.ts';
import type { Resource } from './resource.ts';

export const regions: Resource = {
  path: '/v1/regions',
  contracts: {
    GET: { about: 'Regions with their time zones and published runs', answer: regionsAnswer },
  },
  methods: {
    GET: async (ports, { url }) => {
      parseQuery(url, z.object({}));
      return fresh(await readRegions(ports));
    },
  },
};
