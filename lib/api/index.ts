import { Hono } from 'hono';
import { z } from 'zod';
import { accuracy } from './accuracy.ts';
import { calendar, calendarChanges } from './calendar.ts';
import { calendarEvent, calendarEvents } from './calendar-events.ts';
import { changes } from './changes.ts';
import { checkAcceptsJson } from './content.ts';
import { events } from './events.ts';
import { explanation } from './explanation.ts';
import { exported, exports } from './exports.ts';
import { forecast } from './forecast.ts';
import { notices, teamNotices } from './notices.ts';
import { observations } from './observations.ts';
import { openApiOf } from './openapi.ts';
import { peaks } from './peaks.ts';
import { HttpProblem, problemOf } from './problems.ts';
import { prometheus, prometheusPath } from './prometheus/index.ts';
import { parseQuery } from './query.ts';
import { refresh } from './refresh.ts';
import { regions } from './regions.ts';
import type { ApiPorts, Resource } from './resource.ts';
import { run, runs } from './runs.ts';
import { series, teamSeries } from './series.ts';
import { total, totals } from './totals.ts';
import { whatIf } from './what-if.ts';

export type { ApiPorts } from './resource.ts';

const description: Resource = {
  path: '/v1/openapi.json',
  contracts: { GET: { about: 'This document', answer: z.looseObject({ openapi: z.string() }) } },
  methods: {
    GET: async (_, { url }) => {
      parseQuery(url, z.object({}));
      return Response.json(openApi(), { headers: { 'cache-control': 'private, max-age=300' } });
    },
  },
};

const resources: readonly Resource[] = [
  description,
  series,
  teamSeries,
  regions,
  totals,
  total,
  forecast,
  explanation,
  peaks,
  changes,
  accuracy,
  exports,
  exported,
  events,
  observations,
  calendar,
  calendarChanges,
  calendarEvents,
  calendarEvent,
  whatIf,
  notices,
  teamNotices,
  refresh,
  runs,
  run,
];

/** The API as an OpenAPI 3.1 document. */
export const openApi = (): Record<string, unknown> => openApiOf(resources);

/** The HTTP API of one region, Request → Response. Whatever is asked is answered: no error leaves it. */
export function createApi(ports: ApiPorts): (request: Request) => Promise<Response> {
  const app = new Hono();
  for (const { path, methods } of resources) {
    for (const [method, answer] of Object.entries(methods))
      app.on(method, path, (context) => {
        checkAcceptsJson(context.req.raw);
        return answer(ports, {
          request: context.req.raw,
          url: new URL(context.req.url),
          parts: context.req.param() as Record<string, string>,
        });
      });
    const allow = [...Object.keys(methods), ...('GET' in methods ? ['HEAD'] : [])].join(', ');
    app.all(path, (context) => {
      throw new HttpProblem(405, `${context.req.path} takes ${allow}, got ${context.req.method}`, { allow });
    });
  }
  app.notFound((context) => {
    const paths = resources.map(({ path }) => path.replaceAll(/:(\w+)/g, '{$1}')).join(', ');
    return failed(
      new HttpProblem(404, `There is no ${context.req.path}. There are: ${paths}`),
      context.req.raw,
    );
  });
  app.onError((error, context) => failed(error, context.req.raw));

  const failed = (error: unknown, request: Request) =>
    problemOf(error, (cause) =>
      ports.onFailure(cause, { method: request.method, path: new URL(request.url).pathname }),
    );
  return async (request) => {
    // Its clients know its own form of errors alone.
    if (new URL(request.url).pathname.startsWith(prometheusPath)) return prometheus(ports, request);
    try {
      return await app.fetch(request);
    } catch (error) {
      return failed(error, request);
    }
  };
}
