import { describe, expect, it } from 'vitest';
import { ingestReport, observationsAnswer, problem } from '../../lib/service/contracts/http.ts';
import { hours, key, memoryRegion } from '../service/region.ts';

const path = 'http://api/v1/teams/shop/regions/eu/metrics/orders/observations';

function client() {
  const region = memoryRegion();
  const put = async (body: string, type: string, query = '') => {
    const answer = await region.api(
      new Request(path + query, { method: 'PUT', body, headers: { 'content-type': type } }),
    );
    return { status: answer.status, body: await answer.json() };
  };
  const get = async (query = '') => {
    const answer = await region.api(new Request(path + query));
    expect(answer.status).toBe(200);
    return observationsAnswer.parse(await answer.json());
  };
  return { ...region, put, get };
}

describe('observations', () => {
  it('as JSON columns are accepted and read back; times without an offset are local', async () => {
    const { put, get } = client();
    const time = ['2026-03-28T23:30', '2026-03-29T00:00', '2026-03-29T00:30', '2026-03-29T01:30'];
    const body = JSON.stringify({ metricKind: 'count', time, value: [1, 2, 3, 5] });
    const { status, body: report } = await put(body, 'application/json');
    expect(status).toBe(200);
    expect(ingestReport.parse(report)).toMatchObject({ accepted: 4, rejected: 0 });
    const answer = await get('?grain=hour');
    expect(answer.time[0]).toBe('2026-03-28T22:00:00Z');
    expect(answer.value).toEqual([1, 5, 5]);
    expect((await get('?grain=day')).value).toEqual([1, 10]);
  });

  it('as CSV are accepted with their kind and step; the same again changes nothing', async () => {
    const { put, get, ports } = client();
    const csv = 'timestamp,load\n2026-01-01T00:00:00Z,10\n2026-01-01T00:10:00Z,20\n';
    const query = '?metricKind=gauge&step=10m&valueColumn=load';
    expect((await put(csv, 'text/csv; charset=utf-8', query)).body).toMatchObject({ accepted: 2 });
    const record = await ports.registry.get(key('shop', 'orders'));
    await put(csv, 'text/csv', query);
    expect((await ports.registry.get(key('shop', 'orders')))?.revisions).toEqual(record?.revisions);
    expect((await get('?grain=hour')).value).toEqual([15]);
    expect((await get('?grain=minute&end=2026-01-01T00:12:00Z')).value).toEqual([
      ...Array(10).fill(10),
      20,
      20,
    ]);
  });

  it('that cannot be used are listed with their row; the others are kept', async () => {
    const { put } = client();
    const body = JSON.stringify({
      metricKind: 'count',
      stepSeconds: 3600,
      time: ['2026-01-01T00:00:00Z', '2026-01-01T01:00:00Z', '2030-01-01T00:00:00Z', 'noon'],
      value: [1, -1, 1, 1],
    });
    const { status, body: report } = await put(body, 'application/json');
    expect(status).toBe(200);
    expect(report).toMatchObject({ accepted: 1, rejected: 3 });
    expect(ingestReport.parse(report).rejections.map(({ line }) => line)).toEqual([2, 3, 4]);
  });

  it('of another step or kind than the recorded ones are a conflict', async () => {
    const { put, load } = client();
    await load(key('shop', 'orders'), hours(2));
    const rows = { time: ['2026-03-01T00:00:00Z'], value: [1] };
    for (const change of [{ metricKind: 'gauge' }, { stepSeconds: 60 }]) {
      const { status, body } = await put(JSON.stringify({ ...rows, ...change }), 'application/json');
      expect([status, problem.parse(body).status]).toEqual([409, 409]);
    }
    expect((await put(JSON.stringify(rows), 'application/json')).status).toBe(200);
  });

  it.each([
    ['{"time":[1', 'application/json', '', 400],
    ['[]', 'application/json', '', 400],
    ['{"time":["2026-01-01T00:00:00Z"],"value":[]}', 'application/json', '', 400],
    ['{"time":[],"value":[]}', 'application/json', '', 400],
    ['{"time":[],"value":[],"kind":"count"}', 'application/json', '', 400],
    ['{"time":[],"value":[]}', 'application/json', '?step=1m', 400],
    ['a,b\n1,2\n', 'text/csv', '', 400],
    ['', 'text/csv', '', 400],
    ['timestamp,value\n2026-01-01T00:00:00Z,1\n', 'text/csv', '?step=7m', 400],
    ['timestamp,value\n2026-01-01T00:00:00Z,1\n', 'text/csv', '', 400],
    ['<a/>', 'application/xml', '', 415],
    ['x'.repeat(6 * 1024 * 1024 + 1), 'text/csv', '', 413],
  ])('refuses a body that it cannot read: %#', async (body, type, query, expected) => {
    const { put, failures } = client();
    const answer = await put(body, type, query);
    expect([answer.status, problem.parse(answer.body).status]).toEqual([expected, expected]);
    expect(failures).toEqual([]);
  });

  it('are null where nothing was seen, page by page', async () => {
    const { load, get } = client();
    const { time, value } = hours(30);
    const kept = (_: number, i: number) => i < 24 || i >= 72;
    await load(key('shop', 'orders'), { time: time.filter(kept), value: value.filter(kept) });
    const days = await get('?grain=day&start=2026-01-05T00:00:00%2B01:00&end=2026-01-09T00:00:00%2B01:00');
    expect(days.value.map((one) => one === null)).toEqual([false, true, true, false]);
    expect(days.value[0]).toBe(value.slice(0, 24).reduce((sum, one) => sum + one, 0));
    expect((await get()).time).toHaveLength(168);
  });
});
