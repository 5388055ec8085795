import { gzipSync, zstdCompressSync } from 'node:zlib';
import { type ReadOptions, readTable, settle, type Table } from '../../../lib/adapters/tabular/index.ts';

export const read = (source: string | Uint8Array, options: Partial<ReadOptions> = {}): Promise<Table> =>
  readTable(typeof source === 'string' ? Buffer.from(source) : source, { timeZone: 'UTC', ...options });

/** Lines as CSV with the usual header. */
export const csv = (...lines: string[]) => ['timestamp,value', ...lines, ''].join('\n');

/** Rows of one series as [ISO time, value]. */
export const rowsOf = (table: Table, name = '') => {
  const rows = table.series.get(name);
  return Array.from(rows?.time ?? [], (time, i) => [new Date(time).toISOString(), rows?.value[i]]);
};

/** Reads one series and settles it. */
export const settled = async (source: string, timeZone = 'UTC', stepSeconds?: number) => {
  const table = await read(source, { timeZone });
  return settle(table.series.get('')!, { timeZone, ...(stepSeconds !== undefined && { stepSeconds }) });
};

export const gz = (text: string) => gzipSync(text);
export const zst = (text: string) => zstdCompressSync(Buffer.from(text));

/** The same bytes, a few at a time. */
export async function* trickle(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
