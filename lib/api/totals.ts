import { z } from 'zod';
import { grain, totalAnswer, totalsAnswer } from '../service/contracts/http.ts';
import { namePart } from '../service/contracts/series.ts';
import { NotFound } from '../service/errors.ts';
import { locateTotal, readTotal, readTotals } from '../service/read-total.ts';
import { fresh } from './content.ts';
import { tagged } from './entity-tag.ts';
import { instantParameter, parseQuery, quantilesParameter } from './query.ts';
import type { ApiPorts, Resource } from './resource.ts';

const query = z.object({
  start: instantParameter.optional(),
  end: instantParameter.optional(),
  grain: grain.optional(),
  quantiles: quantilesParameter.optional(),
  nextToken: z.string().optional(),
});

function checkRegion({ region }: Pick<ApiPorts, 'region'>, named: string | undefined): void {
  if (named !== region.region)
    throw new NotFound(`There is no region ${named?.slice(0, 80)} here: this API serves ${region.region}`);
}

export const totals: Resource = {
  path: '/v1/regions/:region/metrics',
  contracts: {
    GET: { about: 'Totals of the region’s metrics, each with its series', answer: totalsAnswer },
  },
  methods: {
    GET: async (ports, { url, parts }) => {
      checkRegion(ports, parts.region);
      parseQuery(url, z.object({}));
      return fresh(await readTotals(ports));
    },
  },
};

export const total: Resource = {
  path: '/v1/regions/:region/metrics/:metric/forecast',
  contracts: {
    GET: { about: 'The total of a metric over the region', query, answer: totalAnswer },
  },
  methods: {
    GET: async (ports, { request, url, parts }) => {
      checkRegion(ports, parts.region);
      const metric = namePart.safeParse(parts.metric);
      if (!metric.success) throw new NotFound('There is no such total: the metric in the path is not a name');
      const asked = parseQuery(url, query);
      const located = await locateTotal(ports, metric.data, asked);
      return tagged({ request, url }, located.runId, () => readTotal(ports, located, asked));
    },
  },
};
