import { describe, expect, it } from 'vitest';
import { fleet } from '../../lib/api/fleet.ts';

const apis = [
  { region: 'fr', url: 'http://127.0.0.1:1/a/live' },
  { region: 'us-east', url: 'http://127.0.0.1:2/b/live' },
];

interface Asked {
  url: string;
  method: string;
  body: string;
  headers: Record<string, string>;
}

/** A fleet over regions that answer from a table of URL → body, with what each was asked. */
function over(answers: Record<string, unknown>) {
  const asked: Asked[] = [];
  const front = fleet(apis, async (request) => {
    asked.push({
      url: request.url,
      method: request.method,
      body: await request.text(),
      headers: Object.fromEntries(request.headers),
    });
    const answer = answers[request.url];
    if (answer instanceof Error) throw answer;
    if (answer instanceof Response) return answer;
    return answer === undefined ? Response.json({ title: 'none' }, { status: 404 }) : Response.json(answer);
  });
  const ask = (path: string, init?: RequestInit) => front(new Request(`http://127.0.0.1:8787${path}`, init));
  return { asked, ask };
}

describe('fleet', () => {
  it('sends a path that names a region to that region as it is', async () => {
    const path = '/v1/teams/a/regions/us-east/metrics/m/forecast?grain=hour&quantiles=0.1,0.9';
    const { ask, asked } = over({
      [`http://127.0.0.1:2/b/live${path}`]: Response.json({ ok: 1 }, { headers: { etag: '"r1"' } }),
    });
    const answer = await ask(path, { headers: { 'if-none-match': '"r0"' } });
    expect(answer.headers.get('etag')).toBe('"r1"');
    expect(await answer.json()).toEqual({ ok: 1 });
    expect(asked[0]?.headers['if-none-match']).toBe('"r0"');
  });

  it('sends a path of totals to its region', async () => {
    const path = '/v1/regions/us-east/metrics/m/forecast?grain=day';
    const { ask } = over({ [`http://127.0.0.1:2/b/live${path}`]: { total: 1 } });
    expect(await (await ask(path)).json()).toEqual({ total: 1 });
    expect((await ask('/v1/regions/mars/metrics')).status).toBe(404);
  });

  it('carries a body with its media type', async () => {
    const path = '/v1/teams/a/regions/fr/metrics/m/observations';
    const { ask, asked } = over({ [`http://127.0.0.1:1/a/live${path}`]: { accepted: 1 } });
    await ask(path, { method: 'PUT', body: 'timestamp,value\n', headers: { 'content-type': 'text/csv' } });
    expect(asked[0]).toMatchObject({ method: 'PUT', body: 'timestamp,value\n' });
    expect(asked[0]?.headers['content-type']).toBe('text/csv');
  });

  it('finds a run by the region in its id, dashes and all', async () => {
    const path = '/v1/runs/us-east-20261123T200000Z';
    const { ask } = over({ [`http://127.0.0.1:2/b/live${path}`]: { status: 'published' } });
    expect(await (await ask(path)).json()).toEqual({ status: 'published' });
  });

  it('concatenates the lists of all regions', async () => {
    const { ask } = over({
      'http://127.0.0.1:1/a/live/v1/series?team=a': { series: [1, 2] },
      'http://127.0.0.1:2/b/live/v1/series?team=a': { series: [3] },
    });
    expect(await (await ask('/v1/series?team=a')).json()).toEqual({ series: [1, 2, 3] });
  });

  it('pages through all regions by its own token, each item once', async () => {
    const { ask } = over({
      'http://127.0.0.1:1/a/live/v1/runs?limit=2': { runs: [1, 2], nextToken: 'x' },
      'http://127.0.0.1:1/a/live/v1/runs?limit=2&nextToken=x': { runs: [3] },
      'http://127.0.0.1:2/b/live/v1/runs?limit=1': { runs: [4], nextToken: 'y' },
      'http://127.0.0.1:2/b/live/v1/runs?limit=2&nextToken=y': { runs: [5] },
    });
    const seen: number[][] = [];
    let token: string | undefined;
    do {
      const query = `limit=2${token === undefined ? '' : `&nextToken=${token}`}`;
      const page = (await (await ask(`/v1/runs?${query}`)).json()) as { runs: number[]; nextToken?: string };
      seen.push(page.runs);
      token = page.nextToken;
    } while (token !== undefined);
    expect(seen).toEqual([[1, 2], [3, 4], [5]]);
  });

  it('ends a full page at the border of two regions', async () => {
    const { ask, asked } = over({ 'http://127.0.0.1:1/a/live/v1/series?limit=2': { series: [1, 2] } });
    const page = (await (await ask('/v1/series?limit=2')).json()) as { nextToken?: string };
    expect(page.nextToken).toEqual(expect.any(String));
    expect(asked).toHaveLength(1);
  });

  it('refreshes the one region asked for and passes its answer through', async () => {
    const { ask, asked } = over({
      'http://127.0.0.1:1/a/live/v1/refresh': Response.json({ runId: 'fr-1' }, { status: 202 }),
    });
    const answer = await ask('/v1/refresh', { method: 'POST', body: '{"region":"fr"}' });
    expect([answer.status, await answer.json()]).toEqual([202, { runId: 'fr-1' }]);
    expect(asked).toHaveLength(1);
  });

  it('refreshes every region when none is named', async () => {
    const { ask, asked } = over({
      'http://127.0.0.1:1/a/live/v1/refresh': { runId: 'fr-1' },
      'http://127.0.0.1:2/b/live/v1/refresh': { runId: 'us-1' },
    });
    const answer = await ask('/v1/refresh', { method: 'POST' });
    expect([answer.status, await answer.json()]).toEqual([
      202,
      { runs: [{ runId: 'fr-1' }, { runId: 'us-1' }] },
    ]);
    expect(asked.map((one) => one.body)).toEqual(['{"region":"fr"}', '{"region":"us-east"}']);
  });

  it('asks the first region for the calendar, which is one for all, and to change it', async () => {
    const taken = { schemaVersion: 1, events: [] };
    const { ask, asked } = over({
      'http://127.0.0.1:1/a/live/v1/calendar': taken,
      'http://127.0.0.1:1/a/live/v1/calendar/events/bf%202026?reason=moved': taken,
    });
    expect(await (await ask('/v1/calendar')).json()).toEqual(taken);
    const put = { method: 'PUT', body: '{"events":[]}', headers: { 'if-match': '"1"' } };
    expect((await ask('/v1/calendar/events/bf%202026?reason=moved', put)).status).toBe(200);
    expect(asked).toHaveLength(2);
    expect([asked[1]!.headers['if-match'], asked[1]!.body]).toEqual(['"1"', put.body]);
  });

  it('asks each region what if for its own series, and answers for all', async () => {
    const of = (name: string) => ({ series: [{ seriesId: name }], refused: [], warnings: [] });
    const { ask, asked } = over({
      'http://127.0.0.1:1/a/live/v1/what-if': of('a/fr/m'),
      'http://127.0.0.1:2/b/live/v1/what-if': of('a/us-east/m'),
    });
    const body = JSON.stringify({ series: ['a/fr/m', 'a/us-east/m'], growth: 2 });
    const answer = await ask('/v1/what-if', { method: 'POST', body });
    expect(await answer.json()).toEqual({
      series: [{ seriesId: 'a/fr/m' }, { seriesId: 'a/us-east/m' }],
      refused: [],
      warnings: [],
    });
    expect(asked.map((one) => JSON.parse(one.body))).toEqual([
      { series: ['a/fr/m'], growth: 2 },
      { series: ['a/us-east/m'], growth: 2 },
    ]);
    const mixed = JSON.stringify({ series: ['a/fr/m', 'a/mars/m'] });
    expect((await ask('/v1/what-if', { method: 'POST', body: mixed })).status).toBe(404);
    expect((await ask('/v1/what-if')).status).toBe(405);
  });

  it('says which regions it knows when asked for another', async () => {
    const { ask, asked } = over({});
    for (const [path, init] of [
      ['/v1/teams/a/regions/mars/metrics/m/forecast', {}],
      ['/v1/runs/mars-20261123T200000Z', {}],
      ['/v1/refresh', { method: 'POST', body: '{"region":"mars"}' }],
    ] as const) {
      const answer = await ask(path, init);
      expect(answer.status).toBe(404);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect(((await answer.json()) as { detail: string }).detail).toContain('fr, us-east');
    }
    expect(asked).toHaveLength(0);
  });

  it('names the region that does not answer', async () => {
    const { ask } = over({
      'http://127.0.0.1:1/a/live/v1/series': { series: [1] },
      'http://127.0.0.1:2/b/live/v1/series': new TypeError('fetch failed', {
        cause: new Error('connect ECONNREFUSED'),
      }),
    });
    const answer = await ask('/v1/series');
    expect(answer.status).toBe(502);
    expect(((await answer.json()) as { detail: string }).detail).toMatch(/us-east.*ECONNREFUSED/);
  });

  it("passes a region's own error through", async () => {
    const path = '/v1/teams/a/regions/fr/metrics/none/forecast';
    const { ask } = over({});
    expect((await ask(path)).status).toBe(404);
  });

  it.each([
    ['/v1/series?nextToken=rubbish', {}, 400],
    ['/v1/series', { method: 'DELETE' }, 405],
    ['/v1/refresh', {}, 405],
    ['/v1/refresh', { method: 'POST', body: '{' }, 400],
    ['/v1/refresh', { method: 'POST', body: '{"region":7}' }, 400],
    ['/v2/series', {}, 404],
    ['/v1/runs/%E0%A4%A', {}, 404],
  ] as const)('answers %s %j with %i', async (path, init, status) => {
    const answer = await over({}).ask(path, init);
    expect(answer.status).toBe(status);
    expect(((await answer.json()) as { status: number }).status).toBe(status);
  });
});
