import { describe, expect, it } from 'vitest';
import {
  problem,
  refreshAnswer,
  regionsAnswer,
  runAnswer,
  runsPage,
} from '../../lib/service/contracts/http.ts';
import { Unavailable } from '../../lib/service/errors.ts';
import { memoryRegion } from '../service/region.ts';

const ask = async (api: (request: Request) => Promise<Response>, path: string, init: RequestInit = {}) => {
  const answer = await api(new Request(`http://api${path}`, init));
  const text = await answer.text();
  return { answer, text, problem: () => problem.parse(JSON.parse(text)) };
};

describe('an error', () => {
  it.each([
    ['GET', '/', 404, undefined],
    ['GET', '/v1/serie', 404, undefined],
    ['GET', '/v1/series/', 404, undefined],
    ['GET', '/v1/runs/none', 404, undefined],
    ['GET', '/v1/runs/eu-20200101T000000Z', 404, undefined],
    ['DELETE', '/v1/series', 405, 'GET, HEAD'],
    ['GET', '/v1/refresh', 405, 'POST'],
    ['POST', '/v1/teams/a/regions/eu/metrics/b/observations', 405, 'GET, PUT, HEAD'],
    ['OPTIONS', '/v1/runs', 405, 'GET, HEAD'],
  ])('of %s %s is %i as application/problem+json', async (method, path, status, allow) => {
    const { answer, problem } = await ask(memoryRegion().api, path, { method });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(problem().status).toBe(status);
    if (allow !== undefined) expect(answer.headers.get('allow')).toBe(allow);
  });

  it('of a caller who takes no JSON is 406', async () => {
    const { api } = memoryRegion();
    for (const [accept, status] of [
      ['text/html', 406],
      ['application/json;q=0', 406],
      ['text/html, */*;q=0.1', 200],
      ['application/*', 200],
    ] as const)
      expect((await ask(api, '/v1/series', { headers: { accept } })).answer.status).toBe(status);
  });

  it('that nobody expected is 500 without the inside, which is reported', async () => {
    const { api, ports, failures } = memoryRegion();
    ports.registry.list = () => Promise.reject(new TypeError('secret of the inside'));
    const { answer, text } = await ask(api, '/v1/series');
    expect(answer.status).toBe(500);
    expect(text).not.toContain('secret');
    expect(failures.map(({ message }) => message)).toEqual(['secret of the inside']);
  });

  it('of storage is 503, to be asked again', async () => {
    const { api, ports, failures } = memoryRegion();
    ports.runs.published = () => Promise.reject(new Unavailable('DynamoDB does not answer'));
    const { answer, problem } = await ask(api, '/v1/regions');
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(problem().detail).not.toContain('DynamoDB');
    expect(failures).toHaveLength(1);
  });
});

describe('HEAD', () => {
  it('answers as GET, without the body', async () => {
    const { api } = memoryRegion();
    const { answer, text } = await ask(api, '/v1/series', { method: 'HEAD' });
    expect([answer.status, text]).toEqual([200, '']);
    expect(answer.headers.get('content-type')).toContain('application/json');
  });
});

describe('a refresh', () => {
  it('is started with or without a body, and can be followed from its answer', async () => {
    const { api } = memoryRegion();
    const { answer, text } = await ask(api, '/v1/refresh', { method: 'POST' });
    expect(answer.status).toBe(202);
    const started = refreshAnswer.parse(JSON.parse(text));
    expect(started.runId).toBe('eu-20261201T030000Z');
    const followed = await ask(api, answer.headers.get('location')!);
    expect(runAnswer.parse(JSON.parse(followed.text))).toMatchObject({ status: 'running' });
    const list = await ask(api, '/v1/runs?limit=1');
    expect(runsPage.parse(JSON.parse(list.text)).runs).toHaveLength(1);
    const { text: regions } = await ask(api, '/v1/regions');
    expect(regionsAnswer.parse(JSON.parse(regions)).regions[0]).toMatchObject({
      region: 'eu',
      country: 'FR',
    });
  });

  it.each([
    ['{"region":"us"}', 404],
    ['{"region":"e u"}', 400],
    ['{"scheduledTime":"tomorrow"}', 400],
    ['{"scheduledTime":"2030-01-01T00:00:00Z"}', 400],
    ['{"when":"now"}', 400],
    ['{', 400],
    ['null', 400],
  ])('refuses %s', async (body, status) => {
    const headers = { 'content-type': 'application/json' };
    const { answer, problem } = await ask(memoryRegion().api, '/v1/refresh', {
      method: 'POST',
      body,
      headers,
    });
    expect([answer.status, problem().status]).toEqual([status, status]);
  });
});
