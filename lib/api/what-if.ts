import { z } from 'zod';
import { whatIfAnswer, whatIfBody } from '../service/contracts/what-if.ts';
import { InvalidRequest } from '../service/errors.ts';
import { whatIf as ask } from '../service/what-if.ts';
import { bodyBytes, contentType, fresh, parseJson } from './content.ts';
import { parsePart, parseQuery } from './query.ts';
import type { Resource } from './resource.ts';

export const whatIf: Resource = {
  path: '/v1/what-if',
  contracts: {
    POST: {
      about: 'Forecasts with another calendar or other growth beside the published ones; stores nothing',
      body: { 'application/json': whatIfBody },
      answer: whatIfAnswer,
    },
  },
  methods: {
    POST: async (ports, { request, url }) => {
      parseQuery(url, z.object({}));
      contentType(request, ['application/json']);
      const body = parsePart('what-if', parseJson(await bodyBytes(request)), whatIfBody);
      const strange = body.series.findIndex((name) => name.split('/')[1] !== ports.region.region);
      if (strange >= 0)
        throw new InvalidRequest(`This API serves the region ${ports.region.region}`, [
          {
            at: `series.${strange}`,
            got: body.series[strange]!,
            expected: `a series of ${ports.region.region}, as team/${ports.region.region}/metric`,
          },
        ]);
      return fresh(await ask(ports, body));
    },
  },
};
