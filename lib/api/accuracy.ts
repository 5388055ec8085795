import { z } from 'zod';
import { accuracyAnswer } from '../service/contracts/accuracy.ts';
import { readAccuracy } from '../service/read-accuracy.ts';
import { fresh } from './content.ts';
import { instantParameter, parseQuery } from './query.ts';
import type { Resource } from './resource.ts';
import { seriesOf, seriesPath } from './series-path.ts';

const query = z.object({ start: instantParameter.optional(), end: instantParameter.optional() });

export const accuracy: Resource = {
  path: `${seriesPath}/accuracy`,
  contracts: {
    GET: {
      about: 'How right earlier forecasts were, by horizon band, grain and event, beside the seasonal naive',
      query,
      answer: accuracyAnswer,
    },
  },
  methods: {
    GET: async (ports, { url, parts }) =>
      fresh(await readAccuracy(ports, seriesOf(ports, parts), parseQuery(url, query))),
  },
};
