import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fleet } from '../../lib/api/fleet.ts';
import { problem, seriesPage } from '../../lib/service/contracts/http.ts';
import { memoryRegion } from '../service/region.ts';

const path = '/v1/teams/shop/regions/eu/metrics/orders/observations';
const put = async (
  api: (request: Request) => Promise<Response>,
  body: NonNullable<RequestInit['body']>,
  headers: Record<string, string>,
) => {
  const answer = await api(new Request(`http://api${path}`, { method: 'PUT', body, headers }));
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};
const csv = { 'content-type': 'text/csv' };
const hourly = (minute: string, value: number) =>
  `timestamp,value\n${Array.from({ length: 20 }, (_, i) => `2026-01-01T${String(i).padStart(2, '0')}:${minute}:00Z,${value}`).join('\n')}\n`;

describe('rows that lie between the steps of the history', () => {
  it('are rejected with the reason, even where none of their neighbours keeps to the step', async () => {
    const { api } = memoryRegion();
    await put(api, hourly('00', 5), csv);
    const before = await (await api(new Request(`http://api${path}`))).text();
    const { status, body } = await put(api, hourly('30', 99), csv);
    expect([status, body.accepted, body.rejected]).toEqual([200, 0, 20]);
    expect(JSON.stringify(body.rejections)).toContain('that the history keeps to');
    expect(await (await api(new Request(`http://api${path}`))).text()).toBe(before);
  });
});

describe('a body that cannot be used', () => {
  const json = { 'content-type': 'application/json' };
  it('is refused in words when it is compressed', async () => {
    const coded = { ...csv, 'content-encoding': 'gzip' };
    const { status, body } = await put(memoryRegion().api, gzipSync(hourly('00', 5)), coded);
    expect(status).toBe(415);
    expect(problem.parse(body).detail).toContain('The content-encoding is gzip');
  });

  it('is refused in words however deep it is nested', async () => {
    const deep = `{"time":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    const { status, body } = await put(memoryRegion().api, deep, json);
    expect(status).toBe(400);
    expect(problem.parse(body).errors?.map(({ at }) => at)).toContain('value');
  });

  it('is refused with the name of a field that there is not', async () => {
    const { body } = await put(memoryRegion().api, '{"time":[],"value":[],"unit":"s"}', json);
    expect(problem.parse(body).errors).toEqual([{ at: 'unit', expected: 'no such field' }]);
  });
});

describe('a series too short to measure a forecast on', () => {
  it('shows no accuracy, rather than an error of nothing', async () => {
    const region = memoryRegion();
    await put(region.api, hourly('00', 5), csv);
    const runId = 'eu-20260102T000000Z';
    const scheduledTime = '2026-01-02T00:00:00Z';
    await region.ports.runs.publish({ runId, scheduledTime });
    await region.ports.index.put({
      schemaVersion: 1,
      team: 'shop',
      region: 'eu',
      metric: 'orders',
      runId,
      status: 'ok',
      modelKey: 'key',
      modelRunId: runId,
      cutoff: Date.parse(scheduledTime),
      horizonEnd: Date.parse('2027-01-02T00:00:00Z'),
      accuracy: { origins: 0, horizonDays: 0, wape: 0, naiveWape: 0, coverage: 0 },
    });
    const { series } = seriesPage.parse(await (await region.api(new Request('http://api/v1/series'))).json());
    expect(series[0]?.forecast).toMatchObject({ status: 'ok' });
    expect(series[0]?.forecast).not.toHaveProperty('accuracy');
  });
});

describe('one origin over several regions', () => {
  it('starts all their runs for curl -X POST -d "", reads lists for HEAD, and says what else it takes', async () => {
    const { api } = memoryRegion();
    const one = fleet([{ region: 'eu', url: 'http://eu' }], (request) => api(request));
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const ask = (method: string, path: string, init: RequestInit = {}) =>
      one(new Request(`http://here${path}`, { method, ...init }));
    expect((await ask('POST', '/v1/refresh', { body: '', headers: form })).status).toBe(202);
    expect((await ask('HEAD', '/v1/series')).status).toBe(200);
    expect((await ask('DELETE', '/v1/series')).headers.get('allow')).toBe('GET, HEAD');
    expect((await ask('GET', '/v1/refresh')).headers.get('allow')).toBe('POST');
  });
});
