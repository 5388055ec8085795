import { describe, expect, it } from 'vitest';
import { csv, file, forecast, hour, rows } from './running.ts';

/** Two months of hours; a sale on the 10th and the 24th of January trebled its day. */
const history = csv(
  rows('2026-01-01T00:00:00Z', '2026-03-01T00:00:00Z', hour).map((line) => {
    const [time, value] = line.split(',') as [string, string];
    return /^2026-01-(10|24)T/.test(time) ? `${time},${Number(value) * 3}` : line;
  }),
);

const past = ['2026-01-10', '2026-01-24'].map((start, i) => ({
  ...{ id: `sale${i}`, kind: 'sale', start, end: `${start.slice(0, 8)}${Number(start.slice(8)) + 1}` },
}));

/** The means of the forecast by their hour, with events beside the past ones. */
async function means(...events: object[]): Promise<number[]> {
  const json = file(JSON.stringify([...past, ...events]), 'json');
  const ran = await forecast(history, ['--horizon', '20d', '--metric-kind', 'count', '--events', json]);
  expect(ran).toMatchObject({ code: 0 });
  return ran.lines.slice(1).map((line) => Number(line.split(',')[1]));
}

const sum = (values: number[], from: number, until: number) =>
  values.slice(from, until).reduce((total, value) => total + value, 0);

describe('an events file', () => {
  it('says how large an event is: scale, and like whom', async () => {
    const fair = { id: 'next', kind: 'fair', start: '2026-03-07', end: '2026-03-08' };
    const plain = await means();
    const added = async (more: object) => {
      const lifted = await means({ ...fair, ...more });
      return sum(lifted, 6 * 24, 7 * 24) - sum(plain, 6 * 24, 7 * 24);
    };
    const like = await added({ like: 'sale', scale: 1 });
    expect(like / sum(plain, 6 * 24, 7 * 24)).toBeGreaterThan(1.4);
    expect((await added({ like: 'sale', scale: 2 })) / like).toBeCloseTo(2, 3);
    expect(await added({ kind: 'sale', scale: 1 })).toBeCloseTo(like, 3);
  });

  it('says what a launch brings: its rate at its height, a decay, and an end by its stock', async () => {
    const launch = { id: 'drop', kind: 'drop', start: '2026-03-05T09:00', launch: true, rate: 5000 };
    const plain = await means();
    const free = await means(launch);
    const stocked = await means({ ...launch, stock: 20_000 });
    const added = (values: number[], from: number, until: number) =>
      sum(values, from, until) - sum(plain, from, until);
    const start = 4 * 24 + 9;
    expect(Math.max(...free.map((value, i) => value - plain[i]!))).toBeGreaterThan(3500);
    expect(added(free, start, start + 24)).toBeGreaterThan(3 * added(free, start + 240, start + 264));
    expect(added(free, 19 * 24, 20 * 24)).toBeGreaterThan(0);
    expect(added(stocked, 0, plain.length)).toBeCloseTo(20_000, -2);
    expect(added(stocked, start + 48, plain.length)).toBe(0);
  });
});
