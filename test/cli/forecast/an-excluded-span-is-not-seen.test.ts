import { describe, expect, it } from 'vitest';
import { csv, demand, forecast, hour, rows } from './running.ts';

const lines = rows('2026-01-01T00:00:00Z', '2026-03-01T00:00:00Z', hour);
/** The history with local days of Paris set to something else. */
const changed = (dates: string[], value: number) =>
  csv(
    lines.map((line) => {
      const [at] = line.split(',') as [string];
      const local = new Date(Date.parse(at) + hour).toISOString().slice(0, 10);
      return dates.includes(local) ? `${at},${value}` : line;
    }),
  );
const run = (history: string, ...spans: string[]) =>
  forecast(history, [
    '--horizon',
    '7d',
    '--time-zone',
    'Europe/Paris',
    ...spans.flatMap((span) => ['--exclude', span]),
  ]);

describe('an excluded span', () => {
  it('is not seen, given once or again and again, with bare dates, local times or offsets', async () => {
    const one = changed(['2026-02-20', '2026-02-24'], 1234);
    const other = changed(['2026-02-20', '2026-02-24'], 77);
    const spans = ['2026-02-20/2026-02-21', '2026-02-24 00:00/2026-02-24T23:00:00Z'];
    const first = await run(one, ...spans);
    expect(first.code).toBe(0);
    expect(first.lines).toHaveLength(1 + 7 * 24);
    expect((await run(other, ...spans)).lines).toEqual(first.lines);
    expect((await run(other, spans[0]!)).lines).not.toEqual((await run(one, spans[0]!)).lines);
  });

  it('keeps what was false out of the forecast', async () => {
    // A promotion of six days right before the cutoff: nothing but a person knows that it is over.
    const dates = ['23', '24', '25', '26', '27', '28'].map((d) => `2026-02-${d}`);
    const promoted = changed([...dates, '2026-03-01'], 4000);
    const { lines: forecasts } = await run(promoted, '2026-02-23/2026-03-02');
    for (const line of forecasts.slice(1)) {
      const [at, , , median] = line.split(',') as [string, string, string, string];
      expect(Math.abs(Number(median) / demand(Date.parse(at)) - 1)).toBeLessThan(0.1);
    }
  });
});
