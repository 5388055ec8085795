import { z } from 'zod';
import { exportAnswer, exportBody } from '../service/contracts/exports.ts';
import { exportSeries, readExport } from '../service/export-series.ts';
import { bodyBytes, contentType, fresh, parseJson } from './content.ts';
import { parsePart, parseQuery } from './query.ts';
import type { Resource } from './resource.ts';
import { seriesOf, seriesPath } from './series-path.ts';

export const exports: Resource = {
  path: `${seriesPath}/exports`,
  contracts: {
    POST: {
      about: 'Makes a file (Parquet, CSV) of a large window, to be fetched from where the answer says',
      body: { 'application/json': exportBody },
      answer: exportAnswer,
      statuses: [200, 201],
    },
  },
  methods: {
    POST: async (ports, { request, url, parts }) => {
      parseQuery(url, z.object({}));
      const series = seriesOf(ports, parts);
      const bytes = await bodyBytes(request);
      if (bytes.length > 0) contentType(request, ['application/json']);
      const body = parsePart('body', bytes.length === 0 ? {} : parseJson(bytes), exportBody);
      const { answer, made } = await exportSeries(ports, series, body);
      const response = fresh(answer, made ? 201 : 200);
      response.headers.set('location', `${url.pathname}/${answer.exportId}`);
      return response;
    },
  },
};

export const exported: Resource = {
  path: `${seriesPath}/exports/:id`,
  contracts: {
    GET: {
      about: 'An export that was made before, with a new place to fetch it from',
      query: z.object({}),
      answer: exportAnswer,
    },
  },
  methods: {
    GET: async (ports, { url, parts }) => {
      parseQuery(url, z.object({}));
      return fresh(await readExport(ports, seriesOf(ports, parts), parts.id!));
    },
  },
};
