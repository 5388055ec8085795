import { describe, expect, it } from 'vitest';
import { csv, gz, read, rowsOf, trickle, zst } from './reading.ts';

const plain = csv('2026-03-01T00:00:00Z,1', '2026-03-01T00:01:00Z,-2.5', '2026-03-01T00:02:00Z,3e2');
const expected = [
  ['2026-03-01T00:00:00.000Z', 1],
  ['2026-03-01T00:01:00.000Z', -2.5],
  ['2026-03-01T00:02:00.000Z', 300],
];

describe('CSV of many dialects reads the same', () => {
  it.each<[string, string | Uint8Array]>([
    ['plain', plain],
    ['no last line end', plain.trimEnd()],
    ['CRLF', plain.replaceAll('\n', '\r\n')],
    ['byte order mark', `\ufeff${plain}`],
    ['byte order mark and quotes', `\ufeff${plain.replace('timestamp,value', '"timestamp","value"')}`],
    ['semicolons', plain.replaceAll(',', ';')],
    ['tabs', plain.replaceAll(',', '\t')],
    ['bars', plain.replaceAll(',', '|')],
    ['empty lines', plain.replaceAll('\n', '\n\n \r\n')],
    ['spaces around fields', plain.replaceAll(',', ' , ')],
    ['everything quoted', plain.replaceAll(/[^,\n]+/g, '"$&"')],
    [
      'other columns around, one with a comma and a line end',
      plain.replaceAll(/^(.*),(.*)$/gm, '"a, ""b""\nc",$2,$1,x'),
    ],
    ['gzip', gz(plain)],
    ['two gzip members', Buffer.concat([gz(plain.slice(0, 30)), gz(plain.slice(30))])],
    ['zstd', zst(plain)],
  ])('%s', async (_name, source) => {
    const table = await read(source);
    expect(rowsOf(table)).toEqual(expected);
    expect(table).toMatchObject({ form: 'instant', missing: 0, rejected: 0, rejections: [] });
  });

  it.each([1, 2, 7, 50])('in chunks of %i bytes', async (size) => {
    const quoted = plain.replaceAll(/^(.*),(.*)$/gm, '"a, ""b""\r\nc",$2,$1');
    for (const bytes of [Buffer.from(`\ufeff${quoted}`), gz(quoted)]) {
      const { readTable } = await import('../../../lib/adapters/tabular/index.ts');
      expect(rowsOf(await readTable(trickle(bytes, size), { timeZone: 'UTC' }))).toEqual(expected);
    }
  });

  it('takes the columns that are named, and keeps several series of one file apart', async () => {
    const table = await read(
      'site,when,load,value\n"a ""x""",2026-03-01 00:00Z,1,9\nb,2026-03-01 00:00Z,2,9\n"a ""x""",2026-03-01 00:01Z,3,9\n',
      { timestampColumn: 'when', valueColumn: 'load', seriesColumn: 'site' },
    );
    expect([...table.series.keys()]).toEqual(['a "x"', 'b']);
    expect(rowsOf(table, 'a "x"').map(([, value]) => value)).toEqual([1, 3]);
    expect(rowsOf(table, 'b').map(([, value]) => value)).toEqual([2]);
  });

  it('reads numbers as the language does', async () => {
    const texts = [
      '0.1',
      '+7',
      '.5',
      '5.',
      '1e-7',
      '123456789012345678',
      '0.30000000000000004',
      '-0',
      '1E3',
      '99999999999999.9',
    ];
    const table = await read(csv(...texts.map((text, i) => `2026-03-01T00:0${i}:00Z,${text}`)));
    expect(rowsOf(table).map(([, value]) => value)).toEqual(texts.map(Number));
  });
});
