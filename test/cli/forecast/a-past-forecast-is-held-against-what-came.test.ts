import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { backtestCommand } from '../../../lib/cli/backtest/index.ts';
import type { BacktestDocument } from '../../../lib/cli/backtest/report.ts';
import { CommandFailure } from '../../../lib/cli/failure.ts';
import { csv, file, hour, rows } from './running.ts';

async function backtest(...args: string[]) {
  const ran = { code: 0, out: '', err: '' };
  const command = backtestCommand({
    out: (text) => {
      ran.out += text;
    },
    err: (text) => {
      ran.err += text;
    },
    interactive: false,
    width: 100,
  });
  command.exitOverride();
  try {
    await new Command()
      .addCommand(command)
      .exitOverride()
      .parseAsync(['backtest', ...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    ran.err += error.message;
    ran.code = error.exitCode;
  }
  return ran;
}

const history = csv(rows('2026-01-01T00:00:00Z', '2026-03-15T00:00:00Z', hour));

describe('cloudtune backtest', () => {
  it('prints a table that people read, the naive under the model', async () => {
    const ran = await backtest(history, '--horizon', '7d', '--origins', '3');
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toMatch(/^3 cutoffs from 2026-02-\d\d to 2026-03-08, 7d ahead of each\./);
    expect(ran.out).toMatch(/up to 1h +model +3 /);
    expect(ran.out).toMatch(/all +model +504 .*\n +naive +504 /);
  });

  it('prints every table as JSON, and adds the median where it was not asked for', async () => {
    const events = [10, 17, 24, 31, 38, 45, 52, 59, 66].map((d) => ({
      id: `sale-${d}`,
      kind: 'sale',
      start: new Date(Date.UTC(2026, 0, 1 + d, 10)).toISOString(),
      end: new Date(Date.UTC(2026, 0, 1 + d, 14)).toISOString(),
    }));
    const ran = await backtest(
      history,
      ...['--horizon', '2w', '--origins', '2', '--quantiles', '0.05,0.95', '--json'],
      ...['--events', file(JSON.stringify(events), 'json'), '--country', 'FR', '--time-zone', 'Europe/Paris'],
    );
    expect(ran.code).toBe(0);
    const { series } = JSON.parse(ran.out) as BacktestDocument;
    if (series[0]?.status !== 'ok') throw new Error(ran.out);
    expect(series[0].quantiles).toEqual([0.05, 0.5, 0.95]);
    expect(series[0].origins).toHaveLength(2);
    expect(series[0].bands.map(({ band }) => band)).toEqual(['1h', '1d', '7d', '30d']);
    expect(series[0].events.length).toBeGreaterThan(1);
    expect(series[0].all.naive.steps).toBe(series[0].all.model.steps);
  });

  it('sees nothing from --cutoff on, and says which of several series could not be compared', async () => {
    const long = rows('2026-01-01T00:00:00Z', '2026-03-15T00:00:00Z', hour);
    const both = file(
      [
        'name,timestamp,value',
        ...long.map((l) => `a,${l}`),
        ...long.slice(0, 90).map((l) => `b,${l}`),
        '',
      ].join('\n'),
    );
    const ran = await backtest(
      both,
      ...['--series-column', 'name', '--horizon', '2d', '--cutoff', '2026-03-01', '--origins', '1', '--json'],
    );
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(
      /1 of 2 series could not be compared. b: A backtest of 2 days needs 16 days of history, got 3.8 days/,
    );
    const { series } = JSON.parse(ran.out) as BacktestDocument;
    expect(series[0]).toMatchObject({ name: 'a', origins: [{ origin: Date.UTC(2026, 1, 27) }] });
  });

  it.each([
    [['--horizon', '1y'], /A backtest of 365 days needs 379 days of history, got 73 days/],
    [['--horizon', '1d', '--origins', 'many'], /--origins many: expected how many cutoffs/],
    [['--origins', '3'], /How far to forecast is not given/],
  ])('%j is refused', async (args, message) => {
    const ran = await backtest(history, ...args);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toMatch(message);
  });
});
