import { constants, zstdCompressSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { FileColumn, WriteFile } from '../../service/export-series.ts';

const rowsAtOnce = 65_536;

const ZSTD = (bytes: Uint8Array) =>
  zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 3 } });

/** Columns of equal length as a file: Parquet (instants as milliseconds in UTC), or CSV with RFC 3339 instants. */
export const writeColumns: WriteFile = (columns, format) =>
  format === 'parquet' ? parquetOf(columns) : csvOf(columns);

function parquetOf(columns: readonly FileColumn[]): Uint8Array {
  const rows = columns[0]?.data.length ?? 0;
  return new Uint8Array(
    parquetWriteBuffer({
      schema: [
        { name: 'root', num_children: columns.length },
        ...columns.map(({ name, kind }) =>
          kind === 'instant'
            ? {
                name,
                type: 'INT64' as const,
                converted_type: 'TIMESTAMP_MILLIS' as const,
                logical_type: { type: 'TIMESTAMP' as const, isAdjustedToUTC: true, unit: 'MILLIS' as const },
                repetition_type: 'REQUIRED' as const,
              }
            : { name, type: 'DOUBLE' as const, repetition_type: 'OPTIONAL' as const },
        ),
      ],
      codec: 'ZSTD',
      compressors: { ZSTD },
      rowGroupSize: Math.max(1, Math.min(rows, 1 << 20)),
      createdBy: 'cloudtune',
      columnData: columns.map(({ name, kind, data }) => ({
        name,
        data:
          kind === 'instant'
            ? BigInt64Array.from({ length: data.length }, (_, i) => BigInt(data[i] as number))
            : Array.from(data),
      })),
    }),
  );
}

function csvOf(columns: readonly FileColumn[]): Uint8Array {
  const rows = columns[0]?.data.length ?? 0;
  const parts: Buffer[] = [Buffer.from(`${columns.map(({ name }) => name).join(',')}\n`)];
  for (let from = 0; from < rows; from += rowsAtOnce) {
    const lines: string[] = [];
    for (let i = from; i < Math.min(rows, from + rowsAtOnce); i++)
      lines.push(columns.map(({ kind, data }) => cellOf(kind, data[i]!)).join(','));
    parts.push(Buffer.from(`${lines.join('\n')}\n`));
  }
  return Buffer.concat(parts);
}

const cellOf = (kind: FileColumn['kind'], value: number | null): string =>
  value === null
    ? ''
    : kind === 'instant'
      ? new Date(value).toISOString().replace('.000Z', 'Z')
      : String(value);
