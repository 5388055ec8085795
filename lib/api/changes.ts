import { z } from 'zod';
import { changesAnswer } from '../service/contracts/changes.ts';
import { grain } from '../service/contracts/http.ts';
import { readChanges } from '../service/read-changes.ts';
import { fresh } from './content.ts';
import { instantParameter, parseQuery, runParameter } from './query.ts';
import type { Resource } from './resource.ts';
import { seriesOf, seriesPath } from './series-path.ts';

const query = z.object({
  from: runParameter.optional(),
  to: runParameter.optional(),
  start: instantParameter.optional(),
  end: instantParameter.optional(),
  grain: grain.optional(),
});

export const changes: Resource = {
  path: `${seriesPath}/changes`,
  contracts: {
    GET: {
      about: 'What changed between the forecasts of two runs, and because of what',
      query,
      answer: changesAnswer,
    },
  },
  methods: {
    GET: async (ports, { url, parts }) =>
      fresh(await readChanges(ports, seriesOf(ports, parts), parseQuery(url, query))),
  },
};
