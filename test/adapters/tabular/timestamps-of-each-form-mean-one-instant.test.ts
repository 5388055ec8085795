import { describe, expect, it } from 'vitest';
import { csv, read, rowsOf } from './reading.ts';

const times = async (timeZone: string, ...written: string[]) =>
  rowsOf(await read(csv(...written.map((time, i) => `${time},${i}`)), { timeZone })).map(([time]) => time);

describe('timestamps of each form mean one instant', () => {
  it.each([
    ['2026-03-01T10:20:30Z', '2026-03-01T10:20:30.000Z'],
    ['2026-03-01 10:20:30+02:00', '2026-03-01T08:20:30.000Z'],
    ['2026-03-01 10:20:30-0330', '2026-03-01T13:50:30.000Z'],
    ['2026-03-01T10:20+02', '2026-03-01T08:20:00.000Z'],
    ['2026-03-01t10:20z', '2026-03-01T10:20:00.000Z'],
    ['2026-03-01 10:20:30 UTC', '2026-03-01T10:20:30.000Z'],
    ['2026-03-01T10:20:30.123456789Z', '2026-03-01T10:20:30.123Z'],
    ['2026-03-01 10:20', '2026-03-01T09:20:00.000Z'],
    ['2026-07-01 10:20:30.5', '2026-07-01T08:20:30.500Z'],
    ['2026-03-01', '2026-02-28T23:00:00.000Z'],
    ['1772360430', '2026-03-01T10:20:30.000Z'],
    ['1772360430250', '2026-03-01T10:20:30.250Z'],
  ])('%s', async (written, expected) => {
    expect(await times('Europe/Paris', written)).toEqual([expected]);
  });

  it.each([
    '2026-02-30T00:00:00Z',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '2026-03-01T24:00Z',
    '2026-03-01T10:60Z',
    '2026-03-01T10:20:60Z',
    '2026-03-01T10:20:30.Z',
    '2026-03-01T10Z',
    '2026-03-01T',
    '2026-03-01T10:20+2',
    '2026-03-01T10:20+19:00',
    '2026-03-01T10:20 CET',
    '01/03/2026',
    '2026/03/01',
    '20260301',
    '123',
    '-1772360430',
    '17723604300',
    'yesterday',
    '',
    '1899-12-31',
    '2200-01-01',
    '202a-03-01',
    '2026-03-01T10:20:3',
  ])('rejects %j with its line', async (written) => {
    const table = await read(csv('2026-03-01T00:00Z,1', `${written},2`));
    expect(table.rejections).toEqual([
      { line: 3, reason: expect.stringContaining(`got "${written}"`) as unknown },
    ]);
    expect(rowsOf(table)).toHaveLength(1);
  });

  it('reads the doubled autumn hour of a file in order as first the earlier, then the later', async () => {
    const local = ['01:30', '02:00', '02:30', '02:00', '02:30', '03:00'].map((time) => `2026-10-25 ${time}`);
    expect(await times('Europe/Paris', ...local)).toEqual(
      ['23:30', '00:00', '00:30', '01:00', '01:30', '02:00'].map(
        (time, i) => `2026-10-${i === 0 ? 24 : 25}T${time}:00.000Z`,
      ),
    );
  });

  it('reads a time of the doubled hour that stands alone as the earlier', async () => {
    expect(await times('Europe/Paris', '2026-10-25 02:30')).toEqual(['2026-10-25T00:30:00.000Z']);
    expect(await times('Australia/Lord_Howe', '2026-04-05 01:45')).toEqual(['2026-04-04T14:45:00.000Z']);
  });

  it('rejects a time that the clock jumps over, by line', async () => {
    const table = await read(csv('2026-03-29 01:30,1', '2026-03-29 02:30,2', '2026-03-29 03:30,3'), {
      timeZone: 'Europe/Paris',
    });
    expect(table.rejections).toEqual([
      { line: 3, reason: '2026-03-29 02:30 does not exist in Europe/Paris: the clock jumps over it' },
    ]);
    expect(rowsOf(table).map(([time]) => time)).toEqual([
      '2026-03-29T00:30:00.000Z',
      '2026-03-29T01:30:00.000Z',
    ]);
  });

  it('reads a bare date as the start of its local day, also where midnight is skipped', async () => {
    expect(await times('America/Sao_Paulo', '2018-11-03', '2018-11-04', '2018-11-05')).toEqual([
      '2018-11-03T03:00:00.000Z',
      '2018-11-04T03:00:00.000Z',
      '2018-11-05T02:00:00.000Z',
    ]);
  });

  it.each([
    ['2026-03-01T00:00Z', '2026-03-01 00:01'],
    ['2026-03-01 00:00', '2026-03-02'],
    ['2026-03-01', '1772360430'],
  ])('refuses two forms in one file: %s and %s', async (first, second) => {
    await expect(read(csv(`${first},1`, `${second},2`))).rejects.toThrow(
      new RegExp(`Two forms of timestamps.*"${first}".*line 3.*"${second}"`),
    );
  });
});
