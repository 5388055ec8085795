import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readColumns, settle, sortObservations, TabularError } from '../../../lib/adapters/tabular/index.ts';
import { csv, gz, read, rowsOf, settled } from './reading.ts';

describe('rejected rows are reported and the rest is kept', () => {
  it('counts an empty value, null, NaN and NA as missing steps, not as errors', async () => {
    const values = ['', ' ', '""', 'null', 'NaN', 'NA', 'N/A', 'None'];
    const table = await read(
      csv(...values.map((value, i) => `2026-03-01T00:0${i}Z,${value}`), '2026-03-01T01:00Z,1'),
    );
    expect(table).toMatchObject({ missing: values.length, rejected: 0 });
    expect(rowsOf(table)).toHaveLength(1);
  });

  it('says line and reason of each', async () => {
    const table = await read(
      csv(
        '2026-03-01T00:00Z,1',
        '2026-03-01T00:01Z,many',
        '2026-03-01T00:02Z,Infinity',
        '2026-03-01T00:03Z,"1,5"',
        '2026-03-01T00:04Z,0x10',
        '2026-03-01T00:05Z,1,234',
        '2026-03-01T00:06Z',
        '"2026-03-01T00:07Z"x,1',
        '2026-03-01T00:08Z,1e999',
        '2026-03-01T00:09Z,2',
      ),
    );
    expect(table.rejections.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
      '3: expected a finite number with a decimal point, got "many"',
      '4: expected a finite number with a decimal point, got "Infinity" (beyond 1e30)',
      '5: expected a finite number with a decimal point, got "1,5"',
      '6: expected a finite number with a decimal point, got "0x10"',
      '7: expected 2 fields, got 3',
      '8: expected 2 fields, got 1',
      '9: text after a closing quote: write a quote inside quotes twice',
      '10: expected a finite number with a decimal point, got "1e999" (beyond 1e30)',
    ]);
    expect(rowsOf(table).map(([, value]) => value)).toEqual([1, 2]);
  });

  it('lists the first hundred and counts the rest', async () => {
    const table = await read(csv(...Array.from({ length: 250 }, (_, i) => `line ${i},1`)));
    expect(table.rejected).toBe(250);
    expect(table.rejections).toHaveLength(100);
    expect(table.rejections.at(-1)?.line).toBe(101);
    expect(table.form).toBeUndefined();
  });

  it('keeps control characters and long texts of a file out of its messages', async () => {
    const table = await read(csv(`\u001b[31m${'x'.repeat(500)},1`));
    expect(table.rejections[0]?.reason.length).toBeLessThan(200);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that none is there is what is shown
    expect(table.rejections[0]?.reason).not.toMatch(/[\u0000-\u001f]/);
  });

  it('sorts rows, keeps the last of one time and counts the others', async () => {
    const result = await settled(
      csv(
        '2026-03-01T02:00Z,3',
        '2026-03-01T00:00Z,1',
        '2026-03-01T01:00Z,2',
        '2026-03-01T00:00Z,10',
        '2026-03-01T03:00Z,4',
      ),
    );
    expect([...result.observations.value]).toEqual([10, 2, 3, 4]);
    expect(result).toMatchObject({ duplicates: 1, stepSeconds: 3600, rejected: 0 });
  });

  it('sorts rows of any order, whatever repeats: the last of each time is kept', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 60 }), { minLength: 2 }), (minutes) => {
        fc.pre(new Set(minutes).size > 1);
        const { rows, duplicates } = sortObservations({
          time: Float64Array.from(minutes, (minute) => minute * 60_000),
          value: Float64Array.from(minutes, (_, i) => i),
          line: Uint32Array.from(minutes, (_, i) => i + 2),
        });
        const last = new Map(minutes.map((minute, i) => [minute, i]));
        const expected = [...last].sort(([a], [b]) => a - b);
        expect(Array.from(rows.time, (ms, i) => [ms / 60_000, rows.value[i]])).toEqual(expected);
        expect(duplicates).toBe(minutes.length - last.size);
        expect(Array.from(rows.line)).toEqual(expected.map(([, i]) => i + 2));
      }),
    );
  });

  it('rejects rows off the step, by line', async () => {
    const result = await settled(
      csv(
        '2026-03-01T00:00Z,1',
        '2026-03-01T00:05Z,2',
        '2026-03-01T00:07Z,3',
        '2026-03-01T00:10Z,4',
        '2026-03-01T00:15Z,5',
      ),
      'UTC',
      300,
    );
    expect(result.rejections).toEqual([
      {
        line: 4,
        reason: '2026-03-01T00:07:00.000Z lies off the step of 5 minutes that the other rows keep to',
      },
    ]);
    expect([...result.observations.value]).toEqual([1, 2, 4, 5]);
  });

  it('reads JSON columns by the same rules', () => {
    const time = ['2026-03-01 00:00', '2026-03-01 00:01', 'x', '2026-03-01 00:03', '2026-03-01 00:04', null];
    const table = readColumns(time, [1, null, 3, '4.5', {}, 6], { timeZone: 'Asia/Kolkata' });
    expect(rowsOf(table)).toEqual([
      ['2026-02-28T18:30:00.000Z', 1],
      ['2026-02-28T18:33:00.000Z', 4.5],
    ]);
    expect(table).toMatchObject({ form: 'local', missing: 1, rejected: 3 });
    expect(table.rejections.map(({ line }) => line)).toEqual([3, 5, 6]);
    expect(readColumns([1772360430000], [1], { timeZone: 'UTC' }).form).toBe('epoch');
    expect(() => readColumns([1], [], { timeZone: 'UTC' })).toThrow(TabularError);
  });
});

describe('what cannot be read at all is refused', () => {
  it.each<[string, string | Uint8Array, RegExp]>([
    ['nothing', '', /empty/],
    ['blank lines', '\n\n  \n', /empty/],
    ['no such column', 'time,load\n1,2\n', /no column "timestamp".*time, load/],
    ['no value column', 'timestamp,load\n1,2\n', /no column "value".*timestamp, load/],
    ['another case', 'Timestamp,Value\n1,2\n', /Timestamp, Value/],
    ['two columns of the name', 'timestamp,value,value\n', /more than one column "value"/],
    ['no header', '2026-03-01T00:00Z,1\n', /no column "timestamp"/],
    ['an open quote', csv('"2026-03-01T00:00Z,1', '2026-03-01T00:01Z,1'), /Line 2 opens a quote/],
    ['an endless line', `timestamp,value\n"${'x'.repeat(1_200_000)}`, /Line 2 is longer/],
    ['UTF-16', Buffer.from(`\ufeff${csv()}`, 'utf16le'), /UTF-16/],
    ['a zip', Buffer.from([0x50, 0x4b, 3, 4, 1, 2, 3]), /zip file or a spreadsheet/],
    ['an image', Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0]), /neither a CSV file/],
    ['zeros', new Uint8Array(2_000_000), /longer than 1 MiB/],
    ['a cut gzip', gz(csv('2026-03-01T00:00Z,1')).subarray(0, 30), /gzip data is damaged or cut short/],
    [
      'a broken gzip',
      Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 255, 255, 255]),
      /gzip data is damaged/,
    ],
    ['a cut Parquet file', Buffer.from('PAR1 and then nothing of the kind'), /Parquet file cannot be read/],
  ])('%s', async (_name, source, message) => {
    const refused = read(source);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toThrow(TabularError);
  });

  it('a series without rows', () => {
    const none = { time: new Float64Array(0), value: new Float64Array(0), line: new Uint32Array(0) };
    expect(() => settle(none, { timeZone: 'UTC' })).toThrow(/not one row/);
  });
});
