import { describe, expect, it } from 'vitest';
import { type Asked, aSeries, fakeApi, run } from './fake-api.ts';

const path = 'GET /v1/teams/shop/regions/fr/metrics/orders';
const head = {
  ...aSeries.forecast,
  seriesId: aSeries.seriesId,
  timeZone: 'Europe/Paris',
  metricKind: 'count',
};
const findings = {
  exclusions: [
    { start: '2026-02-01T08:00:00Z', end: '2026-02-01T09:10:00Z', reason: 'outage', size: 0.02 },
    { start: '2026-02-03T08:00:00Z', end: '2026-02-03T09:00:00Z', reason: 'declared' },
  ],
  breaks: [{ date: '2026-01-20', kind: 'level', size: 1.31, declared: false }],
};

const words = [
  { about: 'break', words: 'The level changed by +31.0 % on 2026-01-20 (found).' },
  { about: 'holiday', words: 'Noël changes its day by −40.0 %, learnt from 2025-12-25.' },
];

/** Two pages of one day each; only the second has the event. */
const explained = ({ query }: Asked) => {
  const second = query.nextToken !== undefined;
  const start = second ? '2026-03-01T23:00:00Z' : '2026-02-28T23:00:00Z';
  return {
    ...head,
    findings,
    words,
    grain: query.grain,
    start,
    end: second ? '2026-03-02T23:00:00Z' : '2026-03-01T23:00:00Z',
    time: [start],
    mean: [second ? 1500 : 900],
    ingredients: [
      { kind: 'level', name: 'level', value: [1000] },
      { kind: 'week', name: 'week', value: [second ? 0 : -100] },
      { kind: 'holiday', name: 'holiday', value: [0] },
      ...(second ? [{ kind: 'event', name: 'event Sale', value: [500] }] : []),
    ],
    ...(!second && { nextToken: 'more' }),
  };
};

describe('cloudtune explain', () => {
  it('shows a row a step, pages joined, and what was found, in the times of the series', async () => {
    const api = await fakeApi({
      'GET /v1/series': { series: [aSeries] },
      [`${path}/explanation`]: explained,
    });
    const done = await run('explain', 'shop/fr/orders', '--api', api.url);
    const json = await run('explain', 'shop/fr/orders', '--json', '--api', api.url);
    await api.close();
    const rows = done.out.split('\n').map((line) => line.trim().split(/ {2,}/));
    expect(rows[0]).toEqual(['day', 'level', 'week', 'Sale', 'mean']);
    expect(rows[2]).toEqual(['2026-03-01', '1000', '-100', '0', '900']);
    expect(rows[3]).toEqual(['2026-03-02', '1000', '0', '500', '1500']);
    for (const lesson of words) expect(done.out).toContain(`${lesson.words}\n`);
    const { query } = api.asked.find((one) => one.path.endsWith('explanation'))!;
    expect(query).toMatchObject({ grain: 'day', start: '2026-03-01T00:00:00.000Z' });
    expect(JSON.parse(json.out)).toMatchObject({ mean: [900, 1500], findings });
    expect(JSON.parse(json.out)).not.toHaveProperty('nextToken');
  });
});

describe('cloudtune peaks', () => {
  const peaks = (more: Record<string, unknown>) => ({
    ...head,
    by: 'day',
    of: 'hour',
    start: ['2026-02-28T23:00:00Z'],
    end: ['2026-03-01T23:00:00Z'],
    quantiles: { '0.5': [123.4], '0.9': [200.6] },
    time: ['2026-03-01T19:00:00Z'],
    ...more,
  });
  const ask = async (answer: unknown, ...args: string[]) => {
    const api = await fakeApi({ 'GET /v1/series': { series: [aSeries] }, [`${path}/peaks`]: answer });
    const done = await run('peaks', 'shop/fr/orders', ...args, '--api', api.url);
    await api.close();
    return { ...done, query: api.asked.find((one) => one.path.endsWith('peaks'))?.query };
  };

  it('lists two weeks of days with their quantiles and likely times', async () => {
    const { code, out, query } = await ask(peaks({}));
    expect(code).toBe(0);
    expect(out).toMatch(/2026-03-01 +123 +201 +2026-03-01 20:00/);
    expect(query).toEqual({ by: 'day', quantiles: '0.5,0.9,0.99', end: '2026-03-15T00:00:00.000Z' });
  });

  it('lists events by name, and what is likely to pass a threshold', async () => {
    const answer = peaks({ by: 'event', of: 'step', event: ['s1'], name: ['Big sale'], passing: [0.123] });
    const { out, query } = await ask(answer, '--by', 'event', '--threshold', '180');
    expect(out).toMatch(/2026-03-01 00:00 +2026-03-02 00:00 +Big sale .*12\.3 %/);
    expect(query).toMatchObject({ by: 'event', threshold: '180' });
    expect(query).not.toHaveProperty('end');
  });

  it('says that no event touches the series, and prints the answer for machines', async () => {
    const none = peaks({
      by: 'event',
      start: [],
      end: [],
      time: [],
      name: [],
      event: [],
      quantiles: { '0.5': [] },
    });
    expect((await ask(none, '--by', 'event')).out).toContain('calendar list');
    expect(JSON.parse((await ask(none, '--by', 'event', '--json')).out)).toEqual(none);
  });

  it('passes on what the API refuses', async () => {
    const refusal = Response.json(
      {
        type: 'x',
        title: 'Invalid',
        status: 400,
        detail: 'No.',
        errors: [{ at: 'quantiles', expected: 'numbers' }],
      },
      { status: 400 },
    );
    const done = await ask(() => refusal, '--quantiles', 'many');
    expect(done.code).toBe(1);
    expect(done.err).toContain('quantiles: expected numbers');
  });
});
