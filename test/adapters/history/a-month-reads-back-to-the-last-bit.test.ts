import { parquetMetadata } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { readMonthPages } from '../../../lib/adapters/history/month-pages.ts';
import { decodeObservations, encodeObservations } from '../../../lib/adapters/history/observations-file.ts';
import { readParquetColumns } from '../../../lib/adapters/tabular/parquet-columns.ts';
import type { Observations } from '../../../lib/engine/index.ts';

const month = Date.UTC(2026, 2, 1);
const columns = (time: number[], value: number[]): Observations => ({
  time: Float64Array.from(time),
  value: Float64Array.from(value),
});
const steps = (n: number, step: number) => Array.from({ length: n }, (_, i) => month + i * step);

const months: Record<string, Observations> = {
  'no row': columns([], []),
  'one row': columns([month], [Math.PI]),
  'a month of minutes': columns(
    steps(44_640, 60_000),
    steps(44_640, 1).map((_, i) => (i * 7919) % 1013),
  ),
  'holes of every length': columns(
    steps(1000, 60_000).map((at, i) => at + 60_000 * i ** 2),
    steps(1000, 1).map((_, i) => i / 7),
  ),
  'odd spacings, before 1970, and across it': columns(
    [-62_135_596_800_000, -8.64e13 / 2 + 62, -1, 0, 1, 59_999, 86_400_001, 253_402_300_799_999].sort(
      (a, b) => a - b,
    ),
    [1, 2, 3, 4, 5, 6, 7, 8],
  ),
  'values of every kind': columns(steps(9, 60_000), [
    0,
    -0,
    1e30,
    -1e30,
    Number.MIN_VALUE,
    0.1 + 0.2,
    2 ** 53 + 2,
    -(2 ** -1074),
    1 / 3,
  ]),
};

/** The same rows by the general reader, as any other program reads them. */
async function byGeneralReader(bytes: Uint8Array): Promise<Observations> {
  const file = bytes.buffer.slice(0) as ArrayBuffer;
  const time: number[] = [];
  const value: number[] = [];
  for await (const found of readParquetColumns(
    file,
    parquetMetadata(file),
    ['timestamp', 'value'],
    ['timestamp'],
  )) {
    for (const { data } of found.get('timestamp')!) time.push(...Array.from(data as BigInt64Array, Number));
    for (const { data } of found.get('value')!) value.push(...Array.from(data as Float64Array));
  }
  return columns(time, value);
}

describe('a month that was encoded', () => {
  for (const [name, rows] of Object.entries(months))
    it(`reads back to the last bit, as it does by the general reader: ${name}`, async () => {
      const bytes = encodeObservations(rows);
      const found = await decodeObservations(bytes);
      expect(found.time).toEqual(rows.time);
      expect(new BigUint64Array(found.value.buffer)).toEqual(new BigUint64Array(rows.value.buffer));
      if (rows.time.length > 0) expect(await byGeneralReader(bytes)).toEqual(rows);
    });

  it('is read by its own pages, into columns that lie within longer ones', () => {
    const rows = months['a month of minutes']!;
    const file = encodeObservations(rows).buffer as ArrayBuffer;
    const all = columns(Array(44_642).fill(-1), Array(44_642).fill(-1));
    const into = { time: all.time.subarray(1, -1), value: all.value.subarray(1, -1) };
    expect(readMonthPages(file, parquetMetadata(file), into)).toBe(true);
    expect([into.time, into.value]).toEqual([rows.time, rows.value]);
    expect([all.time[0], all.time.at(-1), all.value[0], all.value.at(-1)]).toEqual([-1, -1, -1, -1]);
  });

  it('is refused in words when its pages are damaged or cut short', async () => {
    const bytes = encodeObservations(months['a month of minutes']!);
    const view = new DataView(bytes.buffer);
    const footer = view.getUint32(bytes.length - 8, true) + 8;
    let refused = 0;
    for (let at = 40; at < bytes.length - footer; at += 997) {
      const damaged = bytes.slice();
      damaged.fill(0x5a, at, at + 64);
      await decodeObservations(damaged).catch((error: Error) => {
        expect(error.message).not.toBe('');
        refused++;
      });
    }
    expect(refused).toBeGreaterThan(0);
  });
});

it('a month that another program laid out differently is read all the same', async () => {
  const { time, value } = months['a month of minutes']!;
  const bytes = new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'timestamp', data: BigInt64Array.from(time, BigInt), type: 'INT64' },
        { name: 'value', data: value, type: 'DOUBLE' },
      ],
      rowGroupSize: 10_000,
    }),
  );
  const found = await decodeObservations(bytes);
  expect([found.time, found.value]).toEqual([time, value]);
});
