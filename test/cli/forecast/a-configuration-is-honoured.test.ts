import { describe, expect, it } from 'vitest';
import { csv, file, forecast, hour, rows } from './running.ts';

const day = 24 * hour;
const daysOf = (level: (at: number) => number, length = 400) =>
  csv(
    Array.from({ length }, (_, i) => {
      const at = Date.UTC(2025, 0, 1) + i * day;
      return `${new Date(at).toISOString()},${level(at).toFixed(3)}`;
    }),
  );
const run = (history: string, configuration: unknown, ...args: string[]) =>
  forecast(history, [
    '--horizon',
    '40d',
    '--config',
    file(typeof configuration === 'string' ? configuration : JSON.stringify(configuration), 'json'),
    ...args,
  ]);
const medians = (lines: string[]) =>
  lines.slice(1).map((line) => {
    const [at, , , median] = line.split(',') as [string, string, string, string];
    return { at: Date.parse(at), median: Number(median) };
  });
const payDay = (at: number) => new Date(at + day).getUTCDate() === 1;
const paid = daysOf((at) => 1000 * (payDay(at) ? 1.6 : 1));

describe('a configuration', () => {
  it('that is empty changes nothing, and its quantiles are overruled by the option', async () => {
    const plain = await forecast(paid, ['--horizon', '40d']);
    expect((await run(paid, {})).lines).toEqual(plain.lines);
    expect((await run(paid, { quantiles: [0.05, 0.5, 0.95] })).lines[0]).toContain('q0.05,q0.5,q0.95');
    const both = await run(paid, { quantiles: [0.05, 0.5] }, '--quantiles', '0.25,0.5');
    expect(both.lines[0]).toContain('q0.25,q0.5');
  });

  it('names days of the month that come again: each of the horizon is forecast within 10 %', async () => {
    const periods = [{ name: 'pay day', daysOfMonth: [-1] }];
    const { code, lines } = await run(paid, { seasons: { periods } });
    expect(code).toBe(0);
    for (const { at, median } of medians(lines))
      expect(Math.abs(median / (payDay(at) ? 1600 : 1000) - 1)).toBeLessThan(0.1);
    const missed = medians((await run(paid, {})).lines).filter(({ at }) => payDay(at));
    expect(missed.length).toBeGreaterThan(0);
    for (const { median } of missed) expect(median).toBeLessThan(1300);
  });

  it('names a period of any length, found within 5 %', async () => {
    const wave = (at: number) => 1000 * Math.exp(0.3 * Math.sin((2 * Math.PI * at) / (10 * day)));
    const { lines } = await run(daysOf(wave), { seasons: { periods: [{ name: 'round', everyDays: 10 }] } });
    for (const { at, median } of medians(lines)) expect(Math.abs(median / wave(at) - 1)).toBeLessThan(0.05);
  });

  it('turns the week off, in the level and in the hours', async () => {
    const hours = csv(rows('2026-01-01T00:00:00Z', '2026-03-01T00:00:00Z', hour));
    const { lines } = await run(hours, { seasons: { week: false } });
    const of = medians(lines);
    const dayShape = (from: number) => {
      const values = of.slice(from, from + 24).map(({ median }) => median);
      const mean = values.reduce((sum, x) => sum + x, 0) / 24;
      return values.map((x) => x / mean);
    };
    // A Saturday and a Monday far from the last days, which still have a say of their own.
    const saturday = of.findIndex(({ at }) => at === Date.UTC(2026, 2, 28));
    dayShape(saturday).forEach((share, h) => {
      expect(Math.abs(share / dayShape(saturday + 48)[h]! - 1)).toBeLessThan(0.03);
    });
  });

  it('turns holidays and events off, and adds its exclusions to those of the command', async () => {
    const christmas = ['--country', 'FR', '--time-zone', 'Europe/Paris'];
    const plain = await forecast(paid, ['--horizon', '40d', '--time-zone', 'Europe/Paris']);
    expect((await run(paid, { holidays: false }, ...christmas)).lines).toEqual(plain.lines);
    const exclude = [
      '--horizon',
      '40d',
      '--exclude',
      '2025-06-01/2025-06-05',
      '--exclude',
      '2025-07-01/2025-07-05',
    ];
    const told = await run(
      paid,
      { exclusions: ['2025-06-01/2025-06-05'] },
      '--exclude',
      '2025-07-01/2025-07-05',
    );
    expect(told.lines).toEqual((await forecast(paid, exclude)).lines);
  });

  it.each([
    ['{', /the configuration cannot be read/],
    [[], /the configuration: .*expected object/],
    [{ season: {} }, /Unrecognized key: "season"/],
    [{ seasons: { year: 'maybe' } }, /seasons\.year: expected "auto", true or false/],
    [{ seasons: { periods: [{ name: 'x' }] } }, /periods\.0: expected one of daysOfMonth and everyDays/],
    [{ seasons: { periods: [{ name: 'x', daysOfMonth: [0] }] } }, /expected a day from 1 to 31/],
    [
      { seasons: { periods: [{ name: 'x', everyDays: 300 }] } },
      /"x" of 300 days cannot be learnt from 400 days/,
    ],
    [{ breaks: ['soon'] }, /breaks\.0: expected a local date/],
    [{ exclusions: ['2025-06-01'] }, /exclusions 2025-06-01: expected FROM\/TO/],
    [{ quantiles: [0.9, 0.1] }, /quantiles: expected probabilities in ascending order/],
  ])('%j is refused, by its key and with what is expected', async (configuration, message) => {
    const { code, err, lines } = await run(paid, configuration);
    expect(err).toMatch(message);
    expect(code).toBe(2);
    expect(lines).toEqual([]);
  });
});
