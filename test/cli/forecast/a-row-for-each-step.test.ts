import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encodeObservations } from '../../../lib/adapters/history/observations-file.ts';
import { bareDate, csv, day, file, forecast, hour, rows } from './running.ts';

const times = (lines: string[]) => lines.slice(1).map((line) => line.split(',')[0]);

describe('a row for each step', () => {
  it.each([
    ['Europe/Paris', '2026-02-01', '2026-03-29', 23],
    ['Europe/Paris', '2026-08-01', '2026-10-25', 25],
    ['America/New_York', '2026-01-20', '2026-03-08', 23],
    ['Asia/Kolkata', '2026-01-20', '2026-03-08', 24],
  ])('hours in %s: the day of the clock change has its own number', async (zone, start, until, expected) => {
    const history = csv(rows(`${start}T00:00:00Z`, `${until}T00:00:00Z`, hour));
    const ran = await forecast(history, ['--time-zone', zone, '--cutoff', until, '--horizon', '1d']);
    expect(ran).toMatchObject({ code: 0, left: [] });
    expect(ran.lines[0]).toBe('timestamp,mean,q0.1,q0.5,q0.9');
    expect(ran.lines).toHaveLength(1 + expected);
    expect(new Set(times(ran.lines)).size).toBe(expected);
  });

  it('bare dates are answered with bare dates, each local day once, over clock changes', async () => {
    const history = csv(rows('2025-09-01', '2026-03-01', day, bareDate));
    const ran = await forecast(history, ['--time-zone', 'Europe/Paris', '--end', '2026-11-01']);
    const expected = Array.from({ length: 245 }, (_, i) => bareDate(Date.UTC(2026, 2, 1) + i * day));
    expect(times(ran.lines)).toEqual(expected);
    expect(ran.summary).toMatchObject({
      timestampForm: 'date',
      series: [{ stepSeconds: 86_400, steps: 245 }],
    });
  });

  it('bare dates at a finer grain are instants', async () => {
    const history = csv(rows('2025-09-01', '2026-03-01', day, bareDate));
    const ran = await forecast(history, ['--horizon', '2d', '--grain', 'hour', '--metric-kind', 'count']);
    expect(ran.lines).toHaveLength(49);
    expect(times(ran.lines)[0]).toBe('2026-03-01T00:00:00Z');
  });

  it('weeks follow the history’s own, whatever the weekday, and are found by themselves', async () => {
    const history = csv(rows('2024-01-03', '2026-01-01', 7 * day, bareDate));
    const ran = await forecast(history, ['--horizon', '12w', '--time-zone', 'Europe/Paris']);
    expect(ran.lines).toHaveLength(13);
    expect(times(ran.lines).slice(0, 2)).toEqual(['2026-01-07', '2026-01-14']);
    expect(ran.summary?.series[0]).toMatchObject({
      stepSeconds: 604_800,
      cutoff: '2026-01-07T00:00:00Z'.replace('07T00', '06T23'),
    });
  });

  it('weeks of a finer history start on Monday, days at local midnight, hours with the clock', async () => {
    const history = csv(rows('2026-01-01T00:00:00Z', '2026-03-04T10:00:00Z', hour / 2));
    const first = async (grain: string) =>
      times(
        (await forecast(history, ['--time-zone', 'Asia/Kolkata', '--horizon', '3w', '--grain', grain])).lines,
      )[0];
    expect(await first('week')).toBe('2026-03-08T18:30:00Z');
    expect(await first('day')).toBe('2026-03-04T18:30:00Z');
    expect(await first('hour')).toBe('2026-03-04T10:30:00Z');
  });

  it('minutes add up to hours, days and weeks of a count', async () => {
    const history = csv(rows('2026-01-01T00:00:00Z', '2026-02-02T00:00:00Z', 60_000));
    const total = async (grain: string) => {
      const { lines } = await forecast(history, [
        '--horizon',
        '1w',
        '--grain',
        grain,
        '--metric-kind',
        'count',
      ]);
      return lines.slice(1).reduce((sum, line) => sum + Number(line.split(',')[1]), 0);
    };
    const minutes = await total('minute');
    for (const grain of ['hour', 'day', 'week']) expect((await total(grain)) / minutes).toBeCloseTo(1, 6);
  });

  it.each([
    ['90min', 90],
    ['36h', 36 * 60],
    ['2d', 2880],
    ['1w', 10_080],
  ])('--horizon %s', async (horizon, expected) => {
    const history = csv(rows('2026-01-01T00:00:00Z', '2026-01-20T00:00:00Z', 60_000));
    const ran = await forecast(history, ['--horizon', horizon]);
    expect(ran.lines).toHaveLength(1 + expected);
  });

  it.each([
    ['6mo', '2026-07-30'],
    ['1y', '2027-01-30'],
    ['1mo', '2026-02-27'],
  ])('--horizon %s ends on the calendar’s date', async (horizon, lastDay) => {
    const history = csv(rows('2025-06-01', '2026-01-31', day, bareDate));
    expect(times((await forecast(history, ['--horizon', horizon])).lines).at(-1)).toBe(lastDay);
  });

  it('reads gzip, Parquet, other columns and quantiles', async () => {
    const lines = rows('2026-01-01T00:00:00Z', '2026-01-20T00:00:00Z', hour);
    const plain = await forecast(csv(lines), ['--horizon', '2d', '--quantiles', '0.05,.5,0.95']);
    const gz = file(
      gzipSync(
        ['load;x;when;timestamp', ...lines.map((line) => line.replace(/(.*),(.*)/, '$2;1;2;$1'))].join('\n'),
      ),
      'csv.gz',
    );
    const time = Float64Array.from(lines, (line) => Date.parse(line.split(',')[0]!));
    const value = Float64Array.from(lines, (line) => Number(line.split(',')[1]));
    const parquet = file(encodeObservations({ time, value }), 'parquet');
    expect(plain.lines[0]).toBe('timestamp,mean,q0.05,q0.5,q0.95');
    expect(
      (await forecast(gz, ['--horizon', '2d', '--quantiles', '0.05,.5,0.95', '--value-column', 'load']))
        .lines,
    ).toEqual(plain.lines);
    expect((await forecast(parquet, ['--horizon', '2d', '--quantiles', '0.05,0.5,0.95'])).lines).toEqual(
      plain.lines,
    );
    for (const line of plain.lines.slice(1)) {
      const [low, middle, high] = line.split(',').slice(2).map(Number);
      expect(low! <= middle! && middle! <= high!).toBe(true);
    }
  });

  it('a hole of ten days is a hole: the forecast stays near what is there', async () => {
    const lines = rows('2026-01-01T00:00:00Z', '2026-04-01T00:00:00Z', hour);
    const holed = lines.filter((line) => line < '2026-02-10' || line > '2026-02-20');
    const mean = async (history: string[]) => {
      const ran = await forecast(csv(history), ['--horizon', '2w']);
      expect(ran.code).toBe(0);
      return ran.lines.slice(1).reduce((sum, line) => sum + Number(line.split(',')[1]), 0);
    };
    expect((await mean(holed)) / (await mean(lines))).toBeCloseTo(1, 1);
  });

  it('rows from the cutoff on are not seen', async () => {
    const lines = rows('2026-01-01T00:00:00Z', '2026-03-01T00:00:00Z', hour);
    const wild = [
      ...lines,
      ...rows('2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z', hour).map((line) => `${line}000`),
    ];
    const args = ['--cutoff', '2026-03-01', '--horizon', '1w'];
    expect((await forecast(csv(wild), args)).lines).toEqual((await forecast(csv(lines), args)).lines);
  });

  it('a cutoff between two steps starts with the next one', async () => {
    const history = csv(rows('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z', hour));
    const ran = await forecast(history, [
      '--cutoff',
      '2026-01-30T10:20:00Z',
      '--end',
      '2026-01-30T14:00:00Z',
    ]);
    expect(times(ran.lines)).toEqual(['11', '12', '13'].map((h) => `2026-01-30T${h}:00:00Z`));
  });

  it('minutes written add up to their hours, however small', async () => {
    const history = csv(
      rows('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z', hour, (ms) => new Date(ms).toISOString()),
    );
    const means = async (grain: string) => {
      const args = ['--metric-kind', 'count', '--horizon', '1d', '--grain', grain];
      return (await forecast(history, args)).lines.slice(1).map((line) => Number(line.split(',')[1]));
    };
    const minutes = await means('minute');
    (await means('hour')).forEach((mean, at) => {
      const sum = minutes.slice(at * 60, at * 60 + 60).reduce((a, b) => a + b, 0);
      expect(Math.abs(sum - mean)).toBeLessThan(0.005);
    });
  });
});
