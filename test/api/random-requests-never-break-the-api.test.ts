import type { APIGatewayProxyEvent } from 'aws-lambda';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { requestOf, resultOf } from '../../lib/adapters/lambda/rest-event.ts';
import { problem } from '../../lib/service/contracts/http.ts';
import { hours, key, memoryRegion } from '../service/region.ts';

const runs = 1000;
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 30 }), fc.string({ maxLength: 30 }));
const part = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('shop', 'eu', 'requests', 'us', '..', '%E0%A4%A', '%00', 'a%2Fb') },
  { weight: 1, arbitrary: text },
);
const seriesPath = fc
  .tuple(
    fc.oneof({ weight: 4, arbitrary: fc.constant('shop') }, { weight: 1, arbitrary: part }),
    fc.oneof({ weight: 4, arbitrary: fc.constant('eu') }, { weight: 1, arbitrary: part }),
    fc.oneof({ weight: 4, arbitrary: fc.constant('requests') }, { weight: 1, arbitrary: part }),
    fc.constantFrom('forecast', 'observations', 'explanation', 'peaks', 'events', 'forecast/', 'x'),
  )
  .map(([team, region, metric, what]) => `/v1/teams/${team}/regions/${region}/metrics/${metric}/${what}`);
const path = fc.oneof(
  { weight: 4, arbitrary: seriesPath },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '/v1/series',
      '/v1/regions',
      '/v1/runs',
      '/v1/refresh',
      '/v1/calendar',
      '/v1/runs/eu-20261201T030000Z',
    ),
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
  fc.constantFrom(
    'start',
    'end',
    'grain',
    'quantiles',
    'nextToken',
    'limit',
    'team',
    'step',
    'metricKind',
    'x',
  ),
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
const body = fc.oneof(
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

it(`${runs} random requests get an answer or a problem, never a 5xx`, async () => {
  const region = memoryRegion();
  await region.load(key('shop'), hours(60));
  await region.refresh('2026-12-01T03:00:00Z');
  const statuses = new Map<number, number>();
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
        'If-None-Match': fc.tuple(text),
      },
      { requiredKeys: ['Content-Type'] },
    ),
    body,
    isBase64Encoded: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(event, async (raw) => {
      const answer = await resultOf(await region.api(requestOf(raw as unknown as APIGatewayProxyEvent)));
      expect(region.failures).toEqual([]);
      expect(answer.statusCode).toBeLessThan(500);
      if (answer.statusCode >= 400 && raw.httpMethod !== 'HEAD') {
        expect(answer.headers?.['content-type']).toBe('application/problem+json');
        expect(problem.parse(JSON.parse(answer.body)).status).toBe(answer.statusCode);
      }
      statuses.set(answer.statusCode, (statuses.get(answer.statusCode) ?? 0) + 1);
    }),
    { numRuns: runs },
  );
  // The requests were not all refused at the door.
  expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 400, 404, 405]));
});
