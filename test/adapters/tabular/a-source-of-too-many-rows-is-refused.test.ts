import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, it } from 'vitest';
import { readTable } from '../../../lib/adapters/tabular/index.ts';

const times = Array.from({ length: 5 }, (_, i) => new Date(Date.UTC(2026, 0, 1, i)));
const csv = Buffer.from(`timestamp,value\n${times.map((time) => `${time.toISOString()},1\n`).join('')}`);
const parquet = new Uint8Array(
  parquetWriteBuffer({
    columnData: [
      { name: 'timestamp', data: times, type: 'TIMESTAMP' },
      { name: 'value', data: times.map(() => 1), type: 'DOUBLE' },
    ],
  }),
);

it.each([
  ['CSV', csv, 'More than 4 rows in one source: split it into smaller files.'],
  ['Parquet', parquet, 'A Parquet file of 5 rows is refused: at most 4. Split it into smaller ones.'],
])('a %s of more rows than are taken is refused with the way to mend it', async (_, bytes, words) => {
  const read = (mostRows: number) => readTable(bytes, { timeZone: 'UTC', mostRows });
  await expect(read(4)).rejects.toThrow(words);
  expect((await read(5)).series.get('')!.time).toHaveLength(5);
});
