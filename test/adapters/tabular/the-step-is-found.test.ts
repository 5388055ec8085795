import { describe, expect, it } from 'vitest';
import { inferStep } from '../../../lib/adapters/tabular/index.ts';
import { csv, settled } from './reading.ts';

const every = (count: number, minutes: number, start = Date.UTC(2026, 0, 1)) =>
  Float64Array.from({ length: count }, (_, i) => start + i * minutes * 60_000);
const dates = (count: number, days: number) =>
  Array.from({ length: count }, (_, i) =>
    new Date(Date.UTC(2026, 2, 20 + i * days)).toISOString().slice(0, 10),
  );

describe('the step is found', () => {
  it.each([1, 5, 10, 15, 30, 60, 360, 720])('%i minutes', (minutes) => {
    expect(inferStep(every(50, minutes), 'UTC')).toBe(minutes * 60);
  });

  it('in spite of holes of any length', () => {
    const holes = every(500, 5).filter((_, i) => i % 7 !== 3 && (i < 100 || i > 300));
    expect(inferStep(holes, 'UTC')).toBe(300);
  });

  it('where hardly two rows are neighbours: the largest step that all spacings are multiples of', () => {
    const sparse = Float64Array.from([0, 4, 6, 10, 15, 19, 21], (minute) => minute * 60_000);
    expect(inferStep(sparse, 'UTC')).toBe(60);
  });

  it('as a local day, also over days of 23 and 25 hours', async () => {
    for (const [first, zone] of [
      ['2026-03-20', 'Europe/Paris'],
      ['2026-10-20', 'America/New_York'],
    ] as const) {
      const lines = Array.from({ length: 30 }, (_, i) => {
        const date = new Date(Date.parse(first) + i * 86_400_000).toISOString().slice(0, 10);
        return `${date},${i}`;
      });
      const result = await settled(csv(...lines), zone);
      expect(result.stepSeconds).toBe(86_400);
      expect(result.observations.time).toHaveLength(30);
    }
  });

  it('as a week, also over a clock change', async () => {
    const result = await settled(csv(...dates(8, 7).map((date) => `${date},1`)), 'Europe/Paris');
    expect(result.stepSeconds).toBe(604_800);
    expect(result.rejected).toBe(0);
  });

  it.each<[string, Float64Array, RegExp]>([
    ['one row', every(1, 5), /only one row/],
    ['seven minutes', every(50, 7), /most common spacing is 7 minutes/],
    ['ten seconds', every(50, 1 / 6), /most common spacing is 10 seconds/],
    [
      'days that start in the afternoon',
      every(50, 1440, Date.UTC(2026, 0, 1, 15)),
      /do not start local days of UTC/,
    ],
    ['three days', every(50, 3 * 1440), /most common spacing is 3 days/],
  ])('or refused: %s', (_name, times, message) => {
    expect(() => inferStep(times, 'UTC')).toThrow(message);
  });

  it('or refused when it was given and the rows have another', async () => {
    const minutes = csv(...Array.from({ length: 120 }, (_, i) => `${new Date(i * 60_000).toISOString()},1`));
    await expect(settled(minutes, 'UTC', 3600)).rejects.toThrow(
      /Most rows lie off a step of 60 minutes: 118 of 120/,
    );
    await expect(settled(minutes, 'UTC', 420)).rejects.toThrow(/divides the day/);
  });
});
