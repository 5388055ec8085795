import { mkdtempSync, readdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { csv, file, forecast, hour, rows } from './running.ts';

const lines = rows('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z', hour);
const good = csv(lines);
const horizon = ['--horizon', '1d'];
const events = (json: unknown) => [
  '--events',
  file(typeof json === 'string' ? json : JSON.stringify(json), 'json'),
];

describe('what cannot be read is refused and nothing is written', () => {
  it.each<[string, string, string[], RegExp]>([
    ['no such file', '/nowhere/history.csv', horizon, /There is no file/],
    ['a folder', '/', horizon, /is a folder/],
    ['an empty file', file(''), horizon, /empty/],
    ['a header alone', csv([]), horizon, /no rows below the header/],
    ['no row that can be read', csv(['x,1', 'y,2']), horizon, /not one row could be read. Line 2/],
    ['no values', csv(['2026-01-01,', '2026-01-02,']), horizon, /not one row has a value/],
    [
      'another column',
      csv(lines),
      [...horizon, '--value-column', 'load'],
      /no column "load".*timestamp, value/,
    ],
    ['a series column that is not there', good, [...horizon, '--series-column', 'site'], /no column "site"/],
    ['two forms of timestamps', csv([lines[0]!, '2026-02-01 00:00,1']), horizon, /Two forms of timestamps/],
    ['one row', csv(lines.slice(0, 1)), horizon, /only one row/],
    [
      'no step',
      csv(rows('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', 7 * 60_000)),
      horizon,
      /No step fits/,
    ],
    ['no horizon', good, [], /one of --horizon 90d and --end/],
    ['two horizons', good, [...horizon, '--end', '2027-01-01'], /Both --horizon and --end/],
    ['a strange horizon', good, ['--horizon', '3 fortnights'], /--horizon 3 fortnights: expected/],
    ['a horizon of nothing', good, ['--horizon', '0d'], /--horizon 0d/],
    ['a horizon of centuries', good, ['--horizon', '999999y'], /at most a hundred years/],
    ['more steps than can be', good, ['--horizon', '90y', '--grain', 'minute'], /more than 16000000 steps/],
    ['an end before the cutoff', good, ['--end', '2026-01-15'], /is not after the first step/],
    [
      'half an exclusion',
      good,
      [...horizon, '--exclude', '2026-01-05'],
      /--exclude 2026-01-05: expected FROM\/TO/,
    ],
    ['a strange exclusion', good, [...horizon, '--exclude', '2026-01-05/soon'], /--exclude soon is no time/],
    [
      'an exclusion of no time',
      good,
      [...horizon, '--exclude', '2026-01-05/2026-01-05'],
      /2026-01-05 is not after 2026-01-05.*give the date of the next/,
    ],
    [
      'an exclusion outside the history',
      good,
      [...horizon, '--exclude', '2025-01-05/2025-01-06'],
      /lies outside the history of .*from 2026-01-01T00:00:00Z to 2026-01-31T23:00:00Z/,
    ],
    [
      'an exclusion of the whole history',
      good,
      [...horizon, '--exclude', '2026-01-01/2026-03-01'],
      /no observation before the cutoff, outside the span that is excluded/,
    ],
    ['a strange end', good, ['--end', 'soon'], /--end soon is no time/],
    ['a strange cutoff', good, [...horizon, '--cutoff', '2026-13-01'], /--cutoff 2026-13-01 is no time/],
    [
      'a cutoff before the history',
      good,
      [...horizon, '--cutoff', '2025-01-01'],
      /No row lies before the cutoff/,
    ],
    [
      'a strange zone',
      good,
      [...horizon, '--time-zone', 'Mars/Olympus'],
      /Mars\/Olympus is no IANA time zone/,
    ],
    ['a strange kind', good, [...horizon, '--metric-kind', 'sum'], /expected count .* or gauge/],
    [
      'a strange grain',
      good,
      [...horizon, '--grain', 'month'],
      /--grain month: expected minute, hour, day, week/,
    ],
    ['a grain that objects have', good, [...horizon, '--grain', 'toString'], /--grain toString/],
    ['a strange step', good, [...horizon, '--step', '7m'], /--step 7m: expected a step that divides the day/],
    ['another step than the rows have', good, [...horizon, '--step', '1d'], /Most rows lie off a step/],
    [
      'a step twice that of the rows',
      good,
      [...horizon, '--step', '2h'],
      /Half of the rows lie off the step/,
    ],
    [
      'counts that all are negative',
      csv(['2026-01-01T00:00:00Z,-3', '2026-01-01T01:00:00Z,-4']),
      [...horizon, '--metric-kind', 'count'],
      /Not one row can be used. Line 2: a count is not negative, got -3/,
    ],
    ['quantiles out of order', good, [...horizon, '--quantiles', '0.9,0.1'], /ascending/],
    ['quantiles beyond one', good, [...horizon, '--quantiles', '0.5,1.5'], /between 0 and 1/],
    ['quantiles of nothing', good, [...horizon, '--quantiles', ''], /between 0 and 1/],
    [
      'a country that is none',
      good,
      [...horizon, '--country', 'XX'],
      /no calendar of holidays for the country "XX"/,
    ],
    ['a subdivision without a country', good, [...horizon, '--subdivision', 'BY'], /needs its country/],
    [
      'a subdivision that is none',
      good,
      [...horizon, '--country', 'DE', '--subdivision', 'Bavaria'],
      /"Bavaria" is no subdivision/,
    ],
    [
      'an option that there is not',
      good,
      [...horizon, '--weekly-peaks', 'x'],
      /unknown option '--weekly-peaks'/,
    ],
    ['events that are no JSON', good, [...horizon, ...events('{')], /the events cannot be read/],
    ['events that are no list', good, [...horizon, ...events({})], /the file: .*expected array/],
    [
      'an event without a kind',
      good,
      [...horizon, ...events([{ id: 'a', start: '2026-01-01' }])],
      /event 0.kind/,
    ],
    [
      'an event of no time',
      good,
      [...horizon, ...events([{ id: 'a', kind: 'b', start: 'noon' }])],
      /event "a", start noon is no time/,
    ],
    [
      'an event that ends first',
      good,
      [...horizon, ...events([{ id: 'a', kind: 'b', start: '2026-01-02', end: '2026-01-01' }])],
      /not after its start/,
    ],
    [
      'two events of one id',
      good,
      [...horizon, ...events([1, 2].map((day) => ({ id: 'a', kind: 'b', start: `2026-01-0${day}` })))],
      /two events have the id "a"/,
    ],
    [
      'a stock of what is no launch',
      good,
      [...horizon, ...events([{ id: 'a', kind: 'b', start: '2026-01-01', end: '2026-01-02', stock: 5 }])],
      /event "a" has a stock but is no launch: add "launch": true/,
    ],
    [
      'a rate of what is no launch',
      good,
      [...horizon, ...events([{ id: 'a', kind: 'b', start: '2026-01-01', end: '2026-01-02', rate: 5 }])],
      /event "a" has a rate but is no launch/,
    ],
    [
      'a scale of nothing',
      good,
      [...horizon, ...events([{ id: 'a', kind: 'b', start: '2026-01-01', scale: 0 }])],
      /event 0.scale/,
    ],
    ['events that are not there', good, [...horizon, '--events', '/nowhere/events.json'], /ENOENT/],
  ])('%s', async (_name, history, args, message) => {
    const ran = await forecast(history, args);
    expect(ran.err).toMatch(message);
    expect(ran).toMatchObject({ code: 2, out: '', lines: [], summary: undefined, left: [] });
  });

  it('an output or summary that cannot be written, before anything is read', async () => {
    for (const option of ['--output', '--summary']) {
      const nowhere = await forecast('/nowhere/history.csv', [...horizon, option, '/nowhere/at/all.csv'], {
        files: false,
      });
      expect(nowhere).toMatchObject({ code: 2 });
      expect(nowhere.err).toMatch(/there is no folder \/nowhere\/at/);
      expect((await forecast(good, [...horizon, option, '/'], { files: false })).err).toMatch(/is a folder/);
    }
  });

  it('an output over the history, the events or the summary, or over what is no file', async () => {
    const history = csv(lines);
    for (const args of [
      ['--output', history],
      ['--output', '/tmp/../tmp/one.csv', '--summary', '/tmp/one.csv'],
      ['--summary', history],
    ]) {
      const ran = await forecast(history, [...horizon, ...args], { files: false });
      expect(ran).toMatchObject({ code: 2, err: expect.stringMatching(/give each its own/) as string });
    }
    const device = await forecast(history, [...horizon, '--output', '/dev/null'], { files: false });
    expect(device).toMatchObject({ code: 2, err: expect.stringMatching(/no plain file/) as string });
    expect(await forecast(history, horizon)).toMatchObject({ code: 0 });
  });

  it('a forecast whose summary cannot be written is not written either', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'forecast-'));
    const args = ['--output', join(folder, 'forecast.csv'), '--summary', '/proc/summary.json'];
    const ran = await forecast(good, [...horizon, ...args], { files: false });
    expect(ran).toMatchObject({
      code: 2,
      err: expect.stringMatching(/summary.json cannot be written/) as string,
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('a link is followed, and stays a link; one to the history is not written over', async () => {
    const written = file('before');
    const link = join(dirname(written), 'link.csv');
    symlinkSync(written, link);
    await forecast(good, [...horizon, '--output', link], { files: false });
    expect(realpathSync(link)).toBe(realpathSync(written));
    expect(readFileSync(written, 'utf8')).toMatch(/^timestamp,mean/);
    const history = join(dirname(written), 'history-link.csv');
    symlinkSync(good, history);
    const ran = await forecast(good, [...horizon, '--output', history], { files: false });
    expect(ran).toMatchObject({ code: 2, err: expect.stringMatching(/give each its own/) as string });
  });

  it('a negative count is rejected with its line, and the rest is forecast', async () => {
    const ran = await forecast(csv([...lines, '2026-02-01T00:00:00Z,-3']), [
      ...horizon,
      '--metric-kind',
      'count',
    ]);
    expect(ran.code).toBe(0);
    expect(ran.summary).toMatchObject({
      rows: { accepted: 744, rejected: 1 },
      rejections: [{ line: 746, reason: 'a count is not negative, got -3: is this a gauge?' }],
    });
  });
});
