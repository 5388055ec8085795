import middy from '@middy/core';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  observed,
  observer,
  outcomeCounts,
  parsed,
  readEnvironment,
  requestOf,
  resultOf,
} from '../../../lib/adapters/lambda/index.ts';
import { forecastBatchInput, type SeriesOutcome } from '../../../lib/service/contracts/refresh.ts';
import { Unavailable } from '../../../lib/service/errors.ts';

const runId = 'eu-20261201T030000Z';
const input = {
  BatchInput: { runId, scheduledTime: '2026-12-01T03:00:00Z', calendarVersion: 0 },
  Items: [{ team: 'shop', metric: 'requests' }],
};
const context = { functionName: 'f', awsRequestId: 'request-1' } as Context;

let lines: string[];
const write = process.stdout.write;
const writeError = process.stderr.write;
beforeEach(() => {
  lines = [];
  const keep = ((chunk: string | Uint8Array) => {
    lines.push(...String(chunk).trim().split('\n'));
    return true;
  }) as typeof process.stdout.write;
  process.stdout.write = keep;
  process.stderr.write = keep;
});
afterEach(() => {
  process.stdout.write = write;
  process.stderr.write = writeError;
});
const documents = () =>
  lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Record<string, unknown>);

const handlerOf = (answer: () => Promise<{ outcomes: SeriesOutcome[] }>) =>
  middy()
    .use(observed(observer('forecast-batch', 'eu'), outcomeCounts))
    .use(parsed(forecastBatchInput))
    .handler(answer);

describe('a function', () => {
  it('counts its outcomes as CloudWatch metrics of its region', async () => {
    const outcomes: SeriesOutcome[] = ['ok', 'ok', 'stale'].map((status, i) => ({
      team: `t${i}`,
      metric: 'm',
      status: status as SeriesOutcome['status'],
      ...(i === 1 && { amiss: ['coverage'] }),
    }));
    expect(await handlerOf(async () => ({ outcomes }))(input, context)).toEqual({ outcomes });
    const metrics = documents().find((one) => '_aws' in one);
    expect(metrics).toMatchObject({
      region: 'eu',
      service: 'forecast-batch',
      SeriesForecast: 2,
      SeriesStale: 1,
      SeriesFailed: 0,
      SeriesWorseThanNaive: 0,
      SeriesOffCoverage: 1,
      _aws: { CloudWatchMetrics: [{ Namespace: 'CloudTune' }] },
    });
  });

  it('logs an error with its run and throws it on under its name', async () => {
    const handler = handlerOf(() => Promise.reject(new Unavailable('S3 does not answer')));
    await expect(handler(input, context)).rejects.toMatchObject({ name: 'Unavailable' });
    expect(documents().find(({ level }) => level === 'ERROR')).toMatchObject({
      message: 'S3 does not answer',
      runId,
      region: 'eu',
      function_request_id: 'request-1',
      error: { name: 'Unavailable' },
    });
  });

  it('refuses an input that is not what its contract says, part by part', async () => {
    const handler = handlerOf(async () => ({ outcomes: [] }));
    const wrong = { ...input, Items: [{ team: 'sh op', metric: '' }] };
    await expect(handler(wrong, context)).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringMatching(/Items\.0\.team: expected 1 to 63.*Items\.0\.metric/),
    });
  });

  it('does not start without its environment, and says what is missing', () => {
    expect(() => readEnvironment('publish-run')).toThrow(/REGION_SETTINGS: .*RUNS_TABLE: /);
  });
});

describe('an event of a REST API', () => {
  const event = (change: Partial<APIGatewayProxyEvent>) =>
    ({
      httpMethod: 'GET',
      path: '/v1/series',
      multiValueQueryStringParameters: null,
      multiValueHeaders: {},
      body: null,
      isBase64Encoded: false,
      ...change,
    }) as APIGatewayProxyEvent;

  it('is the request that was sent', async () => {
    const request = requestOf(
      event({
        httpMethod: 'PUT',
        path: '/v1/teams/a%2Fb/x',
        multiValueQueryStringParameters: { start: ['2026-01-01T00:00:00+01:00'], team: ['a', 'b'] },
        multiValueHeaders: { 'Content-Type': ['text/csv'], 'X-Odd': ['ü\n'] },
        body: Buffer.from('a,b').toString('base64'),
        isBase64Encoded: true,
      }),
    );
    const url = new URL(request.url);
    expect([request.method, url.pathname]).toEqual(['PUT', '/v1/teams/a%2Fb/x']);
    expect(url.searchParams.get('start')).toBe('2026-01-01T00:00:00+01:00');
    expect(url.searchParams.getAll('team')).toEqual(['a', 'b']);
    expect(request.headers.get('content-type')).toBe('text/csv');
    expect(await request.text()).toBe('a,b');
  });

  it('with a body where none belongs is a request without one', async () => {
    expect(await requestOf(event({ body: 'x' })).text()).toBe('');
  });

  it.each(['..', '.', '%2e%2E', '.%2e', '.\t.', '..\\..'])('a path is not shortened by %j', (dots) => {
    // IAM let it pass as a path of the team `own`.
    const { pathname } = new URL(requestOf(event({ path: `/v1/teams/own/${dots}/other/x` })).url);
    expect(pathname).toMatch(/^\/v1\/teams\/own\/[^/]+\/other\/x$/);
    const { pathname: last } = new URL(requestOf(event({ path: `/v1/teams/own/${dots}` })).url);
    expect(last).toMatch(/^\/v1\/teams\/own\/[^/]+$/);
  });

  it('is answered with status, headers and text', async () => {
    const result = await resultOf(new Response('{"a":1}', { status: 202, headers: { etag: '"x"' } }));
    expect(result).toMatchObject({ statusCode: 202, body: '{"a":1}', headers: { etag: '"x"' } });
    expect(await resultOf(new Response(null, { status: 304 }))).toMatchObject({ statusCode: 304, body: '' });
  });
});
