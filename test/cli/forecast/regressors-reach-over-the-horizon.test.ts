import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bareDate, csv, day, demand, file, forecast, rows } from './running.ts';

const history = csv(
  rows('2025-01-01', '2026-01-01', day, bareDate).map((line, i) =>
    i % 5 === 0 ? `${line.split(',')[0]},${2 * Number(line.split(',')[1])}` : line,
  ),
);
const regressors = (until: string) => {
  const lines: string[] = [];
  for (let at = Date.parse('2025-01-01'), i = 0; at < Date.parse(until); at += day, i++)
    lines.push(`${bareDate(at)},${i % 5 === 0 ? 1 : 0},${i % 7 === 3 ? '' : 20}`);
  return ['timestamp,promotion,temperature', ...lines, ''].join('\n');
};

describe('--regressors', () => {
  it('move the forecast and are named by --explain', async () => {
    const explained = file('');
    const ran = await forecast(history, [
      '--horizon',
      '30d',
      '--regressors',
      file(gzipSync(regressors('2026-02-01')), 'csv.gz'),
      '--explain',
      explained,
    ]);
    expect(ran.code).toBe(0);
    ran.lines.slice(1).forEach((line, i) => {
      const at = Date.UTC(2026, 0, 1) + i * day;
      const actual = demand(at) * ((365 + i) % 5 === 0 ? 2 : 1);
      expect(Number(line.split(',')[1]) / actual).toBeGreaterThan(0.8);
      expect(Number(line.split(',')[1]) / actual).toBeLessThan(1.25);
    });
    expect(readFileSync(explained, 'utf8').split('\n')[0]).toBe(
      'timestamp,mean,level,year,week,day,holiday,regressor promotion,regressor temperature',
    );
  });

  it.each([
    [
      'that end too early',
      () => regressors('2026-01-15'),
      /"promotion" ends before the horizon does: its first missing date is 2026-01-15/,
    ],
    ['without a column', () => 'timestamp\n2026-01-01\n', /no column beside timestamp/],
    [
      'with words for numbers',
      () => 'timestamp,price\n2026-01-01,dear\n',
      /line 2, column "price": expected a finite number/,
    ],
    ['without a timestamp', () => 'date,price\n2026-01-01,1\n', /no column "timestamp"/],
  ])('%s are refused', async (_, contents, message) => {
    const ran = await forecast(history, ['--horizon', '30d', '--regressors', file(contents())]);
    expect(ran).toMatchObject({ code: 2, lines: [], left: [] });
    expect(ran.err).toMatch(message);
  });

  it('that are no file are refused, as are breaks that are no dates', async () => {
    expect(await forecast(history, ['--horizon', '30d', '--regressors', 'no-such.csv'])).toMatchObject({
      code: 2,
    });
    const ran = await forecast(history, ['--horizon', '30d', '--breaks', '2025-13-01']);
    expect(ran).toMatchObject({ code: 2 });
    expect(ran.err).toMatch(/--breaks 2025-13-01: expected local dates/);
  });
});
