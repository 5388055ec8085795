import { describe, expect, it } from 'vitest';
import { csv, file, forecast, hour, rows } from './running.ts';

const lines = rows('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z', hour);
const several = (...names: string[]) =>
  file(
    [
      'site,timestamp,value',
      ...names.flatMap((name) => lines.map((line) => `${name},${line}`)),
      'bad,2026-01-01T00:00:00Z,1',
      '',
    ].join('\n'),
  );

describe('several series in one file', () => {
  it('get a leading column; one that cannot be forecast is reported and stops no other', async () => {
    const ran = await forecast(several('"north, 1"', 'south'), [
      '--series-column',
      'site',
      '--horizon',
      '1d',
    ]);
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(/1 of 3 series were not forecast. bad: .*only one row/);
    expect(ran.lines[0]).toBe('site,timestamp,mean,q0.1,q0.5,q0.9');
    expect(ran.lines.filter((line) => line.startsWith('"north, 1",2026-02-01T'))).toHaveLength(24);
    expect(ran.lines.filter((line) => line.startsWith('south,2026-02-01T'))).toHaveLength(24);
    expect(ran.summary?.series.map(({ name, status }) => [name, status])).toEqual([
      ['north, 1', 'ok'],
      ['south', 'ok'],
      ['bad', 'failed'],
    ]);
  });

  it('are refused, with nothing written, when none can be forecast', async () => {
    const ran = await forecast(several(), ['--series-column', 'site', '--horizon', '1d']);
    expect(ran).toMatchObject({ code: 2, lines: [], left: [], summary: undefined });
  });
});

describe('what is printed', () => {
  it('without --output: a chart and what was read', async () => {
    const history = csv([...lines, '2026-02-01T00:00:00Z,', 'nonsense,1']);
    const ran = await forecast(
      history,
      ['--horizon', '1w', '--time-zone', 'Europe/Paris', '--country', 'FR', '--subdivision', 'IDF'],
      { files: false },
    );
    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(/[\u2801-\u28ff]{3}/);
    expect(ran.out).toContain('744 rows a 1 h apart');
    expect(ran.out).toContain('168 steps of 1 h, from 2026-02-01T00:00:00Z until 2026-02-08T00:00:00Z');
    expect(ran.out).toContain('1 row without a value');
    expect(ran.out).toContain('line 747: expected a timestamp');
    expect(ran.err).toContain('no holidays of FR-IDF itself');
  });

  it('with --json: the summary, for machines', async () => {
    const ran = await forecast(csv(lines), ['--horizon', '1w', '--json'], { files: false });
    const summary = JSON.parse(ran.out) as unknown;
    expect(summary).toMatchObject({
      timeZone: 'UTC',
      metricKind: 'gauge',
      timestampForm: 'instant',
      rows: { accepted: 744, missing: 0, duplicates: 0, rejected: 0 },
      series: [{ status: 'ok', stepSeconds: 3600, grainSeconds: 3600, rows: 744, steps: 168 }],
    });
  });

  it('with --output: the summary beside it is the same, and stdout stays empty', async () => {
    const ran = await forecast(csv(lines), ['--horizon', '1w']);
    expect(ran.out).toBe('');
    expect(ran.summary?.series[0]).toMatchObject({
      method: 'log-additive',
      accuracy: { horizonDays: expect.any(Number) as number },
    });
  });

  it('a history too short to fit is answered by the fallback, and says so', async () => {
    const ran = await forecast(csv(lines.slice(0, 3)), ['--horizon', '1d']);
    expect(ran.code).toBe(0);
    expect(ran.summary?.series[0]).toMatchObject({ status: 'fallback', method: 'seasonal-naive' });
    expect(ran.err).toContain('the fallback');
  });

  it('events with fields that others read are taken', async () => {
    const events = file(
      JSON.stringify([
        { id: 'a', kind: 'sale', start: '2026-01-10', end: '2026-01-11', scale: 2, regions: ['eu'] },
        {
          id: 'b',
          kind: 'sale',
          name: 'Spring',
          start: '2026-02-02T08:00',
          end: '2026-02-02T10:00:00Z',
          launch: true,
          venue: { city: 'Lyon' },
        },
        { id: 'c', kind: 'launch', start: '2026-02-03T00:00:00+02:00' },
      ]),
      'json',
    );
    const ran = await forecast(csv(lines), [
      '--horizon',
      '1w',
      '--events',
      events,
      '--time-zone',
      'Europe/Paris',
    ]);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.lines).toHaveLength(169);
  });
});
