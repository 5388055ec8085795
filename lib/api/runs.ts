import { z } from 'zod';
import { runAnswer, runsPage } from '../service/contracts/http.ts';
import { runId } from '../service/contracts/refresh.ts';
import { NotFound } from '../service/errors.ts';
import { readRun, readRuns } from '../service/read-runs.ts';
import { fresh } from './content.ts';
import { limitParameter, parseQuery } from './query.ts';
import type { Resource } from './resource.ts';

const query = z.object({ limit: limitParameter.optional(), nextToken: z.string().optional() });

export const runs: Resource = {
  path: '/v1/runs',
  contracts: {
    GET: { about: 'Runs, latest first', query, answer: runsPage },
  },
  methods: {
    GET: async (ports, { url }) => fresh(await readRuns(ports, { limit: 20, ...parseQuery(url, query) })),
  },
};

export const run: Resource = {
  path: '/v1/runs/:id',
  contracts: {
    GET: { about: 'One run', answer: runAnswer },
  },
  methods: {
    GET: async (ports, { url, parts }) => {
      parseQuery(url, z.object({}));
      const id = runId.safeParse(parts.id);
      if (!id.success)
        throw new NotFound(`There is no run ${parts.id}: an id has the form REGION-YYYYMMDDTHHMMSSZ`);
      return fresh(await readRun(ports, id.data));
    },
  },
};
