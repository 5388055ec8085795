import { z } from 'zod';
import { refreshAnswer, refreshBody } from '../service/contracts/http.ts';
import { startRefresh } from '../service/start-refresh.ts';
import { bodyBytes, contentType, fresh, parseJson } from './content.ts';
import { parsePart, parseQuery } from './query.ts';
import type { Resource } from './resource.ts';

export const refresh: Resource = {
  path: '/v1/refresh',
  contracts: {
    POST: {
      about: 'Starts a run, or answers the one of that second',
      body: { 'application/json': refreshBody },
      answer: refreshAnswer,
      statuses: [202],
    },
  },
  methods: {
    POST: async (ports, { request, url }) => {
      parseQuery(url, z.object({}));
      const bytes = await bodyBytes(request);
      if (bytes.length > 0) contentType(request, ['application/json']);
      const body = parsePart('body', bytes.length === 0 ? {} : parseJson(bytes), refreshBody.strict());
      const started = await startRefresh(ports, body);
      const answer = fresh(started, 202);
      answer.headers.set('location', `/v1/runs/${started.runId}`);
      return answer;
    },
  },
};
