import { z } from 'zod';
import { readRegions } from '../service/read-regions.ts';
import { fresh } from './content.ts';
import { parseQuery } from './query.ts';
import type { Resource } from './resource.ts';

export const regions: Resource = {
  path: '/v1/regions',
  methods: {
    GET: async (ports, { url }) => {
      parseQuery(url, z.object({}));
      return fresh(await readRegions(ports));
    },
  },
};
