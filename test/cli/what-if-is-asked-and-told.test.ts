import { describe, expect, it } from 'vitest';
import { fakeApi, run } from './fake-api.ts';

const peak = (p50: number) => ({
  ...{ start: '2026-11-27T00:00:00Z', end: '2026-11-28T00:00:00Z', time: '2026-11-27T19:00:00Z' },
  quantiles: { '0.5': p50, '0.9': 1.2 * p50, '0.99': 1.5 * p50 },
});
const columns = (mean: number) => ({ mean: [mean, mean], quantiles: {} });
const answer = {
  series: [
    {
      ...{ seriesId: 'shop/eu/orders', runId: 'eu-20261124T020000Z', timeZone: 'Europe/Paris' },
      ...{ metricKind: 'count', grain: 'hour', time: ['2026-11-27T00:00:00Z', '2026-11-27T01:00:00Z'] },
      ...{ published: columns(100), whatIf: columns(150) },
      peaks: [{ event: 'bf', name: 'Black Friday', published: peak(1000), whatIf: peak(1300) }],
    },
  ],
  refused: [] as unknown[],
  warnings: [{ event: 'bf', warning: 'overlaps "x" of its own kind' }],
};

async function asked(reply: unknown, ...args: string[]) {
  const api = await fakeApi({ 'POST /v1/what-if': reply });
  const done = await run('what-if', ...args, '--api', api.url);
  await api.close();
  return { ...done, body: api.asked[0] === undefined ? undefined : JSON.parse(api.asked[0].body) };
}

describe('cloudtune what-if', () => {
  it('shows peaks and sums before and after, and passes warnings on', async () => {
    const { out, err, code, body } = await asked(
      answer,
      ...['shop/eu/orders', '--move', 'bf=2026-11-27..2026-11-29', '--scale', 'bf=1.5', '--cancel', 'x'],
      ...['--growth', '1.2', '--end', '2026-12-01T00:00:00Z'],
    );
    expect(code).toBe(0);
    expect(body).toEqual({
      series: ['shop/eu/orders'],
      calendar: [
        { op: 'move', id: 'bf', start: '2026-11-27', end: '2026-11-29' },
        { op: 'scale', id: 'bf', factor: 1.5 },
        { op: 'cancel', id: 'x' },
      ],
      ...{ grain: 'hour', growth: 1.2, end: '2026-12-01T00:00:00.000Z' },
    });
    expect(out).toMatch(/shop\/eu\/orders +bf +P50 +1000 +1300 +\+30\.0 % +2026-11-27 20:00/);
    expect(out).toContain('Sum of shop/eu/orders from 2026-11-27T00:00:00Z on: 200 → 300 (+50.0 %)');
    expect(err).toContain('Warning: "bf": overlaps "x"');
  });

  it('prints JSON for machines, and fails where a series could not be asked', async () => {
    const part = { ...answer, refused: [{ seriesId: 'a/eu/m', reason: 'there is no series a/eu/m' }] };
    const { out, err, code } = await asked(part, 'shop/eu/orders', 'a/eu/m', '--cancel', 'bf', '--json');
    expect(JSON.parse(out)).toEqual(part);
    expect([code, err]).toEqual([1, expect.stringContaining('a/eu/m: there is no series')]);
  });

  it.each([
    [['shop/eu/orders'], 'Expected something to suppose'],
    [['shop/eu/orders', '--move', 'bf'], 'expected EVENT=START..END'],
    [['shop/eu/orders', '--move', 'bf=..'], 'expected EVENT=START..END'],
    [['shop/eu/orders', '--move', 'bf=soon..'], 'expected EVENT=START..END'],
    [['shop/eu/orders', '--scale', 'bf'], 'Expected EVENT=FACTOR'],
    [['shop/eu/orders', '--growth', '-1'], 'above 0'],
    [['shop/eu/orders', '--add', '/none.json'], 'cannot be read'],
  ])('refuses %o in words, and asks nothing', async (args, words) => {
    const { code, err, body } = await asked(answer, ...args);
    expect([code, err, body]).toEqual([2, expect.stringContaining(words), undefined]);
  });
});
