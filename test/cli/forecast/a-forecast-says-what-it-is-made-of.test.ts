import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { csv, file, forecast, hour, rows } from './running.ts';

/** Rows of a CSV file without quotes. */
const table = (path: string) =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));

const target = () => file('');

describe('--explain', () => {
  it('writes a row a step whose ingredients add up to its mean', async () => {
    const history = csv(rows('2026-01-01T00:00:00Z', '2026-03-01T00:00:00Z', hour));
    const start = (d: number) => `2026-02-${String(d).padStart(2, '0')}T10:00:00Z`;
    const events = [3, 10, 17, 24].map((d) => ({
      id: `sale-${d}`,
      kind: 'sale',
      start: start(d),
      end: start(d + 1),
    }));
    const coming = {
      id: 'sale-next',
      kind: 'sale',
      name: 'Spring sale',
      start: '2026-03-03T10:00:00Z',
      end: '2026-03-04T10:00:00Z',
    };
    const calendar = file(JSON.stringify([...events, coming]), 'json');
    const path = target();
    const ran = await forecast(history, ['--horizon', '1w', '--events', calendar, '--explain', path]);
    expect(ran).toMatchObject({ code: 0, left: [] });
    const [header, ...body] = table(path);
    expect(header).toEqual([
      'timestamp',
      'mean',
      'level',
      'year',
      'week',
      'day',
      'holiday',
      'event Spring sale',
    ]);
    expect(body).toHaveLength(168);
    const written = ran.lines.slice(1).map((line) => line.split(','));
    body.forEach(([timestamp, mean, ...parts], i) => {
      expect(timestamp).toBe(written[i]![0]);
      expect(Number(mean)).toBeCloseTo(Number(written[i]![1]), 2);
      const sum = parts.reduce((total, part) => total + Number(part), 0);
      expect(Math.abs(sum / Number(mean) - 1)).toBeLessThan(1e-9);
    });
  });

  it('names the series of several, and gives each every column', async () => {
    const lines = rows('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z', hour);
    const history = file(
      ['name,timestamp,value', ...lines.map((l) => `a,${l}`), ...lines.map((l) => `b,${l}`), ''].join('\n'),
    );
    const path = target();
    const ran = await forecast(history, ['--series-column', 'name', '--horizon', '1d', '--explain', path]);
    expect(ran.code).toBe(0);
    const [header, ...body] = table(path);
    expect(header!.slice(0, 3)).toEqual(['name', 'timestamp', 'mean']);
    expect(body.map(([name]) => name)).toEqual([...Array(24).fill('a'), ...Array(24).fill('b')]);
  });

  it('is refused over another file of the command', async () => {
    const history = csv(rows('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z', hour));
    const ran = await forecast(history, ['--horizon', '1d', '--explain', history]);
    expect(ran).toMatchObject({ code: 2, lines: [] });
    expect(ran.err).toMatch(/cannot be written: it is also another file/);
  });
});
