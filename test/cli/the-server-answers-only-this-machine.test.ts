import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve } from '../../lib/cli/server.ts';
import { fakeApi } from './fake-api.ts';

let api: Awaited<ReturnType<typeof fakeApi>>;
beforeAll(async () => {
  api = await fakeApi({ 'GET /v1/series': { series: [] }, 'POST /v1/refresh': { runId: 'x' } });
});
afterAll(() => api.close());

/** fetch sets Host and Origin itself, so this speaks HTTP by hand. */
const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    const asking = request(`${api.url}${path}`, { method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    asking.on('error', reject);
    asking.end();
  });

describe('the server of the page', () => {
  it('serves the page under a policy that lets nothing foreign in', async () => {
    const page = await ask('/');
    expect([page.status, page.body]).toEqual([200, '<h1>page</h1>']);
    expect(page.headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect((await ask('/etc/passwd')).status).toBe(404);
  });

  it('serves the API beside it', async () => {
    expect(JSON.parse((await ask('/v1/series')).body)).toEqual({ series: [] });
  });

  it.each([
    'evil.example',
    'evil.example:8787',
    '127.0.0.1',
    '127.0.0.1:1',
  ])('refuses the host %s, for which a name would have been bent to this machine', async (host) => {
    const before = api.asked.length;
    expect((await ask('/v1/series', { host })).status).toBe(421);
    expect(api.asked.length).toBe(before);
  });

  it('refuses what a foreign page sends', async () => {
    const before = api.asked.length;
    expect((await ask('/v1/refresh', { origin: 'https://evil.example' }, 'POST')).status).toBe(403);
    expect((await ask('/v1/refresh', { origin: 'null' }, 'POST')).status).toBe(403);
    expect(api.asked.length).toBe(before);
    expect((await ask('/v1/refresh', { origin: api.url }, 'POST')).status).toBe(200);
  });

  it('says which port is in use and how to choose another', async () => {
    const port = Number(new URL(api.url).port);
    await expect(serve(new Map(), async () => new Response(), port)).rejects.toThrow(/in use.*--port/);
  });
});
