import { gzipSync, zstdCompressSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { read, rowsOf } from './reading.ts';

type Options = Parameters<typeof parquetWriteBuffer>[0];
type Element = NonNullable<Options['schema']>[number];

const start = Date.UTC(2026, 2, 1);
const instants = [0, 1, 2].map((i) => start + i * 60_000);
const expected = instants.map((ms, i) => [new Date(ms).toISOString(), i + 0.5]);
const values = Float64Array.from([0.5, 1.5, 2.5]);

const file = (time: Partial<Element>, times: unknown[], more: Partial<Options> = {}) =>
  new Uint8Array(
    parquetWriteBuffer({
      schema: [
        { name: 'root', num_children: 2 },
        { name: 'timestamp', repetition_type: 'OPTIONAL', ...time } as Element,
        { name: 'value', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
      ],
      columnData: [
        { name: 'timestamp', data: times as Options['columnData'][0]['data'] },
        { name: 'value', data: [...values] },
      ],
      ...more,
    }),
  );
const timestamp = (unit: 'MILLIS' | 'MICROS' | 'NANOS', isAdjustedToUTC = true): Partial<Element> => ({
  type: 'INT64',
  logical_type: { type: 'TIMESTAMP', isAdjustedToUTC, unit },
});
const scaled = (factor: bigint) => instants.map((ms) => BigInt(ms) * factor);
const texts = instants.map((ms) => new Date(ms).toISOString());

describe('Parquet of any type of time reads the same', () => {
  it.each<[string, Uint8Array]>([
    ['milliseconds', file(timestamp('MILLIS'), scaled(1n))],
    ['microseconds', file(timestamp('MICROS'), scaled(1000n))],
    ['nanoseconds', file(timestamp('NANOS'), scaled(1_000_000n))],
    ['milliseconds of the old kind', file({ type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' }, scaled(1n))],
    [
      'microseconds of the old kind',
      file({ type: 'INT64', converted_type: 'TIMESTAMP_MICROS' }, scaled(1000n)),
    ],
    ['epoch milliseconds', file({ type: 'INT64' }, scaled(1n))],
    [
      'epoch seconds',
      file(
        { type: 'INT64' },
        instants.map((ms) => BigInt(ms / 1000)),
      ),
    ],
    ['text', file({ type: 'BYTE_ARRAY', converted_type: 'UTF8' }, texts)],
    ['required columns', file({ ...timestamp('MILLIS'), repetition_type: 'REQUIRED' }, scaled(1n))],
    ['several row groups', file(timestamp('MILLIS'), scaled(1n), { rowGroupSize: 1 })],
    [
      'zstd',
      file(timestamp('MILLIS'), scaled(1n), {
        codec: 'ZSTD',
        compressors: { ZSTD: (b) => zstdCompressSync(b) },
      }),
    ],
    [
      'gzip',
      file(timestamp('MILLIS'), scaled(1n), { codec: 'GZIP', compressors: { GZIP: (b) => gzipSync(b) } }),
    ],
    ['uncompressed', file(timestamp('MILLIS'), scaled(1n), { codec: 'UNCOMPRESSED' })],
  ])('%s', async (_name, bytes) => {
    const table = await read(bytes, { timeZone: 'Asia/Tokyo' });
    expect(rowsOf(table)).toEqual(expected);
    expect(table.rejected).toBe(0);
  });

  it('a time that is not adjusted to UTC is wall-clock time of the zone', async () => {
    const table = await read(file(timestamp('MICROS', false), scaled(1000n)), { timeZone: 'Asia/Tokyo' });
    expect(table.form).toBe('local');
    expect(rowsOf(table)[0]).toEqual(['2026-02-28T15:00:00.000Z', 0.5]);
  });

  it('a date is a local day', async () => {
    const days = [0, 1, 2].map((i) => start / 86_400_000 + i);
    const table = await read(file({ type: 'INT32', converted_type: 'DATE' }, days), {
      timeZone: 'Asia/Tokyo',
    });
    expect(table.form).toBe('date');
    expect(rowsOf(table)[1]).toEqual(['2026-03-01T15:00:00.000Z', 1.5]);
  });

  it('values of any number type are read; nulls are missing steps', async () => {
    const element = { name: 'timestamp', ...timestamp('MILLIS') } as Element;
    const columns: [Partial<Element>, unknown[]][] = [
      [{ type: 'INT32' }, [1, null, 3]],
      [{ type: 'INT64' }, [1n, null, 3n]],
      [{ type: 'FLOAT' }, [1, null, 3]],
      [{ type: 'DOUBLE' }, [1, Number.NaN, 3]],
      [{ type: 'BYTE_ARRAY', converted_type: 'UTF8' }, ['1', '', '3']],
      [{ type: 'INT32', converted_type: 'DECIMAL', scale: 0, precision: 9 }, [1, null, 3]],
    ];
    for (const [type, data] of columns) {
      const bytes = parquetWriteBuffer({
        schema: [
          { name: 'root', num_children: 2 },
          { ...element, repetition_type: 'REQUIRED' },
          { name: 'value', repetition_type: 'OPTIONAL', ...type } as Element,
        ],
        columnData: [
          { name: 'timestamp', data: scaled(1n) },
          { name: 'value', data: data as Options['columnData'][0]['data'] },
        ],
      });
      const table = await read(new Uint8Array(bytes));
      expect(rowsOf(table).map(([, value]) => value)).toEqual([1, 3]);
      expect(table).toMatchObject({ missing: 1, rejected: 0 });
    }
  });

  it('a row without a time is rejected by its number; a column that is not there is named', async () => {
    const table = await read(file(timestamp('MILLIS'), [scaled(1n)[0], null, scaled(1n)[2]]));
    expect(table.rejections).toMatchObject([{ line: 2 }]);
    await expect(read(file(timestamp('MILLIS'), scaled(1n)), { valueColumn: 'load' })).rejects.toThrow(
      'There is no column "load". The columns are: timestamp, value.',
    );
    await expect(read(file({ type: 'DOUBLE' }, instants))).rejects.toThrow(
      /has type DOUBLE: expected TIMESTAMP/,
    );
  });

  it('several series of one file are kept apart', async () => {
    const bytes = parquetWriteBuffer({
      columnData: [
        {
          name: 'timestamp',
          data: scaled(1n)
            .map(Number)
            .map((ms) => new Date(ms)),
          type: 'TIMESTAMP',
        },
        { name: 'value', data: [...values], type: 'DOUBLE' },
        { name: 'site', data: ['a', 'b', 'a'], type: 'STRING' },
      ],
    });
    const table = await read(new Uint8Array(bytes), { seriesColumn: 'site' });
    expect(rowsOf(table, 'a')).toEqual([expected[0], expected[2]]);
    expect(rowsOf(table, 'b')).toEqual([expected[1]]);
  });
});
