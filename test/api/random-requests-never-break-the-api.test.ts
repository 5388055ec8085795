import type { APIGatewayProxyEvent } from 'aws-lambda';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { requestOf, resultOf } from '../../lib/adapters/lambda/rest-event.ts';
import { openApi } from '../../lib/api/index.ts';
import { problem } from '../../lib/service/contracts/http.ts';
import { hours, key, memoryRegion } from '../service/region.ts';

const runs = 2000;
const document = openApi() as {
  paths: Record<string, Record<string, { parameters?: { name: string; in: string }[] }>>;
};
const routes = Object.keys(document.paths);
const parameters = [
  ...new Set(
    Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).flatMap(({ parameters: all = [] }) =>
        all.filter((one) => one.in === 'query').map(({ name }) => name),
      ),
    ),
  ),
];
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 30 }), fc.string({ maxLength: 30 }));
const part = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('shop', 'eu', 'requests', 'us', '..', '%E0%A4%A', '%00', 'a%2Fb') },
  { weight: 1, arbitrary: text },
);
/** What there is, mostly, so that requests get far enough in. */
const known: Record<string, string> = {
  ...{ team: 'shop', region: 'eu', metric: 'requests', id: 'eu-20261201T030000Z', label: 'team' },
};
const path = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...routes, '/prometheus/api/v1/query', '/prometheus/api/v1/query_range'),
        fc.array(fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: part }), {
          ...{ minLength: 4, maxLength: 4 },
        }),
      )
      .map(([route, parts]) => {
        let at = 0;
        return route.replace(/\{(\w+)\}/g, (_, name: string) => parts[at++] ?? known[name] ?? 'x');
      }),
  },
  { weight: 1, arbitrary: fc.array(part, { maxLength: 6 }).map((parts) => `/${parts.join('/')}`) },
);
const instant = fc.oneof(
  fc.constantFrom('2026-03-01T00:00:00Z', '2026-04-01T12:34:56.789+05:30', '0000-01-01T00:00:00Z'),
  fc.constantFrom('9999-12-31T23:59:59Z', '2026-02-30T00:00:00Z', '2026-03-01', 'now'),
);
const token = fc.oneof(
  fc.json({ maxDepth: 2 }).map((json) => Buffer.from(json).toString('base64url')),
  fc
    .record({
      runId: fc.constantFrom('eu-20261201T030000Z', 'eu-20200101T000000Z', ''),
      from: fc.oneof(fc.constant(Date.UTC(2026, 3, 1)), fc.double()),
      end: fc.oneof(fc.constant(Date.UTC(2026, 3, 3)), fc.maxSafeInteger()),
      grain: fc.constantFrom('minute', 'hour', 'week', 'year'),
      quantiles: fc.array(fc.constantFrom('0.1', '0.5', '2', '', 'NaN')),
    })
    .map((place) => Buffer.from(JSON.stringify(place)).toString('base64url')),
  text,
);
const query = fc.dictionary(
  fc.constantFrom(...parameters, 'query', 'step', 'x'),
  fc.array(
    fc.oneof(
      instant,
      token,
      text,
      fc.constantFrom('minute', 'day', 'week', '0.1,0.9', '0.5', '10', '-1', '1m'),
    ),
    { minLength: 1, maxLength: 2 },
  ),
  { maxKeys: 3 },
);
const cell = fc.oneof(instant, fc.double(), fc.constantFrom(null, true, 1.7e12, '1e999', {}));
const value = fc.oneof(
  instant,
  text,
  fc.double(),
  fc.constantFrom(null, true, 0, -1, 1.5, 'hour', 'minute', 'csv', 'forecast', 'observations', '2026-04-01'),
  fc.constantFrom<unknown>(['0.5'], ['0.9', '0.1'], [], {}, ['shop/eu/requests'], ['shop/us/requests', 'x']),
  fc.constantFrom<unknown>(
    [{ op: 'move', id: 'fair', start: '2026-04-02' }],
    [{ op: 'add', event: { id: 'e', kind: 'k', start: '2026-04-01', end: '2026-04-02', scale: 2 } }],
    [{ op: 'scale', id: 'nothing', factor: -1 }],
  ),
);
/** Bodies with the fields that routes know, and things in them that they do not. */
const fields = fc
  .dictionary(
    fc.constantFrom(
      ...['of', 'start', 'end', 'grain', 'quantiles', 'run', 'format', 'series', 'calendar', 'growth'],
      ...['id', 'kind', 'name', 'regions', 'teams', 'scale', 'like', 'status', 'events', 'schemaVersion'],
      ...['region', 'scheduledTime', 'x'],
    ),
    value,
    { maxKeys: 5 },
  )
  .map((one) => JSON.stringify(one));
const body = fc.oneof(
  { weight: 4, arbitrary: fields },
  fc.constant(JSON.stringify({ id: 'fair', kind: 'k', start: '2026-04-01', end: '2026-04-02' })),
  fc.constant(null),
  text,
  fc.json({ maxDepth: 2 }),
  fc
    .record({ time: fc.array(cell), value: fc.array(cell), metricKind: fc.constantFrom('count', 'x') })
    .map((one) => JSON.stringify(one)),
  fc
    .array(fc.tuple(instant, text))
    .map((rows) => `timestamp,value\n${rows.map((row) => row.join()).join('\n')}`),
);

it(`${runs} random requests over all routes get an answer or a problem, never a 5xx, and change all or nothing`, async () => {
  const region = memoryRegion();
  await region.load(key('shop'), hours(60));
  await region.refresh('2026-12-01T03:00:00Z');
  await region.planEvents({ id: 'fair', kind: 'k', start: '2026-04-10', end: '2026-04-11', scale: 2 });
  const statuses = new Map<number, number>();
  const reached = new Set<string>();
  const { calendar, registry, launcher } = region.ports;
  const state = async () => [
    (await calendar.read()).version,
    await registry.get(key('shop')),
    launcher.statuses.size,
  ];
  const event = fc.record({
    httpMethod: fc.constantFrom('GET', 'GET', 'GET', 'PUT', 'POST', 'HEAD', 'DELETE', 'OPTIONS', 'PATCH'),
    path,
    multiValueQueryStringParameters: fc.option(query),
    multiValueHeaders: fc.record(
      {
        'Content-Type': fc.tuple(fc.constantFrom('application/json', 'text/csv', 'text/plain')),
        Accept: fc.tuple(
          fc.oneof({ weight: 4, arbitrary: fc.constant('*/*') }, { weight: 1, arbitrary: text }),
        ),
        'If-None-Match': fc.tuple(fc.oneof(text, fc.constant('*'))),
        'If-Match': fc.tuple(fc.oneof(text, fc.constantFrom('*', '"1"', '"x'))),
      },
      { requiredKeys: ['Content-Type'] },
    ),
    body,
    isBase64Encoded: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(event, async (raw) => {
      const before = await state();
      const answer = await resultOf(await region.api(requestOf(raw as unknown as APIGatewayProxyEvent)));
      expect(region.failures).toEqual([]);
      expect(answer.statusCode).toBeLessThan(500);
      if (answer.statusCode < 400) reached.add(raw.path.split('?')[0]!);
      else {
        expect(await state()).toEqual(before);
        if (raw.httpMethod !== 'HEAD') checkProblem(raw.path, answer);
      }
      statuses.set(answer.statusCode, (statuses.get(answer.statusCode) ?? 0) + 1);
    }),
    { numRuns: runs },
  );
  // The requests were not all refused at the door.
  expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 400, 404, 405]));
  expect(reached.size).toBeGreaterThan(15);
}, 60_000);

/** Prometheus has a form of its own; all else is RFC 9457, and what is wrong with a question or a body is named. */
function checkProblem(
  path: string,
  { statusCode, headers, body: text }: ReturnType<typeof resultOf> extends Promise<infer R> ? R : never,
) {
  const read: unknown = JSON.parse(text);
  if (path.startsWith('/prometheus/') && headers?.['content-type'] !== 'application/problem+json') {
    expect(read).toMatchObject({ status: 'error', errorType: expect.any(String), error: expect.any(String) });
    return;
  }
  expect(headers?.['content-type']).toBe('application/problem+json');
  const { status, detail, errors = [] } = problem.parse(read);
  expect(status).toBe(statusCode);
  // A file's line or column is named in the detail.
  const elsewhere = /^The body is no JSON|nextToken|column|line \d|first line|file/;
  if (status === 400 && !elsewhere.test(detail)) expect(errors, detail).not.toEqual([]);
}
