import { describe, expect, it } from 'vitest';
import { chart, compact } from '../../lib/cli/chart.ts';

const hour = 3_600_000;
const time = Float64Array.from({ length: 5000 }, (_, i) => Date.UTC(2026, 0, 1) + i * hour);
const frame = { width: 80, height: 14, timeZone: 'UTC' };
const dotsIn = (text: string) => text.replaceAll(/[^\u2801-\u28ff]/g, '').length;

describe('a chart draws every peak', () => {
  it('also one of a single row among thousands', () => {
    const value = time.map((_, i) => (i === 2500 ? 1000 : 10));
    const lines = chart({ ...frame, time, lines: [value] }).split('\n');
    expect(lines[0]).toMatch(/^ {6}1k┤ +[\u2801-\u28ff]/);
    expect(lines).toHaveLength(14);
    expect(lines.every((line) => line.length <= 80)).toBe(true);
  });

  it('leaves holes empty, shades the band and marks the cutoff', () => {
    const value = time.map((_, i) => (i < 2000 ? 5 : Number.NaN));
    const text = chart({
      ...frame,
      time,
      lines: [value],
      band: {
        lower: time.map((_, i) => (i < 3000 ? Number.NaN : 2)),
        upper: time.map((_, i) => (i < 3000 ? Number.NaN : 8)),
      },
      mark: time[2500]!,
      unit: 'requests',
    });
    const [unit, top] = text.split('\n');
    expect(unit?.trim()).toBe('requests');
    expect(top).toMatch(/┤ {30,40}│/);
    expect(text).toMatch(/░{20}/);
    expect(dotsIn(text)).toBeLessThan(35);
  });

  it('shows dates of the zone, with times when the span is short', () => {
    expect(chart({ ...frame, time, lines: [time] })).toMatch(/2026-01-01 +2026-04-15 +2026-07-28$/);
    const day = time.subarray(0, 24);
    expect(chart({ ...frame, timeZone: 'Asia/Tokyo', time: day, lines: [day] })).toMatch(
      /2026-01-01 09:00 .*2026-01-02 08:00$/,
    );
  });

  it('draws one row, rows that are all the same, and nothing at all', () => {
    expect(dotsIn(chart({ ...frame, time: [0], lines: [[5]] }))).toBeGreaterThan(0);
    expect(dotsIn(chart({ ...frame, time: [0, hour], lines: [[0, 0]] }))).toBeGreaterThan(0);
    expect(dotsIn(chart({ ...frame, time: [0, hour], lines: [[Number.NaN, Number.NaN]] }))).toBe(0);
    expect(chart({ ...frame, time: [], lines: [[]] })).toBe('Nothing to draw.');
  });

  it('writes numbers short', () => {
    expect([0, 7, -12.345, 999.9, 12_345, 1_352_804_107, 0.00042, 1e20].map(compact)).toEqual([
      '0',
      '7',
      '-12.3',
      '1k',
      '12.3k',
      '1.35G',
      '4.2e-4',
      '1.0e+20',
    ]);
  });
});
