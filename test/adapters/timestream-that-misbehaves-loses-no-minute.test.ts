import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { timestreamClient } from '../../lib/adapters/aws/clients.ts';
import { TimestreamSource } from '../../lib/adapters/aws/timestream-source.ts';
import { type HistorySourceSettings, historySource } from '../../lib/service/contracts/history-source.ts';
import { HistorySourceFailed, Unavailable } from '../../lib/service/errors.ts';
import { pullHistory } from '../../lib/service/pull-history.ts';
import { key, memoryRegion } from '../service/region.ts';

const minute = 60_000;
const now = Date.UTC(2026, 10, 1);
type Timestream = Extract<HistorySourceSettings, { kind: 'timestream' }>;
const settings = (more: object = {}) =>
  historySource.parse({ kind: 'timestream', database: 'met', table: 'load', ...more }) as Timestream;

interface Asked {
  QueryString: string;
  NextToken?: string;
}
type Answer = { status?: number; body: object };
const fails = (name: string, message = name, status = 400): Answer => ({
  status,
  body: { __type: `com.amazonaws#${name}`, message },
});
const page = (rows: [number, string][], NextToken?: string, type = 'DOUBLE'): Answer => ({
  body: {
    QueryId: 'q',
    ...(NextToken !== undefined && { NextToken }),
    ColumnInfo: [
      { Name: 'minute', Type: { ScalarType: 'TIMESTAMP' } },
      { Name: 'value', Type: { ScalarType: type } },
    ],
    Rows: rows.map(([at, value]) => ({
      Data: [
        { ScalarValue: `${new Date(at).toISOString().replace('T', ' ').slice(0, 23)}000000` },
        { ScalarValue: value },
      ],
    })),
  },
});
const bounds = ({ QueryString }: Asked) =>
  [...QueryString.matchAll(/from_milliseconds\((\d+)\)/g)].map((match) => Number(match[1])) as [
    number,
    number,
  ];

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** An endpoint that answers as the script says, and the source that asks it. */
async function endpoint(answer: (asked: Asked, count: number) => Answer, more: object = {}) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const question = JSON.parse(text) as Asked;
    asked.push(question);
    const { status = 200, body } = answer(question, asked.length);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
  });
  servers.push(server.listen(0, '127.0.0.1'));
  await new Promise((resolve) => server.once('listening', resolve));
  const client = timestreamClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 3,
  });
  return { asked, source: new TimestreamSource({ client, settings: settings(more) }) };
}

async function read(source: TimestreamSource, start: number, end: number) {
  const rows: [number, number][] = [];
  for await (const { time, value } of source.rows(key('shop'), { start, end }))
    for (const [i, at] of time.entries()) rows.push([at, value[i]!]);
  return rows;
}

describe('a Timestream that misbehaves', () => {
  it('may begin with empty pages and throttle: every minute arrives once', async () => {
    const { source, asked } = await endpoint((_, count) => {
      if (count === 1) return page([], 'one');
      if (count === 2) return fails('ThrottlingException');
      if (count === 3) return page([[now, '1.5']], 'two');
      return page([[now + minute, '2']]);
    });
    expect(await read(source, now, now + 5 * minute)).toEqual([
      [now, 1.5],
      [now + minute, 2],
    ]);
    expect(asked.map(({ NextToken }) => NextToken)).toEqual([undefined, 'one', 'one', 'two']);
  });

  it('may let tokens expire: the query goes on from the last minute, and ends when nothing comes any more', async () => {
    const { source, asked } = await endpoint((question, count) => {
      if (question.NextToken !== undefined) return fails('ValidationException', 'Invalid NextToken');
      return count === 1 ? page([[now, '1']], 'old') : page([[now + minute, '2']]);
    });
    expect(await read(source, now, now + 5 * minute)).toHaveLength(2);
    expect(bounds(asked[2]!)[0]).toBe(now + minute);
    const never = await endpoint((question) =>
      question.NextToken === undefined ? page([], 'old') : fails('ValidationException', 'Invalid NextToken'),
    );
    await expect(read(never.source, now, now + minute)).rejects.toThrow(HistorySourceFailed);
  });

  it('may need more than its minute: the window is halved, and no part is left out or read twice', async () => {
    const day = 1440 * minute;
    const { source } = await endpoint((question) => {
      const [from, to] = bounds(question);
      if (to - from > 8 * day) return fails('QueryExecutionException', 'Query timed out');
      return page(Array.from({ length: (to - from) / day }, (_, i) => [from + i * day, '1']));
    });
    const rows = await read(source, now, now + 30 * day);
    const inOrder = rows.map(([at]) => at);
    expect(new Set(inOrder).size).toBe(inOrder.length);
    expect(inOrder).toEqual([...inOrder].sort((a, b) => a - b));
    expect(inOrder[0]).toBe(now);
  });

  it('may change a type or refuse: the error names query and table', async () => {
    const changed = await endpoint((_, count) =>
      count === 1 ? page([[now, '1']], 'next') : page([[now + minute, 'x']], undefined, 'VARCHAR'),
    );
    await expect(read(changed.source, now, now + minute)).rejects.toThrow(
      /"met"\."load".*measure_value::double is VARCHAR.*SELECT bin\(time, 1m\)/,
    );
    const refused = await endpoint(() => fails('AccessDeniedException', 'no'));
    await expect(read(refused.source, now, now + minute)).rejects.toThrow(HistorySourceFailed);
    const down = await endpoint(() => fails('InternalServerException', 'down', 500));
    await expect(read(down.source, now, now + minute)).rejects.toThrow(Unavailable);
  });

  it('is asked for the series of a column or of one name, and quotes are no way out of a value', async () => {
    const { source, asked } = await endpoint(
      (question) => page(question.QueryString.includes('DISTINCT') ? [[now, 'requests']] : [[now, '1']]),
      {
        team: { constant: 'shop' },
        where: { market: "f'r" },
      },
    );
    await source.series();
    await read(source, now, now + minute);
    expect(asked[0]!.QueryString).toContain('SELECT DISTINCT \'shop\' AS team, "measure_name" AS metric');
    expect(asked[1]!.QueryString).toContain(`"measure_name" = 'requests' AND "market" = 'f''r'`);
    expect(asked[1]!.QueryString).not.toContain('"team"');
  });
});

it('an endpoint that the environment names is asked as it is, without looking for another', async () => {
  const { asked } = await endpoint(() => page([]));
  const { port } = servers.at(-1)!.address() as AddressInfo;
  vi.stubEnv('AWS_ENDPOINT_URL_TIMESTREAM_QUERY', `http://127.0.0.1:${port}`);
  const client = timestreamClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  vi.unstubAllEnvs();
  await read(new TimestreamSource({ client, settings: settings() }), now, now + minute);
  expect(asked).toMatchObject([{ QueryString: expect.stringContaining('SELECT bin') }]);
});

describe('a refresh of a region with Timestream', () => {
  it('pulls the years once, and then only what is new and the overlap', async () => {
    const region = memoryRegion();
    const { source, asked } = await endpoint(
      (question) => {
        const [from, to] = bounds(question);
        return page(Array.from({ length: (to - from) / minute }, (_, i) => [from + i * minute, '3']));
      },
      { firstDays: 2, overlapMinutes: 10 },
    );
    region.now.ms = now + 30_000;
    await pullHistory({ ...region.ports, source }, key('shop'));
    const first = await region.ports.registry.get(key('shop'));
    expect(first).toMatchObject({ metricKind: 'count', stepSeconds: 60, lastTime: now - minute });
    region.now.ms = now + 5 * minute;
    await pullHistory({ ...region.ports, source }, key('shop'));
    expect(bounds(asked.at(-1)!)).toEqual([now - 11 * minute, now + 5 * minute]);
    const rows = await region.ports.history.read(key('shop'), { start: 0, end: now + 1e9 });
    expect(rows.time).toHaveLength(2 * 1440 + 5);
  });

  it('finds new series, and keeps a series whose table cannot be read, with the reason', async () => {
    const region = memoryRegion();
    await region.load(key('shop'), {
      time: Float64Array.of(now, now + minute),
      value: Float64Array.of(1, 2),
    });
    const { source } = await endpoint(() => fails('AccessDeniedException', 'no entry'));
    const ports = Object.assign(region.ports, { source });
    const { runId } = await region.plan('2026-12-01T03:00:00Z');
    expect(region.failures.map(({ name }) => name)).toEqual(['HistorySourceFailed']);
    const { outcomes } = await region.batch(runId, [{ team: 'shop', metric: 'requests' }]);
    expect(outcomes).toMatchObject([
      { status: 'failed', reason: expect.stringMatching(/"met"\."load".*no entry/) },
    ]);
    ports.source = Object.assign(Object.create(source) as TimestreamSource, {
      series: async () => [
        { team: 'new', metric: 'clicks' },
        { team: 'a b', metric: 'clicks' },
      ],
    });
    const planned = await region.plan('2026-12-02T03:00:00Z');
    expect(planned.series).toBe(2);
    expect(region.failures.at(-1)?.message).toContain('a b');
  });
});
