import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bareDate, csv, day, demand, file, forecast, hour, rows } from './running.ts';

const fresh = () => mkdtempSync(join(tmpdir(), 'peaks-'));
const read = (path: string) =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
const sale = (id: string, start: string, end?: string) => ({
  id,
  kind: 'sale',
  name: id,
  start,
  ...(end && { end }),
});
const calendar = (...events: unknown[]) => file(JSON.stringify(events), 'json');

describe('peaks are written beside the forecast', () => {
  it('daily: a row each local day over a clock change, its median near the highest hour, ascending quantiles', async () => {
    const history = csv(rows('2026-01-01T00:00:00Z', '2026-03-28T00:00:00Z', hour));
    const peaks = join(fresh(), 'peaks.csv');
    const ran = await forecast(history, [
      '--horizon',
      '3d',
      '--time-zone',
      'Europe/Paris',
      '--daily-peaks',
      peaks,
    ]);
    expect(ran.code).toBe(0);
    const [head, ...lines] = read(peaks);
    expect(head).toEqual(['day', 'q0.1', 'q0.5', 'q0.9', 'time_q0.5']);
    expect(lines.map(([date]) => date)).toEqual(['2026-03-28', '2026-03-29', '2026-03-30', '2026-03-31']);
    for (const [date, low, middle, high, time] of lines.slice(0, 3)) {
      expect(Number(low)).toBeLessThanOrEqual(Number(middle));
      expect(Number(middle)).toBeLessThanOrEqual(Number(high));
      const steps = Array.from({ length: 24 }, (_, h) => Date.parse(`${date}T00:00:00Z`) + h * hour);
      const highest = Math.max(...steps.map(demand));
      expect(Math.abs(Number(middle) / highest - 1)).toBeLessThan(0.05);
      expect(Math.abs(Date.parse(time!) - Date.parse(`${date}T15:00:00Z`))).toBeLessThanOrEqual(2 * hour);
    }
  });

  it('daily, with steps of a day: bare dates, the day itself', async () => {
    const history = csv(rows('2025-09-01', '2026-03-01', day, bareDate));
    const peaks = join(fresh(), 'peaks.csv');
    const ran = await forecast(history, ['--horizon', '2d', '--daily-peaks', peaks]);
    const [, first] = read(peaks);
    expect([first![0], first![4]]).toEqual(['2026-03-01', '2026-03-01']);
    expect(Number(first![2]) / Number(ran.lines[1]!.split(',')[3])).toBeCloseTo(1, 2);
  });

  it('events: those that reach into the forecast, at the history’s own step; a launch has no end', async () => {
    const history = csv(rows('2026-01-01T00:00:00Z', '2026-03-01T00:00:00Z', hour / 2));
    const peaks = join(fresh(), 'peaks.csv');
    const events = calendar(
      sale('old', '2026-02-01T10:00:00Z', '2026-02-01T20:00:00Z'),
      sale('"quoted", new', '2026-03-02T10:00:00Z', '2026-03-02T20:00:00Z'),
      { id: 'far', kind: 'other', start: '2027-03-02T10:00:00Z', end: '2027-03-02T20:00:00Z' },
      { id: 'launch', kind: 'launch', start: '2026-03-03T00:00:00Z' },
    );
    const ran = await forecast(history, [
      ...['--horizon', '1w', '--grain', 'day', '--events', events, '--event-peaks', peaks],
      ...['--quantiles', '0.5,0.99'],
    ]);
    expect(ran.code).toBe(0);
    const text = readFileSync(peaks, 'utf8').trimEnd().split('\n');
    expect(text[0]).toBe('event,start,end,q0.5,q0.99,time_q0.5');
    expect(text).toHaveLength(3);
    expect(text[1]).toMatch(/^"""quoted"", new",2026-03-02T10:00:00Z,2026-03-02T20:00:00Z,\d/);
    expect(text[1]).toMatch(/,2026-03-02T1\d:[03]0:00Z$/);
    expect(text[2]).toMatch(/^launch,2026-03-03T00:00:00Z,,\d/);
  });

  it('several series: a leading column', async () => {
    const lines = rows('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z', hour);
    const history = file(
      ['site,timestamp,value', ...['a', 'b'].flatMap((name) => lines.map((l) => `${name},${l}`)), ''].join(
        '\n',
      ),
    );
    const peaks = join(fresh(), 'peaks.csv');
    await forecast(history, ['--horizon', '1d', '--series-column', 'site', '--daily-peaks', peaks]);
    expect(read(peaks).map(([site, date]) => [site, date])).toEqual([
      ['site', 'day'],
      ['a', '2026-02-01'],
      ['b', '2026-02-01'],
    ]);
  });

  it.each([
    [
      'event peaks without events',
      ['--event-peaks', join(fresh(), 'e.csv')],
      /--event-peaks needs a calendar/,
    ],
    ['a folder that is not there', ['--daily-peaks', '/nowhere/peaks.csv'], /there is no folder/],
  ])('refuses %s, and writes nothing', async (_, options, message) => {
    const history = csv(rows('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z', hour));
    const ran = await forecast(history, ['--horizon', '1d', ...options]);
    expect(ran).toMatchObject({ code: 2, lines: [], left: [], summary: undefined });
    expect(ran.err).toMatch(message);
  });

  it('refuses one file for two', async () => {
    const history = csv(rows('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z', hour));
    const folder = fresh();
    const both = join(folder, 'both.csv');
    const ran = await forecast(history, ['--horizon', '1d', '--output', both, '--daily-peaks', both], {
      files: false,
    });
    expect(ran.err).toMatch(/also another file/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves no file when no series can be forecast', async () => {
    const folder = fresh();
    const history = csv(rows('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z', hour));
    const ran = await forecast(history, [
      ...['--horizon', '1d', '--cutoff', '2025-01-01', '--daily-peaks', join(folder, 'p.csv')],
    ]);
    expect(ran.code).toBe(2);
    expect(readdirSync(folder)).toEqual([]);
  });
});
